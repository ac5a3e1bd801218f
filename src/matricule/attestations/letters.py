"""Making a letter once, and reading it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from matricule.attestations import typesetting
from matricule.attestations.models import Letter
from matricule.core import clock, config, vault
from matricule.core.ids import uuid7


def issue(kind: str, subject_id: UUID, facts: Mapping[str, Any], *, dated: datetime) -> UUID:
    """Return the letter of this kind for this subject, made from ``facts`` on the first call.

    Two at once make one: the second waits for the first (advisory lock of the transaction), then finds its letter.
    Raises ``typesetting.LetterError`` when the facts do not fit the letter's template.
    """
    found = Letter.objects.filter(kind=kind, subject_id=subject_id).values_list("pk", flat=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        _alone(kind, subject_id)
        found = Letter.objects.filter(kind=kind, subject_id=subject_id).values_list("pk", flat=True).first()
        return found or _make(kind, subject_id, facts, dated)


def read(letter_id: UUID) -> bytes:
    """Return the sealed bytes of a letter, hash checked by the vault."""
    letter = Letter.objects.get(pk=letter_id)
    return vault.read(letter.blob, context=f"letter:{letter.pk}")


def _make(kind: str, subject_id: UUID, facts: Mapping[str, Any], dated: datetime) -> UUID:
    from matricule.attestations import sealing

    set_letter = typesetting.compose(kind, {**facts, "demo": config.current().demo}, dated=dated)
    data = sealing.seal(set_letter.pdf, dated=clock.wall())
    letter = Letter(
        id=uuid7(),
        kind=kind,
        subject_id=subject_id,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=set_letter.pages,
        dated=dated,
        made_at=clock.now(),
    )
    letter.blob = vault.put(data, context=f"letter:{letter.pk}")
    letter.save(force_insert=True)
    return letter.pk


def _alone(kind: str, subject_id: UUID) -> None:
    """Hold the lock of this letter until the transaction ends."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{subject_id}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
