"""Delays as the texts and the service's own rules count them, in days of Paris (numbers in data/deadlines.toml).

Sources: facts.md 1.6 (R114-7 CSS), ``procedure_deadlines.csv`` of the domain, seed 003. Months are counted from a day
to the day of the same number (article 641 of the Code de procédure civile).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from matricule.rules import data
from matricule.rules.dates import PARIS, add_months
from matricule.rules.errors import RulesError

FILE = "deadlines.toml"

_TABLES = {
    "silence": ("days", "reopen_days"),
    "r114_7": ("produce_months", "formal_notice_months", "decision_months", "extension_years", "register_months"),
    "first_decision": ("working_days",),
    "student_certificate": ("months", "warning_months", "warning_days", "space_months"),
    "definitive_certificate": ("months",),
    "vls_ts_validation": ("months",),
    "academic_year": ("month", "day"),
}


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return the delays by name; raises ``RulesError`` when the file is wrong."""
    raw = data.read_toml(FILE)
    for name, keys in _TABLES.items():
        row = raw.get(name, {})
        missing = [key for key in (*keys, "source", "valid_from") if key not in row]
        if missing:
            raise RulesError(FILE, name, f"{', '.join(missing)} must be written")
        for key in keys:
            values = row[key] if isinstance(row[key], list) else [row[key]]
            if not all(isinstance(value, int) and value > 0 for value in values):
                raise RulesError(FILE, name, f"{key} must be a whole number above 0")
    return raw


def paris_day(moment: date) -> date:
    """Return the day in Paris of an aware moment, or the date itself; raises ``ValueError`` for a naive moment."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no day in Paris")
    return moment.astimezone(PARIS).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of ``day`` in Paris: what "by Monday, 23:59 Paris time" promises."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


@dataclass(frozen=True, slots=True)
class Silence:
    """A request for documents: when the answer is due, the days of its reminders, until when it can be reopened."""

    asked: date
    due_day: date
    due: datetime
    reminders: tuple[date, date]
    reopen_until: date


def silence(asked: date, *, days: int | None = None) -> Silence:
    """Return the calendar of a request for documents asked at ``asked`` (a date or an aware moment).

    The due date is the end of day 45 in Paris, or of the next working day when it falls on another (issue 4, section
    5); the reminders come after one and two thirds; ``days`` lengthens it.
    Raises ``ValueError`` for fewer days than the rule gives: a caseworker may lengthen, never shorten.
    """
    row = table()["silence"]
    length = row["days"] if days is None else days
    if length < row["days"]:
        raise ValueError(f"a person has at least {row['days']} days to answer")
    start = paris_day(asked)
    due = next_working_day(start + timedelta(days=length))
    reminders = (start + timedelta(days=length // 3), start + timedelta(days=length * 2 // 3))
    return Silence(start, due, end_of_day(due), reminders, due + timedelta(days=row["reopen_days"]))


def produce_until(notified: date) -> date:
    """Return the last day to produce the civil-status document (R114-7 III: 3 months from the notification)."""
    return add_months(paris_day(notified), table()["r114_7"]["produce_months"])


def formal_notice_until(noticed: date) -> date:
    """Return the end of the formal notice's period (R114-7 IV: 3 months); then benefits are suspended."""
    return add_months(paris_day(noticed), table()["r114_7"]["formal_notice_months"])


def decision_until(suspended: date) -> date:
    """Return the last day to decide after a suspension (R114-7 V: 3 months; silence restores benefits)."""
    return add_months(paris_day(suspended), table()["r114_7"]["decision_months"])


def extension_until(decided: date) -> date:
    """Return the longest extension for a temporary impossibility (R114-7 V: 2 years)."""
    return add_months(paris_day(decided), 12 * table()["r114_7"]["extension_years"])


def register_until(transmitted: date) -> date:
    """Return the last day of the national register to decide on the number (R114-7 VI: 2 months)."""
    return add_months(paris_day(transmitted), table()["r114_7"]["register_months"])


