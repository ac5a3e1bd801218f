"""Languages of civil-status documents."""

import pytest

from matricule.rules import languages
from matricule.rules.countries import table as countries_table
from matricule.rules.errors import InputError, RulesError
from matricule.rules.languages import accepted, find, get, ordered, search, table
from matricule.rules.text import fold

TWENTY = {
    "sq",
    "de",
    "en",
    "da",
    "hr",
    "es",
    "fi",
    "hu",
    "it",
    "lv",
    "lt",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "sk",
    "sv",
    "cs",
    "tr",
}


def test_french_and_the_twenty_languages_are_accepted():
    assert {language.code for language in accepted()} == TWENTY | {"fr"}


@pytest.mark.parametrize("code", ["no", "nb", "nn", "NB", "nb-NO", "nn_NO"])
def test_norwegian_is_one_language(code):
    assert find(code).code == "no"


@pytest.mark.parametrize(("code", "expected"), [("pt-BR", "pt"), ("ZH_hant", "zh"), (" ar ", "ar"), ("tl", "fil")])
def test_tags_are_read_by_their_language(code, expected):
    assert get(code).code == expected


@pytest.mark.parametrize("code", ["", "xx", "arabe", "ara", "-"])
def test_another_code_is_refused_with_a_sentence(code):
    assert find(code) is None
    with pytest.raises(InputError, match="document_language"):
        get(code, field="document_language")


def test_there_are_about_180_languages_with_both_names():
    assert 170 <= len(table()) <= 200
    assert all(language.names["fr"] and language.names["en"] for language in table().values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_is_ordered_by_name(language):
    names = [fold(item.names[language]) for item in ordered(language)]
    assert names == sorted(names)
    assert len(names) == len(table())


@pytest.mark.parametrize(
    ("query", "language", "code"),
    [("chin", "fr", "zh"), ("Chinese", "fr", "zh"), ("néerl", "fr", "nl"), ("dutch", "en", "nl"), ("ar", "en", "ar")],
)
def test_search(query, language, code):
    assert code in [item.code for item in search(query, language)]


def test_search_is_bounded_and_may_find_nothing():
    assert len(search("a", "fr", limit=3)) == 3
    assert search("qqqq", "fr") == []


def test_the_official_languages_of_most_countries_are_known():
    spoken = {code for country in countries_table().values() for code in country.languages}
    unknown = {code for code in spoken if find(code) is None}
    assert len(unknown) < 20, unknown


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"code": "FR"}, "ISO 639"),
        ({"code": "fran"}, "ISO 639"),
        ({"accepted": "yes"}, "0 or 1"),
        ({"en": ""}, "both"),
    ],
)
def test_a_wrong_row_is_refused(monkeypatch, change, why):
    row = {"code": "fr", "fr": "français", "en": "French", "accepted": "1", "aliases": "", "source": "s"} | change
    monkeypatch.setattr(languages.data, "read_csv", lambda name, columns: [(4, row)])
    with pytest.raises(RulesError, match=why):
        table.__wrapped__()
