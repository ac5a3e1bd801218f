"""What the files test_every_page_*.py share: one file a language, so that two workers share the whole proof."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.browser import every_page
from tests.browser.every_page import NAMES, Found, Window, answers, examine, weigh
from tests.support.promises import WHOLE

WALKED = ("public:start", "public:questionnaire", "student:sign-in", "student:identify", "student:documents",
          "student:check")  # fmt: skip
"""Pages that each ``make test`` walks through with the keyboard; ``make prove`` walks through all."""
LANGUAGES = ("fr", "en")
# Playwright runs a loop in this thread, which Django's guard takes for code that must not wait; for the whole session,
# because the database is dropped at its end
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def look_at(name: str, language: str, chromium: Any, found: Found) -> None:
    """Look at the states of a page in one language: all of them, or in ``make test`` the first, in turns."""
    turn = NAMES.index(name)
    if not WHOLE and LANGUAGES[turn % 2] != language:
        return
    writes = WHOLE and os.environ.get("MATRICULE_WRITE_TESTED") == "1"
    if writes:
        every_page.write_down(language, name, 0)  # until it has held
    with connection.cursor() as cursor:  # Chromium takes its time between two states
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
    window = Window(chromium, language)
    try:
        for number, shown in enumerate(answers(name, language)):
            examine(window, shown, found, turn=turn // 2)
            if number == 0:
                weigh(window, shown)
                if WHOLE or name in WALKED:
                    found.walked += window.walk()
            if not WHOLE:
                break
    finally:
        window.context.close()
    if writes:
        every_page.write_down(language, name, found.states.get(name, 0))


def say(language: str, found: Found, promise: Callable[[str, str], None]) -> None:
    """Fail unless every page was looked at; say what held."""
    if not WHOLE:
        assert len(found.states) >= len(NAMES) // 2 - 3
        return
    assert set(found.states) >= set(NAMES) - every_page.FRAGMENTS, "run the whole file, and mend what failed above"
    states = sum(found.states.values())
    promise(
        f"every page in {language}",
        f"{len(found.states)} pages in {states} states, axe {found.looks} times (390 and 1280 px, light and dark): "
        f"0 violations; none scrolls sideways at 320 px; {found.walked} stops of the Tab key; heaviest first view "
        f"{found.heaviest / 1000:.0f} kB of 150; 0 complaints of a console; no style=, no inline script",
    )


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    """Count over the file."""
    yield Found()
