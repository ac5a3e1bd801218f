"""Comparing the vault's files with its rows, and removing what no row knows: the most dangerous code of the room.

(reliability.md 0.1: a purge of this kind lost citizens' documents elsewhere.) A file is removed only when no row
names it at the moment of removal, it is older than the grace period (a transaction cannot be that long), the rows
are not all gone (a wrong or empty database), and the fuse of the day holds; otherwise everything stays and the
report says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Sum

from matricule.core import clock

from . import backend, store
from .models import Blob, VaultSweep

GRACE = timedelta(hours=24)
FUSE_FILES = 100
FUSE_SHARE = 0.005
DAY = timedelta(hours=24)
BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What one run found and did. Ids of blobs name nobody."""

    files: int
    rows: int
    orphans: int
    removed: int
    erased_removed: int
    unfinished_removed: int
    missing: tuple[UUID, ...]
    stopped: str
    dry_run: bool

    @property
    def ok(self) -> bool:
        """Every living row has its file, and nothing kept the run from doing its work."""
        return not self.missing and not self.stopped

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"ok": self.ok, **asdict(self), "missing": [str(blob_id) for blob_id in self.missing]}


def reconcile(*, grace: timedelta = GRACE, dry_run: bool = False, fuse: int | None = None) -> Reconciliation:
    """Remove files without a row that are older than ``grace``, and report rows without a file.

    ``fuse``: how many such files may go in 24 hours (None: max(100, 0.5 % of all files)); when more are found, none is
    removed and ``stopped`` is ``fuse``. ``stopped`` is ``no_rows`` when files exist and the database knows none.
    """
    place, before = backend.current(), clock.wall() - grace
    rows = Blob.objects.count()  # before the files are listed: a file is written before its row
    files, orphans = _orphans(place, before)
    stopped = _stopped(rows, files, len(orphans), fuse)
    removed = erased = unfinished = 0
    if not dry_run:
        removed = 0 if stopped else _remove(place, orphans)
        erased = store.remove_erased()
        unfinished = place.sweep_unfinished(before)
    return Reconciliation(
        files=files,
        rows=rows,
        orphans=len(orphans),
        removed=removed,
        erased_removed=erased,
        unfinished_removed=unfinished,
        missing=tuple(_missing(place)),
        stopped=stopped,
        dry_run=dry_run,
    )


def _orphans(place: backend.Backend, before: Any) -> tuple[int, list[UUID]]:
    """Return how many files there are, and the old ones that no row names."""
    files, orphans = 0, []
    stored = place.stored()
    while batch := list(islice(stored, BATCH)):
        files += len(batch)
        old = [file.id for file in batch if file.written_at < before]
        known = _known(old)
        orphans += [blob_id for blob_id in old if blob_id not in known]
    return files, orphans


def _known(blob_ids: Iterable[UUID]) -> set[UUID]:
    return set(Blob.objects.filter(id__in=list(blob_ids), removed_at=None).values_list("id", flat=True))


def _stopped(rows: int, files: int, orphans: int, fuse: int | None) -> str:
    if orphans and not rows:
        return "no_rows"
    allowed = max(FUSE_FILES, int(files * FUSE_SHARE)) if fuse is None else fuse
    spent = VaultSweep.objects.filter(at__gt=clock.wall() - DAY).aggregate(Sum("removed"))["removed__sum"] or 0
    return "fuse" if orphans and orphans + spent > allowed else ""


def _remove(place: backend.Backend, orphans: list[UUID]) -> int:
    removed = 0
    for start in range(0, len(orphans), BATCH):
        batch = orphans[start : start + BATCH]
        known = _known(batch)  # once more, next to the removal
        going = [blob_id for blob_id in batch if blob_id not in known]
        # Counted first: a run that is killed in the middle must not leave the day's fuse whole.
        VaultSweep.objects.create(removed=len(going))
        for blob_id in going:
            place.remove(blob_id)
        removed += len(going)
    return removed


def _missing(place: backend.Backend) -> Iterator[UUID]:
    """Yield the living rows whose file is not there; a row erased meanwhile is not missing."""
    for blob_id in Blob.objects.filter(erased_at=None).order_by("id").values_list("id", flat=True).iterator():
        if not place.exists(blob_id) and Blob.objects.filter(id=blob_id, erased_at=None).exists():
            yield blob_id
