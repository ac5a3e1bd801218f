"""The accessibility statement speaks of the pages that there are, and only of what the proof wrote down."""

import json

import pytest

from matricule.core import clock, i18n
from matricule.portals.public import tested
from tests.consistency.visits import PAGES

KEPT = json.loads(tested.FILE.read_text(encoding="utf-8"))
FRAGMENTS = {"student:schools", "student:file-act", "student:add"}
"""A piece of a page only (tests/browser/every_page.py)."""


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_was_looked_at_in_its_language(language):
    """A page is missing, or one is gone: run ``make accessibility``, and mend what it finds."""
    assert set(KEPT["pages"][language]) == {*PAGES, "trouble"} - FRAGMENTS


def test_what_is_written_down_is_what_the_statement_promises():
    last = tested.last()
    assert last.languages == ("en", "fr")
    assert (last.widths, last.narrow, last.violations) == ((390, 1280), 320, 0)
    assert KEPT["colours"] == ["light", "dark"]
    assert last.pages == len(PAGES) - len(FRAGMENTS) + 1
    assert last.states >= last.pages
    assert last.day <= clock.wall().date()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_statement_says_these_figures_and_their_day(client, language):
    last = tested.last()
    page = " ".join(client.get(f"/{language}/accessibility/").content.decode().split())
    with i18n.in_language(language):
        day = i18n.format_date(last.day)
    for figure in (f"{last.pages} pages", str(last.states), f"axe-core {last.axe}", "390", "1280", "320", day):
        assert figure in page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " "), figure


def test_the_language_with_fewer_states_is_the_one_counted(monkeypatch, tmp_path):
    file = tmp_path / "tested.json"
    file.write_text(json.dumps(KEPT | {"pages": {"fr": {"a": 2, "b": 3}, "en": {"a": 2, "b": 2}}}), encoding="utf-8")
    monkeypatch.setattr(tested, "FILE", file)
    tested.last.cache_clear()
    try:
        assert (tested.last().pages, tested.last().states) == (2, 4)
    finally:
        tested.last.cache_clear()
