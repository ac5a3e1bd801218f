"""People who already have a number come from a file: once, in batches, wrong rows named and never shown."""

import csv
from pathlib import Path

import pytest
from django.db import transaction

from matricule import repertoire
from matricule.core import journal
from matricule.demo import loading as demo
from matricule.repertoire import loading
from matricule.repertoire.loading import BadFile, Loaded
from matricule.repertoire.models import Holder
from matricule.rules.numbers import building
from matricule.rules.numbers.nir import key_of
from tests.repertoire.people import an_identity

pytestmark = pytest.mark.django_db


def a_row(*, body: str = "", **changes) -> dict[str, str]:
    """Return one row; ``body`` is a number without its key."""
    given = {
        "number": body + key_of(body) if body else building.number("2040399243", 7),
        "birth_name": "Trần",
        "given_names": "Thị Mai",
        "sex": "F",
        "birth_date": "2004-03-14",
        "birth_country": "VN",
        "birth_place": "Huế",
        "passport": "C7654321",
    }
    return {**given, **changes}


def a_file(folder: Path, *rows: dict[str, str], columns=loading.COLUMNS) -> Path:
    """Write a file of these rows; return where."""
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(path: Path) -> Loaded:
    return repertoire.load(path, actor="system:test")


def test_a_loaded_person_is_known_and_holds_a_nir(tmp_path):
    assert load(a_file(tmp_path, a_row())) == Loaded(1, 0, 0, ())
    (found,) = repertoire.known(an_identity(birth_name="TRAN", given_names="THI MAI", passport=""))
    assert (found.number.kind, found.number.body, found.by) == ("nir", "2040399243007", ("names_date_country",))
    assert repertoire.number_of(found.subject_id) == found.number


def test_loading_again_adds_nobody(tmp_path):
    path = a_file(tmp_path, a_row(), a_row(body="2040399243008", given_names="Thị Lan", passport=""))
    assert load(path) == Loaded(2, 0, 0, ())
    assert load(path) == Loaded(0, 2, 0, ())
    assert Holder.objects.count() == 2


def test_a_row_written_twice_is_one_person(tmp_path):
    assert load(a_file(tmp_path, a_row(), a_row())) == Loaded(1, 1, 0, ())


def test_a_number_that_somebody_else_holds_is_named_and_changes_nothing(tmp_path):
    load(a_file(tmp_path, a_row()))
    other = a_row(birth_name="Lê", passport="")
    assert load(a_file(tmp_path, a_row(), other, other)) == Loaded(0, 1, 2, ((3, "number_taken"), (4, "number_taken")))
    assert repertoire.known(an_identity(birth_name="Lê", given_names="Thị Mai", passport="")) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "204039924300799"}, "number"),
        ({"number": ""}, "number"),
        ({"number": "7112312345678"}, "number"),
        ({"sex": "2"}, "sex"),
        ({"birth_name": " "}, "birth_name"),
        ({"birth_date": "14/03/2004"}, "birth_date"),
        ({"birth_country": "Vietnam"}, "birth_country"),
    ],
)
def test_a_wrong_row_is_named_by_its_place_and_does_not_stop_the_others(tmp_path, changes, code):
    path = a_file(tmp_path, a_row(**changes), a_row(body="2040399243009"))
    assert load(path) == Loaded(1, 0, 1, ((2, code),))


def test_a_row_of_another_length_is_named(tmp_path):
    path = a_file(tmp_path, a_row())
    path.write_text(path.read_text(encoding="utf-8") + "1,2,3\n", encoding="utf-8")
    assert load(path) == Loaded(1, 0, 1, ((3, "columns"),))


def test_a_file_with_the_mark_of_a_spreadsheet_is_read(tmp_path):
    path = a_file(tmp_path, a_row())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path).added == 1


@pytest.mark.parametrize("content", [b"", b"name,number\n", b"\xff\xfe\n", b'number,"birth\n'])
def test_a_file_that_is_another_thing_is_refused(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile):
        load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadFile, match="FileNotFoundError"):
        load(tmp_path / "nobody.csv")


def test_a_large_file_goes_in_by_batches_each_with_its_entry(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 4)
    found = [a_row(number=building.number("2040399243", n), given_names="A" * n, passport="") for n in range(1, 11)]
    assert load(a_file(tmp_path, *found)) == Loaded(10, 0, 0, ())
    entries = [entry for entry in _entries() if entry[0] == "repertoire.loaded"]
    assert entries == [("repertoire.loaded", 4), ("repertoire.loaded", 4), ("repertoire.loaded", 2)]


def _entries():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select action, (detail->>'added')::int from core_journal order by id")
        return cursor.fetchall()


def test_only_so_many_wrong_rows_are_named_and_all_are_counted(tmp_path):
    loaded = load(a_file(tmp_path, *(a_row(sex="x") for _ in range(60))))
    assert (loaded.wrong, len(loaded.faults), loaded.faults[0]) == (60, loading.NAMED, (2, "sex"))


def test_the_demo_s_known_people_load_whole_and_stop_only_the_one_they_should():
    from matricule.demo.people import load_people

    assert load(demo.KNOWN) == Loaded(6, 0, 0, ())
    hits = {}
    for person in load_people():
        passport = person.paper.number if person.paper.kind == "passport" else ""
        found = repertoire.known(
            repertoire.Identity(
                person.birth_name, person.given_names, person.sex, person.birth_date.isoformat(),
                person.birth_country, person.birth_place, passport,
            )
        )  # fmt: skip
        if found:
            hits[person.key] = found[0].by
    assert hits == {"pol": ("names_date_country", "passport")}


def test_a_batch_that_fails_leaves_nothing_of_itself(tmp_path, monkeypatch):
    def fail(**named):
        raise ZeroDivisionError

    monkeypatch.setattr(journal, "record", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        load(a_file(tmp_path, a_row()))
    assert not Holder.objects.exists()
