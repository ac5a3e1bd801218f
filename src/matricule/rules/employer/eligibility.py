"""Who may be registered by an employer, and what to do instead (issue 5, section 2; seed 000, principles and FAQ 5).

The service is for whoever is born abroad or of foreign nationality and is not registered in France. The answer follows
from what the employer says alone: no register is asked, so that it can never tell whether a number exists here.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from matricule.rules import conditions, countries
from matricule.rules.conditions import Condition
from matricule.rules.employer.reading import Reader, Words
from matricule.rules.errors import InputError
from matricule.rules.numbers import Reason, check
from matricule.rules.orientation import Rule, Step

FILE = "eligibility.toml"

Told = Literal["", "no", "yes", "unsure"]
Asks = Literal["", "number", "number_kind", "returning", "where_and_when"]

CHOICES: dict[str, tuple[str, ...]] = {
    "ever_in_france": ("no", "yes", "unsure"),
    "has_number": ("no", "yes", "unsure"),
    "number_kind": ("definitive", "waiting", "payroll"),
    "returning": ("no", "yes"),
}
"""The answers with a list of values; each may also be left out."""

NUMBERS = ("none", "nir", "nnp", "mig", "ntt", "nir_or_ntt", "wrong")
"""What a typed number is, by its shape and key (``rules.numbers``)."""

FACTS = frozenset({"born_in_france", "french", "known_in_france", "told_where_and_when"})
ASKS = frozenset({"", "number", "number_kind", "returning", "where_and_when"})

_MASKED = "•••"


@dataclass(frozen=True, slots=True, repr=False)
class Situation:
    """What the employer says of a person. Countries are ISO codes of two letters (INSEE's for a historical one).

    ``ever_in_france``: has ever worked, studied or been insured in France. ``number`` is the number as typed.
    ``where`` and ``when``: where in France, and in which years, when the person is known there.
    ``returning``: a French person who comes back after having been insured in France.
    """

    birth_country: str
    nationality: str
    nationality_2: str = ""
    ever_in_france: str = ""
    has_number: str = ""
    number: str = ""
    number_kind: str = ""
    where: str = ""
    when: str = ""
    returning: str = ""

    def __repr__(self) -> str:
        return f"Situation({_MASKED})"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence beside the answer, which stops nothing: what a payroll number is, for instance."""

    code: str
    text: Words
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: ``stops`` says that no request is made here, ``asks`` names what is still to be answered.

    ``goes_on`` is the only yes. ``reasons`` say what is wrong with a typed number, in both languages.
    """

    code: str
    stops: bool
    asks: Asks
    title: Words
    body: tuple[Words, ...]
    steps: tuple[Step, ...]
    rule: Rule
    notes: tuple[Note, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether the request can be filed here."""
        return not self.stops and not self.asks

    def as_dict(self) -> dict[str, object]:
        """What ``matricule employer may --json`` prints; nothing of what was typed is in it."""
        return {
            "code": self.code,
            "goes_on": self.goes_on,
            "stops": self.stops,
            "asks": self.asks,
            "title": dict(self.title),
            "body": [dict(text) for text in self.body],
            "steps": [{"text": dict(step.text), "link": step.link} for step in self.steps],
            "rule": dict(self.rule.text),
            "source": self.rule.source,
            "notes": [{"code": note.code, "text": dict(note.text)} for note in self.notes],
            "reasons": [item.as_dict() for item in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class _Outcome:
    when: Condition
    decision: Decision
    of_family: Decision


@dataclass(frozen=True, slots=True)
class Table:
    """The answers in the order in which they are tried, the notes, and where a birth gives a number by itself."""

    outcomes: tuple[_Outcome, ...]
    notes: tuple[tuple[Condition, Note], ...]
    born_in_france: frozenset[str]
    checked: date

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the answers, in their order."""
        return tuple(row.decision.code for row in self.outcomes)


def decide(situation: Situation, *, family: bool = False) -> Decision:
    """Say whether this person may be registered by the employer, what is still asked, or what to do instead.

    ``family``: somebody of an employee's family, whom nobody hires. Raises ``InputError`` on the answer that is no
    value of its list or no country.
    """
    answers = _checked(situation)
    number, reasons = _number(situation)
    given: dict[str, object] = {**answers, "number": number}
    facts = _facts(situation)
    rules = table()
    row = next(row for row in rules.outcomes if row.when.holds(facts, given))
    found = row.of_family if family else row.decision
    notes = tuple(note for when, note in rules.notes if when.holds(facts, given))
    return replace(found, notes=notes, reasons=reasons if number in {"wrong", "nir_or_ntt"} else ())


def born_in_france(birth_country: str) -> bool:
    """Whether a birth in this country is entered in the national register, so that a number exists from birth on."""
    country = countries.find(birth_country)
    return country is not None and country.code in table().born_in_france


def told(code: str, notes: Collection[str] = (), *, family: bool = False) -> Decision | None:
    """Return the answer ``code`` with its notes by their codes, to be read again; None for no such answer."""
    rules = table()
    rows = ((row.of_family if family else row.decision) for row in rules.outcomes)
    found = next((decision for decision in rows if decision.code == code), None)
    return found and replace(found, notes=tuple(note for _when, note in rules.notes if note.code in notes))


def checked() -> date:
    """Return the day on which somebody compared the rules with their sources."""
    return table().checked


@cache
def table() -> Table:
    """Return the rules; raises ``RulesError`` when the file is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the rules from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    family = _family(reader)
    fields = {"stops", "asks", "when", "title", "body", "hired", "steps", "rule"}
    outcomes = tuple(_outcome(reader, row, family) for row in reader.rows("outcome", fields))
    if outcomes[-1].when.words:
        raise reader.fail("the last answer applies always, so that nobody is left without one")
    notes = tuple(
        (_when(reader, row.get("when", ())), Note(row["code"], reader.words(row, "text"), reader.source(row)))
        for row in reader.rows("note", {"when", "text"})
    )
    born = _born_in_france(reader)
    reader.row = "file"
    day = reader.raw.get("checked")
    if not isinstance(day, date):
        raise reader.fail("'checked' is the day on which somebody compared the file with its sources")
    return Table(outcomes, notes, born, day)


def _born_in_france(reader: Reader) -> frozenset[str]:
    reader.row = "born_in_france"
    row = reader.raw.get("born_in_france", {})
    reader.source(row)
    reader.day(row)
    codes = frozenset(row.get("countries", ()))
    if not codes or not codes <= set(countries.table()):
        raise reader.fail("countries is a list of codes of countries")
    return codes


def _family(reader: Reader) -> tuple[tuple[Words, ...], tuple[Step, ...]]:
    reader.row = "family"
    row = reader.raw.get("family", {})
    reader.source(row)
    reader.day(row)
    return reader.several(row, "body"), reader.steps(row)


def _outcome(reader: Reader, row: Any, family: tuple[tuple[Words, ...], tuple[Step, ...]]) -> _Outcome:
    stops, asks = row.get("stops", False), row.get("asks", "")
    if not isinstance(stops, bool) or asks not in ASKS:
        raise reader.fail(f"stops is true or false, asks is one of {', '.join(sorted(ASKS))}")
    steps = reader.steps(row)
    if stops and not steps:
        raise reader.fail("an answer that stops says what to do instead")
    rule = Rule(reader.words(row, "rule"), reader.source(row))
    body, hired = reader.several(row, "body"), reader.several(row, "hired", needed=False)
    decision = Decision(row["code"], stops, asks, reader.words(row, "title"), body + hired, steps, rule)
    of_family = replace(decision, body=body)
    if stops:
        common = {**row, "steps": [step for step in row["steps"] if not step.get("hired")]}
        of_family = replace(decision, body=body + family[0], steps=reader.steps(common) + family[1])
    return _Outcome(_when(reader, row.get("when", ())), decision, of_family)


def _when(reader: Reader, texts: Any) -> Condition:
    try:
        return conditions.parse(texts, facts=FACTS, choices={**CHOICES, "number": NUMBERS})
    except ValueError as error:
        raise reader.fail(str(error)) from error


def _checked(situation: Situation) -> dict[str, str]:
    answers = {name: str(getattr(situation, name)) for name in CHOICES if getattr(situation, name)}
    for name, value in answers.items():
        if value not in CHOICES[name]:
            listed = ", ".join(CHOICES[name])
            raise InputError(name, fr=f"Choisissez parmi\u00a0: {listed}.", en=f"Choose one of: {listed}.")
    return answers


def _facts(situation: Situation) -> dict[str, bool]:
    countries.get(situation.birth_country, field="birth_country")
    nationalities = [countries.get(situation.nationality, field="nationality")]
    if situation.nationality_2:
        nationalities.append(countries.get(situation.nationality_2, field="nationality_2"))
    return {
        "born_in_france": born_in_france(situation.birth_country),
        "french": any(country.french for country in nationalities),
        "known_in_france": "yes" in {situation.ever_in_france, situation.has_number},
        "told_where_and_when": bool(situation.where.strip() and situation.when.strip()),
    }


def _number(situation: Situation) -> tuple[str, tuple[Reason, ...]]:
    """Return what the typed number is, and what there is to say of it."""
    if not situation.number.strip():
        return "none", ()
    found = check(situation.number)
    if any(item.code == "maybe_ntt" for item in found.reasons):
        return ("ntt" if situation.number_kind == "payroll" else "nir_or_ntt"), found.reasons
    # The 13 characters of a payroll declaration are a number without its key: as good as the whole one here.
    wrong = [item for item in found.reasons if item.severity == "error" and item.code != "key_missing"]
    if wrong or found.kind == "unknown":
        return "wrong", found.reasons
    return found.kind.lower(), found.reasons
