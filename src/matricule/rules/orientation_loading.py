"""Reading and checking an orientation file: a wrong one is refused with file, row and reason (house.md, section 1)."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from matricule.rules import countries
from matricule.rules.errors import RulesError
from matricule.rules.orientation import (
    COMPUTED,
    OUTCOME_KINDS,
    QUESTION_KINDS,
    REGISTER,
    Derivation,
    Extra,
    Localized,
    Note,
    Option,
    Orientation,
    Outcome,
    Question,
    Rule,
    Step,
)
from matricule.rules.orientation_conditions import ALWAYS, Condition, ConditionError, Value, latest_day, parse

LANGUAGES = ("fr", "en")
EXTRA_KINDS = ("yes_no", "country", "date")
YES_NO = ("yes", "no")
COUNTRY_PROPERTIES = ("union", "free_movement", "french")
QUESTION_FIELDS = frozenset(
    [
        "id",
        "kind",
        "text",
        "why",
        "hint",
        "short",
        "change",
        "error",
        "options",
        "extras",
        "ask_when",
        "likely",
        "partial",
        "years",
        "historical",
    ]
)
OUTCOME_FIELDS = frozenset(["slug", "kind", "title", "body", "steps", "rule", "source", "when", "general", "show"])

Row = Mapping[str, Any]
Groups = Mapping[str, frozenset[str]]


def folder() -> Traversable:
    """Return the folder of the orientation files."""
    return files("matricule.rules").joinpath("data", "orientation")


def names() -> tuple[str, ...]:
    """Return the names of the orientations that exist, in alphabetical order."""
    found = (entry.name for entry in folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def read(name: str) -> Orientation:
    """Return the orientation called ``name``; raise RulesError when the file is missing or wrong."""
    file = f"{name}.toml"
    if name not in names():
        raise RulesError(file, "file", "there is no such orientation")
    return parse_text(file, folder().joinpath(file).read_text("utf-8"))


def parse_text(file: str, text: str) -> Orientation:
    """Return the orientation that ``text`` describes, checked; ``file`` names it in errors."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(file, "file", f"not TOML: {error}") from error
    return _Reader(file, table).orientation()


