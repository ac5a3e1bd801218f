"""The search over institutions."""

import pytest

from matricule.rules import institutions
from matricule.rules.errors import RulesError
from matricule.rules.institutions import COLUMNS, find, search, table
from matricule.rules.text import fold


def first(query):
    return search(query)[0].name


def test_every_institution_of_the_list_is_there():
    assert len(table()) == 245
    assert sum(1 for item in table() if not item.uai) == 2
    assert [fold(item.name) for item in table()] == sorted(fold(item.name) for item in table())


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("utt", "Université de technologie de Troyes"),
        ("UNIVERSITE COTE D'AZUR", "Université Côte d’Azur"),
        ("sorbonne universite", "Sorbonne Université"),
        ("franche comte", "Université Marie et Louis Pasteur"),
        ("caen", "Université de Caen Normandie"),
        ("0141408E", "Université de Caen Normandie"),
        ("University of Caen", "Université de Caen Normandie"),
    ],
)
def test_search_ignores_accents_and_capitals_and_knows_the_short_names(query, name):
    assert first(query) == name


def test_the_town_finds_what_is_in_it_after_what_is_named_so():
    found = search("besançon")
    assert found
    assert all("Besançon" in (item.commune, item.academie) or "Besançon" in item.name for item in found)


def test_the_words_of_a_query_come_in_any_order():
    assert first("troyes technologie") == "Université de technologie de Troyes"


def test_every_institution_finds_itself_by_its_name():
    for item in table():
        assert item in search(item.name, limit=20), item.name


def test_search_is_bounded_and_may_find_nothing():
    assert len(search("universite")) == 8
    assert len(search("universite", limit=3)) == 3
    assert search("zzzz") == search("") == []


@pytest.mark.parametrize("code", ["0141408E", "0141408e", " 0141408 E "])
def test_a_uai_is_found_however_it_is_typed(code):
    assert find(code).name == "Université de Caen Normandie"


def test_the_second_code_of_an_institution_finds_it_too():
    item = next(item for item in table() if item.other_uai)
    assert find(item.uai) == find(item.other_uai[0]) == item


@pytest.mark.parametrize("code", ["", "0141408A", "0000000A", "hello"])
def test_a_code_of_nobody_finds_nobody(code):
    assert find(code) is None


def test_a_label_names_the_town():
    assert find("0141408E").label == "Université de Caen Normandie (Caen)"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": ""}, "has no name"),
        ({"uai": "0141408A"}, "check letter"),
        ({"uai": "0141408E;0141408A"}, "check letter"),
    ],
)
def test_a_wrong_row_is_refused(monkeypatch, change, why):
    row = dict.fromkeys(COLUMNS, "x") | {"uai": "0141408E"} | change
    monkeypatch.setattr(institutions.data, "read_csv", lambda name, columns: [(3, row)])
    with pytest.raises(RulesError, match=why):
        table.__wrapped__()


def test_an_institution_without_town_shows_its_name_alone(monkeypatch):
    row = dict.fromkeys(COLUMNS, "") | {"name": "École", "source": "s"}
    monkeypatch.setattr(institutions.data, "read_csv", lambda name, columns: [(3, row)])
    assert table.__wrapped__()[0].label == "École"


def test_an_exact_name_finds_its_institution_without_accents_or_capitals():
    name = next(row.name for row in table() if row.name != fold(row.name) and "é" in row.name)
    assert institutions.named(fold(name).upper()).name == name
    assert institutions.named(name[:-2]) is None and institutions.named("") is None


def test_every_exact_name_finds_what_the_search_finds_first():
    for row in institutions.table()[::7]:
        first = [one for one in institutions.search(row.name, limit=3) if fold(one.name) == fold(row.name)]
        assert institutions.named(row.name) == first[0]
