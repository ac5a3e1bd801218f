"""The stay titles of the order of 10 May 2017."""

import pytest

from matricule.rules import permits
from matricule.rules.errors import RulesError
from matricule.rules.permits import find, table


def test_the_list_has_its_21_titles_with_both_names_and_their_source():
    assert len(table()) == 21
    for permit in table():
        assert permit.names["fr"] and permit.names["en"] and "10 May 2017" in permit.source


def test_a_vls_ts_counts_once_validated():
    assert "validé" in find("vls_ts_valide").names["fr"]
    assert "validated" in find("vls_ts_valide").names["en"]


def test_a_title_that_is_no_longer_made_still_counts():
    assert [permit.code for permit in table() if not permit.still_issued] == ["competences_talents"]


def test_a_code_of_no_title():
    assert find("tourist_visa") is None


def test_a_wrong_row_is_refused(monkeypatch):
    row = {"code": "x", "fr": "x", "en": "x", "still_issued": "oui", "source": "s", "valid_from": ""}
    monkeypatch.setattr(permits.data, "read_csv", lambda name, columns: [(6, row)])
    with pytest.raises(RulesError, match=r"permits.csv, row 6"):
        table.__wrapped__()