def first_decision_target(submitted: date, *, alsace_moselle: bool = False, days: int | None = None) -> date:
    """Return the day that the office aims at for its first decision: a target (15 working days), never a limit."""
    length = table()["first_decision"]["working_days"] if days is None else days
    return add_working_days(paris_day(submitted), length, alsace_moselle=alsace_moselle)


def is_working_day(day: date, *, alsace_moselle: bool = False) -> bool:
    """Whether ``day`` is neither a Saturday, a Sunday nor a public holiday of France (two more in Alsace-Moselle)."""
    return day.weekday() < 5 and day not in _holidays(day.year, alsace_moselle)


def next_working_day(day: date) -> date:
    """Return ``day``, or the next working day: a delay of the person never ends on a day without offices."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, days: int, *, alsace_moselle: bool = False) -> date:
    """Return the day that is ``days`` working days after ``day``; the day itself is not counted."""
    if days < 0:
        raise ValueError("working days are counted forward")
    current = day
    while days:
        current += timedelta(days=1)
        days -= is_working_day(current, alsace_moselle=alsace_moselle)
    return current


@cache
def _holidays(year: int, alsace_moselle: bool) -> frozenset[date]:
    import holidays

    # Names of subdivisions changed between versions of the library: "6AE" is Alsace, the European collectivity.
    return frozenset(holidays.country_holidays("FR", subdiv="6AE" if alsace_moselle else None, years=year))


@dataclass(frozen=True, slots=True)
class Certificate:
    """A student's provisional certificate: from when, its last day, and the days of the warnings before it ends."""

    start: date
    end: date
    warnings: tuple[date, ...]


def student_certificate(
    nia_issued: date, courses_start: date, *, vls_ts_to_validate: bool = False, arrival: date | None = None
) -> Certificate:
    """Return the calendar of the provisional certificate: it starts on the later of the provisional number and the
    first day of courses, and ends 9 months after; warnings come 2 months, 1 month and 2 weeks before.

    While the validation of the VLS-TS is not proved, it ends at the latest 3 months after ``arrival``.
    """
    row = table()["student_certificate"]
    start = max(paris_day(nia_issued), paris_day(courses_start))
    end = add_months(start, row["months"])
    if vls_ts_to_validate and arrival is not None:
        end = max(start, min(end, vls_ts_until(arrival)))
    return Certificate(start, end, warnings_before(start, end))


def warnings_before(start: date, end: date) -> tuple[date, ...]:
    """Return the days of the warnings before a certificate's ``end``: 2 months, 1 month and 2 weeks before.

    Those that fall on its first day or earlier are left out.
    """
    row = table()["student_certificate"]
    days = [add_months(end, -months) for months in row["warning_months"]]
    days += [end - timedelta(days=length) for length in row["warning_days"]]
    return tuple(sorted(day for day in days if day > start))


def definitive_until(start: date) -> date:
    """Return the last day of a definitive certificate that starts on ``start``: it runs for a year."""
    return add_months(start, table()["definitive_certificate"]["months"]) - timedelta(days=1)


def space_until(number_given: date) -> date:
    """Return the day on which the personal space closes: 3 months after the definitive number."""
    return add_months(paris_day(number_given), table()["student_certificate"]["space_months"])


def vls_ts_until(arrival: date) -> date:
    """Return the last day to validate a VLS-TS online: 3 months after the arrival in France."""
    return add_months(paris_day(arrival), table()["vls_ts_validation"]["months"])


def academic_year_end(on: date, stated: date | None = None) -> date:
    """Return the last day of the academic year of ``on``: what the enrolment states, else the next 31 August."""
    if stated is not None:
        return stated
    row = table()["academic_year"]
    day = date(on.year, row["month"], row["day"])
    return day if on <= day else date(on.year + 1, row["month"], row["day"])


def ceam_covers_year(ceam_until: date | None, on: date, stated_end: date | None = None) -> bool:
    """Whether a CEAM valid until ``ceam_until`` covers the academic year to its end; an unknown date does not."""
    return ceam_until is not None and ceam_until >= academic_year_end(on, stated_end)
