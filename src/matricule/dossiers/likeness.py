"""Who is already known: the exact comparison before any number (issue 4, section 2; identity.md).

Normalised names, birth date and country, or the number of the identity document, against everybody who holds a number
and every open dossier. A hit stops the act until a caseworker has looked at both side by side.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from matricule import matching, repertoire
from matricule.core import crypto
from matricule.dossiers.case import Likeness
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations.door import Operation
from matricule.dossiers.states import State
from matricule.repertoire import Identity
from matricule.rules.text import fold

HERE, REGISTER = "registrant", "register"
OVER = (State.WITHDRAWN, State.REJECTED, State.CLOSED, State.DRAFT)
"""A request that ended without a number, or was never sent, is nobody's second number."""


@dataclass(frozen=True)
class Other:
    """The other person of a likeness, as both stand side by side: an identity, where it comes from, what agrees."""

    likeness: Likeness
    identity: Identity | None
    comparison: matching.Comparison | None
    registrant: Registrant | None = None


def identity(registrant: Registrant) -> Identity:
    """Return the identity of a person as the register takes it; raises InputError for no date or country."""
    return Identity(
        birth_name=registrant.birth_name,
        given_names=registrant.given_names,
        sex=registrant.sex,
        birth_date=registrant.birth_date,
        birth_country=registrant.birth_country,
        birth_place=registrant.birth_place,
        passport=registrant.paper_number,
    )


def index(registrant: Registrant) -> None:
    """Write the blind index and the folded name under which this person is found; the caller saves the row."""
    registrant.name_key = fold(f"{registrant.birth_name} {registrant.given_names}")[:320]
    complete = registrant.birth_name and registrant.birth_date and registrant.birth_country
    key = matching.exact_key(identity(registrant)) if complete else ""
    registrant.person_index = crypto.blind_index("person", key) if key else None


def look(op: Operation, registrant: Registrant) -> list[Likeness]:
    """Return the likenesses that stop a number: those found now, and those found before that nobody settled."""
    me = identity(registrant)
    found = {f"{HERE}:{other.pk}": by for other, by in _here(me, registrant)}
    for known in repertoire.known(me, besides=registrant.pk):
        found.setdefault(f"{REGISTER}:{known.subject_id}", known.by[0])
    for other, by in found.items():
        if other.startswith(REGISTER) and f"{HERE}:{other.partition(':')[2]}" in found:
            continue  # the holder of that number is a person of ours, named already
        Likeness.objects.get_or_create(
            registrant=registrant, other=other, defaults={"found_by": by, "found_at": op.now}
        )
    return list(
        Likeness.objects.filter(registrant=registrant).exclude(verdict=Likeness.Verdict.DIFFERENT).order_by("found_at")
    )


def _here(me: Identity, registrant: Registrant) -> list[tuple[Registrant, str]]:
    indexes = [crypto.blind_index("person", key) for key in matching.search_keys(me)]
    wanted = Q(person_index__in=indexes)
    if registrant.paper_index is not None:
        wanted |= Q(paper_index=registrant.paper_index)
    rows = Registrant.objects.filter(wanted).exclude(pk=registrant.pk)
    rows = rows.exclude(state__in=OVER, numbers=None).order_by("pk").distinct()
    found = []
    for row in rows:
        by = matching.compare(me, identity(row)).by
        if by:
            found.append((row, by[0]))
    return found


def others(registrant: Registrant) -> list[Other]:
    """Return the people who look like this one, each with what agrees and what differs, for the page side by side."""
    me = identity(registrant)
    found = []
    for likeness in Likeness.objects.filter(registrant=registrant).order_by("found_at"):
        where, _, text = likeness.other.partition(":")
        row = Registrant.objects.select_related("dossier").filter(pk=UUID(text)).first() if where == HERE else None
        if row is not None:
            theirs: Identity | None = identity(row)
        else:
            known = repertoire.known(me, besides=registrant.pk)
            theirs = next((one.identity for one in known if str(one.subject_id) == text), None)
        comparison = matching.compare(me, theirs) if theirs is not None else None
        found.append(Other(likeness, theirs, comparison, row))
    return found
