"""The classic route: each field of the two forms, with what was answered, and nothing that must not be written."""

import copy
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import data
from matricule.rules.employer import classic
from matricule.rules.errors import RulesError

ON = date(2026, 11, 26)
ANSWERS = {
    "birth_name": "Oliveira",
    "given_names": "Ana Clara",
    "sex": "femme",
    "birth_date": "9 avril 1990",
    "birth_place": "Recife",
    "birth_country": "Brésil",
    "nationality": "Brésil",
    "address": "3 rue des Essais, 69001 Lyon",
    "email": "ana@example.org",
    "family_situation": "mariée",
    "arrival_date": "1 septembre 2026",
    "employer": "Atelier d’essai, 1 place de la Preuve, 75011 Paris",
    "contract_start": "5 octobre 2026",
}


def values(form, answers):
    return {line.field.code: line.value for line in classic.sheet(form, answers).lines}


def test_every_field_of_the_adults_form_with_what_was_answered():
    found = values("S1106", ANSWERS)
    assert found["s1106_birth_name"] == "Oliveira" and found["s1106_work_start"] == "5 octobre 2026"
    assert found["s1106_usage_name"] == "" and found["s1106_number"] == ""
    assert values("S1106", {"nationality_2": "Portugal"})["s1106_nationality_2"] == "Portugal"
    assert list(found)[:3] == ["s1106_birth_name", "s1106_usage_name", "s1106_given_names"]


def test_what_is_left_to_write_by_hand_is_empty():
    lines = {line.field.code: line for line in classic.sheet("S1106", ANSWERS).lines}
    assert not lines["s1106_signature"].value and not lines["s1106_bank"].value
    assert lines["s1106_birth_name"].value
    assert not lines["s1106_phone"].value and lines["s1106_phone"].field.optional
    assert not any(line.value for line in classic.sheet("S1106", {}).lines)


def test_the_childs_form():
    child = {"names": "Oliveira, Luna", "birth_date": "2 mai 2019", "birth_place": "Recife", "parent1": "Ana"}
    found = values("S3705", child)
    assert found["s3705_child_names"] == "Oliveira, Luna" and found["s3705_parent1"] == "Ana"
    assert found["s3705_signature"] == ""
    assert classic.form_of(adult=False) == "S3705" and classic.form_of(adult=True) == "S1106"


def test_the_parts_come_in_the_order_of_the_form():
    parts = [part.code for part in classic.sheet("S1106", {}).parts]
    assert parts == ["person", "contact", "situation", "bank", "signature"]
    assert [part.code for part in classic.sheet("S3705", {}).parts] == ["child", "parents", "signature"]
    for part in classic.sheet("S1106", {}).parts:
        assert part.name["fr"] and part.lines


@given(st.dictionaries(st.sampled_from(sorted(classic.ANSWERS | {"iban", "number"})), st.text(min_size=1)))
def test_each_answer_goes_where_it_belongs_and_bank_details_nowhere(answers):
    for form in ("S1106", "S3705"):
        for line in classic.sheet(form, answers).lines:
            assert line.value == (answers.get(line.field.answer, "").strip() if line.field.answer else "")
        hidden = [line for line in classic.sheet(form, answers).lines if line.field.hidden]
        assert all(line.value == "" for line in hidden)


def test_an_answer_that_a_hidden_field_names_is_not_written_either():
    raw = copy.deepcopy(data.read_toml("employer/classic.toml"))
    bank = next(row for row in raw["field"] if row["code"] == "s1106_bank")
    bank["from"] = "address"
    field = next(field for field in classic.build(raw).fields if field.code == "s1106_bank")
    assert classic._value(field, ANSWERS) == ""


def test_nothing_personal_is_in_what_python_prints():
    found = classic.sheet("S1106", ANSWERS)
    assert "Oliveira" not in repr(found) + repr(found.parts[0]) + repr(found.lines[0])


def test_every_field_has_its_source_and_what_is_remembered_is_marked():
    for field in classic.table().fields:
        assert field.source and field.name["fr"] and field.name["en"]
        assert field.certain is not bool(re.search("FROM MEMORY", field.source)), field.code
    assert {form.code for form in classic.table().forms.values()} == {"S1106", "S3705"}


def test_the_papers_that_go_with_the_forms():
    told = {"nationality": "BR", "birth_country": "BR", "birth_date": "1990-04-09", "document_language": "pt"}
    adult = [rule.code for rule in classic.papers(told, child=False, on=ON)]
    assert {"s1106", "proof_of_address", "identity", "residence_permit", "civil_status", "rib"} == set(adult)
    both = {rule.code for rule in classic.papers(told | {"nationality_2": "PT"}, child=False, on=ON)}
    assert both == set(adult) - {"residence_permit"}
    child = [rule.code for rule in classic.papers(told | {"birth_date": "2019-05-02"}, child=True, on=ON)]
    assert "s3705" in child and "residence_permit" not in child and "parental_authorisation" not in child


def test_a_form_that_does_not_exist():
    with pytest.raises(KeyError):
        classic.sheet("S9999", {})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["field"][0].update(form="S1"), "form and part name rows"),
        (lambda raw: raw["field"][0].update(part="mood"), "form and part name rows"),
        (lambda raw: raw["field"][0].update({"from": "shoe_size"}), "from names an answer"),
        (lambda raw: raw["field"][0].pop("from"), "from names an answer"),
        (lambda raw: raw["field"][0].update(certainty="perhaps"), "certainty is uncertain"),
        (lambda raw: raw["field"][0].pop("name"), "holds fr and en"),
        (lambda raw: raw["form"][0].pop("what"), "holds fr and en"),
        (
            lambda raw: raw["part"].append(
                {"code": "x", "name": {"fr": "a", "en": "b"}, "source": "s", "valid_from": "2026-01-01"}
            ),
            "has no field",
        ),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(spoil, reason):
    raw = copy.deepcopy(data.read_toml("employer/classic.toml"))
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        classic.build(raw)
    assert caught.value.file == "employer/classic.toml" and caught.value.row
