"""Who is already known, who holds a number, which number a person has."""

from uuid import UUID

from django.db.models import Q, QuerySet

from matricule import matching
from matricule.repertoire import rows
from matricule.repertoire.models import Holder
from matricule.repertoire.values import Identity, Issued, Known


def known(identity: Identity, *, besides: UUID | None = None) -> list[Known]:
    """Return who is exactly this person, oldest number first (issue 4, section 2): same names, birth date and country,
    or same passport number.

    A deactivated number counts (``active`` is False); a NIA that gave way to another number is shown as that one.
    ``besides`` leaves one person out: the one who asks.
    """
    found: dict[UUID, Known] = {}
    for row in _candidates(identity).select_related("replaced_by").order_by("since", "pk"):
        if row.subject_id == besides:
            continue
        by = matching.compare(identity, Identity.from_json(row.identity)).by
        shown = row.replaced_by or row
        if by and shown.pk not in found and shown.subject_id != besides:
            found[shown.pk] = _known(identity, shown, by)
    return list(found.values())


def number_of(subject_id: UUID) -> Issued | None:
    """Return the number that the person has today: the one in use, or the one that theirs gave way to."""
    row = Holder.objects.filter(subject_id=subject_id, ended_at=None).first()
    if row is None:
        gone = Holder.objects.filter(subject_id=subject_id, replaced_by__ended_at=None, replaced_by__isnull=False)
        last = gone.select_related("replaced_by").order_by("-ended_at", "-pk").first()
        row = last.replaced_by if last else None
    return rows.issued(row) if row else None


def holder(number: str) -> UUID | None:
    """Return the person on whose row this number of 15 characters stands, in use or not; None when nobody's."""
    found = Holder.objects.filter(number_index=rows.number_index(number)).values_list("subject_id", flat=True)
    return found.first()


def subjects_of(number: str) -> tuple[UUID, ...]:
    """Return everybody whom this number leads to: its holder, and whoever's NIA gave way to it."""
    index = rows.number_index(number)
    found = Holder.objects.filter(Q(number_index=index) | Q(replaced_by__number_index=index)).order_by("pk")
    return tuple(dict.fromkeys(found.values_list("subject_id", flat=True)))


def _candidates(identity: Identity) -> QuerySet[Holder]:
    wanted = Q(exact_index__in=rows.exact_indexes(identity))
    passport = rows.passport_index(identity)
    return Holder.objects.filter(wanted | Q(passport_index=passport) if passport else wanted)


def _known(identity: Identity, row: Holder, by: tuple[str, ...]) -> Known:
    theirs = Identity.from_json(row.identity)
    compared = matching.compare(identity, theirs)
    return Known(row.subject_id, theirs, rows.issued(row), by, compared, row.ended_at is None)
