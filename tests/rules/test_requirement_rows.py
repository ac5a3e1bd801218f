"""The file of the requirements: what is checked when it is loaded."""

import copy

import pytest

from matricule.rules import data
from matricule.rules.answers import CATEGORIES, ROUTES
from matricule.rules.errors import RulesError
from matricule.rules.requirement_rows import FACTS, FILE, build, table

RAW = data.read_toml(FILE)


@pytest.fixture
def raw():
    return copy.deepcopy(RAW)


def row_of(raw, layer, code):
    return next(row for row in raw["requirement"] if (row["applies_to"], row["code"]) == (layer, code))


def test_every_row_of_the_domain_matrix_is_there():
    """The rows of document_matrix.csv, by layer; marriage is in the layers of both people whom it links."""
    found = {(row.applies_to, row.code) for row in table().rows}
    matrix = {
        "everyone": "identity residence_permit civil_status translation rib parental_authorisation",
        "student": "enrolment visa_d residence_permit vls_ts_validation resources s1 agreement_form "
        "agreement_form_andorra french_identity",
        "employee": "work_contract marriage",
        "child_in_request": "civil_status s3705",
        "passeport_talent": "residence_permit work_contract",
        "ict": "residence_permit work_contract no_home_cover",
        "mannequin": "work_contract residence_permit",
        "assistant_langue": "arrete_nomination proof_of_address",
        "membre_majeur_famille": "residence_permit link work_contract",
        "caisse_of_residence": "s1106 proof_of_address stable_residence",
        "refugee": "ofpra",
    }
    expected = {(layer, code) for layer, codes in matrix.items() for code in codes.split()}
    later = {
        ("student", "residence_receipt")
    }  # issue 4, section 4: the stay goes on with it, where a card is asked for
    assert found == expected | {("spouse_in_request", "marriage")} | later
    assert len(expected) == 35


def test_each_row_speaks_both_languages_and_cites_its_source():
    for row in table().rows:
        assert row.label["fr"] and row.label["en"] and row.reason["fr"] and row.reason["en"] and row.source


def test_no_source_is_one_that_only_we_can_read():
    for row in table().rows:
        assert "seed" not in row.source and ".md" not in row.source


def test_no_uncertain_detail_is_in_a_sentence_for_the_person():
    for row in table().rows:
        shown = " ".join([*row.label.values(), *row.reason.values(), row.source])
        for detail in ("615", "SE-401", "UNCERTAIN", "to be confirmed", "à confirmer", "MEMORY"):
            assert detail not in shown, row.code
        assert row.certain is not bool(row.to_confirm)


def test_the_number_of_the_quebec_form_is_for_caseworkers():
    row = next(row for row in table().rows if row.code == "agreement_form")
    assert "SE-401" in row.to_confirm["en"]


def test_translation_shares_the_document_of_the_birth_certificate():
    assert {row.slot for row in table().rows if row.code in {"civil_status", "translation"}} == {"civil_status"}
    others = [row for row in table().rows if row.code not in {"translation"}]
    assert all(row.slot == row.code for row in others)


def test_layers_go_from_wide_to_narrow():
    assert table().layers("student", None) == ["everyone", "student", "refugee"]
    assert table().layers("employee", "ict") == ["everyone", "employee", "ict", "refugee"]
    assert set(table().routes) == set(ROUTES)


def test_every_fact_is_used_by_a_row():
    used = {word.name for row in table().rows for word in row.when.words}
    assert used >= FACTS
    assert used - FACTS <= {"residence_title", "home_cover", "agreement", "french_origin", "ground"}


def test_categories_without_rows_of_their_own_follow_the_employee():
    layers = {row.applies_to for row in table().rows}
    assert set(CATEGORIES) - layers == {"salarie"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"phase": 4}, "phase must be"),
        ({"phase": "1"}, "phase must be"),
        ({"supplied_by": []}, "supplied_by must name"),
        ({"supplied_by": ["school"]}, "supplied_by must name"),
        ({"blocks_submission": "yes"}, "must be true or false"),
        ({"source": ""}, "has no source"),
        ({"label_en": ""}, "must both be written"),
        ({"reason_fr": ""}, "must both be written"),
        ({"when": ["rich"]}, "no fact 'rich'"),
        ({"when": ["residence_title=gold"]}, "cannot be gold"),
        ({"valid_from": "soon"}, "ValueError"),
        ({"certainty": "uncertain"}, "says in to_confirm"),
        ({"to_confirm_fr": "quelque chose", "to_confirm_en": "something"}, "says in to_confirm"),
        ({"valid_from": 3}, "TypeError"),
    ],
)
def test_a_wrong_row_is_refused_by_its_name(raw, change, why):
    row_of(raw, "student", "enrolment").update(change)
    with pytest.raises(RulesError, match=why) as caught:
        build(raw)
    assert "student/enrolment" in str(caught.value)
    assert caught.value.file == FILE


@pytest.mark.parametrize("key", ["code", "phase", "supplied_by", "label_fr", "source", "valid_from"])
def test_a_missing_field_is_refused(raw, key):
    del row_of(raw, "student", "enrolment")[key]
    with pytest.raises(RulesError, match=key):
        build(raw)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"applies_to": "tourist"}, "no layer of any route"),
        ({"code": "unlisted"}, "missing from order"),
        ({"replaces": ["nothing"]}, "code that does not exist"),
        ({"slot": "nothing"}, "code that does not exist"),
        ({"code": "visa_d"}, "written twice"),
    ],
)
def test_a_row_that_fits_nowhere_is_refused(raw, change, why):
    row_of(raw, "student", "enrolment").update(change)
    with pytest.raises(RulesError, match=why):
        build(raw)


def test_a_route_that_is_missing_is_refused(raw):
    del raw["routes"]["student"]
    with pytest.raises(RulesError, match="routes"):
        build(raw)
