"""The documents of each person of a request, by role and category, in the words that an employer reads."""

import copy
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import data
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import people
from matricule.rules.errors import InputError, RulesError
from matricule.rules.requirements import requirements_for, table

ON = date(2026, 11, 26)
ADULT = {"nationality": "BR", "birth_country": "BR", "birth_date": "1990-04-09", "document_language": "pt"}
CHILD = ADULT | {"birth_date": "2019-05-01"}
GERMAN = {"nationality": "DE", "birth_country": "DE", "birth_date": "1990-04-09"}


def codes(role, category, told=None, **more):
    return [rule.code for rule in people.owed(role, category, (told or ADULT) | more, on=ON)]


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("salarie", ["identity", "residence_permit", "work_contract", "civil_status", "rib"]),
        (
            "assistant_langue",
            ["identity", "residence_permit", "work_contract", "proof_of_address", "civil_status", "rib"],
        ),
        ("mannequin", ["identity", "residence_permit", "work_contract", "civil_status", "rib"]),
        ("passeport_talent", ["identity", "residence_permit", "work_contract", "civil_status", "rib"]),
        ("ict", ["identity", "residence_permit", "work_contract", "no_home_cover", "civil_status", "rib"]),
        (
            "membre_majeur_famille",
            ["identity", "residence_permit", "work_contract", "link", "civil_status", "rib"],
        ),
    ],
)
def test_what_the_employee_owes_in_each_category(category, expected):
    assert codes("principal", category) == expected


def test_with_an_order_of_appointment_an_assistant_shows_it():
    assert "arrete_nomination" in codes("principal", "assistant_langue", has_appointment_order=True)
    assert "arrete_nomination" not in codes("principal", "salarie", has_appointment_order=True)


def test_a_family_member_filed_alone_owes_no_contract():
    assert "work_contract" not in codes("principal", "membre_majeur_famille", filed_alone=True)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_family_owes_the_same_whatever_the_category(category):
    for role in ("spouse", "partner"):
        assert codes(role, category) == ["identity", "residence_permit", "marriage", "civil_status", "rib"]
    assert codes("child", category, CHILD) == ["identity", "civil_status", "rib"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_marriage_is_asked_for_once_whatever_is_told_of_the_employee(category):
    family = [codes("principal", category, spouse_in_request=True), codes("spouse", category)]
    assert sum(listed.count("marriage") for listed in family) == 1


def test_a_child_files_with_a_parent_and_owes_no_authorisation_title_or_form():
    for born in ("2019-05-01", "2011-01-01", "2008-11-27"):
        listed = codes("child", "passeport_talent", CHILD, birth_date=born)
        assert not {"parental_authorisation", "residence_permit", "s3705", "work_contract", "marriage"} & set(listed)
    assert "residence_permit" in codes("child", "passeport_talent", CHILD, birth_date="2008-11-26"), "18 on the day"


def test_the_birth_certificate_of_a_child_is_needed_before_sending_and_that_of_an_adult_is_not():
    child = {rule.code: rule for rule in people.owed("child", "salarie", CHILD, on=ON)}
    adult = {rule.code: rule for rule in people.owed("principal", "salarie", ADULT, on=ON)}
    assert child["civil_status"].blocks_submission and not adult["civil_status"].blocks_submission
    assert not adult["rib"].blocks_submission and adult["rib"].supplied_by == ("registrant",)


@pytest.mark.parametrize("role", list(people.ROUTES))
def test_europeans_owe_no_title_and_a_translation_only_when_the_rule_says_so(role):
    assert "residence_permit" not in codes(role, "salarie", GERMAN)
    assert "translation" not in codes(role, "salarie", GERMAN)
    chinese = ADULT | {"nationality": "CN", "birth_country": "CN", "document_language": "zh"}
    assert "translation" in codes(role, "salarie", chinese)


@pytest.mark.parametrize("role", list(people.ROUTES))
def test_refugees_show_the_papers_of_ofpra(role):
    listed = codes(role, "salarie", ADULT, refugee=True)
    assert "ofpra" in listed and "civil_status" not in listed and "translation" not in listed


EVERYONE = st.fixed_dictionaries(
    {
        "nationality": st.sampled_from(["BR", "DE", "FR", "CN", "GB", "DZ"]),
        "birth_country": st.sampled_from(["BR", "DE", "CN", "DZ", "VN"]),
        "birth_date": st.dates(date(1950, 1, 1), ON).map(str),
        "document_language": st.sampled_from(["pt", "zh", "ar", "en", "fr"]),
        "refugee": st.booleans(),
        "has_appointment_order": st.booleans(),
        "filed_alone": st.booleans(),
        "spouse_in_request": st.booleans(),
    }
)


@given(st.sampled_from(list(people.ROUTES)), st.sampled_from(CATEGORIES), EVERYONE)
def test_everybody_gets_a_list_in_words_for_an_employer(role, category, told):
    found = people.owed(role, category, told, on=ON)
    listed = [rule.code for rule in found]
    assert len(set(listed)) == len(listed) and {"identity", "rib"} <= set(listed)
    plain = requirements_for(people.route_of(role), people.answers_of(role, category, told), on=ON)
    assert [rule.code for rule in plain] == listed, "words change, what is owed does not"
    for rule in found:
        for text in (rule.label["fr"], rule.reason["fr"]):
            assert not re.search(r"\b[Vv](?:otre|os|ous)\b", text), text
        for text in (rule.label["en"], rule.reason["en"]):
            assert not re.search(r"\b[Yy]ou(?:r|rs)?\b", text), text


def test_the_employers_words_are_of_documents_that_exist():
    assert set(people.papers()) <= {row.code for row in table()}
    assert all(paper.source for paper in people.papers().values())


@pytest.mark.parametrize("role", ["cousin", "", "PRINCIPAL"])
def test_a_role_that_does_not_exist_names_its_field(role):
    with pytest.raises(InputError) as caught:
        people.owed(role, "salarie", ADULT, on=ON)
    assert caught.value.field == "role"


def test_a_missing_answer_names_its_field():
    with pytest.raises(InputError) as caught:
        people.owed("spouse", "salarie", {"nationality": "BR"}, on=ON)
    assert caught.value.field == "birth_date"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["paper"][0].pop("reason"), "holds fr and en"),
        (lambda raw: raw["paper"][0].update(label={"fr": "a"}), "holds fr and en"),
        (lambda raw: raw["paper"][1].update(code="identity"), "twice"),
        (lambda raw: raw.pop("paper"), "has no"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(spoil, reason):
    raw = copy.deepcopy(data.read_toml("employer/papers.toml"))
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        people.build(raw)
    assert caught.value.file == "employer/papers.toml" and caught.value.row
