"""A student's provisional cover, read from the dossier: the three conditions, the spans, the warnings (issue 4, 4).

The rule itself is pure (matricule.rules.cover); here its facts are read from the rows.
"""

from dataclasses import dataclass
from datetime import date

from matricule.core import clock, config
from matricule.dossiers import standing
from matricule.dossiers.case import Certificate, Number
from matricule.dossiers.models import Registrant
from matricule.dossiers.states import OVER, State
from matricule.rules import cover as rule
from matricule.rules import deadlines

STAY_CODES = frozenset({rule.VISA, rule.VALIDATION, rule.RECEIPT, rule.CARD})


def closes_with_number() -> bool:
    """Tell whether the space closes with the number, as seed 003 has it, instead of 3 months after."""
    return config.current().space_closes_with_number


@dataclass(frozen=True)
class Cover:
    """Where a person's provisional cover stands on one day."""

    conditions: rule.Conditions
    nia_on: date | None
    certificates: list[Certificate]

    @property
    def running(self) -> Certificate | None:
        """Return the provisional certificate of the day, None when none runs."""
        today = clock.today()
        rows = [row for row in self.certificates if row.kind == Certificate.Kind.PROVISIONAL]
        return next((row for row in rows if row.starts_on <= today <= (row.ends_on or date.max)), None)

    @property
    def last_day(self) -> date | None:
        """Return the last day that provisional cover can have, None before the NIA or the first day of courses."""
        start = self.conditions.courses_start
        return rule.limit(self.nia_on, start) if self.nia_on is not None and start is not None else None


def of(registrant: Registrant, halves: list[standing.Half] | None = None) -> Cover:
    """Return a person's cover today."""
    rows = halves if halves is not None else standing.halves(registrant)
    number = registrant.numbers.filter(ended_at=None).first()
    nia_on = deadlines.paris_day(number.issued_at) if number is not None else None
    certificates = list(registrant.certificates.filter(withdrawn_at=None).order_by("starts_on"))
    conditions = rule.conditions(
        documents=standing.ready_for_provisional(rows),
        courses_start=registrant.courses_start,
        stay=stay(registrant, rows),
        number=number is not None,
        today=clock.today(),
    )
    return Cover(conditions, nia_on, certificates)


def stay(registrant: Registrant, rows: list[standing.Half]) -> rule.Stay:
    """Return until when a person's stay is regular, by what was accepted; those who owe no title are not asked."""
    accepted = {half.code: half.until for half in rows if half.code in STAY_CODES and half.holds}
    asked = any(half.code in {rule.VISA, rule.CARD, rule.RECEIPT} for half in rows)
    return rule.stay(accepted, asked=asked, arrival=registrant.arrival_date)


def next_span(registrant: Registrant) -> rule.Span | None:
    """Return the span of the certificate that can be issued today, None when none is due.

    The first needs the three conditions and the NIA; a later one new proof of the stay, and days left of the nine
    months. A person with a NIR has no more provisional certificate, nor one whose request ended.
    """
    if State(registrant.state) in OVER:
        return None
    found = of(registrant)
    number = registrant.numbers.filter(ended_at=None).first()
    if number is None or number.kind != Number.Kind.NIA or found.nia_on is None:
        return None
    courses = registrant.courses_start
    if courses is None:
        return None
    earlier = [row for row in found.certificates if row.kind == Certificate.Kind.PROVISIONAL]
    if not earlier:
        return rule.first_span(found.nia_on, courses, found.conditions.stay) if found.conditions.met else None
    last = earlier[-1].ends_on
    if last is None or not found.conditions.documents:
        return None
    return rule.next_span(last, found.nia_on, courses, found.conditions.stay)


def bears(registrant: Registrant, row: Certificate) -> bool:
    """Tell whether the values of a person still bear the days of a provisional certificate.

    It begins with the first day of courses or later, and ends with the stay or the nine months, or earlier.
    """
    found = of(registrant)
    start, last, stay_until = found.conditions.courses_start, found.last_day, found.conditions.stay.until
    if start is None or last is None or stay_until is None:
        return False
    return start <= row.starts_on and (row.ends_on or date.max) <= min(last, stay_until)
