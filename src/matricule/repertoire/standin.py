"""What the embedded repertoire answers, and when: its own data, never a parameter of a screen (issue 4, section 6).

``standin.toml`` names invented people by birth date and country, each with an ordered list of answers: the first
sending gets the first, and so on; then, and for everybody else, *certified*. Outside demo mode no row applies: a real
person who was born on an invented person's day is certified like anybody.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

from matricule.core import config
from matricule.repertoire.values import AnswerKind, Identity
from matricule.rules import countries, data, requirement_rows
from matricule.rules.errors import RulesError
from matricule.rules.numbers import NumberError
from matricule.rules.numbers.nir import Nir

FOLDER = Path(__file__).parent
FILE = "standin.toml"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One answer before it is given: its kind, with what goes with that kind."""

    kind: AnswerKind
    reason: str = ""
    document: str = ""
    fr: str = ""
    en: str = ""
    number: str = ""

    def as_json(self) -> dict[str, str]:
        """What the table seals: everything but the kind, which is a column."""
        return {name: value for name, value in asdict(self).items() if value and name != "kind"}


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file: the delay in days, the answers of invented people by birth, the answer to an incomplete file."""

    days: int
    people: Mapping[tuple[str, str], tuple[Chosen, ...]]
    incomplete: Chosen


CERTIFIED = Chosen("certified")


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` with the row when it is wrong."""
    return build(data.read_toml(FILE, folder=FOLDER))


def delay() -> timedelta:
    """Return how long the repertoire takes to answer, in business time."""
    return timedelta(days=table().days)


def choose(identity: Identity, told: int, *, complete: bool) -> Chosen:
    """Return the answer to a person who already got ``told`` answers to complete files."""
    if not complete:
        return table().incomplete
    if not config.current().demo:
        return CERTIFIED
    listed = table().people.get((identity.birth_date, identity.birth_country), ())
    return listed[told] if told < len(listed) else CERTIFIED


def build(raw: Mapping[str, Any]) -> Table:
    """Check the file's content and return it; raises ``RulesError`` naming what is wrong."""
    texts = raw.get("texts", {})
    days = _row("delay", lambda: int(raw["delay"]["days"]))
    if days < 1:
        raise RulesError(FILE, "delay", "days must be above 0")
    incomplete = _row("incomplete", lambda: _chosen(raw["incomplete"], texts))
    people: dict[tuple[str, str], tuple[Chosen, ...]] = {}
    for place, row in enumerate(raw.get("people", []), start=1):
        born, answers = _row(f"people {place}", lambda row=row: _person(row, texts))
        if born in people:
            raise RulesError(FILE, f"people {place}", "this birth is already in a row")
        people[born] = answers
    return Table(days, people, incomplete)


def _row(name: str, read: Any) -> Any:
    try:
        return read()
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(FILE, name, f"is wrong ({error})") from error


def _person(row: Mapping[str, Any], texts: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[Chosen, ...]]:
    if not isinstance(row["birth_date"], date) or not row["answers"]:
        raise ValueError("a row has a birth_date and answers")
    country = countries.table()[row["birth_country"]].code
    return (row["birth_date"].isoformat(), country), tuple(_chosen(one, texts) for one in row["answers"])


def _chosen(row: Mapping[str, Any], texts: Mapping[str, Any]) -> Chosen:
    kind = row["kind"]
    if kind not in get_args(AnswerKind):
        raise ValueError("there is no such kind of answer")
    if kind == "certified":
        return CERTIFIED
    if kind == "known":
        said = data.both(texts["known"])
        return Chosen(kind, number=_number(row["number"]), **said)
    code = row["reason" if kind == "refused" else "document"]
    said = data.both(texts[kind][code])
    if kind == "refused":
        return Chosen(kind, reason=code, **said)
    if code not in {one.code for one in requirement_rows.table().rows}:
        raise ValueError("document is no requirement of the rules")
    return Chosen(kind, document=code, **said)


def _number(text: str) -> str:
    try:
        return Nir.parse(text).value
    except NumberError as error:
        raise ValueError("number is no NIR") from error
