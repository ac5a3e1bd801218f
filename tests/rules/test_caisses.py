"""The caisse of a department or a postcode."""

import pytest

from matricule.rules import caisses
from matricule.rules.caisses import department_of, for_department, for_postcode, search, table
from matricule.rules.errors import RulesError


def test_every_department_has_its_caisse():
    departments = [f"{n:02d}" for n in range(1, 96) if n != 20] + [
        "2A",
        "2B",
        "971",
        "972",
        "973",
        "974",
        "975",
        "976",
    ]
    assert [d for d in departments if not for_department(d)] == []
    assert len(table()) == 109


@pytest.mark.parametrize(
    ("postcode", "department"),
    [
        ("25000", "25"),
        ("01015", "01"),
        ("20000", "2A"),
        ("20137", "2A"),
        ("20200", "2B"),
        ("20600", "2B"),
        ("97410", "974"),
        ("98800", "988"),
        ("75 019", "75"),
        ("2500", None),
        ("250000", None),
        ("ABCDE", None),
        ("00100", None),
        ("99123", None),
        ("٢٥٠٠٠", None),
        ("", None),
    ],
)
def test_the_department_of_a_postcode(postcode, department):
    assert department_of(postcode) == department


@pytest.mark.parametrize(
    ("postcode", "code"), [("25000", "251"), ("20000", "201"), ("97400", "974"), ("75013", "751")]
)
def test_the_caisse_of_a_postcode(postcode, code):
    assert [caisse.code for caisse in for_postcode(postcode)] == [code]


@pytest.mark.parametrize("department", ["59", "62", "64", "76"])
def test_four_departments_have_several_caisses(department):
    assert len(for_department(department)) > 1


def test_a_postcode_from_abroad_has_no_caisse():
    assert for_postcode("10115-DE") == ()
    assert for_postcode("98800") == ()


def test_what_is_to_be_confirmed_is_marked():
    assert {caisse.code for caisse in table().values() if not caisse.confirmed} == {"202", "594", "976", "975"}


@pytest.mark.parametrize(
    ("query", "name"), [("doubs", "CPAM du Doubs"), ("BESANCON", "CPAM du Doubs"), ("974", "CGSS de La Réunion")]
)
def test_search(query, name):
    assert name in [caisse.name for caisse in search(query)]


def test_search_is_bounded_and_may_find_nothing():
    assert len(search("cpam", limit=4)) == 4
    assert search("zzzz") == []


@pytest.mark.parametrize(
    ("change", "why"),
    [({"type": "MSA"}, "type must be"), ({"code": "25"}, "3 characters"), ({"confirmed": ""}, "0 or 1")],
)
def test_a_wrong_row_is_refused(monkeypatch, change, why):
    row = dict.fromkeys(caisses.COLUMNS, "x") | {"code": "251", "type": "CPAM", "confirmed": "1"} | change
    monkeypatch.setattr(caisses.data, "read_csv", lambda name, columns: [(3, row)])
    with pytest.raises(RulesError, match=why):
        table.__wrapped__()
