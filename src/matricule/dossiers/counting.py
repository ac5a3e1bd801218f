"""How many dossiers stand somewhere: counts in a table of their own, moved by the operations, compared, and mended.

Nothing is counted over a whole table on a page (house.md, section 2). Two tables are kept so: the queues of the
offices (``queues``) and the labels of the companies (``labels``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

Write = Callable[[str, Sequence[Any]], None]


@dataclass(frozen=True)
class Miscount:
    """One count that is wrong, and what it should be: of an office and a queue, or of a company and a label."""

    whose: str | UUID
    place: str
    n: int
    right: int


def write(sql: str, values: Sequence[Any]) -> None:
    """Run one statement now."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@dataclass(frozen=True)
class Counts:
    """One table of counts.

    ``move``: the statement that adds a step to the count of a place (values: whose, place, step). ``wrong``: the one
    that returns the counts that differ from the dossiers that stand there, as the columns of a ``Miscount``.
    """

    table: str
    move: str
    wrong: str

    def count(self, whose: str | UUID, place: str, step: int, write: Write = write) -> None:
        """Move the count of one place, in the transaction that moves the dossiers.

        ``write``: how it is written, where an operation gathers what it writes (ADR 15).
        """
        write(self.move, [whose, place, step])

    def miscounted(self) -> list[Miscount]:
        """Return the counts that differ from the dossiers that stand there, read at one moment (one statement)."""
        with connection.cursor() as cursor:
            cursor.execute(self.wrong)
            return [Miscount(*row) for row in cursor.fetchall()]

    def recount(self) -> list[Miscount]:
        """Mend the counts that differ; return them. Nobody moves a dossier meanwhile: the operations wait."""
        with transaction.atomic():
            # an operation that moved a count holds this table until its dossier is committed too
            write(f"lock table {self.table} in share row exclusive mode", [])
            found = self.miscounted()
            for one in found:
                self.count(one.whose, one.place, one.right - one.n)
        return found
