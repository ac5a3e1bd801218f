"""What a complete deposit costs the database and the disk, counted (issue 3, section 3).

The fifteen requests of ``bench/deposit.py``, sent to a PostgreSQL of their own that flushes. The worker is not there:
what its jobs write is theirs. The session's sign of life, one write a minute, is left out.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from matricule.core import clock
from matricule.core.cluster import Cluster
from matricule.core.journal import head
from matricule.dossiers import uploads
from matricule.site import database
from tests.support import cast, journey
from tests.support import factories as make

pytestmark = pytest.mark.bulk

STATEMENTS = 60
"""Most statements of a deposit (issue 3, section 3)."""
FLUSHES = 14
WRITTEN = 1.5
"""Bytes of the vault and of the WAL for each byte received."""
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture(scope="module")
def flushing(tmp_path_factory) -> Iterator[Cluster]:
    """Give a migrated PostgreSQL with its durable settings, as the service starts it."""
    folder = tmp_path_factory.mktemp("durable")
    log = os.open(folder / "postgres.log", os.O_WRONLY | os.O_CREAT, 0o600)
    server = Cluster(folder / "data", database="cost")
    server.start(log)
    try:
        addresses = {"DATABASE_URL": server.url("app"), "DATABASE_OWNER_URL": server.url("owner")}
        environment = {
            **os.environ,
            **addresses,
            "MATRICULE_PROCESS": "owner",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        yield server
    finally:
        server.stop()
        os.close(log)


@pytest.fixture
def durable(flushing, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Let this process work on the database that flushes."""
    entry = connections["default"].settings_dict
    kept = dict(entry)
    with django_db_blocker.unblock():
        connections.close_all()
        entry |= {key: value for key, value in database.parse(flushing.url("app")).items() if key != "OPTIONS"}
        entry["OPTIONS"] = (
            {**kept["OPTIONS"], "host": str(flushing.socket)} if "host" in kept["OPTIONS"] else kept["OPTIONS"]
        )
        head.forget()
        try:
            yield
        finally:
            connections.close_all()
            entry.clear()
            entry |= kept
            head.forget()


def a_deposit() -> journey.Browser:
    """Send a whole deposit as a new person; return their browser."""
    dossier = make.a_draft()
    client = cast.browser(dossier.owner, enforce_csrf_checks=True)
    session = client.session
    session["seen"] = int(clock.wall().timestamp())
    session.save()
    browser = journey.Browser(journey.over_client(client))
    before = written()
    with CaptureQueriesContext(connection) as seen:
        steps = list(journey.deposit(browser, str(dossier.pk), journey.papers()))
    browser.after = tuple(now - then for now, then in zip(written(), before, strict=True))
    browser.statements = [row["sql"] for row in seen if not row["sql"].startswith(NOT_COUNTED)]
    assert len(steps) == len(browser.requests) == 15
    return browser


def written() -> tuple[int, int, int]:
    """Return the flushes of the WAL by those who wait for them, the bytes of the WAL, the bytes of the vault."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
        cursor.execute(
            "select sum(fsyncs)::bigint, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint from pg_stat_io"
            " where object = 'wal' and backend_type = 'client backend'"
        )
        flushes, wal = cursor.fetchone()
    vault = Path(settings.CONFIG.data) / "vault"
    return flushes, wal, sum(path.stat().st_size for path in vault.rglob("*") if path.is_file())


def test_a_whole_deposit_stays_within_its_statements_flushes_and_bytes(durable, promise, monkeypatch):
    # the parser writes nothing, and on a busy machine its verdict may come too late for the answer
    monkeypatch.setattr(uploads, "check", lambda name, data: make.checked(data, name=name))
    a_deposit()  # the pages of the database are written whole once after a checkpoint, the folders of the vault made
    browser = a_deposit()
    flushes, wal, vault = browser.after
    ratio = (wal + vault) / browser.received
    figures = f"{len(browser.statements)} statements, {flushes} flushes, {ratio:.2f} bytes written for each received"
    assert vault > 1_400_000 and wal > 10_000 and flushes > 7, figures
    assert len(browser.statements) <= STATEMENTS, figures
    assert flushes <= FLUSHES, figures
    assert ratio <= WRITTEN, figures
    promise("a complete deposit", figures)
