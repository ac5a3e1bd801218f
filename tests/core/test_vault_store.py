"""Files and rows together: stored, read, erased and rewrapped with the transaction, reconciled with care."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matricule.core import clock, ids, keys, vault
from matricule.core.vault import backend, reconciler
from matricule.core.vault.folder import Folder
from matricule.core.vault.models import Blob, VaultSweep
from matricule.core.vault.segments import SEGMENT

pytestmark = pytest.mark.django_db
CONTEXT = "dossier:1/file:2"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A vault of its own for each test."""
    folder = Folder(tmp_path / "vault")
    monkeypatch.setattr(backend, "current", lambda: folder)
    return folder


def age(place: Folder, blob_id, hours: float) -> None:
    path = place._path(blob_id)
    written = clock.wall().timestamp() - hours * 3600
    os.utime(path, (written, written))


def test_what_was_put_is_read_back_with_its_measure():
    blob_id = vault.put(b"%PDF-1.7 a passport", context=CONTEXT)
    assert vault.read(blob_id, context=CONTEXT) == b"%PDF-1.7 a passport"
    assert vault.stat(blob_id) == (19, hashlib.sha256(b"%PDF-1.7 a passport").hexdigest())


def test_a_stream_is_put_from_where_it_stands():
    stream = io.BytesIO(b"already read, the rest")
    stream.read(14)
    blob_id = vault.put(stream, context=CONTEXT)
    assert vault.read(blob_id, context=CONTEXT) == b"the rest"


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3 * SEGMENT), st.integers(1, 100_000))
def test_a_stream_gives_what_read_gives(size, step):
    plain = os.urandom(size)
    blob_id = vault.put(plain, context=CONTEXT)
    with vault.open_stream(blob_id, context=CONTEXT) as stream:
        parts = []
        while part := stream.read(step):
            parts.append(part)
    assert b"".join(parts) == plain == vault.read(blob_id, context=CONTEXT)


def test_a_stream_closes_its_file_even_unread(place, monkeypatch):
    blob_id = vault.put(b"x", context=CONTEXT)
    opened = []
    real = place.open
    monkeypatch.setattr(place, "open", lambda each: opened.append(real(each)) or opened[-1])
    vault.open_stream(blob_id, context=CONTEXT).close()
    vault.read(blob_id, context=CONTEXT)
    with pytest.raises(vault.Corrupt):
        vault.read(blob_id, context="other")
    assert [file.closed for file in opened] == [True, True, True]


def test_nothing_of_the_plaintext_is_on_the_disk_or_in_the_row(place):
    plain = b"1850578006084 NGUYEN " * 5000
    blob = Blob.objects.get(id=vault.put(plain, context=CONTEXT))
    stored = place._path(blob.id).read_bytes()
    assert b"NGUYEN" not in stored
    assert b"1850578006084" not in stored
    assert CONTEXT.encode() not in stored + bytes(blob.wrapped_key)
    assert len(bytes(blob.wrapped_key)) == 2 + 2 + 12 + 32 + 16


def test_the_same_file_twice_is_stored_under_two_keys(place):
    first, second = (vault.put(b"same" * 100, context=CONTEXT) for _ in range(2))
    assert first != second
    assert place._path(first).read_bytes()[8:] != place._path(second).read_bytes()[8:]


@pytest.mark.parametrize("context", ["", "dossier:1/file:3", "dossier:2/file:2", CONTEXT + " "])
def test_another_context_does_not_open_it(context):
    blob_id = vault.put(b"plain", context=CONTEXT)
    with pytest.raises(vault.Corrupt):
        vault.read(blob_id, context=context)


def test_a_file_put_in_the_place_of_another_is_found(place):
    mine, other = vault.put(b"mine!", context=CONTEXT), vault.put(b"other", context=CONTEXT)
    place._path(mine).write_bytes(place._path(other).read_bytes())
    with pytest.raises(vault.Corrupt):
        vault.read(mine, context=CONTEXT)


def test_a_row_given_the_key_and_file_of_another_is_found(place):
    mine, other = vault.put(b"mine!", context=CONTEXT), vault.put(b"other", context=CONTEXT)
    theirs = Blob.objects.get(id=other)
    Blob.objects.filter(id=mine).update(wrapped_key=theirs.wrapped_key, sha256=theirs.sha256)
    place._path(mine).write_bytes(place._path(other).read_bytes())
    with pytest.raises(vault.Corrupt, match="key"):
        vault.read(mine, context=CONTEXT)