class _Reader:
    """Turns one parsed file into an Orientation, knowing the row that it is at."""

    def __init__(self, file: str, table: Row) -> None:
        self.file, self.table, self.row = file, table, "file"
        self.groups: Groups = {}

    def fail(self, reason: str) -> RulesError:
        return RulesError(self.file, self.row, reason)

    def orientation(self) -> Orientation:
        checked = self.table.get("checked")
        if not isinstance(checked, date):
            raise self.fail("'checked' is the day on which somebody compared the file with its sources")
        self.groups = {key: self.group(key, members) for key, members in self.table.get("groups", {}).items()}
        questions = tuple(self.question(row) for row in self.rows("question", "id"))
        outcomes = tuple(self.outcome(row) for row in self.rows("outcome", "slug"))
        notes = tuple(self.note(row) for row in self.rows("note", "id", needed=False))
        derivations = (
            *_implied(questions),
            *(self.derivation(row) for row in self.rows("derive", "key", unique=False)),
        )
        keys = tuple(self.table.get("facts", ()))
        name = self.file.removesuffix(".toml")
        result = Orientation(name, checked, questions, outcomes, notes, derivations, keys)
        self.check_keys(result)
        return result

    def group(self, name: str, members: object) -> frozenset[str]:
        """Return the codes of a group: a list, or the countries of which a property holds (countries.csv)."""
        self.row = f"group {name}"
        if isinstance(members, list) and members and all(isinstance(code, str) for code in members):
            codes = frozenset(members)
        elif isinstance(members, Mapping) and members.get("countries") in COUNTRY_PROPERTIES:
            wanted = str(members["countries"])
            codes = frozenset(code for code, country in countries.table().items() if getattr(country, wanted))
            codes -= frozenset(members.get("but", ()))
        else:
            raise self.fail("a group is a list of codes, or the name of a property of countries")
        for code in sorted(codes):
            if code not in countries.table():
                raise self.fail(f"{code!r} is not a country")
        return codes

    def rows(self, table: str, key: str, *, needed: bool = True, unique: bool = True) -> Iterator[Row]:
        self.row = table
        found = self.table.get(table, [])
        if not found and needed:
            raise self.fail(f"the file has no [[{table}]]")
        seen: set[str] = set()
        for number, row in enumerate(found, start=1):
            self.row = f"{table} {row.get(key, f'number {number}')}"
            if not isinstance(row.get(key), str) or not row[key]:
                raise self.fail(f"{key!r} is missing")
            if unique and row[key] in seen:
                raise self.fail("it appears twice")
            seen.add(row[key])
            yield row

    def question(self, row: Row) -> Question:
        self.known_fields(row, QUESTION_FIELDS)
        kind = row.get("kind")
        if kind not in QUESTION_KINDS:
            raise self.fail(f"the kind {kind!r} is not one of {', '.join(QUESTION_KINDS)}")
        options = tuple(self.option(option) for option in row.get("options", []))
        values = [option.value for option in options]
        if len(set(values)) != len(values):
            raise self.fail("two options have the same value")
        if kind == "choice" and len(values) < 2:
            raise self.fail("a choice has at least two options")
        if kind == "yes_no" and values and set(values) != set(YES_NO):
            raise self.fail("the options of a yes_no question are 'yes' and 'no'")
        years = tuple(row.get("years", (-120, 10)))
        if len(years) != 2 or years[0] >= years[1]:
            raise self.fail("'years' holds the first and the last year counted from today")
        return Question(
            id=row["id"],
            kind=kind,
            text=self.text(row, "text"),
            why=self.text(row, "why"),
            hint=self.optional_text(row, "hint"),
            short=self.text(row, "short"),
            change=self.text(row, "change"),
            error=self.text(row, "error"),
            options=options,
            extras=tuple(self.extra_field(extra) for extra in row.get("extras", [])),
            ask_when=self.condition(row.get("ask_when")),
            likely=bool(row.get("likely", False)),
            partial=bool(row.get("partial", False)),
            years=(years[0], years[1]),
            historical=bool(row.get("historical", False)),
        )

    def option(self, row: Row) -> Option:
        if not isinstance(row.get("value"), str):
            raise self.fail("an option has no value")
        return Option(
            value=row["value"],
            text=self.text(row, "text"),
            short=self.optional_text(row, "short") or self.text(row, "text"),
            hint=self.optional_text(row, "hint"),
            when=self.condition(row.get("when")),
            sets=dict(row.get("sets", {})),
            settles=bool(row.get("settles", True)),
        )

    def extra_field(self, row: Row) -> Extra:
        if row.get("kind") not in EXTRA_KINDS or not row.get("id"):
            raise self.fail(f"an extra field has an id and one of the kinds {', '.join(EXTRA_KINDS)}")
        text, hint = self.text(row, "text"), self.optional_text(row, "hint")
        return Extra(row["id"], row["kind"], text, hint, bool(row.get("historical", False)))

    def outcome(self, row: Row) -> Outcome:
        self.known_fields(row, OUTCOME_FIELDS)
        kind = row.get("kind")
        if kind not in OUTCOME_KINDS:
            raise self.fail(f"the kind {kind!r} is not one of {', '.join(OUTCOME_KINDS)}")
        if (kind == REGISTER) != bool(row.get("general")):
            raise self.fail("an end that lets register, and no other, has 'general' answers for the shared page")
        if not row.get("body") or not row.get("steps"):
            raise self.fail("an end has a body and next steps")
        return Outcome(
            slug=row["slug"],
            kind=kind,
            title=self.text(row, "title"),
            body=tuple(self.localized(text, "body") for text in row["body"]),
            steps=tuple(self.step(step) for step in row["steps"]),
            rule=Rule(self.text(row, "rule"), self.source(row)),
            when=self.condition(row.get("when")),
            general=dict(row.get("general", {})),
            show=tuple(row.get("show", ())),
        )

    def step(self, row: Row) -> Step:
        link = str(row.get("link", ""))
        link_text = self.optional_text(row, "link_text")
        if bool(link) != bool(link_text):
            raise self.fail("a step with a link has the link's text, and the other way round")
        return Step(self.localized({key: row.get(key) for key in LANGUAGES}, "steps"), link, link_text)

    def note(self, row: Row) -> Note:
        return Note(row["id"], self.text(row, "text"), self.source(row), self.condition(row.get("when")))

    def derivation(self, row: Row) -> Derivation:
        if ("value" in row) == ("copy" in row):
            raise self.fail("a derived fact has either a value or the key that it copies")
        return Derivation(row["key"], row.get("value"), str(row.get("copy", "")), self.condition(row.get("when")))

    def condition(self, table: object) -> Condition:
        if table is None:
            return ALWAYS
        try:
            return parse(table, self.groups)
        except ConditionError as error:
            raise self.fail(str(error)) from error

    def source(self, row: Row) -> str:
        if not isinstance(row.get("source"), str) or not row["source"]:
            raise self.fail("'source' is missing: every end and note says where its rule comes from")
        return str(row["source"])

    def text(self, row: Row, field: str) -> Localized:
        return self.localized(row.get(field), field)

    def optional_text(self, row: Row, field: str) -> Localized | None:
        return self.localized(row[field], field) if field in row else None

    def localized(self, value: object, field: str) -> Localized:
        if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
            raise self.fail(f"{field!r} holds 'fr' and 'en'")
        if not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise self.fail(f"{field!r} is empty in one language")
        return {language: str(value[language]) for language in LANGUAGES}

    def known_fields(self, row: Row, fields: frozenset[str]) -> None:
        unknown = sorted(set(row) - fields)
        if unknown:
            raise self.fail(f"unknown field {unknown[0]!r}")

    def check_keys(self, orientation: Orientation) -> None:
        """Refuse keys that nothing supplies, values that no option offers, and questions that wait for later ones."""
        supplied = _supplied(orientation)
        for row, condition in _conditions(orientation):
            self.row = row
            for key in sorted(condition.keys() - supplied - COMPUTED):
                raise self.fail(f"a condition reads {key!r}, which no question asks and no row derives")
            self.check_operands(orientation, condition)
        self.check_order(orientation)
        self.row = "facts"
        for key in orientation.facts_keys:
            if key not in supplied:
                raise self.fail(f"nothing supplies {key!r}")
        for derived in orientation.derivations:
            self.row = f"derive {derived.key}"
            if derived.copy and derived.copy not in supplied | COMPUTED:
                raise self.fail(f"it copies {derived.copy!r}, which nothing supplies")

    def check_operands(self, orientation: Orientation, condition: Condition) -> None:
        for test in condition.every_test():
            if test.operator in {"before", "from"}:
                self.check_date(test.operand[0], condition)
            question = orientation.question(test.key)
            if question is None or not question.options or test.operator not in {"in", "not_in"}:
                continue
            offered: set[Value] = {option.value for option in question.options}
            offered |= {True, False} if question.kind == "yes_no" else set()
            for value in test.operand:
                if value not in offered:
                    raise self.fail(f"{test.key!r} never has the value {value!r}")

    def check_date(self, operand: Value, condition: Condition) -> None:
        if str(operand) in condition.keys():  # noqa: SIM118
            return
        try:
            latest_day(str(operand))
        except ValueError as error:
            raise self.fail(f"{operand!r} is neither a date nor a question") from error

    def check_order(self, orientation: Orientation) -> None:
        """Refuse questions and facts that wait for each other: nobody could ever answer them."""
        waits: dict[str, set[str]] = {"age": {"birth_date"}}
        for question in orientation.questions:
            conditions = (question.ask_when, *(option.when for option in question.options))
            keys = set().union(*(condition.keys() for condition in conditions))
            for key in (question.id, *(extra.id for extra in question.extras)):
                waits.setdefault(key, set()).update(keys)
        for row in orientation.derivations:
            waits.setdefault(row.key, set()).update(row.when.keys() | ({row.copy} if row.copy else set()))
        try:
            TopologicalSorter(waits).prepare()
        except CycleError as error:
            self.row = "questions"
            raise self.fail(f"these wait for each other: {', '.join(error.args[1])}") from error


def _implied(questions: Iterable[Question]) -> Iterator[Derivation]:
    for question in questions:
        for option in question.options:
            for key, value in option.sets.items():
                when = parse({question.id: option.value}, {})
                yield Derivation(key, value, "", when)


def _supplied(orientation: Orientation) -> frozenset[str]:
    keys = {question.id for question in orientation.questions}
    keys |= {extra.id for question in orientation.questions for extra in question.extras}
    return frozenset(keys | {row.key for row in orientation.derivations})


def _conditions(orientation: Orientation) -> Iterator[tuple[str, Condition]]:
    for question in orientation.questions:
        yield f"question {question.id}", question.ask_when
        for option in question.options:
            yield f"question {question.id}, option {option.value}", option.when
    for outcome in orientation.outcomes:
        yield f"outcome {outcome.slug}", outcome.when
    for note in orientation.notes:
        yield f"note {note.id}", note.when
    for row in orientation.derivations:
        yield f"derive {row.key}", row.when
