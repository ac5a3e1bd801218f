"""Drawing a number, and ending it. One transaction, which is the caller's (issue 4, section 3)."""

import re
from uuid import UUID

from django.db import connection

from matricule.core import clock, journal
from matricule.core.crypto import blind_index
from matricule.repertoire import rows
from matricule.repertoire.errors import (
    AlreadyCertified,
    AlreadyHolds,
    NoNumber,
    NumbersExhausted,
    OtherBirth,
    RequestReused,
)
from matricule.repertoire.models import Holder, Intent, Submission
from matricule.repertoire.values import Identity, Issued
from matricule.rules.numbers import building

_REASON = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NEXT = """
insert into repertoire_counter as counter (prefix_index, last) values (%s, 1)
on conflict (prefix_index) do update set last = counter.last + 1 where counter.last < %s
returning last
"""


def attribute(subject_id: UUID, identity: Identity, request_id: UUID, *, actor: str) -> Issued:
    """Give the person a NIA, and return it; the same request again returns the same number.

    The intent is written first, then the next order number of the birth's sex, month and place is drawn, in the
    caller's transaction: what is rolled back leaves no gap. Numbers that loaded people hold are passed over. ``actor``
    is what the journal calls the caller.

    Raises ``AlreadyHolds`` when another request gave the person a number that is in use, ``NumbersExhausted`` after
    order 999, ``RequestReused`` when the request stands for somebody else, ``rules.errors.InputError`` when no number
    can be made of this birth.
    """
    first = building.prefix(identity.sex, identity.born, identity.birth_country, identity.birth_commune)
    rows.alone(subject_id)
    now = clock.now()
    intent, _ = Intent.objects.get_or_create(
        request_id=request_id, defaults={"subject_id": subject_id, "asked_at": now}
    )
    if intent.subject_id != subject_id:
        raise RequestReused
    if intent.holder is not None:
        return rows.issued(intent.holder)
    if rows.live(subject_id) is not None:
        raise AlreadyHolds
    holder = rows.new_holder(subject_id, identity, _draw(first), kind="nia", source=Holder.Source.ATTRIBUTED, now=now)
    holder.save(force_insert=True)
    intent.holder = holder
    intent.save(update_fields=["holder"])
    journal.record(actor=actor, action="number.attributed", subject=("person", subject_id), detail={"kind": "nia"})
    return rows.issued(holder)


def correct(subject_id: UUID, identity: Identity, *, actor: str) -> None:
    """Take over a corrected identity, so that the next sending and the next comparison rest on it.

    For a NIA only: what is certified, the national register corrects. Raises ``NoNumber``, ``AlreadyCertified``, and
    ``OtherBirth`` when the number says another sex, month or place of birth.
    """
    first = building.prefix(identity.sex, identity.born, identity.birth_country, identity.birth_commune)
    rows.alone(subject_id)
    holder = rows.live(subject_id)
    if holder is None:
        raise NoNumber
    if holder.kind == Holder.Kind.NIR:
        raise AlreadyCertified
    if not holder.number.startswith(first):
        raise OtherBirth
    holder.identity = identity.as_json()
    holder.exact_index, holder.passport_index = rows.own_indexes(identity)
    holder.save(update_fields=["identity", "exact_index", "passport_index"])
    journal.record(actor=actor, action="number.corrected", subject=("person", subject_id), detail={"kind": "nia"})


def deactivate(subject_id: UUID, reason: str, *, actor: str) -> None:
    """End the person's number for ``reason`` (a short code); the row stays, and no answer is expected any more.

    Raises ``NoNumber`` when there is none in use, ``ValueError`` for a reason that is no code.
    """
    if not _REASON.fullmatch(reason):
        raise ValueError("a reason is a short code in small letters")
    rows.alone(subject_id)
    holder = rows.live(subject_id)
    if holder is None:
        raise NoNumber
    holder.ended_at = clock.now()
    holder.end_reason = reason
    holder.save(update_fields=["ended_at", "end_reason"])
    Submission.objects.filter(subject_id=subject_id, taken_at=None, withdrawn_at=None).update(
        withdrawn_at=holder.ended_at
    )
    journal.record(
        actor=actor,
        action="number.deactivated",
        subject=("person", subject_id),
        detail={"kind": holder.kind, "reason": reason},
    )


def _draw(first: str) -> str:
    """Return the next free number behind ten characters; the counter's row stays locked until the transaction ends."""
    while True:
        order = _next(first)
        if order is None:
            raise NumbersExhausted
        number = building.number(first, order)
        if not Holder.objects.filter(number_index=rows.number_index(number)).exists():
            return number


def _next(first: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [blind_index("repertoire.prefix", first), building.HIGHEST_ORDER])
        row = cursor.fetchone()
    return int(row[0]) if row else None
