"""The loader: a wrong file stops the start, and says where and why."""

from datetime import date

import pytest

from matricule.rules import data
from matricule.rules.errors import RulesError
from matricule.rules.text import fold

COLUMNS = ("code", "fr", "source")


@pytest.fixture
def folder(tmp_path):
    def write(text, name="rules.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path

    return write


def test_rows_come_with_their_number_as_an_editor_shows_it(folder):
    where = folder("code,fr,source\na, un ,s\nb,deux,s\n")
    assert data.read_csv("rules.csv", COLUMNS, folder=where) == [
        (2, {"code": "a", "fr": "un", "source": "s"}),
        (3, {"code": "b", "fr": "deux", "source": "s"}),
    ]


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("", 1, "the columns must be"),
        ("code,fr\na,un\n", 1, "the columns must be code, fr, source"),
        ("code,fr,source\na,un,s\nb,deux\n", 3, "has 2 cells instead of 3"),
        ("code,fr,source\na,un,s,plus\n", 2, "has 4 cells instead of 3"),
        ("code,fr,source\na,un,\n", 2, "has no source"),
        ('code,fr,source\n"a,un,s\n', 0, "cannot be read"),
    ],
)
def test_a_wrong_csv_names_file_row_and_reason(folder, text, row, reason):
    with pytest.raises(RulesError, match=reason) as caught:
        data.read_csv("rules.csv", COLUMNS, folder=folder(text))
    assert (caught.value.file, caught.value.row) == ("rules.csv", row)
    assert str(caught.value).startswith(f"rules.csv, row {row}: ")


def test_a_file_that_is_missing_or_in_another_encoding_is_refused(folder, tmp_path):
    with pytest.raises(RulesError, match="FileNotFoundError"):
        data.read_csv("absent.csv", COLUMNS, folder=tmp_path)
    with pytest.raises(RulesError, match="UnicodeDecodeError"):
        data.read_csv("rules.csv", COLUMNS, folder=folder("code,fr,source\na,é,s\n", encoding="latin-1"))


def test_a_toml_is_read_or_refused(folder, tmp_path):
    assert data.read_toml("rules.toml", folder=folder("[a]\nb = 1\n", "rules.toml")) == {"a": {"b": 1}}
    with pytest.raises(RulesError, match="cannot be read"):
        data.read_toml("rules.toml", folder=folder("[a\n", "rules.toml"))
    with pytest.raises(RulesError, match="cannot be read"):
        data.read_toml("rules.toml", folder=folder("é = 1", "rules.toml", "latin-1"))
    with pytest.raises(RulesError, match="cannot be read"):
        data.read_toml("absent.toml", folder=tmp_path)


def test_building_names_the_row_that_cannot_be_built():
    rows = [(2, {"n": "1"}), (3, {"n": "x"})]
    with pytest.raises(RulesError, match="invalid literal") as caught:
        data.build_rows("rules.csv", rows, lambda row: int(row["n"]))
    assert caught.value.row == 3
    with pytest.raises(RulesError, match="absent"):
        data.build_rows("rules.csv", rows, lambda row: row["absent"])


def test_a_key_seen_twice_names_both_rows():
    rows = [(2, {"n": "1"}), (3, {"n": "2"}), (7, {"n": "1"})]
    with pytest.raises(RulesError, match=r"row 7: 1 is already in row 2"):
        data.build_rows("rules.csv", rows, lambda row: row["n"], lambda value: value)
    assert data.build_rows("rules.csv", rows, lambda row: row["n"]) == ("1", "2", "1")


def test_rows_without_a_key_are_not_compared():
    rows = [(2, {"n": ""}), (3, {"n": ""})]
    assert data.build_rows("rules.csv", rows, lambda row: row["n"], lambda value: value) == ("", "")


def test_cells():
    assert data.flag({"x": "1"}, "x") is True
    assert data.flag({"x": "0"}, "x") is False
    assert data.day({"x": "2026-11-21"}, "x") == date(2026, 11, 21)
    assert data.day({"x": ""}, "x") is None
    assert data.both({"fr": "a", "en": "b"}) == {"fr": "a", "en": "b"}


@pytest.mark.parametrize("cell", ["", "yes", "2", "true"])
def test_a_flag_is_0_or_1(cell):
    with pytest.raises(ValueError, match="must be 0 or 1"):
        data.flag({"x": cell}, "x")


@pytest.mark.parametrize("row", [{"fr": "", "en": "b"}, {"fr": "a", "en": ""}])
def test_a_text_has_both_languages(row):
    with pytest.raises(ValueError, match="must both be written"):
        data.both(row)


def test_every_file_of_the_room_holds():
    assert data.check_all() > 900


@pytest.mark.parametrize("path", sorted(data.FOLDER.glob("*.csv")), ids=lambda path: path.name)
def test_every_row_has_its_source_and_its_date(path):
    import csv

    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            assert row["source"]
            if path.name != "departments.csv":  # there the dates are those of the births that a code covers
                assert date.fromisoformat(row["valid_from"]) <= date(2026, 11, 21)


def test_no_file_holds_a_path_of_a_machine_or_a_straight_apostrophe_in_its_french():
    for path in sorted(data.FOLDER.glob("*.toml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("fr =", "label_fr", "reason_fr")):
                assert "'" not in line, path.name


def test_folding_is_known_to_the_files():
    assert fold("Côte d’Ivoire") == fold("COTE D'IVOIRE")


@pytest.mark.parametrize("module", ["countries", "languages", "institutions", "caisses", "permits"])
def test_one_wrong_list_stops_the_check_of_all(monkeypatch, module):
    import importlib

    def broken():
        raise RulesError(f"{module}.csv", 2, "has no source")

    monkeypatch.setattr(importlib.import_module(f"matricule.rules.{module}"), "table", broken)
    with pytest.raises(RulesError, match=f"{module}.csv, row 2"):
        data.check_all.__wrapped__()
