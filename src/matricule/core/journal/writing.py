"""Writing entries in the transaction of the act, and reading them back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from matricule.core import clock

from .entry import COLUMNS, Entry, check, check_detail, from_row


@dataclass(frozen=True)
class Draft:
    """One entry to be written with others: who did what to what, and its codes and counts."""

    actor: str
    action: str
    subject: tuple[str, UUID]
    detail: Mapping[str, str | int | bool | None] = field(default_factory=dict)


def record(
    *,
    actor: str,
    action: str,
    subject: tuple[str, UUID] | None = None,
    detail: Mapping[str, str | int | bool | None] | None = None,
    outcome: str = "done",
) -> None:
    """Append one entry to the journal in the current transaction, in one statement.

    ``actor``: ``user:<uuid>``, ``system:<job>`` or ``anonymous``. ``detail``: codes, counts and flags, no personal
    data. Raises Refused for anything else, TransactionManagementError outside a transaction: an entry must be
    written with its act or not at all.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry of the journal belongs to the transaction of its act")
    check(actor, action, subject, outcome)
    check_detail(detail or {})
    kind, subject_id = subject or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select core_journal_append(%s, %s::text, %s::text, %s::text, %s::uuid, %s::jsonb, %s::text)",
            [clock.wall(), actor, action, kind, subject_id, json.dumps(dict(detail or {})), outcome],
        )


def record_many(entries: Sequence[Draft]) -> None:
    """Append many entries in the current transaction, in their order and one statement; raises like ``record``.

    For loads of invented people: an act of a person writes its own entry.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry of the journal belongs to the transaction of its act")
    for one in entries:
        check(one.actor, one.action, one.subject, "done")
        check_detail(one.detail)
    columns: list[list[Any]] = [
        [one.actor for one in entries],
        [one.action for one in entries],
        [one.subject[0] for one in entries],
        [one.subject[1] for one in entries],
        [json.dumps(dict(one.detail)) for one in entries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(core_journal_append(%s, actor, action, kind, subject, detail::jsonb, 'done'))"
            " from unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[])"
            " as entry (actor, action, kind, subject, detail)",
            [clock.wall(), *columns],
        )


def people_of(entries: Iterable[Entry]) -> set[UUID]:
    """Return the people among the actors of entries: not the service's jobs, nor who runs it."""
    return {UUID(entry.actor[5:]) for entry in entries if entry.actor.startswith("user:")}


def entries_about(subject: tuple[str, UUID], *, limit: int = 500) -> list[Entry]:
    """Return the newest ``limit`` entries about ``subject``, oldest first: who did or saw what (CJEU C-579/21)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} from core_journal"  # noqa: S608
            " where subject_id = %s and subject_kind = %s order by id desc limit %s",
            [subject[1], subject[0], limit],
        )
        return [from_row(row) for row in reversed(cursor.fetchall())]
