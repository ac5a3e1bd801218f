"""The stay title in an employer's request, and the employer's own check of it (issue 5, section 2).

Sources: the order of 10 May 2017 (a VLS-TS counts only once validated), R111-3 CSS (the stay is looked at on the day
of the request; minors and citizens of the EU, EEA and Switzerland owe no title), service-public F2728 (two working
days).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from matricule.rules import countries, deadlines, permits
from matricule.rules.dates import PartialDate, add_months
from matricule.rules.employer.reading import Reader, Words

FILE = "stay.toml"

CODES = ("not_needed", "missing", "not_listed", "not_validated", "no_end", "expired", "ends_soon", "valid")
_SENTENCES = ("text", "by", "past", "none", "declaration", "rule")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a title is worth on the day of the request. ``stops`` says that the request cannot be sent with it.

    ``text`` may hold ``{end}``, the end date of the title, which the page writes in the reader's language.
    """

    code: str
    stops: bool
    text: Words
    source: str


@dataclass(frozen=True, slots=True)
class EmployerCheck:
    """The employer's check with the préfecture. ``by`` is the last day to ask; None when nothing is to be checked.

    ``sentence`` may hold ``{start}`` and ``{day}``; ``late`` says that this day is over.
    """

    by: date | None
    late: bool
    rule_text: Words
    sentence: Words
    declaration: Words
    rule: Words
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    standings: dict[str, Standing]
    validated: frozenset[str]
    soon_months: int
    working_days: int
    words: dict[str, Words]
    check_source: str


def needed(nationalities: Collection[str], birth_date: PartialDate, *, on: date) -> bool:
    """Whether a person of these nationalities (ISO codes) owes a stay title for a request made on ``on``.

    Minors owe none, nor do French, EU, EEA and Swiss citizens; an unknown day of birth counts for the youth.
    """
    free = any(countries.get(code, field="nationality").free_movement for code in nationalities if code)
    return not free and birth_date.age_on(on) >= 18


def standing(
    code: str,
    ends_on: date | None,
    *,
    on: date,
    validated: bool = False,
    endless: bool = False,
    owed: bool = True,
) -> Standing:
    """Return what the title ``code`` (of permits.csv), valid until ``ends_on``, is worth on the day ``on``.

    ``validated``: a VLS-TS has been validated. ``endless``: the title carries no end date. ``owed``: ``needed`` says
    that the person owes a title.
    """
    return table().standings[_code(code, ends_on, on, validated, endless, owed)]


def _code(code: str, ends_on: date | None, on: date, validated: bool, endless: bool, owed: bool) -> str:
    if not owed:
        return "not_needed"
    if not code:
        return "missing"
    if permits.find(code) is None:
        return "not_listed"
    if code in table().validated and not validated:
        return "not_validated"
    if ends_on is None:
        return "valid" if endless else "no_end"
    if ends_on < on:
        return "expired"
    return "ends_soon" if ends_soon(ends_on, on=on) else "valid"


def ends_soon(ends_on: date | None, *, on: date) -> bool:
    """Whether a title that still holds on ``on`` ends within three months: it is on the company's list of the day."""
    return ends_on is not None and on <= ends_on <= add_months(on, table().soon_months)


def employer_check(starts_on: date, *, on: date, owed: bool = True) -> EmployerCheck:
    """Return the employer's check for work that starts on ``starts_on``, as it stands on ``on``."""
    rules = table()
    by = working_days_before(starts_on, rules.working_days) if owed else None
    late = by is not None and by < on
    sentence = rules.words["none" if by is None else "past" if late and starts_on <= on else "by"]
    words = rules.words
    return EmployerCheck(by, late, words["text"], sentence, words["declaration"], words["rule"], rules.check_source)


def working_days_before(day: date, days: int) -> date:
    """Return the day that is ``days`` working days before ``day``, which is not counted itself.

    Two working days before a Monday is the Thursday before it.
    """
    while days > 0:
        day -= timedelta(days=1)
        days -= deadlines.is_working_day(day)
    return day


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    standings = {
        row["code"]: Standing(row["code"], bool(row.get("stops", False)), reader.words(row, "text"), row["source"])
        for row in reader.rows("standing", {"stops", "text"})
    }
    if tuple(standings) != CODES:
        raise reader.fail(f"the standings are, in this order, {', '.join(CODES)}")
    validity, check = _part(reader, "validity"), _part(reader, "employer_check")
    reader.row = "validity"
    validated = frozenset(validity.get("validated", ()))
    if not validated <= {permit.code for permit in permits.table()}:
        raise reader.fail("validated names titles of permits.csv")
    months, days = validity.get("soon_months"), check.get("working_days")
    if not _count(months) or not _count(days):
        raise reader.fail("soon_months and working_days are whole numbers above 0")
    reader.row = "employer_check"
    words = {name: reader.words(check, name) for name in _SENTENCES}
    return Table(standings, validated, months, days, words, reader.source(check))


def _part(reader: Reader, name: str) -> Any:
    reader.row = name
    row = reader.raw.get(name, {})
    reader.source(row)
    reader.day(row)
    return row


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
