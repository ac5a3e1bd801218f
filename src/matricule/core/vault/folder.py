"""Sealed files in a folder, safe against a power cut at any moment.

Written under ``tmp`` on the same file system (0600), fsync, rename, fsync of the folder: a file is there whole or
not at all, and what ``write`` returned from is on the disk. A failed fsync is never tried again on the same file
(reliability.md: PostgreSQL's lesson of 2018), the write fails.
"""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from .backend import Stored
from .errors import Full, Missing, Unavailable

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Folder:
    """The files under ``root``, in 256 folders on two levels after the id's last digits (its first are the time)."""

    def __init__(self, root: Path) -> None:
        """Use ``root``, made with its first file."""
        self.root = root

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> None:
        """See Backend."""
        with _clear_errors():
            self._prepare(self.root / "tmp")
            temporary = self.root / "tmp" / f"{blob_id.hex}.{secrets.token_hex(4)}"
            try:
                self._fill(temporary, chunks)
                target = self._path(blob_id)
                self._prepare(target.parent)
                os.rename(temporary, target)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
            _sync(target.parent)

    def open(self, blob_id: UUID) -> BinaryIO:
        """See Backend."""
        with _clear_errors():
            try:
                return self._path(blob_id).open("rb")
            except FileNotFoundError:
                raise Missing("the bytes of this blob are not in the vault") from None

    def exists(self, blob_id: UUID) -> bool:
        """See Backend."""
        with _clear_errors():
            return self._path(blob_id).exists()

    def remove(self, blob_id: UUID) -> None:
        """See Backend."""
        path = self._path(blob_id)
        with _clear_errors():
            try:
                os.unlink(path)
            except FileNotFoundError:
                return
            _sync(path.parent)

    def stored(self) -> Iterator[Stored]:
        """See Backend."""
        for path in self.root.glob("[0-9a-f]/[0-9a-f]/*"):
            with suppress(ValueError, FileNotFoundError):  # a file that is not ours, or removed meanwhile
                yield Stored(UUID(hex=path.name), _written_at(path))

    def sweep_unfinished(self, before: datetime) -> int:
        """See Backend."""
        removed = 0
        for path in self.root.glob("tmp/*"):
            with suppress(FileNotFoundError):
                if _written_at(path) < before:
                    os.unlink(path)
                    removed += 1
        return removed

    def _path(self, blob_id: UUID) -> Path:
        name = blob_id.hex
        return self.root / name[-1] / name[-2] / name

    def _prepare(self, folder: Path) -> None:
        """Make ``folder`` and those above it, and make their names durable before a file relies on them."""
        if folder.is_dir():
            return
        if not folder.parent.is_dir():
            self._prepare(folder.parent)
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        _sync(folder.parent)

    @staticmethod
    def _fill(path: Path, chunks: Iterable[bytes]) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            for chunk in chunks:
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Full("the disk of the vault is full") from error
        raise Unavailable(f"the folder of the vault cannot be used: {os.strerror(error.errno or 0)}") from error
