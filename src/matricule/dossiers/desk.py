"""What the caseworker's screens read: queues, search, and everything about one dossier (issue 4, section 2).

Lists are paged by key, the oldest wait first, in a constant number of statements; nothing is counted over a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from matricule.accounts import organisations, staff
from matricule.core import clock, journal
from matricule.dossiers import access, checks, cover, likeness, people, posted, proofs, queries, queues, standing
from matricule.dossiers.access import Actor
from matricule.dossiers.case import (
    Ask,
    Correction,
    Impossibility,
    Likeness,
    Message,
    Note,
    Number,
    Sending,
)
from matricule.dossiers.mailbox import Recovery
from matricule.dossiers.models import Dossier, File, Page, Registrant
from matricule.dossiers.operations.numbers import index_of
from matricule.rules.employer import offices
from matricule.rules.numbers.nir import key_of
from matricule.rules.text import fold

FOUND = 50
"""Rows of an answer to a search at most."""

MINE = "mine"
STUDENTS = "student"
"""What narrows the list of an office that examines by category to its students."""

LISTS = (queues.TO_TAKE, MINE, queues.WAITING, queues.ANSWERED, queues.READY, queues.REGISTER, queues.DONE)
"""The lists of the desk, in the order of its tabs; "mine" is what the caseworker took and has to act on."""


@dataclass(frozen=True)
class Row:
    """One line of a list: the dossier with its first person, and who has it."""

    dossier: Dossier
    person: Registrant
    caseworker: str

    @property
    def name(self) -> str:
        """Return the person as a list shows them."""
        return people.listed_name(self.person)


@dataclass(frozen=True)
class Listed:
    """One page of a list, and where the next one begins ("" at the end)."""

    rows: list[Row]
    after: str


def listed(post: staff.Post, which: str, after: str = "", only: str = "") -> Listed:
    """Return one page of a list of this caseworker's office, the oldest wait first; raises NotFound for no list.

    ``only``: of one category, or of the students, where the office examines by category; of one postcode elsewhere.
    """
    if which not in LISTS:
        raise access.NotFound
    narrow = _narrowed(post.office, only)
    if which == MINE:
        page = queries.one_page(_mine(post).filter(narrow), after)
    else:
        page = queries.office_list(post.office, which, after, only=narrow)
    return Listed(_rows(page.dossiers), page.after)


def _narrowed(office: str, only: str) -> Q:
    """Return what narrows a list (issue 5, section 4: Paris sees categories, the others places)."""
    if not only:
        return Q()
    if not offices.examines_by_category(office):
        return Q(postcode=only)
    return Q(organisation=None) if only == STUDENTS else Q(organisation__isnull=False, category=only)


def _mine(post: staff.Post) -> "QuerySet[Dossier]":
    return Dossier.objects.filter(office=post.office, caseworker_id=post.user_id, queue__in=queues.OURS)


def _rows(dossiers: list[Dossier]) -> list[Row]:
    names = staff.names({dossier.caseworker_id for dossier in dossiers if dossier.caseworker_id is not None})
    return [
        Row(dossier, person, names.get(dossier.caseworker_id, "") if dossier.caseworker_id else "")
        for dossier in dossiers
        for person in dossier.registrants.all()
    ]


def counts(post: staff.Post) -> dict[str, int]:
    """Return how many dossiers stand in each list of the office; "mine" is counted for this caseworker alone."""
    found = queries.office_counts(post.office)
    return {name: max(found.get(name, 0), 0) for name in LISTS} | {MINE: _mine(post).count()}


def search(post: staff.Post, text: str) -> list[Row]:
    """Return the office's dossiers of a reference, a number with or without its key, or a name's beginning.

    50 at most.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return []
    rows = Dossier.objects.filter(office=post.office).exclude(submitted_at=None)
    plain = "".join(wanted.upper().split())
    digits = plain.replace("-", "")
    if len(digits) in {13, 15} and digits[:1] in "12" and digits[-2:].isdigit():
        whole = digits if len(digits) == 15 else digits + (key_of(digits) or "")
        held = Number.objects.filter(value_index=index_of(whole)).values("registrant__dossier")
        return _found(rows.filter(pk__in=held))
    named = rows.filter(registrants__name_key__startswith=fold(wanted)).distinct()
    return _found(rows.filter(reference=plain)) or _found(named)


def _found(rows: "QuerySet[Dossier]") -> list[Row]:
    return _rows(queries.one_page(rows, limit=FOUND).dossiers)


@dataclass(frozen=True)
class Case:
    """Everything that a caseworker sees of one dossier and the person looked at.

    ``everybody``: all of its people; ``numbered``: those of them who have a number.
    """

    dossier: Dossier
    person: Registrant
    halves: list[standing.Half]
    cover: cover.Cover
    ask: Ask | None
    number: Number | None
    sending: Sending | None
    messages: list[Message]
    notes: list[Note]
    corrections: list[Correction]
    impossibilities: list[Impossibility]
    others: list[likeness.Other]
    names: dict[UUID, str]
    recovery: Recovery | None
    everybody: list[Registrant]
    numbered: frozenset[UUID]
    category_checks: list[checks.Item]
    posted_rib: posted.PostedRib | None

    def half(self, slot: str, part: str) -> standing.Half | None:
        """Return one half of the list, None when it is not asked."""
        return next((half for half in self.halves if (half.slot, half.part) == (slot, part)), None)

    @property
    def first(self) -> standing.Half | None:
        """Return the half to look at first: one to examine, else the first of the list."""
        waiting = [half for half in self.halves if half.state == "to_examine"] or self.halves
        return waiting[0] if waiting else None

    @property
    def decided(self) -> int:
        """Return how many halves are decided."""
        return sum(half.decision is not None for half in self.halves)

    @property
    def open_likenesses(self) -> list[likeness.Other]:
        """Return the people that stop a number: not looked at yet, or found to be the same."""
        return [one for one in self.others if one.likeness.verdict != Likeness.Verdict.DIFFERENT]

    @property
    def ready_for_provisional(self) -> bool:
        """Tell whether a NIA can be given now."""
        return self.documents_ready and not any(item.open for item in self.category_checks)

    @property
    def documents_ready(self) -> bool:
        """Tell whether the documents that a NIA needs are accepted, and none was given."""
        early = self.person.state in {"under_examination", "reopened"}
        return early and self.number is None and standing.ready_for_provisional(self.halves)

    @property
    def ready_for_register(self) -> bool:
        """Tell whether the file can be sent to the national register now."""
        return self.complete and not any(item.again for item in self.category_checks)

    @property
    def complete(self) -> bool:
        """Tell whether a NIA is given, and every document accepted that the register needs."""
        held = self.person.state == "provisional_number" and self.number is not None
        return held and standing.complete(self.halves, queues.excused(self.person))


