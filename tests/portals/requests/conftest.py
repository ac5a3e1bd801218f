"""Who files in most of these tests: the administrator of a company, and their browser."""

import pytest

from tests.support import company


@pytest.fixture
def chief():
    """Return the administrator of a company."""
    return company.a_company()


@pytest.fixture
def client(chief):
    """Return the administrator's browser, signed in."""
    return company.browser(chief.user_id)
