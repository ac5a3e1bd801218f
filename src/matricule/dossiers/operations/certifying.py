"""Certificates of cover: issued when their conditions are met, warned of before they end (issue 4, section 4).

The row and its job are part of the act that met the last condition; the letter is made by the job, once.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from matricule import attestations
from matricule.core import clock
from matricule.dossiers import cover, letters
from matricule.dossiers.access import NotFound, system
from matricule.dossiers.case import Certificate, Number
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations.door import Operation, first_given_name, operation
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
    row, made = Certificate.objects.get_or_create(
        registrant=registrant,
        kind=Certificate.Kind.PROVISIONAL,
        starts_on=span.start,
        defaults={"ends_on": span.end, "why_ends": span.why, "issued_at": op.now},
    )
    if not made:
        return
    op.record("certificate.issued", kind="provisional")
    op.notify("certificate_ready", {"given_name": first_given_name(registrant)})
    op.defer("dossiers.letter", certificate_id=str(row.pk))


def definitive(op: Operation, registrant: Registrant) -> None:
    """Issue the definitive certificate with the NIR, and the letters of the number; provisional ones are withdrawn."""
    today = deadlines.paris_day(op.now)
    row, made = Certificate.objects.get_or_create(
        registrant=registrant,
        kind=Certificate.Kind.DEFINITIVE,
        starts_on=today,
        defaults={"ends_on": deadlines.definitive_until(today), "issued_at": op.now},
    )
    if made:
        op.record("certificate.issued", kind="definitive")
        for kind in letters.WITH_NUMBER:
            op.defer("dossiers.letter", certificate_id=str(row.pk), kind=kind)
    withdraw(op, registrant)


def withdraw(op: Operation, registrant: Registrant) -> None:
    """Withdraw the provisional certificates that have not ended: whoever checks their code learns it from now on."""
    today = deadlines.paris_day(op.now)
    rows = registrant.certificates.select_for_update().filter(
        kind=Certificate.Kind.PROVISIONAL, withdrawn_at=None, ends_on__gte=today
    )
    for row in rows.order_by("starts_on"):
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
    today = clock.today()
    rows = Registrant.objects.filter(
        numbers__kind=Number.Kind.NIA, numbers__ended_at=None, certificates=None, courses_start__lte=today
    )
    done = 0
    for registrant_id, dossier_id in list(rows.order_by("pk").values_list("pk", "dossier_id")):
        try:
            with operation(ACTOR, "issue_certificate", dossier_id) as op:
                op.quiet = True
                refresh(op, op.dossier.registrants.get(pk=registrant_id))
                done += op.recorded
        except NotFound:  # withdrawn and erased meanwhile
            continue
    return done


def _warn_due() -> int:
    today = clock.today()
    rows = Certificate.objects.filter(
        Q(kind=Certificate.Kind.PROVISIONAL), withdrawn_at=None, ends_on__gte=today, ends_on__lte=today + SOON
    )
    done = 0
    for row_id, dossier_id in list(rows.order_by("ends_on", "pk").values_list("pk", "registrant__dossier")):
        done += _warn(row_id, dossier_id)
    return done


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
