"""The writes of one act, sent to the database together.

An act that is looked through first and written at its end needs one statement for all its rows, whatever their
tables, and one for its jobs (issue 3, section 3: the statements of a deposit are counted). Nothing is weakened by
it: one statement, like one transaction, happens whole or not at all.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction

from matricule.core import clock, jobs
from matricule.core.journal import entry


class Batch:
    """Rows to insert, rows to change, entries of the journal and jobs, gathered until ``run``.

    All rows of a batch are written at one moment and do not see one another: a row is inserted or changed once, and
    what must be gone before something else can come (a unique key that moves) is written before, by itself.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._begin()

    def _begin(self) -> None:
        self._inserts: dict[type[models.Model], list[models.Model]] = {}
        self._updates: list[tuple[models.Model, list[str]]] = []
        self._raw: list[tuple[str, Sequence[Any]]] = []
        self._entries: list[list[Any]] = []
        self._jobs: list[tuple[str, dict[str, Any]]] = []

    def insert(self, *rows: models.Model) -> None:
        """Insert new rows; each knows its own key."""
        for row in rows:
            self._inserts.setdefault(type(row), []).append(row)

    def update(self, row: models.Model, names: Iterable[str]) -> None:
        """Write the columns ``names`` (as the attributes are called) of a row that is there.

        What an earlier call named of the same row is joined; of a row that this batch inserts, all is written anyway.
        """
        if any(row is new for new in self._inserts.get(type(row), ())):
            return
        known = next((names for one, names in self._updates if one is row), None)
        if known is None:
            known = []
            self._updates.append((row, known))
        known += [name for name in names if name not in known]

    def changes(self, row: models.Model) -> bool:
        """Tell whether this row (this very instance) is to be changed by the batch."""
        return any(one is row for one, _ in self._updates)

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        """Run an ``insert``, ``update`` or ``delete`` of the caller's own with the others."""
        self._raw.append((sql, values))

    def record(
        self,
        *,
        actor: str,
        action: str,
        subject: tuple[str, UUID] | None = None,
        detail: Mapping[str, str | int | bool | None] | None = None,
        outcome: str = "done",
    ) -> None:
        """Append one entry to the journal, in the order of the calls; raises Refused at once (see journal.record)."""
        entry.check(actor, action, subject, outcome)
        entry.check_detail(detail or {})
        kind, subject_id = subject or (None, None)
        self._entries.append([clock.wall(), actor, action, kind, subject_id, json.dumps(dict(detail or {})), outcome])

    def defer(self, task: str, **arguments: Any) -> None:
        """Queue a job."""
        self._jobs.append((task, arguments))

    def run(self) -> None:
        """Write everything in the current transaction, and begin again with nothing.

        Raises TransactionManagementError outside a transaction, DatabaseError when a row to change is not there.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a batch belongs to the transaction of its act")
        parts, values = self._statements()
        changed = [f"(select count(*) from u{place})" for place in range(len(self._updates))]  # noqa: S608
        entries = ["core_journal_append(%s, %s::text, %s::text, %s::text, %s::uuid, %s::jsonb, %s::text)"]
        told = changed + entries * len(self._entries)
        if parts or told:
            values += [value for row in self._entries for value in row]
            head = f"with {', '.join(parts)} " if parts else ""
            with connection.cursor() as cursor:
                cursor.execute(f"{head}select {', '.join(told) or '1'}", values)
                if 0 in cursor.fetchone()[: len(changed)]:
                    raise DatabaseError("a row to change is not there")
        for rows in self._inserts.values():
            for row in rows:
                row._state.adding, row._state.db = False, connection.alias
        if self._jobs:
            jobs.defer_all(self._jobs)
        self._begin()

    def _statements(self) -> tuple[list[str], list[Any]]:
        parts: list[str] = []
        values: list[Any] = []
        for place, (model, rows) in enumerate(self._inserts.items()):
            sql, given = _insert(model, rows)
            parts.append(f"i{place} as ({sql})")
            values += given
        for place, (row, names) in enumerate(self._updates):
            sql, given = _update(row, names)
            parts.append(f"u{place} as ({sql})")
            values += given
        for place, (sql, more) in enumerate(self._raw):
            parts.append(f"r{place} as ({sql})")
            values += more
        return parts, values


def _insert(model: type[models.Model], rows: list[models.Model]) -> tuple[str, list[Any]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    head = f'insert into "{model._meta.db_table}" ({columns}) values '  # noqa: S608  names of the model
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    return head + ", ".join([one] * len(rows)), values


def _update(row: models.Model, names: list[str]) -> tuple[str, list[Any]]:
    meta = row._meta
    fields = [field for field in meta.concrete_fields if field.attname in names or field.name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    assert meta.pk is not None
    sql = f'update "{meta.db_table}" set {columns} where "{meta.pk.column}" = %s returning 1'  # noqa: S608  as above
    return sql, [*values, row.pk]
