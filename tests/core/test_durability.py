"""A database that may lose what it acknowledged serves no real people (reliability.md 5.6)."""

import pytest
from django.db import OperationalError, connection

from matricule.core import config, durability
from matricule.core.startup import RefusedToStart

REAL, DEMO = config.Config(demo=False), config.Config(demo=True)


@pytest.fixture
def safe(monkeypatch):
    """The tests' own database runs without fsync: it is made to look like a careful one."""
    monkeypatch.setattr(durability, "losing", dict)


@pytest.mark.django_db
def test_the_running_server_is_asked():
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
    assert durability.losing()["synchronous_commit"] == "off"
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = on")
    assert "synchronous_commit" not in durability.losing()


def test_a_careful_server_is_taken(safe):
    durability.refuse_database_that_loses(REAL)


@pytest.mark.parametrize("name", sorted(durability.LOSES))
def test_each_setting_that_loses_is_named(monkeypatch, name):
    monkeypatch.setattr(durability, "losing", lambda: {name: durability.LOSES[name]})
    with pytest.raises(RefusedToStart, match=f"with {name} = {durability.LOSES[name]} PostgreSQL may lose"):
        durability.refuse_database_that_loses(REAL)
    durability.refuse_database_that_loses(DEMO)


def test_a_server_that_does_not_answer_is_not_refused(monkeypatch):
    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(durability, "losing", away)
    durability.refuse_database_that_loses(REAL)
