"""The documents that a person owes: the domain's matrix and the replacements of house.md 1."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import countries
from matricule.rules.answers import CATEGORIES
from matricule.rules.errors import InputError
from matricule.rules.requirements import labels, requirements_for, table
from tests.rules.test_answers import any_answers

ON = date(2026, 11, 21)
ADULT = "2004-03-17"
BASE = {"nationality": "BR", "birth_country": "BR", "birth_date": ADULT, "document_language": "pt"}


def owed(route="student", on=ON, **told):
    return requirements_for(route, BASE | told, on=on)


def codes(route="student", on=ON, **told):
    return [item.code for item in owed(route, on, **told)]


def employee(category="salarie", **told):
    return codes("employee", category=category, **told)


def born(years):
    """Somebody who is ``years`` old on the day of the request, not a day more."""
    return ON.replace(year=ON.year - years).isoformat()


# ------------------------------------------------------------------------------------------------ the student's lists


def test_a_brazilian_student_with_a_vls_ts():
    assert codes(residence_title="vls_ts") == [
        "identity",
        "visa_d",
        "enrolment",
        "civil_status",
        "vls_ts_validation",
        "rib",
    ]


def test_a_chinese_student_whose_visa_asks_for_a_card_later():
    found = codes(nationality="CN", birth_country="CN", document_language="zh", residence_title="visa_d_card_later")
    assert found == ["identity", "visa_d", "enrolment", "civil_status", "translation", "residence_receipt", "rib"]


@pytest.mark.parametrize("title", ["vls_ts", "card"])
def test_only_a_visa_that_asks_for_a_card_calls_for_its_receipt(title):
    assert "residence_receipt" not in codes(residence_title=title)


def test_the_receipt_of_the_card_may_come_later_but_belongs_to_the_complete_file():
    (row,) = [row for row in owed(residence_title="visa_d_card_later") if row.code == "residence_receipt"]
    assert (row.phase, row.required, row.blocks_submission) == (2, True, False)


def test_a_minor_owes_no_receipt():
    assert "residence_receipt" not in codes(birth_date=born(17), residence_title="visa_d_card_later")


def test_a_student_who_holds_a_card():
    assert codes(residence_title="card") == ["identity", "residence_permit", "enrolment", "civil_status", "rib"]


@pytest.mark.parametrize("title", ["short_or_none", "not_needed", "unsure"])
def test_without_a_card_the_visa_is_asked_of_who_needs_one(title):
    assert "visa_d" in codes(residence_title=title)
    assert "residence_permit" not in codes(residence_title=title)


def test_an_eu_student_without_a_european_card():
    found = codes(nationality="DE", birth_country="DE", document_language="de", home_cover="none")
    assert found == ["identity", "enrolment", "resources", "civil_status", "rib"]


def test_an_eu_student_with_an_s1():
    found = codes(nationality="ES", birth_country="ES", document_language="es", home_cover="s1")
    assert found == ["identity", "enrolment", "s1", "civil_status", "rib"]


@pytest.mark.parametrize(
    ("until", "year_end", "asked"),
    [
        ("2027-08-31", None, False),
        ("2027-08-30", None, True),
        ("2027-06-30", "2027-06-30", False),
        ("2027-06-29", "2027-06-30", True),
        (None, None, True),
    ],
)
def test_resources_are_asked_when_the_european_card_ends_before_the_year(until, year_end, asked):
    found = codes(nationality="IT", home_cover="ceam", ceam_until=until, academic_year_end=year_end)
    assert ("resources" in found) is asked


@pytest.mark.parametrize("country", ["IS", "LI", "NO", "CH"])
def test_the_eea_and_switzerland_are_like_the_union(country):
    found = codes(nationality=country)
    assert "resources" in found and "visa_d" not in found


@pytest.mark.parametrize("country", ["GB", "AD", "MC", "TR"])
def test_other_europeans_owe_a_stay_title(country):
    assert "visa_d" in codes(nationality=country)
    assert "resources" not in codes(nationality=country)


def test_a_second_nationality_counts():
    found = codes(nationality="BR", nationality_2="PT", residence_title="vls_ts")
    assert "visa_d" not in found and "vls_ts_validation" not in found
    assert "resources" in found
    assert "resources" not in codes(nationality="DE", nationality_2="FR")


@pytest.mark.parametrize("origin", ["overseas", "born_abroad"])
def test_french_identity_replaces_identity(origin):
    found = codes(nationality="FR", french_origin=origin, birth_country="NC", document_language="fr")
    assert found == ["french_identity", "enrolment", "civil_status", "rib"]


def test_a_foreigner_who_says_overseas_still_shows_a_passport():
    assert codes(french_origin="overseas")[0] == "identity"


@pytest.mark.parametrize(
    ("agreement", "code"), [("quebec", "agreement_form"), ("andorra", "agreement_form_andorra"), ("none", None)]
)
def test_agreements_have_their_own_form(agreement, code):
    found = [c for c in codes(nationality="CA", agreement=agreement) if c.startswith("agreement")]
    assert found == ([code] if code else [])


# ------------------------------------------------------------------------------------------------ ages


@pytest.mark.parametrize(
    ("years", "title", "consent"), [(15, False, True), (16, False, False), (17, False, False), (18, True, False)]
)
def test_ages_on_the_day_of_the_request(years, title, consent):
    found = codes(birth_date=born(years), residence_title="vls_ts")
    assert ("visa_d" in found) is title
    assert ("vls_ts_validation" in found) is title
    assert ("parental_authorisation" in found) is consent


def test_a_day_before_the_birthday_is_a_year_less():
    day_after = (date.fromisoformat(born(18)) + timedelta(days=1)).isoformat()
    assert "visa_d" not in codes(birth_date=day_after)
    assert "visa_d" in codes(birth_date=born(18))
    assert "visa_d" in codes(birth_date=day_after, on=ON + timedelta(days=1))


def test_a_minor_with_a_card_owes_no_stay_title_either():
    assert "residence_permit" not in codes(birth_date=born(17), residence_title="card")
    assert "residence_permit" not in employee(birth_date=born(17))
    assert "residence_permit" not in employee("passeport_talent", birth_date=born(17))


def test_who_may_be_a_minor_is_read_as_one():
    assert "visa_d" not in codes(birth_date="2008-00-00")
    assert "visa_d" in codes(birth_date="2008-00-00", on=date(2026, 12, 31))


def test_a_child_filed_with_a_parent_owes_no_authorisation():
    assert "parental_authorisation" not in codes(birth_date=born(10), with_parent=True)


# ------------------------------------------------------------------------------------------------ translation


def find(code, **told):
    return next((item for item in owed(**told) if item.code == code), None)


def test_translation_shares_the_slot_of_the_certificate_and_gives_its_own_reason():
    item = find("translation", nationality="CN", birth_country="CN", document_language="zh")
    assert (item.slot, item.phase, item.required) == ("civil_status", 2, True)
    assert "chinois" in item.reason["fr"] and "Chinese" in item.reason["en"]
    assert item.source.startswith("Art. R114-7 CSS")


@pytest.mark.parametrize("form", ["multilingual_form", "plurilingual_extract"])
def test_a_form_spares_the_translation(form):
    assert find("translation", document_language="zh", document_country="CN") is not None
    assert find("translation", document_language="zh", document_country="CN", **{form: True}) is None


def test_the_country_of_the_document_wins_over_the_country_of_birth():
    told = {"birth_country": "CN", "document_language": "zh"}
    assert find("translation", **told) is not None
    assert find("translation", **told, document_country="DE") is None


def test_what_depends_on_the_language_is_shown_as_not_certain():
    item = find("translation", nationality="IN", birth_country="IN", document_language=None)
    assert item.required is False
    assert "si l’acte" in item.reason["fr"]


def test_only_a_translation_can_be_uncertain():
    for item in owed(nationality="IN", birth_country="IN", document_language=None, residence_title="vls_ts"):
        assert item.required is (item.code != "translation")


# ------------------------------------------------------------------------------------------------ refugees


def test_ofpra_documents_replace_the_certificate_and_its_translation():
    found = codes(nationality="AF", document_language="fa", residence_title="card", refugee=True)
    assert found == ["identity", "residence_permit", "enrolment", "ofpra", "rib"]


def test_a_refugee_who_was_not_asked_about_the_title_is_not_asked_for_a_visa():
    found = codes(nationality="AF", refugee=True)
    assert "residence_permit" in found and "visa_d" not in found


@pytest.mark.parametrize(
    "route", ["student", "employee", "child_in_request", "spouse_in_request", "caisse_of_residence"]
)
def test_refugees_owe_ofpra_on_every_route(route):
    told = {"category": "salarie"} if route == "employee" else {}
    found = codes(route, nationality="AF", refugee=True, document_language="fa", **told)
    assert "ofpra" in found
    assert not {"civil_status", "translation"} & set(found)


# ------------------------------------------------------------------------------------------------ employees


def test_the_employee():
    assert employee() == ["identity", "residence_permit", "work_contract", "civil_status", "rib"]
    assert "residence_permit" not in employee(nationality="PL")


def test_each_category_has_its_own_rows():
    assert set(employee("ict")) - set(employee()) == {"no_home_cover"}
    assert set(employee("assistant_langue")) - set(employee()) == {"proof_of_address"}
    assert set(employee("assistant_langue", has_appointment_order=True)) - set(employee()) == {
        "proof_of_address",
        "arrete_nomination",
    }
    assert set(employee("membre_majeur_famille")) - set(employee()) == {"link"}


@pytest.mark.parametrize("category", ["passeport_talent", "ict", "mannequin", "membre_majeur_famille"])
def test_the_row_of_a_category_replaces_the_wider_one(category):
    items = {item.code: item for item in owed("employee", category=category)}
    wide = {item.code: item for item in owed("employee", category="salarie")}
    assert items["residence_permit"].label != wide["residence_permit"].label
    assert items["work_contract"].label != wide["work_contract"].label


def test_a_family_member_filed_alone_owes_no_contract_of_the_holder():
    assert "work_contract" not in employee("membre_majeur_famille", filed_alone=True)


def test_a_spouse_in_the_request_calls_for_the_marriage_certificate():
    assert "marriage" in employee(spouse_in_request=True)
    assert "marriage" not in employee()
    assert "link" in employee("membre_majeur_famille", spouse_in_request=True)
    assert "marriage" not in employee("membre_majeur_famille", spouse_in_request=True)


def test_the_family_owes_no_document_of_the_employee():
    for route in ("child_in_request", "spouse_in_request"):
        assert not {"work_contract", "enrolment", "visa_d"} & set(codes(route))
    assert "marriage" in codes("spouse_in_request")
    assert "marriage" not in codes("child_in_request")


def test_the_certificate_of_a_child_proves_the_link_at_once():
    item = next(x for x in owed("child_in_request", birth_date=born(5), with_parent=True) if x.code == "civil_status")
    assert (item.phase, item.blocks_submission) == (1, True)
    assert "s3705" not in codes("child_in_request")
    assert "s3705" in codes("child_in_request", classic_route=True)


def test_the_caisse_of_residence():
    assert {"s1106", "proof_of_address"} <= set(codes("caisse_of_residence"))
    assert "stable_residence" in codes("caisse_of_residence", ground="residence")
    assert "stable_residence" not in codes("caisse_of_residence", ground="work")


# ------------------------------------------------------------------------------------------------ invariants


@given(any_answers())
def test_lists_of_students_always_hold_together(answers):
    items = requirements_for("student", answers, on=ON)
    found = [item.code for item in items]
    assert len(found) == len(set(found)), "nothing is asked twice"
    assert [item.phase for item in items] == sorted(item.phase for item in items)
    assert ("identity" in found) is not ("french_identity" in found)
    assert ("civil_status" in found) is not ("ofpra" in found)
    assert {"enrolment", "rib"} <= set(found)
    assert not {"visa_d", "residence_permit"} <= set(found), "one stay title at most"
    assert not {"resources", "s1"} <= set(found)
    if "translation" in found:
        assert "civil_status" in found


@given(any_answers())
def test_free_movement_and_minority_owe_no_stay_title(answers):
    nations = [answers[key] for key in ("nationality", "nationality_2") if key in answers]
    free = any(countries.get(code).free_movement for code in nations)
    minor = date.fromisoformat(answers["birth_date"]) > date(2008, 11, 21)
    found = {item.code for item in requirements_for("student", answers, on=ON)}
    owes = bool(found & {"visa_d", "residence_permit"})
    assert owes is (not free and not minor)
    if free or minor:
        assert "vls_ts_validation" not in found


@given(any_answers(), st.sampled_from(["student", "child_in_request", "spouse_in_request", "caisse_of_residence"]))
def test_what_blocks_is_of_the_first_phase(answers, route):
    from matricule.rules.answers import fields

    told = {key: value for key, value in answers.items() if key in fields(route)}
    for item in requirements_for(route, told, on=ON):
        assert not item.blocks_submission or item.phase == 1
        assert item.supplied_by


@given(any_answers(route="employee"))
def test_lists_of_employees_hold_together(answers):
    found = [item.code for item in requirements_for("employee", answers, on=ON)]
    assert len(found) == len(set(found))
    assert not {"link", "marriage"} <= set(found)
    assert answers["category"] in CATEGORIES
    assert not {"visa_d", "enrolment", "resources"} & set(found)


@given(any_answers())
def test_nothing_uncertain_is_shown_to_the_person(answers):
    for item in requirements_for("student", answers, on=ON):
        shown = str(item.as_dict())
        assert "to_confirm" not in shown and "SE-401" not in shown and "615" not in shown


@given(any_answers())
def test_answers_that_decide_nothing_change_nothing(answers):
    without = {k: v for k, v in answers.items() if k not in {"has_number", "paid_work", "enrolled"}}
    assert requirements_for("student", answers, on=ON) == requirements_for("student", without, on=ON)


# ------------------------------------------------------------------------------------------------ the rest


def test_bad_answers_are_refused_by_name():
    with pytest.raises(InputError) as caught:
        requirements_for("student", BASE | {"colour": "red"}, on=ON)
    assert caught.value.field == "colour"
    with pytest.raises(InputError, match="route"):
        requirements_for("tourist", BASE, on=ON)


def test_the_printed_form_has_what_the_issue_asks():
    printed = owed()[0].as_dict()
    assert {"code", "phase", "required", "reason", "source"} <= set(printed)
    assert printed["supplied_by"] == ["registrant", "employer"]


def test_caseworkers_see_what_is_to_be_confirmed():
    item = next(x for x in owed(agreement="quebec") if x.code == "agreement_form")
    assert "SE-401" in item.to_confirm["en"]


def test_a_label_without_a_route():
    assert labels("rib") == {"fr": "RIB ou IBAN à votre nom", "en": "Bank details (RIB or IBAN) in your own name"}
    assert all(labels(row.code) for row in table())
    with pytest.raises(KeyError):
        labels("nothing")
