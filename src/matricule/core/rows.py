"""Rows of models read by statements that are written once.

Django puts a select together anew at each call. For what every request reads that costs more than the answer of the
database (measured: 2 ms of 3 for the row of a dossier), and one select cannot bring rows of several tables that do not
hang on one another. Here the statement stands in the code, the columns follow the model, and what comes back are
instances of the model as the ORM makes them, opened where they were sealed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]


class Table(Generic[M]):
    """How whole rows of one model are read: as columns of a select, or as JSON inside of one."""

    def __init__(self, model: type[M]) -> None:
        """Read rows of ``model``."""
        self.model = model

    @cached_property
    def _fields(self) -> list[Any]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def width(self) -> int:
        """Return how many columns a row has."""
        return len(self._fields)

    def columns(self, alias: str) -> str:
        """Return the columns of a row in the order that ``row`` takes, for the table called ``alias``."""
        return ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def row(self, values: Sequence[Any]) -> M:
        """Return the instance of ``values``: what ``columns`` gave."""
        made = list(values)
        for place, converters in self._converters:
            for convert in converters:
                made[place] = convert(made[place], None, connection)
        return self._made(made)

    def nested(self, values: Mapping[str, Any]) -> M:
        """Return the instance of a row that came as JSON (``to_jsonb`` of the table, or ``jsonb_agg`` of many).

        JSON has no bytes, moments or identifiers: PostgreSQL writes them as texts, which are read here.
        """
        made = []
        for column, read in self._readers:
            value = values[column]
            made.append(value if value is None or read is None else read(value))
        return self._made(made)

    def _made(self, values: list[Any]) -> M:
        return self.model.from_db(connection.alias, self._names, values)

    @cached_property
    def _converters(self) -> list[tuple[int, list[Any]]]:
        found = ((place, field.get_db_converters(connection)) for place, field in enumerate(self._fields))
        return [(place, converters) for place, converters in found if converters]

    @cached_property
    def _readers(self) -> list[tuple[str, Convert | None]]:
        return [(field.column, _reader(field)) for field in self._fields]


def _reader(field: Any) -> Convert | None:
    """Return how the JSON of a column becomes what the column holds; None: it is that already."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if kind == "BinaryField":
        opened = getattr(field, "from_db_value", None)
        if opened is not None:
            return lambda text: opened(bytes.fromhex(text[2:]), None, connection)
        return lambda text: bytes.fromhex(text[2:])
    readers: dict[str, Convert] = {
        "UUIDField": UUID,
        "DateTimeField": datetime.fromisoformat,
        "DateField": date.fromisoformat,
    }
    return readers.get(kind)
