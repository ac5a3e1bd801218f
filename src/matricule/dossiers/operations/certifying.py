"""Certificates of cover: issued when their conditions are met, warned of before they end (issue 4, section 4).

The row and its job are part of the act that met the last condition; the letter is made by the job, once.
"""

from collections.abc import Set
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from matricule import attestations
from matricule.core import clock
from matricule.dossiers import cover, letters
from matricule.dossiers.access import NotFound, system
from matricule.dossiers.case import Certificate, Number
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.operations.sweeping import apart
from matricule.rules import cover as rule
from matricule.rules import deadlines

ACTOR = system("certificates")
SOON = timedelta(days=70)
"""A certificate is looked at for its warnings from this long before its end: the first comes 2 months before."""


def refresh(op: Operation, registrant: Registrant) -> None:
    """Issue the provisional certificate that is due, if one is; twice in the same state issues one."""
    span = cover.next_span(registrant)
    if span is None:
        return
    if _provisional(op, registrant, span):
        op.notify("certificate_ready", {"given_name": first_given_name(registrant)})


def _provisional(op: Operation, registrant: Registrant, span: rule.Span) -> bool:
    row, made = Certificate.objects.get_or_create(
        registrant=registrant,
        kind=Certificate.Kind.PROVISIONAL,
        starts_on=span.start,
        withdrawn_at=None,
        defaults={"ends_on": span.end, "why_ends": span.why, "issued_at": op.now},
    )
    if made:
        op.about(registrant)
        op.record("certificate.issued", kind="provisional")
        op.defer("dossiers.letter", certificate_id=str(row.pk))
    return made


def definitive(op: Operation, registrant: Registrant) -> None:
    """Issue the definitive certificate with the NIR, and the letters of the number; provisional ones are withdrawn."""
    today = deadlines.paris_day(op.now)
    _definitive(op, registrant, today, deadlines.definitive_until(today))
    withdraw(op, registrant)


def _definitive(op: Operation, registrant: Registrant, start: date, end: date | None) -> None:
    row, made = Certificate.objects.get_or_create(
        registrant=registrant,
        kind=Certificate.Kind.DEFINITIVE,
        starts_on=start,
        withdrawn_at=None,
        defaults={"ends_on": end, "issued_at": op.now},
    )
    if made:
        op.about(registrant)
        op.record("certificate.issued", kind="definitive")
        for kind in letters.WITH_NUMBER:
            op.defer("dossiers.letter", certificate_id=str(row.pk), kind=kind)


def withdraw(op: Operation, registrant: Registrant) -> int:
    """Withdraw the provisional certificates that have not ended: whoever checks their code learns it from now on.

    Return how many there were.
    """
    rows = list(_standing(op, registrant).filter(kind=Certificate.Kind.PROVISIONAL).order_by("starts_on"))
    for row in rows:
        _withdraw(op, row)
    return len(rows)


def end(op: Operation, registrant: Registrant) -> None:
    """Withdraw the provisional certificate of a request that ended without a number, and tell its person."""
    if withdraw(op, registrant):
        op.notify("certificate_withdrawn", {"given_name": first_given_name(registrant)})


def renew(op: Operation, registrant: Registrant, changed: Set[str]) -> None:
    """Withdraw the certificates that say what is no longer true, and issue new ones where the conditions hold.

    ``changed`` names the values of the person that were just written. A certificate says who the person is (SAID); its
    days rest on the others. One whose words and days stay true stays. The person is told of either end.
    """
    rows = [row for row in _standing(op, registrant).order_by("starts_on") if _untrue(registrant, row, changed)]
    for row in rows:
        _withdraw(op, row)
    if not rows:
        refresh(op, registrant)
        return
    for row in rows:
        if row.kind == Certificate.Kind.DEFINITIVE:
            _definitive(op, registrant, row.starts_on, row.ends_on)
    span = cover.next_span(registrant)
    if span is not None:
        _provisional(op, registrant, span)
    stands = _standing(op, registrant).exists()
    told = "certificate_replaced" if stands else "certificate_withdrawn"
    op.notify(told, {"given_name": first_given_name(registrant)})


