"""Which office examines an employer's request: a table of category × place (facts.md 3 and 6; issue 5, section 2).

All categories but ``salarie`` go to the CPAM de Paris, with the exceptions of the table; otherwise the caisse of
residence (R312-1 CSS). Where a department has several caisses the employer chooses among their names and towns.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from matricule.rules import caisses, conditions
from matricule.rules import offices as addresses
from matricule.rules.answers import CATEGORIES
from matricule.rules.conditions import Condition
from matricule.rules.employer.reading import Reader, Words
from matricule.rules.errors import InputError

FILE = "offices.toml"

RESIDENCE, NONE = "residence", "none"
PLACES = ("mainland", "overseas", "new_caledonia", "no_caisse")
FACTS = frozenset({"has_appointment_order", "local_recruit"})
_CHOICES = {"category": CATEGORIES, "place": PLACES}
_NEW_CALEDONIA = "988"


@dataclass(frozen=True, slots=True)
class Office:
    """One office that may examine: its name, the towns that tell it apart, its address (empty when not known)."""

    code: str
    name: str
    towns: str
    address: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name, with the towns where several offices share a department: ``CPAM de l’Artois (Arras)``."""
        return f"{self.name.partition(' (')[0]} ({self.towns})" if self.towns else self.name

    @property
    def below(self) -> tuple[str, ...]:
        """The lines of the address as they stand below the name."""
        return addresses.below(self.name, self.address)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a request goes. ``offices`` are those to choose from, the usual one first; empty when there is none.

    ``choice`` says why the last office may be chosen too, or is None. ``to_confirm`` is for caseworkers only.
    """

    rule: str
    offices: tuple[Office, ...]
    reason: Words
    source: str
    choice: Words | None = None
    choice_source: str = ""
    to_confirm: Words | None = None
    several: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the offices to choose from."""
        return tuple(office.code for office in self.offices)

    @property
    def usual(self) -> str:
        """The office when nobody chooses: "" when there is none, or when the town must tell several apart."""
        return "" if self.several or not self.offices else self.offices[0].code

    def office(self, chosen: str = "") -> str:
        """Return the office of the request: the chosen one when it is offered, else the usual one, else ""."""
        return chosen if chosen in self.codes else self.usual

    def as_dict(self) -> dict[str, object]:
        """What ``matricule employer office --json`` prints."""
        return {
            "rule": self.rule,
            "offices": [{"code": row.code, "label": row.label, "address": list(row.address)} for row in self.offices],
            "usual": self.usual,
            "reason": dict(self.reason),
            "source": self.source,
            "choice": dict(self.choice) if self.choice else None,
            "to_confirm": dict(self.to_confirm) if self.to_confirm else None,
        }


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    when: Condition
    office: str
    use: str
    reason: Words
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The office that an employer of some departments may choose, with its source and what is to be confirmed."""

    departments: frozenset[str]
    categories: frozenset[str]
    office: str
    reason: Words
    source: str
    to_confirm: Words | None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows in the order in which they are tried, the choice, and the towns of the caisses that share a place."""

    rows: tuple[_Row, ...]
    choice: Choice
    towns: dict[str, str]


def for_request(
    category: str,
    postcode: str,
    *,
    head_office_postcode: str = "",
    has_appointment_order: bool = True,
    local_recruit: bool = False,
) -> Placed:
    """Return where the request of a person of ``category`` who lives at ``postcode`` goes.

    ``head_office_postcode`` is that of the employer's head office; ``has_appointment_order`` and ``local_recruit``
    matter for language assistants. A postcode that is not French gives no office, with the reason.
    Raises ``InputError`` on ``category`` for one that does not exist.
    """
    if category not in CATEGORIES:
        listed = ", ".join(CATEGORIES)
        raise InputError("category", fr=f"Choisissez parmi\u00a0: {listed}.", en=f"Choose one of: {listed}.")
    department = caisses.department_of(postcode) or ""
    given: dict[str, object] = {"category": category, "place": _place(department)}
    facts = {"has_appointment_order": has_appointment_order, "local_recruit": local_recruit}
    row = next(row for row in table().rows if row.when.holds(facts, given))
    found = _offices(row, department)
    placed = Placed(row.code, found, row.reason, row.source, several=len(found) > 1)
    return _with_choice(placed, category, head_office_postcode)


