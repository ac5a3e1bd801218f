"""A process killed before and after every SQL statement, commit and file call of an operation leaves all or nothing.

What was acknowledged is there, once and whole; every row has its file; after the reconciler no file lacks its row; the
journal verifies (reliability.md F01). Each kill happens in a forked child, so the points are exact and need no luck.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from matricule.core import journal, vault
from matricule.core.journal import head
from matricule.core.vault import backend
from matricule.core.vault.folder import Folder
from matricule.core.vault.models import Blob
from tests.support.kills import every_point
from tests.support.promises import in_one_line

PLAIN = b"a page" * 30_000
pytestmark = pytest.mark.race
part = in_one_line("killed: vault and journal", 3)


@pytest.fixture
def place(whole_db, tmp_path, monkeypatch):
    folder = Folder(tmp_path / "vault")
    monkeypatch.setattr(backend, "current", lambda: folder)
    return folder


def store() -> None:
    with transaction.atomic():
        blob_id = vault.put(PLAIN, context="file")
        journal.record(actor="system:test", action="file.added", subject=("file", blob_id))


def test_storing_a_file(place, part):
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
    part(f"storing a file: {points} kills, {len(seen)} files whole, {report.removed} without a row removed")


def test_erasing_a_file_and_removing_its_bytes(place, part):
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

    points = every_point(erase, check)
    assert points >= 8
    part(f"erasing one: {points} kills, no bytes gone before their key")


def test_sealing_the_journal(place, part):
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
    points = every_point(journal.seal_pending, check)
    assert points >= 15
    part(f"sealing the journal: {points} kills, {written} rows written and verified")
