"""The accessibility statement claims what the results hold, tells the faults that stand, and nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from matricule.core import i18n
from matricule.portals.public import statement, tested

REAL = tested.last()
CHECKS = {
    "axe": "axe-core",
    "narrow": "scrolls sideways",
    "keyboard": "Tab key",
    "thumb": "for a thumb",
}
"""A check of every page, and words of the sentence that claims it."""
ALL = replace(REAL, checks=frozenset(CHECKS), faults=Counter())


@pytest.fixture
def given(monkeypatch):
    """Return what the statement says of other results."""

    def said(results, language="en"):
        monkeypatch.setattr(tested, "last", lambda: results)
        with i18n.in_language(language):
            return statement.accessibility()

    return said


def text(client, language="en"):
    page = " ".join(client.get(f"/{language}/accessibility/").content.decode().split())
    return page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_says_the_figures_and_their_day(client, language):
    page = text(client, language)
    with i18n.in_language(language):
        day = i18n.format_date(REAL.day).replace("\N{NO-BREAK SPACE}", " ")
    for figure in (f"{REAL.pages} pages", str(REAL.states), f"axe-core {REAL.axe}", "390", "1280", "320", day):
        assert figure in page, figure


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_claimed_when_it_is_in_the_results(given, check):
    assert any(CHECKS[check] in line for line in given(ALL)["tested"])
    without = given(replace(ALL, checks=ALL.checks - {check}))
    assert not any(CHECKS[check] in line for line in without["tested"])
    assert without["standing"] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_fault_that_stands_is_told_and_its_check_not_claimed(given, check):
    said = given(replace(ALL, faults=Counter({check: 2})))
    assert not any(CHECKS[check] in line for line in said["tested"])
    assert len(said["standing"]) == 1
    assert said["standing"][0].endswith(": 2 faults found, not mended yet")


def test_checks_that_nobody_reads_about_are_told_together_when_they_fail(given):
    said = given(replace(ALL, faults=Counter({"console": 1, "inline": 2, "axe": 1})))
    assert sorted(said["standing"]) == [
        "axe-core: 1 fault found, not mended yet",
        "other checks of the build: 3 faults found, not mended yet",
    ]


def test_languages_colours_and_widths_are_those_of_the_results(given):
    assert (
        ", in French and in English, in light colours and in dark colours, 390 and 1280 pixels wide"
        in (given(ALL)["tested"][0])
    )
    less = given(replace(ALL, languages=("fr",), colours=("dark",), widths=(390,)))
    assert ", in French, in dark colours, 390 pixels wide" in less["tested"][0]


def test_a_width_that_differs_between_pages_is_not_named(given):
    assert not any("sideways" in line for line in given(replace(ALL, narrow=None))["tested"])


def test_contrast_is_claimed_for_the_themes_that_were_compared(given):
    def said(results):
        return [line for line in given(results)["tested"] if "contrast" in line]

    assert said(ALL) == ["contrast of every pair of colours, in light colours and in dark colours"]
    assert said(replace(ALL, contrast=("light",))) == ["contrast of every pair of colours, in light colours"]
    assert said(replace(ALL, contrast=())) == []
    poor = given(replace(ALL, faults=Counter({"contrast": 1})))
    assert poor["standing"] == ["contrast of colours: 1 fault found, not mended yet"]
    assert not any("contrast" in line for line in poor["tested"])


@pytest.mark.parametrize(("name", "words"), [("without_script", "without JavaScript"), ("keyboard", "keyboard alone")])
def test_a_journey_is_claimed_when_it_came_to_its_end(given, name, words):
    assert any(words in line for line in given(ALL)["tested"])
    assert not any(words in line for line in given(replace(ALL, journeys=ALL.journeys - {name}))["tested"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_tells_what_stands(client, monkeypatch, language):
    assert 'id="standing"' not in text(client, language)
    monkeypatch.setattr(tested, "last", lambda: replace(ALL, faults=Counter({"narrow": 3})))
    page = text(client, language)
    assert 'id="standing"' in page
    assert {"fr": "3 défauts trouvés, pas encore corrigés", "en": "3 faults found"}[language] in page


def test_the_page_names_no_day_without_results(client, monkeypatch):
    nothing = replace(
        ALL, day=None, checks=frozenset(), contrast=(), journeys=frozenset(), pages=0, states=0, languages=()
    )
    monkeypatch.setattr(tested, "last", lambda: nothing)
    page = text(client)
    assert "or later" not in page
    assert "Tests find some faults, not all of them." in page


def test_the_day_is_that_of_the_results(client, monkeypatch):
    monkeypatch.setattr(tested, "last", lambda: replace(ALL, day=date(2026, 2, 3)))
    assert "last made on 3 February 2026 or later" in text(client)


def test_every_sentence_has_other_words_in_french(given):
    faulty = replace(ALL, faults=Counter({**dict.fromkeys(CHECKS, 1), "contrast": 1, "console": 1}))
    for results in (ALL, faulty):
        english, french = given(results), given(results, "fr")
        for group in ("tested", "standing", "untested"):
            assert len(english[group]) == len(french[group])
            assert not set(english[group]) & set(french[group])
