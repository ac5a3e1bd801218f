"""The card that explains a number."""

import pytest
from hypothesis import given

from matricule.rules.numbers import Nir
from matricule.rules.numbers.explain import explain, place
from matricule.rules.numbers.nir import key_of
from tests.rules.numbers.strategies import nirs


def nir(body):
    return Nir.parse(body + key_of(body))


@given(nirs())
def test_the_parts_are_the_whole_number_and_speak_both_languages(number):
    parts = explain(Nir.parse(number))
    assert "".join(part.digits for part in parts) == number
    for part in parts:
        assert part.name["fr"] and part.name["en"] and part.meaning["fr"] and part.meaning["en"]


def test_a_whole_example():
    meanings = [part.meaning["en"] for part in explain(nir("2040399216017"))]
    assert meanings[:4] == ["woman", "born in …04", "March", "China"]
    assert [part.meaning["fr"] for part in explain(nir("1982099352017"))][:3] == [
        "homme",
        "naissance en …98",
        "mois inconnu",
    ]


@pytest.mark.parametrize(
    ("body", "fr"),
    [
        ("1980725056017", "Doubs"),
        ("198072A004017", "Corse-du-Sud"),
        ("1700720050012", "Corse"),
        ("1980797411017", "La Réunion"),
        ("1980799115017", "Tchécoslovaquie"),
        ("1450794100020", "Val-de-Marne, ou Algérie avant l’indépendance"),
        ("1490696030005", "Tunisie avant 1964"),
        ("1980799999017", "pays 99999"),
        ("1980797900017", "départements et collectivités d’outre-mer"),
    ],
)
def test_the_place_of_birth(body, fr):
    assert place(nir(body))["fr"] == fr


def test_a_code_that_several_territories_share_names_them_all():
    assert " / " in place(nir("1880299425001"))["en"]
