"""The classic route: what goes on forms S1106 and S3705, field by field, from what was answered (seed 000 FAQ 6).

For whoever cannot be in the online request: a family member who comes later, an adult whose holder has neither
contract nor title. The page is our own, not the forms: their official layout was not found (facts.md 14), so that the
rows follow the subjects of their notices. Bank details and signatures are never written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from matricule.rules import requirements
from matricule.rules.employer.reading import Reader, Words
from matricule.rules.requirements import RequirementRule

FILE = "classic.toml"

ADULT_FORM, CHILD_FORM = "S1106", "S3705"

ANSWERS = frozenset(
    {
        "birth_name", "usage_name", "given_names", "names", "sex", "birth_date", "birth_place", "birth_country",
        "nationality", "nationality_2", "address", "phone", "email", "family_situation", "arrival_date", "employer",
        "contract_start", "parent1", "parent2",
    }
)  # fmt: skip
"""The answers that may fill a field, each a text in the reader's language, as the page writes it."""


@dataclass(frozen=True, slots=True)
class Form:
    """One official form: its code, its name, what it is for, where it is found."""

    code: str
    name: Words
    what: Words
    link: str
    source: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, in our words. ``answer`` fills it ("" is written by hand).

    ``certain`` is for caseworkers: False where the form is known from memory only.
    """

    code: str
    form: str
    part: str
    answer: str
    optional: bool
    hidden: bool
    name: Words
    help: Words | None
    certain: bool
    source: str


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One field with what goes into it: ``value``, or "" when it is written by hand."""

    field: Field
    value: str

    def __repr__(self) -> str:
        return f"Line({self.field.code})"


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """The lines of one part of a form, under its heading."""

    code: str
    name: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """One form as the page shows it."""

    form: Form
    parts: tuple[Part, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in order."""
        return tuple(line for part in self.parts for line in part.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    forms: dict[str, Form]
    parts: dict[str, Words]
    fields: tuple[Field, ...]


def form_of(*, adult: bool) -> str:
    """Return the form of a person: S1106 for an adult, S3705 for a child who goes with a parent's S1106."""
    return ADULT_FORM if adult else CHILD_FORM


def sheet(form: str, answers: Mapping[str, str]) -> Sheet:
    """Return the fields of ``form``, each with its answer, part by part; raises ``KeyError`` for an unknown form.

    ``answers`` are texts as the page writes them, by the names of ``ANSWERS``; what is missing is left to write.
    """
    rules = table()
    mine = [field for field in rules.fields if field.form == form]
    lines = [Line(field, _value(field, answers)) for field in mine]
    order = dict.fromkeys(field.part for field in mine)
    parts = (Part(code, rules.parts[code], tuple(line for line in lines if line.field.part == code)) for code in order)
    return Sheet(rules.forms[form], tuple(parts))


def papers(route_answers: Mapping[str, Any], *, child: bool, on: date) -> list[RequirementRule]:
    """Return the documents that go by post with the forms, from the rows of the caisse of residence (or of a child).

    ``route_answers`` are answers by the names of ``rules.answers``. Raises ``InputError`` naming the answer.
    """
    if child:
        told = {**route_answers, "classic_route": True, "with_parent": True}
        return requirements.requirements_for("child_in_request", told, on=on)
    return requirements.requirements_for("caisse_of_residence", route_answers, on=on)


def _value(field: Field, answers: Mapping[str, str]) -> str:
    return "" if field.hidden or not field.answer else answers.get(field.answer, "").strip()


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    forms = {
        row["code"]: Form(
            row["code"],
            reader.words(row, "name"),
            reader.words(row, "what"),
            str(row.get("link", "")),
            reader.source(row),
        )
        for row in reader.rows("form", {"name", "what", "link"})
    }
    parts = {row["code"]: reader.words(row, "name") for row in reader.rows("part", {"name"})}
    known = {"form", "part", "from", "optional", "hidden", "name", "help", "certainty"}
    fields = tuple(_field(reader, row, forms, parts) for row in reader.rows("field", known))
    reader.row = "field"
    if {field.form for field in fields} != set(forms) or {field.part for field in fields} != set(parts):
        raise reader.fail("a form or a part has no field")
    return Table(forms, parts, fields)


def _field(reader: Reader, row: Any, forms: Mapping[str, Form], parts: Mapping[str, Words]) -> Field:
    if row.get("form") not in forms or row.get("part") not in parts:
        raise reader.fail("form and part name rows of [[form]] and [[part]]")
    answer = row.get("from")
    if answer not in ANSWERS | {""}:
        raise reader.fail("from names an answer, or is empty for what is written by hand")
    if row.get("certainty", "uncertain") != "uncertain":
        raise reader.fail("certainty is uncertain, or is left out")
    return Field(
        code=row["code"],
        form=row["form"],
        part=row["part"],
        answer=str(answer),
        optional=bool(row.get("optional", False)),
        hidden=bool(row.get("hidden", False)),
        name=reader.words(row, "name"),
        help=reader.words(row, "help") if "help" in row else None,
        certain="certainty" not in row,
        source=reader.source(row),
    )
