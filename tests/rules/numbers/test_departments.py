"""The departments of birth."""

from datetime import date

import pytest

from matricule.rules.errors import RulesError
from matricule.rules.numbers import departments
from matricule.rules.numbers.departments import table


def test_the_codes_are_those_of_the_law():
    expected = {f"{n:02d}" for n in range(1, 100)} | {"2A", "2B"}
    assert set(table()) == expected


def test_corsica_has_a_history():
    assert table()["20"].until == date(1975, 12, 31)
    assert table()["2A"].since == table()["2B"].since == date(1976, 1, 1)
    assert table()["25"].since is table()["25"].until is None


@pytest.mark.parametrize(("code", "name"), [("01", "Ain"), ("25", "Doubs"), ("75", "Paris"), ("95", "Val-d’Oise")])
def test_names(code, name):
    assert table()[code].names["fr"] == name


def test_a_code_of_another_length_is_refused(monkeypatch):
    row = {"code": "100", "fr": "x", "en": "x", "valid_from": "", "valid_until": "", "source": "s"}
    monkeypatch.setattr(departments.data, "read_csv", lambda name, columns: [(9, row)])
    with pytest.raises(RulesError, match=r"departments.csv, row 9: code must have 2"):
        departments.table.__wrapped__()
