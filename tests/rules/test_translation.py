"""Does a civil-status document need a translation? facts.md 0.4 and 5."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import countries, languages, translation
from matricule.rules.errors import InputError, RulesError
from matricule.rules.translation import decide, table

COUNTRIES = sorted(countries.table())
LANGUAGES = sorted(languages.table())
FREE = [code for code in COUNTRIES if countries.get(code).free_movement]
OTHERS = [code for code in COUNTRIES if not countries.get(code).free_movement]
ACCEPTED = [code for code in LANGUAGES if languages.get(code).accepted]
NOT_ACCEPTED = [code for code in LANGUAGES if not languages.get(code).accepted]

FLAGS = Path(__file__).with_name("translation_flags.csv")

FLAG_ROWS = list(csv.DictReader(FLAGS.open(encoding="utf-8")))

forms = st.fixed_dictionaries({"multilingual_form": st.booleans(), "plurilingual_extract": st.booleans()})


@given(st.sampled_from(FREE), st.sampled_from(LANGUAGES), forms)
def test_what_the_eu_the_eea_or_switzerland_issued_is_exempt_whatever_the_language(country, language, given_forms):
    answer = decide(country, language, **given_forms)
    assert (answer.needed, answer.rule) == (False, "issued_in_free_movement")


@given(st.sampled_from(OTHERS), st.sampled_from(ACCEPTED), forms)
def test_an_accepted_language_is_exempt_wherever_it_comes_from(country, language, given_forms):
    answer = decide(country, language, **given_forms)
    assert (answer.needed, answer.rule) == (False, "in_french" if language == "fr" else "accepted_language")


@given(st.sampled_from(OTHERS), st.sampled_from(NOT_ACCEPTED), forms)
def test_otherwise_only_a_form_spares_the_translation(country, language, given_forms):
    answer = decide(country, language, **given_forms)
    assert answer.needed is not any(given_forms.values())
    assert (answer.translators is not None) is answer.needed
    assert answer.rule in translation.RULES


@given(st.sampled_from(COUNTRIES), st.sampled_from(LANGUAGES), forms)
def test_every_answer_cites_its_text_and_speaks_both_languages(country, language, given_forms):
    answer = decide(country, language, **given_forms).as_dict()
    assert answer["source"] and answer["reason"]["fr"] and answer["reason"]["en"]
    assert "{" not in answer["reason"]["fr"] + answer["reason"]["en"]
    assert list(answer)[:3] == ["needed", "rule", "source"]
    assert ("translators" in answer) is answer["needed"]


@given(st.sampled_from(COUNTRIES), st.sampled_from(["no", "nb", "nn"]))
def test_norwegian_is_one_language(country, language):
    assert decide(country, language) == decide(country, "no")


@given(st.sampled_from(OTHERS), st.sampled_from(NOT_ACCEPTED))
def test_a_form_never_makes_a_translation_needed(country, language):
    without = decide(country, language)
    for name in ("multilingual_form", "plurilingual_extract"):
        assert not decide(country, language, **{name: True}).needed
    assert without.needed


@pytest.mark.parametrize(
    ("country", "language", "needed"),
    [
        ("BG", "bg", False),
        ("GR", "el", False),
        ("CH", "gsw", False),
        ("NO", "nn", False),
        ("DZ", "ar", True),
        ("DZ", "fr", False),
        ("CN", "zh", True),
        ("US", "en", False),
        ("GB", "en", False),
        ("GB", "cy", True),
        ("TR", "tr", False),
        ("RS", "sr", True),
        ("UA", "uk", True),
        ("BR", "pt-BR", False),
        ("AD", "ca", True),
        ("99115", "cs", False),
        ("99141", "de", False),
        ("NC", "fr", False),
    ],
)
def test_cases_that_people_meet(country, language, needed):
    assert decide(country, language).needed is needed


@pytest.mark.parametrize(
    ("country", "language", "rule"),
    [
        ("CN", None, "translation_needed"),
        ("RU", None, "translation_needed"),
        ("SN", None, "translation_depends"),
        ("GA", None, "in_french"),
        ("TW", None, "translation_needed"),
        ("MX", None, "accepted_language"),
        ("BG", None, "issued_in_free_movement"),
        ("IN", None, "translation_depends"),
        ("99115", None, "translation_depends"),
        (None, None, "translation_depends"),
        (None, "en", "accepted_language"),
        (None, "fr", "in_french"),
        (None, "bg", "translation_depends"),
    ],
)
def test_what_can_be_said_before_everything_is_told(country, language, rule):
    answer = decide(country, language)
    assert answer.rule == rule
    assert answer.needed is rule.startswith("translation_")


def test_a_form_settles_what_is_not_told():
    assert not decide(None, None, multilingual_form=True).needed
    assert not decide("IN", None, plurilingual_extract=True).needed


def test_it_says_who_may_translate_and_that_no_apostille_is_asked():
    answer = decide("CN", "zh")
    assert "ambassade ou le consulat de France" in answer.translators["fr"]
    assert "of France" in answer.translators["en"]
    assert "apostille" in answer.reason["fr"] and "chinois" in answer.reason["fr"]


@pytest.mark.parametrize(
    ("country", "language", "field"), [("XX", "en", "document_country"), ("CN", "xx", "document_language")]
)
def test_an_unknown_code_names_the_answer(country, language, field):
    with pytest.raises(InputError) as caught:
        decide(country, language)
    assert caught.value.field == field


@pytest.mark.parametrize("change", [{"needed": "yes"}, {"source": ""}, {"fr": ""}, {"en": None}])
def test_a_wrong_row_is_refused(monkeypatch, change):
    rows = {name: dict(row) for name, row in table().items()}
    rows["in_french"] |= change
    monkeypatch.setattr(translation.data, "read_toml", lambda name: rows)
    with pytest.raises(RulesError, match=r"translation.toml, row in_french"):
        table.__wrapped__()


def test_a_missing_row_is_refused(monkeypatch):
    monkeypatch.setattr(translation.data, "read_toml", lambda name: {})
    with pytest.raises(RulesError, match="issued_in_free_movement"):
        table.__wrapped__()


def test_every_row_is_used():
    assert set(table()) == {*translation.RULES, "translators"}


@pytest.mark.parametrize(
    "row", [row for row in FLAG_ROWS if row["iso2"] not in {"AQ", "BV"}], ids=lambda row: row["iso2"]
)
def test_the_flag_that_the_domain_computed_for_each_country(row):
    answer = decide(row["iso2"], None)
    flag = row["translation_of_civil_status_doc"]
    if flag.startswith("exempt"):
        assert not answer.needed
    elif flag == "required":
        assert (answer.needed, answer.rule) == (True, "translation_needed")
    else:
        assert answer.rule == "translation_depends"


def test_without_any_official_language_it_depends():
    """Bouvet Island and Antarctica: no authority there has a language, and the domain's flag has no meaning."""
    assert {decide(code, None).rule for code in ("BV", "AQ")} == {"translation_depends"}