def _standing(op: Operation, registrant: Registrant) -> "QuerySet[Certificate]":
    """Return the certificates that are neither withdrawn nor over, their rows locked (letters.of holds the same)."""
    rows: QuerySet[Certificate] = registrant.certificates.select_for_update().filter(withdrawn_at=None)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=deadlines.paris_day(op.now)))


def _untrue(registrant: Registrant, row: Certificate, changed: Set[str]) -> bool:
    if changed & letters.SAID:
        return True
    return row.kind == Certificate.Kind.PROVISIONAL and not cover.bears(registrant, row)


def _withdraw(op: Operation, row: Certificate) -> None:
    row.withdrawn_at = op.now
    row.save(update_fields=["withdrawn_at"])
    if row.letter_id is not None:
        attestations.withdraw(row.letter_id, at=op.now)
    op.record("certificate.withdrawn", kind=row.kind)


def run() -> int:
    """Issue what the calendar makes due, and warn of what ends; return how many dossiers changed."""
    return _issue_due() + _warn_due()


def _issue_due() -> int:
    """A first certificate waits for the first day of courses: on that day it is issued, without anybody's act."""
    stands = Certificate.objects.filter(registrant=OuterRef("pk"), withdrawn_at=None)
    rows = Registrant.objects.filter(
        ~Exists(stands), numbers__kind=Number.Kind.NIA, numbers__ended_at=None, courses_start__lte=clock.today()
    )
    due = list(rows.order_by("pk").values_list("pk", "dossier_id"))
    return sum(apart("certificates", dossier, partial(_issue, person, dossier)) for person, dossier in due)


def _issue(registrant_id: UUID, dossier_id: UUID) -> bool:
    try:
        with operation(ACTOR, "issue_certificate", dossier_id) as op:
            op.quiet = True
            refresh(op, op.dossier.registrants.get(pk=registrant_id))
            return op.recorded
    except NotFound:  # withdrawn and erased meanwhile
        return False


def _warn_due() -> int:
    today = clock.today()
    rows = Certificate.objects.filter(
        Q(kind=Certificate.Kind.PROVISIONAL), withdrawn_at=None, ends_on__gte=today, ends_on__lte=today + SOON
    )
    due = list(rows.order_by("ends_on", "pk").values_list("pk", "registrant__dossier"))
    return sum(apart("certificates", dossier, partial(_warn, row, dossier)) for row, dossier in due)


def _warn(row_id: UUID, dossier_id: UUID) -> bool:
    """Send the warning that is due, if one is: after a stop of days only the latest, the others are past."""
    try:
        with operation(ACTOR, "warn", dossier_id) as op:
            op.quiet = True
            row = Certificate.objects.select_related("registrant").get(pk=row_id)
            if row.ends_on is None or _runs_on(row):
                return False
            days = [day.isoformat() for day in rule.warnings(row.starts_on, row.ends_on)]
            due = [day for day in days if day <= clock.today().isoformat() and day not in row.warned]
            if not due:
                return False
            row.warned = [*row.warned, *due]
            row.save(update_fields=["warned"])
            op.record("certificate.warned", count=len(row.warned))
            op.notify(
                "certificate_ends",
                {"given_name": first_given_name(row.registrant), "end_on": row.ends_on.isoformat()},
            )
    except NotFound:  # erased meanwhile
        return False
    return True


def _runs_on(row: Certificate) -> bool:
    """Tell whether a newer certificate, provisional or definitive, follows this one: nothing ends for the person."""
    later = Q(starts_on__gt=row.starts_on) | Q(kind=Certificate.Kind.DEFINITIVE)
    return Certificate.objects.filter(later, registrant=row.registrant, withdrawn_at=None).exists()
