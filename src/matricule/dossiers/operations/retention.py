"""What was removed for more than 30 days is erased: the only code that destroys what a person sent (house.md, 2).

A file goes with its key, its row and its pages. A page taken out of a PDF goes by writing the PDF again without it.
References are looked at again in the transaction that erases; a daily fuse bounds what a fault can destroy, and the
proof of each erasure stays as a row (reliability.md R73).
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, F

from matricule import vision
from matricule.attestations.models import Letter
from matricule.core import clock, vault
from matricule.dossiers.access import NotFound, system
from matricule.dossiers.models import Erasure, File, Page
from matricule.dossiers.operations.door import Operation, operation
from matricule.dossiers.operations.files import UNDO

log = logging.getLogger(__name__)

ACTOR = system("retention")

FUSE = 2000
"""Erasures in 24 hours of wall time; beyond, the rest waits and an operator is told. A caisse of 100,000 deposits a
year removes some hundreds of files a day."""

BATCH = 500
"""Files looked at in one sweep; the next one, a minute later, takes the others."""

LOCK = 730_031
"""Advisory lock of the erasing transactions: the fuse counts what the others did."""


@dataclass
class Report:
    """What a run erased, or would erase; ``held`` waits because of the fuse, ``kept`` is still needed as it is."""

    files: int = 0
    pages: int = 0
    held: int = 0
    kept: int = 0


class FuseBlown(Exception):
    """The day's erasures are used up."""


def erase_removed(*, dry_run: bool = False) -> Report:
    """Erase the files and pages removed for more than 30 days of business time; ``dry_run`` only counts them."""
    files, pages = _files_due(), _pages_due()
    if dry_run:
        return Report(files=len(files), pages=sum(count for _, _, count in pages))
    report, looked_at = Report(), 0
    try:
        for file_id, dossier_id in files:
            report.files += _erase_file(file_id, dossier_id)
            looked_at += 1
        for file_id, dossier_id, _ in pages:
            gone = _erase_pages(file_id, dossier_id)
            report.pages += gone
            report.kept += gone == 0
            looked_at += 1
    except FuseBlown:
        report.held = len(files) + len(pages) - looked_at
        log.error("retention_fuse held=%s", report.held)
    return report


def _files_due() -> list[tuple[UUID, UUID]]:
    rows = File.objects.filter(removed_at__lt=clock.now() - UNDO).order_by("removed_at", "pk")
    return list(rows.values_list("pk", "version__document__registrant__dossier")[:BATCH])


def _pages_due() -> list[tuple[UUID, UUID, int]]:
    """Return files that stay but lost pages long ago. What a decision named is never rewritten: its hash counts."""
    rows = Page.objects.filter(removed_at__lt=clock.now() - UNDO, file__removed_at=None)
    rows = rows.filter(file__version__decisions=None)
    grouped = rows.values_list("file", "file__version__document__registrant__dossier").annotate(n=Count("pk"))
    return list(grouped.order_by("file")[:BATCH])


def _erase_file(file_id: UUID, dossier_id: UUID) -> int:
    try:
        with operation(ACTOR, "erase_removed", dossier_id) as op:
            op.quiet = True
            file = File.objects.filter(pk=file_id, removed_at__lt=op.now - UNDO).first()
            if file is None or file.removed_at is None:
                return 0
            _within_fuse()
            _certify(op, file, Erasure.What.FILE, file.page_count)
            op.record("file.erased", pages=file.page_count)
            blob = file.blob
            file.delete()
            if blob is not None and not _referenced(blob):
                vault.erase(blob)
    except NotFound:  # its owner deleted the draft meanwhile, and with it the file
        return 0
    return 1


def _erase_pages(file_id: UUID, dossier_id: UUID) -> int:
    """Write a PDF again without its removed pages; return how many pages went, 0 when it must stay as it is."""
    file = File.objects.filter(pk=file_id, kind="pdf").first()
    if file is None or file.blob is None:
        return 0
    before = file.blob
    staying = file.pages.exclude(removed_at__isnull=False, removed_at__lt=clock.now() - UNDO)
    kept = list(staying.order_by("number").values_list("number", flat=True))
    try:
        original = vault.read(before, context=str(file.pk))
        part = vision.Part(original, "pdf", [(number - 1, 0) for number in kept])
        data = vision.join([part], title="Document", language="fr")
    except (vision.Refused, vision.Busy, vision.Unavailable):
        return 0
    try:
        with operation(ACTOR, "erase_removed", dossier_id) as op:
            op.quiet = True
            return _swap(op, file_id, before, kept, data)
    except NotFound:
        return 0


def _swap(op: Operation, file_id: UUID, before: UUID, kept: list[int], data: bytes) -> int:
    file = File.objects.filter(pk=file_id, blob=before, version__decision="").first()
    if file is None:
        return 0
    going = file.pages.filter(removed_at__lt=op.now - UNDO)
    gone = set(going.values_list("number", flat=True))
    if not gone or gone & set(kept) or len(gone) + len(kept) != file.page_count:
        return 0  # somebody acted on its pages since the bytes were written: next time
    _within_fuse()
    _certify(op, file, Erasure.What.PAGES, len(gone))
    going.delete()
    file.pages.update(number=F("number") + 1000)
    for number, page in enumerate(file.pages.order_by("number"), start=1):
        page.number = number
        page.save(update_fields=["number"])
    file.blob = vault.put(data, context=str(file.pk))
    file.size, file.sha256 = vault.stat(file.blob)
    file.page_count, file.needs_clean = len(kept), False
    file.save(update_fields=["blob", "size", "sha256", "page_count", "needs_clean"])
    if not _referenced(before):
        vault.erase(before)
    op.record("page.erased", pages=len(gone))
    return len(gone)


def _referenced(blob: UUID) -> bool:
    """Tell whether anything still needs these bytes, asked after this reference went, in the same transaction."""
    return File.objects.filter(blob=blob).exists() or Letter.objects.filter(blob=blob).exists()


def _within_fuse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    if Erasure.objects.filter(wall_at__gt=clock.wall() - timedelta(days=1)).count() >= FUSE:
        raise FuseBlown


def _certify(op: Operation, file: File, what: Erasure.What, pages: int) -> None:
    removed_at = file.removed_at
    if removed_at is None:
        past = file.pages.filter(removed_at__lt=op.now - UNDO).values_list("removed_at", flat=True)
        removed_at = max(moment for moment in past if moment is not None)
    Erasure.objects.create(
        what=what,
        dossier_id=op.dossier.pk,
        file_id=file.pk,
        sha256=file.sha256,
        pages=pages,
        removed_at=removed_at,
        at=op.now,
        wall_at=clock.wall(),
    )
