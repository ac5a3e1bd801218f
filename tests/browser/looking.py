"""What the files test_every_page_*.py share: one file a language, so that two workers share the whole proof."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.browser.every_page import FRAGMENTS, NAMES, Found, Seen, answers, examine, examine_first
from tests.support import tested
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
    if tested.WRITES:
        tested.write("pages", language, name, record=None)  # until it was looked at
    with connection.cursor() as cursor:  # Chromium takes its time between two states
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
    seen = Seen()
    with found.window(chromium, language) as window:
        for number, shown in enumerate(answers(name, language)):
            examine(window, shown, seen, turn=turn // 2)
            if number == 0:
                examine_first(window, shown, seen, walked=WHOLE or name in WALKED)
            if not WHOLE:
                break
    if not seen.states:
        assert name in FRAGMENTS
        return
    if tested.WRITES:
        tested.write("pages", language, name, record=seen.record())  # its faults too: the statement tells them
    assert seen.all_faults == []
    if WHOLE:
        assert tested.states(language, name) == seen.states, "the statement tells other states: make accessibility"
    found.pages[name] = seen


def say(language: str, found: Found, promise: Callable[[str, str], None]) -> None:
    """Fail unless every page was looked at and held; say what held."""
    if not WHOLE:
        assert len(found.pages) >= len(NAMES) // 2 - 3
        return
    if tested.WRITES:
        tested.forget(language, NAMES)
    assert set(found.pages) == set(NAMES) - FRAGMENTS, "run the whole file, and mend what failed above"
    promise(
        f"every page in {language}",
        f"{len(found.pages)} pages in {found.total(lambda page: page.states)} states, axe "
        f"{found.total(lambda page: len(page.looks))} times (390 and 1280 px, light and dark): "
        f"{found.total(lambda page: len(page.all_faults))} violations; none scrolls sideways at 320 px; "
        f"{found.total(lambda page: page.walked)} stops of the Tab key; heaviest first view "
        f"{max(page.heaviest for page in found.pages.values()) / 1000:.0f} kB of 150, pictures of what was sent left "
        "out; 0 complaints of a console; no style=, no inline script",
    )


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    """Count over the file."""
    kept = Found()
    yield kept
    kept.close()