def examines_by_category(office: str) -> bool:
    """Tell whether an office examines requests for their category, wherever the people live (CPAM Paris, seed 000)."""
    return office == table().choice.office or any(row.office == office for row in table().rows)


def _with_choice(placed: Placed, category: str, head_office_postcode: str) -> Placed:
    choice = table().choice
    head = caisses.department_of(head_office_postcode)
    offered = category in choice.categories and head in choice.departments
    if not offered or not placed.offices or choice.office in placed.codes:
        return placed
    return Placed(
        placed.rule,
        (*placed.offices, _office(choice.office, "")),
        placed.reason,
        placed.source,
        choice.reason,
        choice.source,
        choice.to_confirm,
        placed.several,
    )


def _place(department: str) -> str:
    if department == _NEW_CALEDONIA:
        return "new_caledonia"
    if not caisses.for_department(department):
        return "no_caisse"
    return "overseas" if len(department) == 3 else "mainland"


def _offices(row: _Row, department: str) -> tuple[Office, ...]:
    if row.office == NONE:
        return ()
    if row.office != RESIDENCE:
        return (_office(row.office, row.use),)
    return tuple(_office(caisse.code, row.use) for caisse in caisses.for_department(department))


def _office(code: str, use: str) -> Office:
    towns = table().towns.get(code, "")
    return Office(code, addresses.name(code), towns, addresses.postal_address(code, use or "employers"))


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    rows = tuple(_row(reader, row) for row in reader.rows("office", {"when", "office", "use", "reason"}))
    if rows[-1].when.words:
        raise reader.fail("the last row applies always, so that every request has an answer")
    towns = {row["code"]: _towns(reader, row) for row in reader.rows("town", {"towns"})}
    return Table(rows, _choice(reader), towns)


def _row(reader: Reader, row: Any) -> _Row:
    office = _known(reader, row.get("office"), {RESIDENCE, NONE})
    try:
        when = conditions.parse(row.get("when", ()), facts=FACTS, choices=_CHOICES)
    except ValueError as error:
        raise reader.fail(str(error)) from error
    return _Row(row["code"], when, office, row.get("use", ""), reader.words(row, "reason"), reader.source(row))


def _towns(reader: Reader, row: Any) -> str:
    _known(reader, row["code"], set())
    if not row.get("towns"):
        raise reader.fail("has no towns")
    return str(row["towns"])


def _choice(reader: Reader) -> Choice:
    reader.row = "choice"
    row = reader.raw.get("choice", {})
    reader.day(row)
    categories = frozenset(row.get("categories", ()))
    departments = frozenset(row.get("departments", ()))
    if not categories or not categories <= set(CATEGORIES):
        raise reader.fail("categories names categories")
    if not departments or not all(caisses.for_department(code) for code in departments):
        raise reader.fail("departments names departments that have a caisse")
    office = _known(reader, row.get("office"), set())
    uncertain = row.get("certainty") == "uncertain"
    if uncertain != bool(row.get("to_confirm")):
        raise reader.fail("an uncertain row, and no other, says in to_confirm what is to be confirmed")
    source = reader.source(row)
    doubt = reader.words(row, "to_confirm") if uncertain else None
    return Choice(departments, categories, office, reader.words(row, "reason"), source, doubt)


def _known(reader: Reader, office: Any, more: set[str]) -> str:
    if office not in caisses.table() and office not in more:
        raise reader.fail("office is the code of a caisse, residence or none")
    return str(office)
