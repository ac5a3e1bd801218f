"""The rows of ``data/requirements.toml``, checked when loaded.

Source of the rows: the domain's document matrix; of the replacements: house.md 1.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from matricule.rules import answers, conditions, data
from matricule.rules.conditions import Condition
from matricule.rules.errors import RulesError

FILE = "requirements.toml"

Supplier = Literal["registrant", "employer"]

FACTS = frozenset(
    {
        "adult", "under_16", "french", "european", "third_country", "refugee", "with_parent", "holds_card",
        "ceam_covers_year", "translation", "spouse_in_request", "has_appointment_order", "filed_alone",
        "classic_route",
    }
)  # fmt: skip
"""What a condition may ask; ``requirements.facts_of`` computes them."""

_PHASES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Row:
    """One document of one layer. ``to_confirm`` ({} for nothing) is for caseworkers, never for the person."""

    applies_to: str
    code: str
    slot: str
    phase: int
    when: Condition
    replaces: frozenset[str]
    label: dict[str, str]
    reason: dict[str, str]
    supplied_by: tuple[Supplier, ...]
    blocks_submission: bool
    source: str
    valid_from: date
    certain: bool
    to_confirm: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file: its rows, the layers of each route, and the order in which documents are shown."""

    rows: tuple[Row, ...]
    routes: dict[str, tuple[str, ...]]
    order: dict[str, int]

    def layers(self, route: str, category: str | None) -> list[str]:
        """Return the layers of a route from the widest to the narrowest."""
        return [layer.replace("{category}", category or "") for layer in self.routes[route]]


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` with the row when it is wrong."""
    return build(data.read_toml(FILE))


def build(raw: dict[str, Any]) -> Table:
    """Build the table from the parsed file; raises ``RulesError`` naming the requirement, as layer/code."""
    rows = []
    for number, fields in enumerate(raw.get("requirement", ()), start=1):
        name = f"{number} ({fields.get('applies_to')}/{fields.get('code')})"
        try:
            rows.append(_row(fields))
        except (KeyError, TypeError, ValueError) as error:
            raise RulesError(FILE, name, f"{type(error).__name__}: {error}") from error
    order = {code: place for place, code in enumerate(raw.get("order", ()))}
    routes = {route: tuple(layers) for route, layers in raw.get("routes", {}).items()}
    _check(rows, routes, order)
    return Table(tuple(rows), routes, order)


def _row(fields: dict[str, Any]) -> Row:
    uncertain = fields.get("certainty", "sourced") == "uncertain"
    if uncertain != ("to_confirm_fr" in fields or "to_confirm_en" in fields):
        raise ValueError("an uncertain row, and no other, says in to_confirm what is to be confirmed")
    if fields["phase"] not in _PHASES:
        raise ValueError("phase must be 1, 2 or 3")
    if not fields["supplied_by"] or not set(fields["supplied_by"]) <= {"registrant", "employer"}:
        raise ValueError("supplied_by must name registrant, employer or both")
    if not isinstance(fields["blocks_submission"], bool):
        raise ValueError("blocks_submission must be true or false")
    if not fields["source"]:
        raise ValueError("has no source")
    return Row(
        applies_to=fields["applies_to"],
        code=fields["code"],
        slot=fields.get("slot", fields["code"]),
        phase=fields["phase"],
        when=conditions.parse(fields.get("when", ()), facts=FACTS, choices=_choices()),
        replaces=frozenset(fields.get("replaces", ())),
        label=data.both(fields, "label_fr", "label_en"),
        reason=data.both(fields, "reason_fr", "reason_en"),
        supplied_by=tuple(fields["supplied_by"]),
        blocks_submission=fields["blocks_submission"],
        source=fields["source"],
        valid_from=date.fromisoformat(fields["valid_from"]),
        certain=not uncertain,
        to_confirm=data.both(fields, "to_confirm_fr", "to_confirm_en") if uncertain else {},
    )


def _choices() -> dict[str, tuple[str, ...]]:
    return {field.name: field.choices for field in answers.FIELDS if field.kind == "choice"}


def _check(rows: list[Row], routes: dict[str, tuple[str, ...]], order: dict[str, int]) -> None:
    if set(routes) != set(answers.ROUTES):
        raise RulesError(FILE, "routes", f"must name {', '.join(answers.ROUTES)}")
    layers = {layer for names in routes.values() for layer in names} | set(answers.CATEGORIES)
    codes = {row.code for row in rows}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        name = f"{row.applies_to}/{row.code}"
        if row.applies_to not in layers:
            raise RulesError(FILE, name, "applies_to is no layer of any route")
        if (row.applies_to, row.code) in seen:
            raise RulesError(FILE, name, "is written twice")
        if row.code not in order:
            raise RulesError(FILE, name, "the code is missing from order")
        if not row.replaces <= codes or row.slot not in codes:
            raise RulesError(FILE, name, "replaces or slot names a code that does not exist")
        seen.add((row.applies_to, row.code))
