"""Addresses of databases, and the time-outs of each process."""

import pytest

from matricule.core import config
from matricule.core.cluster import Cluster
from matricule.site import database


def settings(**env: str) -> config.Config:
    return config.load(env)


def test_a_server_address_is_read() -> None:
    found = database.parse("postgresql://app:p%40ss@db.caisse.fr:5433/matri%20cule?sslmode=verify-full")
    assert found == {
        "NAME": "matri cule",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db.caisse.fr",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_socket_address_is_read() -> None:
    found = database.parse("postgresql://app@/matricule?host=%2Frun%2Fa%20b")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/a b", "", {})


@pytest.mark.parametrize(
    "url", ["mysql://app@db/matricule", "postgresql://app@db", "postgresql://app@db/", "matricule"]
)
def test_another_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="must look like") as caught:
        database.parse(url)
    assert url not in str(caught.value)


def test_without_an_address_the_private_cluster_is_meant() -> None:
    found = settings(MATRICULE_DATA="/srv/somewhere")
    assert database.address(found) == Cluster(found.data).url("app")
    assert "/owner@" not in database.address(found)
    assert database.address(settings(MATRICULE_DATA="/srv/somewhere", MATRICULE_PROCESS="owner")) == (
        Cluster(found.data).url("owner")
    )


@pytest.mark.parametrize(
    ("process", "statement", "idle", "user"),
    [("web", 5, 10, "app"), ("worker", 60, 10, "app"), ("owner", 0, 0, "owner")],
)
def test_each_process_has_its_role_and_its_patience(process: str, statement: int, idle: int, user: str) -> None:
    entry = database.settings(
        settings(
            MATRICULE_PROCESS=process,
            DATABASE_URL="postgresql://app@db/matricule",
            DATABASE_OWNER_URL="postgresql://owner@db/matricule",
        )
    )
    assert entry["USER"] == user
    assert f"-c statement_timeout={statement}s" in entry["OPTIONS"]["options"]
    assert f"-c idle_in_transaction_session_timeout={idle}s" in entry["OPTIONS"]["options"]
    assert "-c lock_timeout=2s" in entry["OPTIONS"]["options"]
    assert entry["OPTIONS"]["application_name"] == f"matricule-{process}"


@pytest.mark.django_db
def test_the_tests_run_as_the_application_with_its_limits() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_user, current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("app", "5s", "2s")
