"""The stand-in's answers come from its own file, which is checked when it is loaded."""

import copy
import dataclasses

import pytest

from matricule.core import config
from matricule.demo.people import load_people
from matricule.repertoire import standin
from matricule.rules import data
from matricule.rules.errors import RulesError
from tests.repertoire.people import MAUDE, THIAGO, YASSINE, an_identity

RAW = data.read_toml(standin.FILE, folder=standin.FOLDER)


def raw(change):
    changed = copy.deepcopy(RAW)
    change(changed)
    return changed


@pytest.mark.parametrize(("identity", "kind"), [(YASSINE, "refused"), (MAUDE, "needs_document"), (THIAGO, "known")])
def test_an_invented_person_gets_the_listed_answers_in_order_then_is_certified(identity, kind):
    assert standin.choose(identity, 0, complete=True).kind == kind
    assert (
        standin.choose(identity, 1, complete=True) == standin.choose(identity, 9, complete=True) == standin.CERTIFIED
    )


def test_everybody_else_is_certified():
    assert standin.choose(an_identity(), 0, complete=True) == standin.CERTIFIED


def test_an_incomplete_file_is_asked_for_the_civil_status_document():
    found = standin.choose(an_identity(), 0, complete=False)
    assert (found.kind, found.document) == ("needs_document", "civil_status")


def test_outside_demo_mode_no_row_applies_to_real_people(monkeypatch):
    real = dataclasses.replace(config.current(), demo=False)
    monkeypatch.setattr(config, "current", lambda: real)
    for identity in (YASSINE, MAUDE, THIAGO):
        assert standin.choose(identity, 0, complete=True) == standin.CERTIFIED
    assert standin.choose(YASSINE, 0, complete=False).kind == "needs_document"


SENT = {"submitted", "ready", "certified", "at_register", "returned"}
"""Invented people whose file the register answers for, now or when a visitor has sent it."""


def test_each_row_names_one_of_the_invented_people_and_no_two_share_a_birth():
    people = {(one.birth_date.isoformat(), one.birth_country): one for one in load_people()}
    assert len(people) == len(load_people())
    for row in RAW["people"]:
        person = people[row["birth_date"].isoformat(), row["birth_country"]]
        assert row["who"] == f"{person.given_names} {person.birth_name}"
        assert person.state in SENT


def test_the_demo_meets_all_four_answers():
    submitted = [one for one in load_people() if one.state in SENT]
    kinds = {
        standin.choose(
            an_identity(birth_date=one.birth_date.isoformat(), birth_country=one.birth_country), 0, complete=True
        ).kind
        for one in submitted
    }
    assert kinds == {"certified", "refused", "needs_document", "known"}


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda raw: raw.pop("delay"), "delay"),
        (lambda raw: raw["delay"].update(days=0), "delay"),
        (lambda raw: raw["delay"].update(days="soon"), "delay"),
        (lambda raw: raw.pop("incomplete"), "incomplete"),
        (lambda raw: raw["incomplete"].update(document="passport_of_the_dog"), "incomplete"),
        (lambda raw: raw["people"][0].update(birth_date="2004-01-05"), "people 1"),
        (lambda raw: raw["people"][0].update(birth_country="QQ"), "people 1"),
        (lambda raw: raw["people"][0].update(answers=[]), "people 1"),
        (lambda raw: raw["people"][0].update(answers=[{"kind": "perhaps"}]), "people 1"),
        (lambda raw: raw["people"][1].update(answers=[{"kind": "refused", "reason": "mood"}]), "people 2"),
        (lambda raw: raw["people"][2].update(answers=[{"kind": "known", "number": "103079941641265"}]), "people 3"),
        (lambda raw: raw["people"].append(raw["people"][0]), "people 5"),
        (lambda raw: raw["texts"]["known"].update(en=""), "people 3"),
        (lambda raw: raw["texts"]["needs_document"].update(dog={"fr": "a", "en": "b"})
            or raw["people"][1].update(answers=[{"kind": "needs_document", "document": "dog"}]), "people 2"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(change, row):
    with pytest.raises(RulesError) as caught:
        standin.build(raw(change))
    assert (caught.value.file, caught.value.row) == ("standin.toml", row)


def test_a_wrong_file_stops_the_start(monkeypatch):
    from django.apps import apps

    def fail():
        raise RulesError(standin.FILE, "delay", "is wrong")

    monkeypatch.setattr(standin, "table", fail)
    with pytest.raises(RulesError, match=r"standin\.toml, row delay"):
        apps.get_app_config("repertoire").ready()


def test_a_person_can_be_given_several_answers_and_a_certified_one_among_them():
    table = standin.build(
        raw(lambda raw: raw["people"][0].update(answers=[{"kind": "certified"}, raw["people"][1]["answers"][0]]))
    )
    assert [one.kind for one in table.people["2004-01-05", "MA"]] == ["certified", "needs_document"]
