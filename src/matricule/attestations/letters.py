"""Making a letter once, reading it, and taking a certificate back."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from matricule.attestations import press, verification
from matricule.attestations.models import Letter
from matricule.core import clock, config, ids, vault
from matricule.core.ids import uuid7


def issue(kind: str, subject_id: UUID, facts: Mapping[str, Any], *, dated: datetime) -> UUID:
    """Return the letter of this kind for this subject, made from ``facts`` on the first call.

    Two at once make one: the second waits for the first (advisory lock of the transaction), then finds its letter.
    A certificate or a proof of filing gets the code by which anybody can check it (``verification``).
    Raises ``typesetting.LetterError`` when the facts do not fit the letter's template, and ``press.PressError``.
    """
    found = find(kind, subject_id)
    if found is not None:
        return found
    with transaction.atomic():
        _alone(kind, subject_id)
        return find(kind, subject_id) or _make(kind, subject_id, facts, dated)


def find(kind: str, subject_id: UUID) -> UUID | None:
    """Return the letter of this kind for this subject, None while it is not made."""
    return Letter.objects.filter(kind=kind, subject_id=subject_id).values_list("pk", flat=True).first()


def read(letter_id: UUID) -> bytes:
    """Return the sealed bytes of a letter, hash checked by the vault."""
    letter = Letter.objects.get(pk=letter_id)
    return vault.read(letter.blob, context=f"letter:{letter.pk}")


def withdraw(letter_id: UUID, *, at: datetime) -> None:
    """Say from now on that a letter is withdrawn; its bytes stay. A second time changes nothing."""
    Letter.objects.filter(pk=letter_id, withdrawn_at=None).update(withdrawn_at=at)


def _make(kind: str, subject_id: UUID, facts: Mapping[str, Any], dated: datetime) -> UUID:
    code = ids.new_code() if kind in verification.KINDS else ""
    written = {**facts, "demo": config.current().demo}
    if code:
        written["verification"] = verification.on_paper(code)
    made = press.make(kind, written, dated=dated, sealed_at=clock.wall())
    letter = Letter(
        id=uuid7(),
        kind=kind,
        subject_id=subject_id,
        sha256=hashlib.sha256(made.pdf).hexdigest(),
        pages=made.pages,
        dated=dated,
        made_at=clock.now(),
        code_index=verification.index_of(code) if code else None,
        shown=verification.shown_of(facts) if code else {},
    )
    letter.blob = vault.put(made.pdf, context=f"letter:{letter.pk}")
    letter.save(force_insert=True)
    return letter.pk


def _alone(kind: str, subject_id: UUID) -> None:
    """Hold the lock of this letter until the transaction ends."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{subject_id}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
