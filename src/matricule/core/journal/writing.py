"""Writing entries in the transaction of the act, and reading them back."""

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction

from matricule.core import clock

from .entry import COLUMNS, Entry, check, check_detail, from_row


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


def entries_about(subject: tuple[str, UUID], *, limit: int = 500) -> list[Entry]:
    """Return the newest ``limit`` entries about ``subject``, oldest first: who did or saw what (CJEU C-579/21)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} from core_journal"  # noqa: S608
            " where subject_id = %s and subject_kind = %s order by id desc limit %s",
            [subject[1], subject[0], limit],
        )
        return [from_row(row) for row in reversed(cursor.fetchall())]
