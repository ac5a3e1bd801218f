"""A process killed before and after every SQL statement, commit and file call of an operation leaves all or nothing.

What was acknowledged is there, once and whole; every row has its file; after the reconciler no file lacks its row; the
journal verifies (reliability.md F01). Each kill happens in a forked child, so the points are exact and need no luck.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from matricule.core import journal, vault
from matricule.core.journal import head
from matricule.core.vault import backend
from matricule.core.vault.folder import Folder
from matricule.core.vault.models import Blob

CALLS = ("write", "fsync", "rename", "replace", "unlink", "mkdir")
PLAIN = b"a page" * 30_000
pytestmark = pytest.mark.race


@pytest.fixture
def place(whole_db, tmp_path, monkeypatch):
    folder = Folder(tmp_path / "vault")
    monkeypatch.setattr(backend, "current", lambda: folder)
    return folder


class Counter:
    """Counts the points before and after each call, and dies at one of them."""

    def __init__(self, die_at: int) -> None:
        self.passed, self.die_at = 0, die_at

    def point(self) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable) -> Callable:
        def wrapped(*arguments, **named):
            self.point()
            result = call(*arguments, **named)
            self.point()
            return result

        return wrapped


def run_and_die(operation: Callable[[], object], die_at: int) -> tuple[bool, int]:
    """Run ``operation`` in a child that dies at point ``die_at``; return whether it acknowledged, and its points."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            answer, counter = os.write, Counter(die_at)
            for name in CALLS:
                setattr(os, name, counter.around(getattr(os, name)))
            DatabaseWrapper._commit = counter.around(DatabaseWrapper._commit)
            with connection.execute_wrapper(lambda execute, *arguments: counter.around(execute)(*arguments)):
                operation()
            answer(writing, str(counter.passed).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the operation failed by itself"
    return bool(said), int(said or 0)


def every_point(operation: Callable[[], object], check: Callable[[bool], None]) -> int:
    """Kill ``operation`` at each of its points in turn, checking after each; return how many points there are."""
    die_at = 0
    while True:
        die_at += 1
        acknowledged, passed = run_and_die(operation, die_at)
        check(acknowledged)
        if acknowledged:
            assert passed < die_at
            return passed


def store() -> None:
    with transaction.atomic():
        blob_id = vault.put(PLAIN, context="file")
        journal.record(actor="system:test", action="file.added", subject=("file", blob_id))


def test_storing_a_file(place):
    seen: set = set()

    def check(acknowledged: bool) -> None:
        rows = set(Blob.objects.values_list("id", flat=True))
        new = rows - seen
        assert len(new) <= 1
        assert new or not acknowledged
        for blob_id in new:
            assert vault.read(blob_id, context="file") == PLAIN
            assert len(journal.entries_about(("file", blob_id))) == 1
        seen.update(new)
        assert rows <= {file.id for file in place.stored()}

    points = every_point(store, check)
    assert points >= 20
    report = vault.reconcile(grace=timedelta(seconds=-5))
    assert report.ok
    assert report.removed > 0
    assert {file.id for file in place.stored()} == seen
    assert list((place.root / "tmp").iterdir()) == []


def test_erasing_a_file_and_removing_its_bytes(place):
    kept = vault.put(PLAIN, context="file")
    going = [vault.put(PLAIN, context="file")]

    def erase() -> None:
        with transaction.atomic():
            vault.erase(going[0])
            journal.record(actor="system:test", action="file.erased", subject=("file", going[0]))
        vault.remove_erased()

    def check(acknowledged: bool) -> None:
        blob = Blob.objects.get(id=going[0])
        erased = blob.erased_at is not None
        assert erased == (blob.wrapped_key is None) == bool(journal.entries_about(("file", blob.id)))
        assert erased or vault.read(blob.id, context="file") == PLAIN  # no bytes go before the key is gone for good
        assert erased or not acknowledged
        vault.remove_erased()
        assert place.exists(blob.id) != erased
        if erased:
            going[0] = vault.put(PLAIN, context="file")
        assert vault.read(kept, context="file") == PLAIN

    assert every_point(erase, check) >= 8


def test_sealing_the_journal(place):
    written = 0

    def write(count: int) -> None:
        nonlocal written
        with transaction.atomic():
            for _ in range(count):
                journal.record(actor="system:test", action="read.space")
        written += count

    def check(acknowledged: bool) -> None:
        report = journal.verify()
        assert report.ok, report
        assert report.entries + report.unsealed == written
        assert report.unsealed == 0 or not acknowledged
        assert acknowledged or head.read() is None or head.read().n <= report.seals
        if acknowledged:
            assert (head.read().n, head.read().rows) == (report.seals, written)
        elif report.unsealed == 0:
            write(3)

    write(3)
    assert every_point(journal.seal_pending, check) >= 15
