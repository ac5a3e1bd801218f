"""Putting files into the vault, reading them, erasing them.

The sealed bytes lie with a backend, the wrapped key in the row: a file exists for the service when its row is
committed, and is gone for everybody when the commit of its erasure destroys the key. So the vault is as
transactional as the database.
"""

import io
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.db.models import BinaryField, Func

from matricule.core import clock, crypto, ids, keys
from matricule.core.batch import Batch

from . import backend
from .errors import Corrupt, Missing, VaultError
from .flow import Flow
from .models import Blob
from .segments import Sealer, opened, place


class Stat(NamedTuple):
    """Size in bytes and SHA-256 (hex) of the plaintext."""

    size: int
    sha256: str


def put(data: bytes | BinaryIO, *, context: str) -> UUID:
    """Store ``data`` and return its blob's id; the file is durable, its row part of the current transaction.

    ``context`` says what the file is (dossier, document, version): it must be given again to read it. A stream is read
    from where it stands, with two segments of memory. Raises Full or Unavailable; if the transaction fails later, the
    bytes stay unreadable and the reconciler removes them.
    """
    return keep(prepare(data, context=context))


def prepare(data: bytes | BinaryIO, *, context: str) -> Blob:
    """Store the bytes outside any transaction, for a caller that must not hold a lock meanwhile.

    Then ``keep`` or ``drop``.
    """
    blob_id, key = ids.uuid7(), os.urandom(32)
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    sealer = Sealer(source, key, place(blob_id, context))
    backend.current().write(blob_id, sealer.chunks())
    wrapped = crypto.seal(keys.current().vault, key, _wrapping(blob_id))
    return Blob(id=blob_id, wrapped_key=wrapped, size=sealer.size, sha256=sealer.sha256)


def drop(blob: Blob) -> None:
    """Remove the bytes of a prepared blob that will not be kept; where that fails the reconciler does it later."""
    with suppress(VaultError):
        backend.current().remove(blob.id)


def keep(blob: Blob, batch: Batch | None = None) -> UUID:
    """Insert the row of a prepared blob in the current transaction, or with the others of ``batch``; return its id."""
    if batch is None:
        blob.save(force_insert=True)
    else:
        batch.insert(blob)
    return blob.id


def read(blob_id: UUID, *, context: str) -> bytes:
    """Return the whole plaintext; raise Missing, or Corrupt unless every byte and the context are as at first."""
    sealed, segments = _open(blob_id, context)
    with closing(sealed):
        return b"".join(segments)


def open_stream(blob_id: UUID, *, context: str) -> io.BufferedReader:
    """Return the plaintext as a stream to be closed by the caller, with two segments of memory.

    Each segment is authenticated before a byte of it is given; Corrupt may thus be raised while reading. Size and
    digest of the whole are compared before the last segment is given.
    """
    return io.BufferedReader(_Stream(*_open(blob_id, context)))


def stat(blob_id: UUID) -> Stat:
    """Return size and digest of a blob that can be read; raise Missing."""
    blob = _living(blob_id)
    return Stat(blob.size, bytes(blob.sha256).hex())


def erase(blob_id: UUID) -> None:
    """Destroy the key of a blob in the current transaction; from its commit nobody can read any copy of the bytes.

    The bytes are removed afterwards by ``remove_erased``. Erasing twice is no error; raise Missing for an unknown
    blob.
    """
    erased = Blob.objects.filter(id=blob_id, erased_at=None).update(wrapped_key=None, erased_at=clock.wall())
    if not erased and not Blob.objects.filter(id=blob_id).exists():
        raise Missing("there is no such blob in the vault")


def remove_erased(limit: int = 500) -> int:
    """Remove the bytes of at most ``limit`` erased blobs, oldest first; return how many. Safe after a kill."""
    waiting = Blob.objects.filter(erased_at__isnull=False, removed_at=None).order_by("erased_at", "id")
    removed = 0
    for blob_id in list(waiting.values_list("id", flat=True)[:limit]):
        backend.current().remove(blob_id)
        removed += Blob.objects.filter(id=blob_id, removed_at=None).update(removed_at=clock.wall())
    return removed


def rewrap(limit: int = 1000) -> int:
    """Wrap again, with the ring's active key, at most ``limit`` file keys that an older one wraps; return how many.

    After ``keys.activate``, called until it returns 0; then the older key may leave the ring (ASVS 5.0, 11.2.2). No
    file is touched, every file stays readable meanwhile.
    """
    ring = keys.current().vault
    current_head = crypto.head(ring)
    head = Func("wrapped_key", 1, len(current_head), function="substring", output_field=BinaryField())
    older = Blob.objects.filter(erased_at=None).annotate(head=head).exclude(head=current_head)
    done = 0
    for blob in list(older.order_by("id")[:limit]):
        token = bytes(blob.wrapped_key or b"")
        fresh = crypto.seal(ring, crypto.unseal(ring, token, _wrapping(blob.id)), _wrapping(blob.id))
        done += Blob.objects.filter(id=blob.id, wrapped_key=token).update(wrapped_key=fresh)
    return done


def _wrapping(blob_id: UUID) -> bytes:
    """The place of a wrapped key. The context binds the segments instead, so that ``rewrap`` needs to know none."""
    return b"core.blob.wrapped_key" + blob_id.bytes


def _living(blob_id: UUID) -> Blob:
    blob = Blob.objects.filter(id=blob_id, erased_at=None).first()
    if blob is None:
        raise Missing("there is no such blob in the vault, or it was erased")
    return blob


def _open(blob_id: UUID, context: str) -> tuple[BinaryIO, Iterator[bytes]]:
    blob = _living(blob_id)
    try:
        key = crypto.unseal(keys.current().vault, bytes(blob.wrapped_key or b""), _wrapping(blob_id))
    except crypto.BadToken as error:
        raise Corrupt("the key of this blob does not open") from error
    sealed = backend.current().open(blob_id)
    return sealed, opened(sealed, key, place(blob_id, context), size=blob.size, sha256=bytes(blob.sha256))


class _Stream(Flow):
    def __init__(self, sealed: BinaryIO, segments: Iterator[bytes]) -> None:
        super().__init__(segments)
        self._sealed = sealed

    def close(self) -> None:
        self._sealed.close()
        super().close()
