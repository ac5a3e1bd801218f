"""Where sealed files lie: one port, a folder or an S3 bucket behind it, chosen by MATRICULE_VAULT."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import BinaryIO, NamedTuple, Protocol
from uuid import UUID

from matricule.core import config


class Stored(NamedTuple):
    """One file as its place tells it: the blob's id, and when it was written."""

    id: UUID
    written_at: datetime


class Backend(Protocol):
    """A place for sealed files, named by blob id. Every method may raise Unavailable."""

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> None:
        """Store ``chunks`` durably and all at once; raise Full or Unavailable and leave nothing visible."""

    def open(self, blob_id: UUID) -> BinaryIO:
        """Return the sealed bytes as a stream, to be closed by the caller; raise Missing."""

    def exists(self, blob_id: UUID) -> bool:
        """Tell whether the file is there."""

    def remove(self, blob_id: UUID) -> None:
        """Remove the file for good; a file that is not there is no error."""

    def stored(self) -> Iterator[Stored]:
        """Yield every file that is visible, in any order."""

    def sweep_unfinished(self, before: datetime) -> int:
        """Remove what interrupted writes left before that time; return how many."""


@cache
def current() -> Backend:
    """Return the place that the settings of this process name."""
    return from_settings(config.current())


def from_settings(settings: config.Config) -> Backend:
    """Return the place that ``settings`` name; nothing is connected or made yet."""
    if settings.vault == "s3":
        from .s3 import Bucket  # late: boto3 costs 29 MiB

        return Bucket(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint or None,
            region=settings.s3_region or None,
            access_key=settings.s3_access_key or None,
            secret_key=settings.s3_secret_key or None,
        )
    from .folder import Folder

    return Folder(settings.data / "vault")
