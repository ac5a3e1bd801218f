"""What was looked at is written with its day, one line a record, and what broke off is not in the file."""

import json
from datetime import timedelta

import pytest

from matricule.core import clock
from matricule.portals.public import tested as results
from tests.support import tested


@pytest.fixture
def file(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "FILE", tmp_path / "tested.json")
    return results.FILE


def kept(file):
    return json.loads(file.read_text(encoding="utf-8"))


def test_each_record_has_the_day_of_its_own_look(file, monkeypatch):
    tested.write("pages", "fr", "a", record={"states": 1})
    today = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: today + timedelta(days=3))
    tested.write("pages", "fr", "b", record={"states": 2})
    pages = kept(file)["pages"]["fr"]
    assert pages["a"] == {"states": 1, "day": today.date().isoformat()}
    assert pages["b"] == {"states": 2, "day": (today + timedelta(days=3)).date().isoformat()}
    assert (tested.states("fr", "b"), tested.states("fr", "c")) == (2, 0)


def test_a_record_is_one_line_and_is_taken_out_again(file):
    for name in ("b", "a"):
        tested.write("pages", "fr", name, record={"states": 1, "faults": {"axe": 0}})
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.strip()[:3] for line in lines if "states" in line] == ['"a"', '"b"']
    tested.write("pages", "fr", "a", record=None)
    assert list(kept(file)["pages"]["fr"]) == ["b"]
    tested.write("pages", "fr", "b", record=None)
    assert kept(file) == {"pages": {"fr": {}}}


def test_pages_that_are_gone_are_forgotten(file):
    for name in ("a", "b"):
        tested.write("pages", "fr", name, record={"states": 1})
    tested.forget("fr", ["b", "c"])
    assert list(kept(file)["pages"]["fr"]) == ["b"]


def test_a_journey_that_breaks_off_is_not_in_the_file(file, monkeypatch):
    monkeypatch.setattr(tested, "WRITES", True)
    with tested.journey("keyboard", "fr"):
        assert kept(file) == {"journeys": {}}
    assert kept(file)["journeys"]["keyboard"]["language"] == "fr"
    with pytest.raises(ZeroDivisionError), tested.journey("keyboard", "fr"):
        1 / 0  # noqa: B018
    assert kept(file) == {"journeys": {}}


def test_a_run_that_does_not_write_leaves_the_file_alone(file, monkeypatch):
    monkeypatch.setattr(tested, "WRITES", False)
    with tested.journey("keyboard", "fr"):
        pass
    assert not file.exists()
