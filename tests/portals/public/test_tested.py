"""The accessibility statement speaks of the pages that there are, in the states that there are.

How many states a page has is known only where all are made: tests/consistency/test_pseudo_language.py compares the
French ones with the file at every run, and the look at every page does so in both languages (``make prove``).
"""

import json
from datetime import date

import pytest

from matricule.core import clock, i18n
from matricule.portals.components import errors
from matricule.portals.public import tested
from tests.consistency.visits import PAGES

KEPT = json.loads(tested.FILE.read_text(encoding="utf-8"))
FRAGMENTS = {"student:schools", "student:file-act", "student:add"}
"""A piece of a page only (tests/browser/every_page.py)."""
CHECKS = {"axe", "console", "inline", "keyboard", "narrow", "outline", "thumb", "weight"}
"""What every page is looked at for; a newer check joins when all pages were looked at for it."""


@pytest.fixture
def write(monkeypatch, tmp_path):
    """Let the statement read other results."""
    monkeypatch.setattr(tested, "FILE", tmp_path / "tested.json")

    def written(**kept):
        tested.FILE.write_text(json.dumps(kept), encoding="utf-8")
        tested.last.cache_clear()
        return tested.last()

    yield written
    tested.last.cache_clear()


def a_page(day="2026-11-20", **other):
    looked = {"axe": "4.12.1", "looks": 8, "widths": [390, 1280], "colours": ["light", "dark"], "narrow": 320}
    return {"day": day, "states": 2, "faults": {"axe": 0, "narrow": 0}, **looked, **other}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_was_looked_at_in_its_language(language):
    """A page is missing, or one is gone: run ``make accessibility``, and mend what it finds."""
    assert set(KEPT["pages"][language]) == {*PAGES, "trouble"} - FRAGMENTS


def test_a_page_has_as_many_states_in_one_language_as_in_the_other():
    states = {
        language: {name: page["states"] for name, page in KEPT["pages"][language].items()}
        for language in i18n.LANGUAGES
    }
    assert states["fr"] == states["en"]
    assert states["fr"]["trouble"] == len(errors.STATUSES) + 1


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_state_was_looked_at_at_both_widths_in_both_colours_and_by_every_check(language):
    for name, page in KEPT["pages"][language].items():
        assert (page["widths"], page["colours"], page["narrow"]) == ([390, 1280], ["light", "dark"], 320), name
        assert page["looks"] == 4 * page["states"] > 0, name
        assert set(page["faults"]) >= CHECKS, name
        assert {check: found for check, found in page["faults"].items() if found} == {}, name


def test_the_statement_reads_what_is_written_down():
    last = tested.last()
    assert last.languages == ("en", "fr")
    assert (last.widths, last.colours, last.narrow) == ((390, 1280), ("light", "dark"), 320)
    assert last.pages == len(PAGES) - len(FRAGMENTS) + 1
    assert last.states >= last.pages
    assert all(last.holds(check) for check in CHECKS)
    assert last.contrast == ("light", "dark") and last.faults["contrast"] == 0
    assert last.journeys == {"keyboard", "without_script"}
    assert last.day <= clock.wall().date()


def test_the_language_with_fewer_pages_or_states_is_the_one_counted(write):
    last = write(pages={"fr": {"a": a_page(), "b": a_page(states=3)}, "en": {"a": a_page(), "b": a_page()}})
    assert (last.pages, last.states) == (2, 4)
    last = write(pages={"fr": {"a": a_page(), "b": a_page()}, "en": {"a": a_page()}})
    assert (last.pages, last.states) == (1, 2)


def test_the_day_is_that_of_the_oldest_look(write):
    pages = {"fr": {"a": a_page("2026-11-26"), "b": a_page("2026-11-03")}, "en": {"a": a_page("2026-11-26")}}
    assert write(pages=pages).day == date(2026, 11, 3)
    older = {"light": {"day": "2026-11-02", "pairs": 40, "poor": 0}}
    assert write(pages=pages, contrast=older).day == date(2026, 11, 2)
    assert write(pages=pages, journeys={"keyboard": {"day": "2026-11-01"}}).day == date(2026, 11, 1)


def test_a_check_holds_when_every_page_had_it_and_none_had_a_fault(write):
    checked = a_page(faults={"axe": 0, "narrow": 0, "console": 0})
    last = write(pages={"fr": {"a": checked, "b": a_page()}})
    assert last.holds("axe") and last.holds("narrow")
    assert not last.holds("console"), "one page was not looked at for it"
    assert write(pages={"fr": {"a": checked, "b": checked}}).holds("console")
    last = write(
        pages={
            "fr": {"a": checked, "b": a_page(faults={"axe": 2, "narrow": 0})},
            "en": {"a": a_page(faults={"axe": 1})},
        }
    )
    assert not last.holds("axe") and last.faults["axe"] == 3


def test_a_width_or_a_colour_counts_when_every_page_had_it(write):
    poorer = a_page(widths=[390], colours=["light"], narrow=None, axe="4.11.0")
    last = write(pages={"fr": {"a": a_page(), "b": poorer}})
    assert (last.widths, last.colours, last.narrow, last.axe) == ((390,), ("light",), None, "4.11.0, 4.12.1")


def test_nothing_written_down_is_nothing_to_say(write):
    last = write()
    assert (last.day, last.pages, last.states, last.languages, last.narrow) == (None, 0, 0, (), None)
    assert not last.holds("axe")
    assert write(pages={"fr": {}}).languages == ()


def test_pairs_of_colours_that_are_too_weak_are_added_up(write):
    themes = {name: {"day": "2026-11-26", "pairs": 40, "poor": poor} for name, poor in (("light", 1), ("dark", 2))}
    last = write(contrast=themes)
    assert (last.contrast, last.faults["contrast"]) == (("light", "dark"), 3)
