"""When a student is covered by a provisional certificate, and until when (issue 4, section 4; seed 003).

Three conditions: the documents of phase 1 are accepted, the first day of courses has come, and the stay is regular
where that applies. A valid visa D satisfies the third until the day three months after the arrival, that day included
(arrived 10 September: 10 December); afterwards only its validation does or, where a card had to be asked for, the
receipt or the card. EU, EEA and Swiss nationals and minors are not asked (facts.md 3, 4; arrêté du 10 mai 2017, 11).
The provisional number comes apart: while it is not issued it is the caisse's turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from matricule.rules import deadlines

VISA, VALIDATION, RECEIPT, CARD = "visa_d", "vls_ts_validation", "residence_receipt", "residence_permit"
FOREVER = date.max
"""The end of what does not end: a stay that nobody asks about."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Until when a stay is regular, and by which document; ``until`` None: nothing accepted shows it.

    ``proof`` is "" when nobody asks. ``ends_by_arrival``: the three months after the arrival end it, not the paper.
    """

    asked: bool
    until: date | None
    proof: str = ""
    ends_by_arrival: bool = False

    def on(self, day: date) -> bool:
        """Tell whether the stay is regular on ``day``."""
        return self.until is not None and day <= self.until


def stay(accepted: Mapping[str, date | None], *, asked: bool, arrival: date | None) -> Stay:
    """Return until when the stay is regular.

    ``accepted`` holds, for each document of stay that was accepted, the last day printed on it (None: none printed).
    ``asked``: whether this person owes a stay title at all. ``arrival``: the day of arrival in France.
    """
    if not asked:
        return Stay(asked=False, until=FOREVER)
    found = [Stay(True, accepted[code], code) for code in (CARD, RECEIPT) if accepted.get(code) is not None]
    if VISA in accepted:
        printed = accepted[VISA] or FOREVER
        if VALIDATION in accepted:
            found.append(Stay(True, accepted[VALIDATION] or printed, VALIDATION))
        elif arrival is not None:
            three_months = deadlines.vls_ts_until(arrival)
            found.append(Stay(True, min(printed, three_months), VISA, ends_by_arrival=three_months <= printed))
    return max(found, key=lambda one: one.until or date.min, default=Stay(True, None))


@dataclass(frozen=True, slots=True)
class Conditions:
    """The three conditions of the provisional certificate, each with its own answer, and the number apart."""

    documents: bool
    courses_start: date | None
    courses: bool
    stay: Stay
    stay_regular: bool
    number: bool

    @property
    def met(self) -> bool:
        """Tell whether the three conditions are met; the number is the caisse's turn."""
        return self.documents and self.courses and self.stay_regular


def conditions(*, documents: bool, courses_start: date | None, stay: Stay, number: bool, today: date) -> Conditions:
    """Return where the three conditions stand on ``today``."""
    return Conditions(
        documents=documents,
        courses_start=courses_start,
        courses=courses_start is not None and courses_start <= today,
        stay=stay,
        stay_regular=stay.on(today),
        number=number,
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The span of one provisional certificate: first and last day, and why it ends (``stay`` or ``nine_months``)."""

    start: date
    end: date
    why: str


def limit(nia_issued: date, courses_start: date) -> date:
    """Return the last day of provisional cover: 9 months after the later of the NIA and the first day of courses."""
    return deadlines.student_certificate(nia_issued, courses_start).end


def first_span(nia_issued: date, courses_start: date, stay: Stay) -> Span | None:
    """Return the span of the first certificate, or None when the stay ends before it would start."""
    start = max(nia_issued, courses_start)
    return _span(start, limit(nia_issued, courses_start), stay)


def next_span(previous_end: date, nia_issued: date, courses_start: date, stay: Stay) -> Span | None:
    """Return the span that runs on after an earlier certificate; None without new proof, or when nothing is left.

    The earlier certificate stays until its end: the new one starts on the day after it.
    """
    return _span(previous_end + timedelta(days=1), limit(nia_issued, courses_start), stay)


def _span(start: date, end: date, stay: Stay) -> Span | None:
    if stay.until is None or stay.until < start or end < start:
        return None
    return Span(start, min(end, stay.until), "stay" if stay.until < end else "nine_months")


def warnings(start: date, end: date) -> tuple[date, ...]:
    """Return the days of the warnings before a certificate ends, after its start (2 months, 1 month, 2 weeks)."""
    return deadlines.warnings_before(start, end)
