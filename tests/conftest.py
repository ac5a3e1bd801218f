"""What every test may ask for: a database of its own, and one that may be committed to."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import cluster

pytest_plugins = ["tests.support.promises"]

# property tests are judged by what they find, never by how long a busy machine takes
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("prove", settings.get_profile("house"), max_examples=2000)
settings.load_profile("prove" if os.environ.get("MATRICULE_PROVE") == "1" else "house")

NAME = f"t_{cluster.WORKER}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the property tests and whatever says a promise, so that ``make prove`` finds them; put long files first.

    A file goes to one worker: a long one that comes last is waited for while the other worker has nothing left.
    """
    for item in items:
        if "promise" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.bulk)
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.property)
    if "PYTEST_XDIST_WORKER" in os.environ:
        marks = ("slow", "race", "prove")
        long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in marks)}
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: (item.path not in long, -tests[item.path]))


def _use(name: str) -> None:
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[None]:
    """Give this worker a clone of the migrated template, used as the application's role."""
    with django_db_blocker.unblock():
        cluster.migrate_template()
        cluster.clone(NAME)
        _use(NAME)
    yield
    with django_db_blocker.unblock():
        _use(NAME)
        cluster.drop(NAME)


@pytest.fixture
def whole_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Let the test commit, from as many connections as it likes; the next test gets a fresh clone.

    Not ``transaction=True``: its TRUNCATE is refused by the append-only journal.
    """
    from django.db import connections

    from matricule.core.journal import head

    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            cluster.clone(NAME)
            head.forget()  # what remembers the old database's journal
