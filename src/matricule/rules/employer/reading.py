"""Reading the words of the employer's rules: every row has its two languages, its source and its day.

A wrong file raises ``RulesError`` with the file, the row and the reason (house.md 1).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from matricule.rules import data
from matricule.rules.errors import RulesError
from matricule.rules.orientation import Step

Words = Mapping[str, str]
Row = Mapping[str, Any]

LANGUAGES = ("fr", "en")


class Reader:
    """One file of ``data/employer``, and the row that is being read, for what an error says."""

    def __init__(self, name: str, raw: Row | None = None) -> None:
        """Read the file called ``name`` (``raw`` stands in for it in tests); raises ``RulesError``."""
        self.file = f"employer/{name}"
        self.raw = data.read_toml(self.file) if raw is None else raw
        self.row = "file"

    def fail(self, reason: str) -> RulesError:
        """Return the error that names this file and row."""
        return RulesError(self.file, self.row, reason)

    def rows(self, table: str, fields: Collection[str], *, key: str = "code") -> Iterator[Row]:
        """Yield the rows of ``[[table]]``; each has its key once, a source, a day, and no field but ``fields``."""
        self.row = table
        found = self.raw.get(table, [])
        if not found:
            raise self.fail(f"the file has no [[{table}]]")
        seen: set[str] = set()
        for number, row in enumerate(found, start=1):
            self.row = f"{table} {row.get(key, number)}"
            if not isinstance(row.get(key), str) or not row[key] or row[key] in seen:
                raise self.fail(f"has no {key}, or is there twice")
            unknown = sorted(set(row) - set(fields) - {key, "source", "valid_from"})
            if unknown:
                raise self.fail(f"unknown field {unknown[0]!r}")
            self.source(row)
            self.day(row)
            seen.add(row[key])
            yield row

    def source(self, row: Row) -> str:
        """Return where the rule comes from."""
        if not isinstance(row.get("source"), str) or not row["source"].strip():
            raise self.fail("has no source")
        return str(row["source"])

    def day(self, row: Row) -> date:
        """Return the day from which the row holds."""
        try:
            return date.fromisoformat(str(row["valid_from"]))
        except (KeyError, ValueError) as error:
            raise self.fail("valid_from is the day from which the row holds") from error

    def words(self, row: Row, field: str) -> Words:
        """Return a text in both languages."""
        return self.both(row.get(field), field)

    def several(self, row: Row, field: str, *, needed: bool = True) -> tuple[Words, ...]:
        """Return a list of texts in both languages."""
        found = row.get(field, [])
        if not isinstance(found, list) or (needed and not found):
            raise self.fail(f"{field!r} is a list of texts")
        return tuple(self.both(item, field) for item in found)

    def both(self, value: object, field: str) -> Words:
        """Return ``value`` as a text in both languages."""
        if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
            raise self.fail(f"{field!r} holds fr and en")
        if not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise self.fail(f"{field!r} is empty in one language")
        return {language: str(value[language]) for language in LANGUAGES}

    def steps(self, row: Row) -> tuple[Step, ...]:
        """Return what to do next, in order; a step with a link has the link's text."""
        found = []
        for step in row.get("steps", ()):
            link = str(step.get("link", ""))
            if bool(link) != ("link_text" in step):
                raise self.fail("a step with a link has the link's text, and the other way round")
            text = self.both({key: step.get(key, "") for key in LANGUAGES}, "steps")
            found.append(Step(text, link, self.words(step, "link_text") if link else None))
        return tuple(found)