@pytest.mark.parametrize("change", [{"sha256": bytes(32)}, {"size": 4}, {"wrapped_key": b"junk"}])
def test_a_changed_row_is_found(change):
    blob_id = vault.put(b"plain", context=CONTEXT)
    Blob.objects.filter(id=blob_id).update(**change)
    with pytest.raises(vault.Corrupt):
        vault.read(blob_id, context=CONTEXT)


def test_rot_on_the_disk_is_found_and_never_served(place):
    blob_id = vault.put(os.urandom(3 * SEGMENT), context=CONTEXT)
    stored = bytearray(place._path(blob_id).read_bytes())
    stored[2 * SEGMENT] ^= 1
    place._path(blob_id).write_bytes(bytes(stored))
    with pytest.raises(vault.Corrupt):
        vault.read(blob_id, context=CONTEXT)
    with vault.open_stream(blob_id, context=CONTEXT) as stream:
        assert len(stream.read(SEGMENT)) == SEGMENT
        with pytest.raises(vault.Corrupt):
            stream.read()


def test_an_unknown_blob_is_missing():
    for action in (vault.stat, vault.erase, lambda each: vault.read(each, context=CONTEXT)):
        with pytest.raises(vault.Missing):
            action(ids.uuid7())


def test_a_lost_file_is_missing(place):
    blob_id = vault.put(b"plain", context=CONTEXT)
    place.remove(blob_id)
    with pytest.raises(vault.Missing):
        vault.read(blob_id, context=CONTEXT)


def test_a_blob_belongs_to_the_transaction():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        blob_id = vault.put(b"plain", context=CONTEXT)
        _ = 1 / 0
    with pytest.raises(vault.Missing):
        vault.read(blob_id, context=CONTEXT)


def test_a_prepared_blob_counts_only_once_kept():
    blob = vault.prepare(b"plain", context=CONTEXT)
    with pytest.raises(vault.Missing):
        vault.read(blob.id, context=CONTEXT)
    assert vault.keep(blob) == blob.id
    assert vault.read(blob.id, context=CONTEXT) == b"plain"
    with pytest.raises(IntegrityError), transaction.atomic():
        vault.keep(blob)


def test_a_full_disk_leaves_no_row(place, monkeypatch):
    def full(*_):
        raise vault.Full("the disk of the vault is full")

    monkeypatch.setattr(place, "write", full)
    with pytest.raises(vault.Full):
        vault.put(b"plain", context=CONTEXT)
    assert not Blob.objects.exists()


def test_erasing_makes_every_copy_unreadable_at_once_and_removes_the_bytes_later(place):
    blob_id = vault.put(b"plain", context=CONTEXT)
    copy = place._path(blob_id).read_bytes()
    vault.erase(blob_id)
    blob = Blob.objects.get(id=blob_id)
    assert blob.wrapped_key is None
    assert (blob.erased_at is None, blob.removed_at) == (False, None)
    for action in (vault.stat, lambda each: vault.read(each, context=CONTEXT)):
        with pytest.raises(vault.Missing):
            action(blob_id)
    assert vault.remove_erased() == 1
    assert not place.exists(blob_id)
    assert vault.remove_erased() == 0
    place.write(blob_id, [copy])  # a backup of the file comes back: there is no key
    with pytest.raises(vault.Missing):
        vault.read(blob_id, context=CONTEXT)


def test_erasing_is_undone_with_its_transaction():
    blob_id = vault.put(b"plain", context=CONTEXT)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        vault.erase(blob_id)
        _ = 1 / 0
    assert vault.read(blob_id, context=CONTEXT) == b"plain"


def test_what_was_prepared_and_is_not_kept_is_removed(place):
    blob = vault.prepare(b"plain", context=CONTEXT)
    assert place.exists(blob.id)
    vault.drop(blob)
    assert not place.exists(blob.id) and not Blob.objects.filter(id=blob.id).exists()
    vault.drop(blob)


def test_what_cannot_be_removed_now_is_left_to_the_reconciler(place, monkeypatch):
    vault.put(b"kept", context=CONTEXT)
    blob = vault.prepare(b"plain", context=CONTEXT)

    def broken(_blob_id):
        raise vault.Unavailable("the folder of the vault cannot be used")

    with monkeypatch.context() as broke:
        broke.setattr(place, "remove", broken)
        vault.drop(blob)
    assert place.exists(blob.id)
    age(place, blob.id, 48)
    assert vault.reconcile().removed == 1 and not place.exists(blob.id)


