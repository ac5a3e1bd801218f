"""A company's list as a file: at once when it is short, by a job and kept for a day when it is long (issue 5, 3).

Each file is for whoever asked for it, while they act for the company; asking and fetching leave a row in the journal.
"""

import io
from collections.abc import Iterator
from typing import IO, cast
from uuid import UUID

from django.db import transaction

from matricule.accounts import organisations
from matricule.core import clock, jobs, journal, vault
from matricule.dossiers import access, keeping, requests, sheets
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.keeping import KEPT, ListExport
from matricule.dossiers.listing import View
from matricule.dossiers.operations.door import spend

AT_ONCE = 200
"""Requests of a list that is made while its reader waits: a second at most."""
MOST = 3
"""Files that one person waits for."""


class TooMany(Exception):
    """The person waits for as many files as one can."""


def at_once(actor: Actor, organisation_id: UUID, view: View, kind: str, language: str) -> bytes | None:
    """Return a short list as a file, None for a long one, which ``ask`` is for.

    Raises NotFound for who acts for no such company, ValueError for no such kind.
    """
    if kind not in sheets.KINDS:
        raise ValueError("kind")
    access.of_company(actor, organisation_id)
    rows, _capped = requests.matching(organisation_id, view)
    first = next(sheets.chunks(rows, view, AT_ONCE + 1), [])
    if len(first) > AT_ONCE:
        return None
    out = io.BytesIO()
    lines = sheets.written(kind, out, language, [first], proved=organisations.is_proved(organisation_id))
    with transaction.atomic():
        _record(str(actor), organisation_id, "list.exported", kind, lines)
    return out.getvalue()


def ask(actor: Actor, organisation_id: UUID, view: View, kind: str, language: str, *, key: UUID) -> UUID:
    """Ask for a long list as a file: a job makes it. The same key twice asks once; return the file's id.

    Raises NotFound for who acts for no such company, ValueError for no such kind, TooMany, AlreadyDone.
    """
    if kind not in sheets.KINDS:
        raise ValueError("kind")
    with transaction.atomic():
        access.of_company(actor, organisation_id)
        row = ListExport(
            organisation_id=organisation_id, user_id=actor.uuid, kind=kind, language=language, asked_at=clock.now(),
            **keeping.columns(view),
        )  # fmt: skip
        spend(actor, "ask_export", key, None)
        waiting = ListExport.objects.filter(user=actor.uuid, state=ListExport.State.WAITING)
        if waiting.count() >= MOST:
            raise TooMany
        row.save(force_insert=True)
        _record(str(actor), organisation_id, "list.asked", kind)
        jobs.defer("dossiers.list_export", export_id=str(row.pk))
    return row.pk


def make(export_id: UUID) -> None:
    """Make the file that somebody asked for, and keep it in the vault; made already, or gone, nothing happens.

    Whoever left the company meanwhile gets none.
    """
    row = ListExport.objects.filter(pk=export_id, state=ListExport.State.WAITING).first()
    if row is None:
        return
    if not organisations.is_member(row.user_id, row.organisation_id):
        ListExport.objects.filter(pk=row.pk, state=ListExport.State.WAITING).update(state=ListExport.State.REFUSED)
        return
    making = _Making(row)
    blob = vault.prepare(io.BufferedReader(vault.Flow(making.parts())), context=str(row.pk))
    with transaction.atomic():
        held = ListExport.objects.select_for_update().filter(pk=row.pk, state=ListExport.State.WAITING).first()
        if held is None:  # another worker was first: these bytes are nobody's, the vault's reconciler removes them
            return
        held.blob, held.size = vault.keep(blob), blob.size
        held.state, held.ready_at = ListExport.State.READY, clock.now()
        held.save(update_fields=["blob", "size", "state", "ready_at"])
        _record("system:list_export", row.organisation_id, "list.exported", row.kind, making.lines)


class _Making:
    """A long file that is being made, a chunk at a time: each is sealed before the next one is made (core.vault).

    So the names of a whole company never stand in the clear on a disk, nor all in memory.
    """

    def __init__(self, row: ListExport) -> None:
        self.row, self.lines = row, 0

    def parts(self) -> Iterator[bytes]:
        """Yield the file; after each part the row says how far it is, at the end ``lines`` how many there are."""
        row, sink = self.row, sheets.Sink()
        rows, _capped = requests.matching(row.organisation_id, row.view)
        mine = ListExport.objects.filter(pk=row.pk)
        mine.update(total=rows.count(), done=0)
        proved = organisations.is_proved(row.organisation_id)
        book = sheets.opened(row.kind, cast(IO[bytes], sink), row.language, proved=proved)
        done = 0
        with book.closed():
            for chunk in sheets.chunks(rows, row.view):
                book.add(chunk)
                yield sink.take()
                done += len(chunk)
                mine.update(done=done)
        self.lines = book.lines
        yield sink.take()


def fetch(actor: Actor, organisation_id: UUID, export_id: UUID) -> tuple[ListExport, bytes]:
    """Return a file that is ready, to whoever asked for it while they act for the company; the fetching is journaled.

    Raises NotFound for anybody else, and for a file whose day is over.
    """
    access.of_company(actor, organisation_id)
    rows = ListExport.objects.filter(user=actor.uuid, organisation=organisation_id, state=ListExport.State.READY)
    row = rows.filter(pk=export_id).first()
    if row is None or row.blob is None or row.is_over:
        raise NotFound
    data = vault.read(row.blob, context=str(row.pk))
    with transaction.atomic():
        _record(str(actor), organisation_id, "read.list_file", row.kind)
    return row, data


def forget() -> int:
    """Erase the files whose day is over, and what was asked for and never made; return how many."""
    over = ListExport.objects.filter(asked_at__lt=clock.now() - KEPT).order_by("asked_at", "pk")
    gone = 0
    for export_id in list(over.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            row = ListExport.objects.select_for_update(skip_locked=True).filter(pk=export_id).first()
            if row is None or not row.is_over:
                continue
            if row.blob is not None:
                vault.erase(row.blob)
            row.delete()
            gone += 1
    return gone


def _record(actor: str, organisation_id: UUID, action: str, kind: str, lines: int | None = None) -> None:
    detail: dict[str, str | int | bool | None] = {"kind": kind}
    if lines is not None:
        detail["lines"] = lines
    journal.record(actor=actor, action=action, subject=("organisation", organisation_id), detail=detail)
