"""Every page in every state, in French (see every_page.py)."""

import pytest

from tests.browser.every_page import NAMES
from tests.browser.looking import found, look_at, say  # noqa: F401  fixtures

pytestmark = [pytest.mark.bulk, pytest.mark.django_db]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_what_every_page_promises(name, chromium, found):  # noqa: F811
    look_at(name, "fr", chromium, found)


def test_every_page_was_looked_at(found, promise):  # noqa: F811
    say("fr", found, promise)
