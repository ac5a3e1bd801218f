"""A signed-in student with a dossier, for the tests of the pages."""

import pytest

from tests.portals.student.test_way import sign_in
from tests.support import factories as make


@pytest.fixture
def student(client):
    """Return a function that signs a person in with the dossier that ``build`` makes."""

    def start(build, address: str = "student@example.org"):
        dossier = build(make.a_user(address, "en"))
        sign_in(client, address)
        return dossier

    return start