def test_erasing_twice_keeps_the_first_date():
    blob_id = vault.put(b"plain", context=CONTEXT)
    vault.erase(blob_id)
    first = Blob.objects.get(id=blob_id).erased_at
    vault.erase(blob_id)
    assert Blob.objects.get(id=blob_id).erased_at == first


def test_the_database_refuses_an_erased_row_with_a_key():
    blob_id = vault.put(b"plain", context=CONTEXT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.filter(id=blob_id).update(erased_at=clock.wall())
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.filter(id=blob_id).update(wrapped_key=None)


def test_removing_bytes_goes_on_after_a_kill(place, monkeypatch):
    blobs = [vault.put(b"plain", context=CONTEXT) for _ in range(4)]
    for blob_id in blobs:
        vault.erase(blob_id)
    real, calls = place.remove, []

    def dies(blob_id):
        calls.append(blob_id)
        real(blob_id)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(place, "remove", dies)
        with pytest.raises(KeyboardInterrupt):
            vault.remove_erased()
    assert vault.remove_erased(limit=1) == 1
    assert vault.remove_erased() == 2
    assert list(place.stored()) == []


def test_rotation_wraps_every_key_again_and_reads_all_the_time(tmp_path, monkeypatch):
    path = tmp_path / "keys.toml"
    keys.make(path)
    monkeypatch.setattr(keys, "current", lambda: keys.load(path))
    blobs = [vault.put(f"file {number}".encode(), context=CONTEXT) for number in range(5)]
    vault.erase(blobs[4])
    assert vault.rewrap() == 0
    keys.activate(path, "vault", keys.add_key(path, "vault"))
    newer = vault.put(b"newer", context=CONTEXT)
    before = bytes(Blob.objects.get(id=newer).wrapped_key)
    assert vault.rewrap(limit=3) == 3
    assert vault.read(blobs[0], context=CONTEXT) == b"file 0"
    assert vault.rewrap() == 1
    assert vault.rewrap() == 0
    assert bytes(Blob.objects.get(id=newer).wrapped_key) == before
    edited = path.read_text().replace(path.read_text().split("[vault.keys]\n")[1].splitlines()[0] + "\n", "", 1)
    path.write_text(edited)  # the old key leaves the ring
    assert set(keys.load(path).vault.keys) == {"k2"}
    assert [vault.read(blob_id, context=CONTEXT) for blob_id in blobs[:4]] == [
        b"file 0",
        b"file 1",
        b"file 2",
        b"file 3",
    ]


# the reconciler


def orphan(place: Folder, hours: float = 48):
    blob = vault.prepare(b"left by a kill", context=CONTEXT)
    age(place, blob.id, hours)
    return blob.id


def test_a_file_that_no_row_knows_goes_when_it_is_old(place):
    kept = vault.put(b"kept", context=CONTEXT)
    age(place, kept, 48)
    old, young = orphan(place, 25), orphan(place, 23)
    report = vault.reconcile()
    assert (report.files, report.rows, report.orphans, report.removed) == (3, 1, 1, 1)
    assert report.ok
    assert {file.id for file in place.stored()} == {kept, young}
    assert not place.exists(old)
    assert VaultSweep.objects.get().removed == 1
    assert vault.read(kept, context=CONTEXT) == b"kept"


def test_the_grace_period_is_an_argument(place):
    vault.put(b"kept", context=CONTEXT)
    orphan(place, 1)
    assert vault.reconcile(grace=timedelta(hours=2)).removed == 0
    assert vault.reconcile(grace=timedelta(minutes=30)).removed == 1


def test_a_dry_run_changes_nothing(place):
    vault.erase(vault.put(b"erased", context=CONTEXT))
    vault.put(b"kept", context=CONTEXT)
    orphan(place)
    report = vault.reconcile(dry_run=True)
    assert (report.orphans, report.removed, report.erased_removed, report.dry_run) == (1, 0, 0, True)
    assert len(list(place.stored())) == 3
    assert not VaultSweep.objects.exists()


def test_a_row_without_its_file_is_named(place):
    kept, lost = (vault.put(b"x", context=CONTEXT) for _ in range(2))
    vault.erase(vault.put(b"erased", context=CONTEXT))
    place.remove(lost)
    report = vault.reconcile()
    assert report.missing == (lost,)
    assert not report.ok
    assert report.as_json()["missing"] == [str(lost)]
    assert place.exists(kept)


def test_erased_bytes_and_unfinished_files_go_in_the_same_run(place):
    blob_id = vault.put(b"erased", context=CONTEXT)
    vault.erase(blob_id)
    half = place.root / "tmp" / "half"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    report = vault.reconcile()
    assert (report.erased_removed, report.unfinished_removed, report.orphans) == (1, 1, 0)
    assert list(place.stored()) == []
    assert not half.exists()


def test_a_removed_file_that_came_back_from_a_backup_goes_again(place):
    vault.put(b"kept", context=CONTEXT)
    blob_id = vault.put(b"erased", context=CONTEXT)
    copy = place._path(blob_id).read_bytes()
    vault.erase(blob_id)
    vault.remove_erased()
    place.write(blob_id, [copy])
    age(place, blob_id, 48)
    assert vault.reconcile().removed == 1


def test_the_fuse_keeps_everything_when_too_much_would_go(place, monkeypatch):
    monkeypatch.setattr(reconciler, "FUSE_FILES", 3)
    vault.put(b"kept", context=CONTEXT)
    for _ in range(4):
        orphan(place)
    report = vault.reconcile()
    assert (report.stopped, report.orphans, report.removed, report.ok) == ("fuse", 4, 0, False)
    assert len(list(place.stored())) == 5
    assert vault.reconcile(fuse=4).removed == 4


def test_the_fuse_counts_the_whole_day(place, monkeypatch):
    monkeypatch.setattr(reconciler, "FUSE_FILES", 3)
    vault.put(b"kept", context=CONTEXT)
    for _ in range(2):
        orphan(place)
    assert vault.reconcile().removed == 2
    for _ in range(2):
        orphan(place)
    assert vault.reconcile().stopped == "fuse"
    VaultSweep.objects.update(at=clock.wall() - timedelta(hours=25))
    assert vault.reconcile().removed == 2


def test_a_run_that_dies_has_already_counted(place, monkeypatch):
    vault.put(b"kept", context=CONTEXT)
    orphan(place)
    monkeypatch.setattr(place, "remove", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        vault.reconcile()
    assert VaultSweep.objects.get().removed == 1


def test_the_fuse_grows_with_the_vault():
    assert reconciler._stopped(rows=1, files=1_000_000, orphans=5_000, fuse=None) == ""
    assert reconciler._stopped(rows=1, files=1_000_000, orphans=5_001, fuse=None) == "fuse"
    assert reconciler._stopped(rows=1, files=10, orphans=100, fuse=None) == ""
    assert reconciler._stopped(rows=1, files=10, orphans=101, fuse=None) == "fuse"
    assert reconciler._stopped(rows=0, files=0, orphans=0, fuse=None) == ""


def test_an_empty_database_beside_a_full_vault_removes_nothing(place):
    """The service was started on the wrong database: every file looks like an orphan."""
    for _ in range(3):
        orphan(place)
    report = vault.reconcile(fuse=1000)
    assert (report.stopped, report.removed) == ("no_rows", 0)
    assert len(list(place.stored())) == 3


def test_a_row_that_appears_during_the_run_saves_its_file(place, monkeypatch):
    vault.put(b"kept", context=CONTEXT)
    blob = vault.prepare(b"slow", context=CONTEXT)
    age(place, blob.id, 48)
    real = reconciler._stopped

    def meanwhile(*arguments):
        vault.keep(blob)
        return real(*arguments)

    monkeypatch.setattr(reconciler, "_stopped", meanwhile)
    assert vault.reconcile().removed == 0
    assert vault.read(blob.id, context=CONTEXT) == b"slow"


def test_many_files_are_compared_in_batches(place, monkeypatch):
    monkeypatch.setattr(reconciler, "BATCH", 3)
    kept = [vault.put(b"kept", context=CONTEXT) for _ in range(7)]
    for _ in range(8):
        orphan(place)
    report = vault.reconcile()
    assert (report.files, report.removed) == (15, 8)
    assert {file.id for file in place.stored()} == set(kept)


def test_rows_say_nothing_but_their_id_and_day():
    blob = Blob.objects.get(id=vault.put(b"x", context=CONTEXT))
    assert str(blob) == str(blob.id)
    assert str(VaultSweep(removed=3)).endswith(": 3")
