"""The window in which every page is looked at is kept from page to page, and never one in which a look broke off."""

from unittest.mock import Mock

import pytest

from tests.browser.every_page import Found


def test_a_kept_window_is_as_new_for_each_page():
    chromium, found = Mock(), Found()
    for _page in range(2):
        with found.window(chromium, "en") as window:
            window.page.evaluate.return_value = []
            window.look("phone", "dark")
    chromium.new_context.assert_called_once()
    assert window.context.clear_cookies.call_count == 2
    with found.window(chromium, "en") as window:
        assert window.seen_as == ("desk", "light")
    window.context.close.assert_not_called()
    found.close()
    window.context.close.assert_called_once()


def test_a_window_in_which_a_look_broke_off_is_not_given_again():
    chromium, found = Mock(), Found()
    with pytest.raises(ZeroDivisionError), found.window(chromium, "en") as window:
        window.context.close.assert_not_called()
        raise ZeroDivisionError
    window.context.close.assert_called_once()
    with found.window(chromium, "en") as fresh:
        assert fresh is not window
    assert chromium.new_context.call_count == 2