def case(actor: Actor, dossier_id: UUID, person_id: UUID | None = None) -> Case:
    """Return everything about one person of a dossier of the actor's office; raises NotFound otherwise.

    ``person_id`` None: the first person who has something to examine, else the principal.
    """
    dossier = access.get(actor, dossier_id)
    everybody = [one for one in dossier.registrants.order_by("position") if access.may_see(actor, one)]
    person = _looked_at(everybody, person_id)
    halves = standing.halves(person)
    numbers = {row.registrant_id: row for row in Number.objects.filter(registrant__in=everybody, ended_at=None)}
    notes = list(Note.objects.filter(dossier=dossier).order_by("-at"))
    messages = list(Message.objects.filter(dossier=dossier).order_by("-at"))
    corrections = list(Correction.objects.filter(registrant=person).order_by("-at"))
    people = {row.by for row in notes} | {row.by for row in corrections if not row.by_person}
    people |= {row.by for row in messages if row.from_caisse}
    people |= {half.decision.by for half in halves if half.decision is not None and half.decision.by is not None}
    recovery = Recovery.objects.filter(dossier=dossier).order_by("-asked_at", "-pk").first()
    if recovery is not None:
        people |= {one for one in (recovery.proposed_by, recovery.ended_by) if one is not None}
    category_checks = checks.of(dossier, person)
    people |= {item.answer.by for item in category_checks if item.answer is not None}
    people |= {dossier.caseworker_id} if dossier.caseworker_id else set()
    rib = posted.of([person.pk]).get(person.pk)
    people |= {rib.by} if rib is not None else set()
    return Case(
        dossier=dossier,
        person=person,
        halves=halves,
        cover=cover.of(person, halves),
        ask=Ask.objects.filter(registrant=person, state=Ask.State.OPEN).prefetch_related("items", "reminders").first(),
        number=numbers.get(person.pk),
        sending=Sending.objects.filter(registrant=person).order_by("-sent_at").first(),
        messages=messages,
        notes=notes,
        corrections=corrections,
        impossibilities=list(Impossibility.objects.filter(registrant=person).order_by("-said_at")),
        others=likeness.others(person),
        names=staff.names(people),
        recovery=recovery,
        everybody=everybody,
        numbered=frozenset(numbers),
        category_checks=category_checks,
        posted_rib=rib,
    )


def _looked_at(everybody: list[Registrant], person_id: UUID | None) -> Registrant:
    if person_id is not None:
        found = next((person for person in everybody if person.pk == person_id), None)
        if found is None:
            raise access.NotFound
        return found
    if len(everybody) == 1:
        return everybody[0]
    halves = standing.halves_of([person.pk for person in everybody])
    waiting = (one for one in everybody if any(half.state == "to_examine" for half in halves[one.pk]))
    return next(waiting, everybody[0])


def pages(half: standing.Half) -> list[Page]:
    """Return the pages of a half in the order in which the person put them."""
    files = [file.pk for file in half.files]
    rows = Page.objects.filter(file__in=files, removed_at=None).select_related("file")
    return list(rows.order_by("file__position", "position"))


def proof_pages(row: Impossibility) -> list[Page]:
    """Return the pages that prove why a document cannot be had, in the order in which the person put them."""
    files = File.objects.filter(
        version__document__registrant=row.registrant_id,
        version__document__slot=proofs.slot_for(row.slot, row.part),
        state=File.State.READY,
        removed_at=None,
    )
    rows = Page.objects.filter(file__in=files, removed_at=None).select_related("file")
    return list(rows.order_by("file__position", "position"))


def history(dossier_id: UUID) -> list[journal.Entry]:
    """Return who did and read what on a dossier, the latest first."""
    return list(reversed(journal.entries_about(("dossier", dossier_id))))


def names_in(dossier_id: UUID, entries: Iterable[journal.Entry]) -> dict[UUID, str]:
    """Return the names of who acts in entries about a dossier: the caisse's people, and those of its company."""
    people = journal.people_of(entries)
    company = Dossier.objects.filter(pk=dossier_id).values_list("organisation", flat=True).first()
    return staff.names(people) | (organisations.member_names(people, company) if company is not None else {})


def working_days_waiting(dossier: Dossier) -> int:
    """Return for how many working days a dossier waits for its next act."""
    from matricule.rules import deadlines

    if dossier.waiting_since is None:
        return 0
    day, today, found = deadlines.paris_day(dossier.waiting_since), clock.today(), 0
    while day < today and found < 400:
        day = date.fromordinal(day.toordinal() + 1)
        found += deadlines.is_working_day(day)
    return found
