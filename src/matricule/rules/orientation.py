"""Orientation: a few questions that say where to ask for a number, and with which documents (issue 2, section 2.1).

The questions, the ends and their reasons are data (``data/orientation/<name>.toml``): another orientation is another
file. This module only asks what other answers leave open, and stops as soon as an end is certain. It is pure: the day
is given by the caller, and nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from matricule.rules.dates import PartialDate
from matricule.rules.deadlines import academic_year_end
from matricule.rules.orientation_conditions import AGE, Condition, Lookup, Missing, Resolved, Value

Localized = Mapping[str, str]
Answers = Mapping[str, Value]

REGISTER = "register"
OUTCOME_KINDS = (REGISTER, "must_not", "not_yet", "elsewhere")
QUESTION_KINDS = ("choice", "country", "date", "yes_no", "language")
YEAR_END = "usual_year_end"
COMPUTED = frozenset({AGE, YEAR_END})
"""Keys that conditions may read although nobody answers them: the age, and the usual end of the academic year."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice. ``sets`` are facts that follow from it; one that does not settle comes back."""

    value: str
    text: Localized
    short: Localized
    hint: Localized | None
    when: Condition
    sets: Mapping[str, Value]
    settles: bool


@dataclass(frozen=True)
class Extra:
    """An optional field on the page of a question: a box to tick (``yes_no``), a country or a date."""

    id: str
    kind: str
    text: Localized
    hint: Localized | None
    historical: bool


@dataclass(frozen=True)
class Question:
    """One page of the questionnaire: its words, its answers, and when it is asked."""

    id: str
    kind: str
    text: Localized
    why: Localized
    hint: Localized | None
    short: Localized
    change: Localized
    error: Localized
    options: tuple[Option, ...]
    extras: tuple[Extra, ...]
    ask_when: Condition
    likely: bool
    partial: bool
    years: tuple[int, int]
    historical: bool

    def option(self, value: object) -> Option | None:
        """Return the option that ``value`` chooses, or None."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Rule:
    """The rule that an end rests on, in words, with the key of its source in facts.md or the seeds."""

    text: Localized
    source: str


@dataclass(frozen=True)
class Step:
    """One thing to do next; ``link`` is the name of a page of the portal or an address, or empty."""

    text: Localized
    link: str
    link_text: Localized | None


@dataclass(frozen=True)
class Outcome:
    """One end: may register, must not, not yet, or elsewhere. ``general`` are typical answers for the shared page."""

    slug: str
    kind: str
    title: Localized
    body: tuple[Localized, ...]
    steps: tuple[Step, ...]
    rule: Rule
    when: Condition
    general: Mapping[str, Value]
    show: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A sentence that is added to a person's own end (never to the shared page)."""

    id: str
    text: Localized
    source: str
    when: Condition


@dataclass(frozen=True)
class Derivation:
    """A fact that follows from answers: a fixed ``value``, or a ``copy`` of another key."""

    key: str
    value: Value | None
    copy: str
    when: Condition


