"""Sealing every column again with the active key of the ring ``fields``, so that an older key may leave the key file.

Rows that nobody writes any more would keep an old key needed for ever (ASVS 5.0, 11.2.2). Sessions need nothing: each
is written again at least every minute of use, and ends by itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from . import crypto, keys
from .fields import EncryptedJSONField, EncryptedTextField

BATCH = 500
Column = EncryptedTextField | EncryptedJSONField


@dataclass
class Report:
    """What one run did: values sealed again, and, by ``table.column``, those that no key of the ring opens."""

    resealed: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)


def reseal() -> Report:
    """Seal again whatever an older key sealed, while the service runs; a second run finds nothing to do.

    Each value by itself, and only where it is still the one that was read: what somebody writes meanwhile is sealed
    with the active key anyway, and nobody waits for a lock of ours. A value that does not open is counted and left.
    """
    report = Report()
    for model, column in sealed_columns():
        _column(model, column, report)
    return report


def sealed_columns() -> Iterator[tuple[type[Model], Column]]:
    """Yield every sealed column of every table of ours."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            for found in model._meta.local_concrete_fields:
                if isinstance(found, Column):
                    yield model, found


def _column(model: type[Model], column: Column, report: Report) -> None:
    ring, place = keys.current().fields, column.place_of_column()
    head = crypto.head(ring)
    names = model._meta.db_table, model._meta.pk.column or "", column.column or ""
    table, key, name = (connection.ops.quote_name(word) for word in names)
    read = (
        f"select {key}, {name} from {table} where {name} is not null and substring({name} from 1 for %s) <> %s"  # noqa: S608
        f" and (%s or {key} > %s) order by {key} limit %s"
    )
    write = f"update {table} set {name} = %s where {key} = %s and {name} = %s"  # noqa: S608
    last: Any = None
    while rows := _run(read, [len(head), head, last is None, last, BATCH]):
        for pk, token in rows:
            try:
                fresh = crypto.seal(ring, crypto.unseal(ring, bytes(token), place), place)
            except crypto.BadToken:
                report.unreadable[f"{model._meta.db_table}.{column.column}"] += 1
                continue
            with connection.cursor() as cursor:
                cursor.execute(write, [fresh, pk, bytes(token)])
                report.resealed += cursor.rowcount
        last = rows[-1][0]


def _run(statement: str, values: list[Any]) -> list[tuple[Any, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