@dataclass(frozen=True)
class Orientation:
    """A checked orientation file and the engine that runs it."""

    name: str
    checked: date
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[Note, ...]
    derivations: tuple[Derivation, ...]
    facts_keys: tuple[str, ...]

    def question(self, question_id: str) -> Question | None:
        """Return the question called ``question_id``, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    def find_outcome(self, slug: str) -> Outcome | None:
        """Return the end called ``slug``, or None."""
        return next((outcome for outcome in self.outcomes if outcome.slug == slug), None)

    def asked(self, answers: Answers, *, on: date) -> tuple[Question, ...]:
        """Return the questions that these answers call for, answered or not, in their order."""
        look = self._lookup(answers, on)
        return tuple(question for question in self.questions if question.ask_when.holds(look))

    def answered(self, answers: Answers, *, on: date) -> tuple[Question, ...]:
        """Return the questions of this path that have an answer that settles them."""
        return tuple(question for question in self.asked(answers, on=on) if _settled(question, answers))

    def next_question(self, answers: Answers, *, on: date) -> Question | None:
        """Return the question to ask now, or None when the end is known."""
        if self.outcome(answers, on=on) is not None:
            return None
        return next((question for question in self.asked(answers, on=on) if not _settled(question, answers)), None)

    def outcome(self, answers: Answers, *, on: date) -> Outcome | None:
        """Return the end that is certain, or None. An end that lets register waits for the whole list of documents."""
        look = self._lookup(answers, on)
        for outcome in self.outcomes:
            verdict = outcome.when.holds(look)
            if verdict is None:
                return None
            if verdict:
                return outcome if outcome.kind != REGISTER or not self._open(answers, on) else None
        return None

    def progress(self, answers: Answers, *, on: date, current: Question | None = None) -> tuple[int, int]:
        """Return the rank of the question shown (the first is 1) and about how many follow it."""
        shown = current or self.next_question(answers, on=on)
        asked = self.asked(answers, on=on)
        if shown is None:
            return len(self.answered(answers, on=on)), 0
        order = {question.id: rank for rank, question in enumerate(self.questions)}
        before = sum(1 for question in asked if order[question.id] < order[shown.id])
        look = self._lookup(answers, on)
        later = [question for question in self.questions if order[question.id] > order[shown.id]]
        left = sum(1 for question in later if question.ask_when.holds(look) or _may_come(question, look))
        return before + 1, left

    def options(self, question: Question, answers: Answers, *, on: date) -> tuple[Option, ...]:
        """Return the options of ``question`` that make sense for these answers."""
        look = self._lookup(answers, on)
        return tuple(option for option in question.options if option.when.holds(look) is not False)

    def notes_for(self, answers: Answers, *, on: date) -> tuple[Note, ...]:
        """Return the notes that hold for these answers."""
        look = self._lookup(answers, on)
        return tuple(note for note in self.notes if note.when.holds(look))

    def facts(self, answers: Answers, *, on: date) -> dict[str, Value]:
        """Return what the requirements engine reads: answers of this path and what follows from them, nothing else."""
        look = self._lookup(answers, on)
        found: dict[str, Value] = {}
        for key in self.facts_keys:
            value = look(key)
            if not isinstance(value, Missing):
                found[key] = value
        return found

    def _open(self, answers: Answers, on: date) -> bool:
        return any(not _settled(question, answers) for question in self.asked(answers, on=on))

    def _lookup(self, answers: Answers, on: date) -> Lookup:
        known: dict[str, Resolved] = {}

        def look(key: str) -> Resolved:
            if key not in known:
                known[key] = _computed(key, look, on) if key in COMPUTED else self._resolve(key, answers, look)
            return known[key]

        return look

    def _resolve(self, key: str, answers: Answers, look: Lookup) -> Resolved:
        owner = self._owner(key)
        if owner is not None:
            asked = owner.ask_when.holds(look)
            if asked is None or (asked and not _settled(owner, answers)):
                return Missing.UNKNOWN
            if asked and key in answers:
                return answers[key]
        for row in self.derivations:
            if row.key != key:
                continue
            verdict = row.when.holds(look)
            if verdict is None:
                return Missing.UNKNOWN
            if verdict:
                return look(row.copy) if row.value is None else row.value
        return Missing.ABSENT

    def _owner(self, key: str) -> Question | None:
        for question in self.questions:
            if question.id == key or any(extra.id == key for extra in question.extras):
                return question
        return None


def _settled(question: Question, answers: Answers) -> bool:
    if question.id not in answers:
        return False
    option = question.option(answers[question.id])
    return option is None or option.settles


def _may_come(question: Question, look: Lookup) -> bool:
    return question.likely and question.ask_when.holds(look) is None


def _computed(key: str, look: Lookup, on: date) -> Resolved:
    if key == YEAR_END:
        return academic_year_end(on).isoformat()
    born = look("birth_date")
    return born if isinstance(born, Missing) else PartialDate.parse(str(born)).age_on(on)


def general_answers(outcome: Outcome, *, on: date) -> dict[str, Value]:
    """Return the typical answers behind the shared page of ``outcome``; "age:17" stands for a birth year."""
    found = dict(outcome.general)
    for key, value in found.items():
        if isinstance(value, str) and value.startswith("age:"):
            found[key] = str(on.year - int(value.removeprefix("age:")))
    return found


@cache
def load(name: str) -> Orientation:
    """Return the orientation ``data/orientation/<name>.toml``, read and checked once.

    Raises ``RulesError`` (file, row, reason), so that a wrong file stops the start.
    """
    from matricule.rules.orientation_loading import read

    return read(name)
