"""What screens read of a dossier, in a constant number of statements (house.md, dossiers).

Reading a person's documents or identity is journaled by the caller's view through ``note_reading``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from matricule.core import clock, journal
from matricule.dossiers import access, plan, proofs, queues, rows, standing
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Ask, Impossibility
from matricule.dossiers.models import Dossier, File, Page, QueueCount, Registrant, Requirement, Version
from matricule.dossiers.operations.files import UNDO
from matricule.dossiers.plan import SECTIONS


@dataclass(frozen=True)
class Slot:
    """One slot of the documents page: its requirements, the files in it, and where it stands."""

    slot: str
    phase: int
    requirements: list[Requirement]
    version: Version | None
    files: list[File] = field(default_factory=list)
    removed: list[File] = field(default_factory=list)
    earlier: list[Version] = field(default_factory=list)
    earlier_files: list[File] = field(default_factory=list)
    set_aside: list[File] = field(default_factory=list)
    dropped: bool = False
    as_of: int = 0

    @property
    def codes(self) -> list[str]:
        """Return the document codes asked in this slot, the main one first."""
        return [row.code for row in self.requirements]

    @property
    def blocks(self) -> bool:
        """Tell whether the deposit waits for this document (phase 1)."""
        return any(row.blocks_submission for row in self.requirements)

    @property
    def live(self) -> list[File]:
        """Return the files that count or will count: not refused."""
        return [file for file in self.files if file.state != File.State.REFUSED]

    @property
    def refused(self) -> list[File]:
        """Return the files that could not be accepted; they stay visible with the way out."""
        return [file for file in self.files if file.state == File.State.REFUSED]

    def part(self, part: str) -> list[File]:
        """Return the files of one half of a shared slot, in order."""
        return [file for file in self.files if file.part == part]

    @property
    def state(self) -> str:
        """Return the state of the document: to_send, checking, look, ready or sent (design.md, section 7).

        A file that asks "already sent, is it the right one here?" hides no other that is in order.
        """
        states = {file.state for file in self.files}
        if File.State.CHECKING in states:
            return "checking"
        if File.State.READY in states:
            if self.nameless:
                return "look"
            if self.version is not None and self.version.sent_at is not None:
                return "sent"
            return "ready" if self.complete else "look"
        return "look" if states else "to_send"

    @property
    def complete(self) -> bool:
        """Tell whether every half that the rules ask of this slot holds a file in order."""
        parts = {file.part for file in self.files if file.state == File.State.READY}
        return File.Part.MAIN in parts and ("translation" not in self.codes or File.Part.TRANSLATION in parts)

    @property
    def nameless(self) -> bool:
        """Tell whether a translation came without a word on who made it: seed 000 accepts two kinds only."""
        if "translation" not in self.codes or (self.version is not None and self.version.translator_kind):
            return False
        return any(file.part == File.Part.TRANSLATION and file.state == File.State.READY for file in self.files)

    @property
    def questions(self) -> list[File]:
        """Return the files that still ask whether they are the right ones here."""
        return [file for file in self.files if file.state == File.State.ALREADY_SENT]


class Space:
    """A person's dossier as the student's pages show it; the documents are read when a page first asks for them."""

    def __init__(self, dossier: Dossier, registrant: Registrant, slots: list[Slot] | None = None) -> None:
        """Show ``registrant`` of ``dossier``; ``slots`` None: read them from the database."""
        self.dossier, self.registrant = dossier, registrant
        if slots is not None:
            self.slots = slots

    @cached_property
    def slots(self) -> list[Slot]:
        """Return the documents that are asked, or that fell away and hold files, phase by phase."""
        return _slots(self.papers)

    @cached_property
    def papers(self) -> rows.Papers:
        """Return every document of the person, read when it is first asked for, in one statement."""
        return rows.papers(self.registrant)

    @cached_property
    def halves(self) -> list[standing.Half]:
        """Return where each document stands for the caisse: accepted, sent back, to examine."""
        return standing.of(self.papers)

    @cached_property
    def due_on(self) -> date | None:
        """Return the day by which the open ask of this person is due, None when nothing is asked."""
        return (
            Ask.objects.filter(registrant=self.registrant, state=Ask.State.OPEN)
            .values_list("due_on", flat=True)
            .first()
        )

    @cached_property
    def impossibilities(self) -> dict[tuple[str, str], Impossibility]:
        """Return what the person said cannot be had, the last word about each half by slot and part."""
        rows = Impossibility.objects.filter(registrant=self.registrant).order_by("said_at")
        return {(row.slot, row.part): row for row in rows}

    def halves_of(self, slot: str) -> list[standing.Half]:
        """Return the halves of one slot, none before the submission."""
        if not self.registrant.is_sent:
            return []
        return [half for half in self.halves if half.slot == slot]

    def proof(self, slot: str, part: str) -> Slot:
        """Return the files that prove why one half of a document cannot be had; NotFound when it was never asked."""
        known = [row for row in self.papers.requirements if row.slot == slot]
        if not known:
            raise NotFound
        return _slot(proofs.slot_for(slot, part), known, self.papers)

    @property
    def as_of(self) -> int:
        """Return the version of the dossier of which the documents were read; 0 when nothing was ever asked."""
        return max((slot.as_of for slot in self.slots), default=0)

    @property
    def obstacles(self) -> list[str]:
        """Return what stands before submission (see plan.obstacles), from the documents that were read."""
        blocking = [slot for slot in self.asked if slot.blocks]
        lacking = [
            slot.slot
            for slot in sorted(blocking, key=lambda slot: min(row.position for row in slot.requirements))
            if not any(plan.answers(file) for file in slot.files)
        ]
        return plan.obstacles_of(self.dossier, self.registrant, lacking)

    def phase(self, number: int) -> list[Slot]:
        """Return the slots of one of the seed's three phases that are still asked."""
        return [slot for slot in self.slots if slot.phase == number and not slot.dropped]

    @property
    def asked(self) -> list[Slot]:
        """Return the slots that are still asked."""
        return [slot for slot in self.slots if not slot.dropped]

    @property
    def ready(self) -> int:
        """Return how many of the asked documents are ready or received."""
        return sum(slot.state in {"ready", "sent"} for slot in self.asked)

    @property
    def lacking(self) -> list[Slot]:
        """Return the documents without which the caisse cannot begin and that hold no file in order (phase 1)."""
        return [slot for slot in self.asked if slot.blocks and slot.state in {"to_send", "look"}]

    @property
    def later(self) -> list[Slot]:
        """Return the documents that were not sent yet and may come later (phases 2 and 3)."""
        return [slot for slot in self.asked if slot.state not in {"ready", "sent"} and not slot.blocks]


PAGE = 25
"""Rows of one page of a list."""


@dataclass(frozen=True)
class Listed:
    """One page of an office's list, and the mark after which the next one begins ("" at the end)."""

    dossiers: list[Dossier]
    after: str


def office_list(office: str, queue: str, after: str = "", *, only: Q | None = None, limit: int = PAGE) -> Listed:
    """Return the dossiers that stand in one queue of an office, the oldest wait first, each with its first person.

    Two statements, however many stand there: the page is cut out of the index by its key (``after``, a mark that an
    earlier page gave; what is none begins at the first page). ``only`` narrows the list; ``limit``: rows of a page.
    Access is the caller's.
    """
    return one_page(Dossier.objects.filter(only or Q(), office=office, queue=queue), after, limit=limit)


def one_page(listed: "QuerySet[Dossier]", after: str = "", *, limit: int = PAGE) -> Listed:
    """Return one page of ``listed``, the oldest wait first, each with its first person (see ``office_list``)."""
    listed = listed.defer("answers", "receipt")
    mark = _mark(after)
    if mark is not None:
        # a comparison of the whole key, not of its parts: the index is entered where the last page ended
        listed = listed.filter(TupleGreaterThan(Tuple(F("waiting_since"), F("pk")), mark))
    found = list(listed.order_by("waiting_since", "pk").prefetch_related(_first_person())[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    since = last.waiting_since if last is not None else None
    return Listed(found[:limit], f"{since.isoformat()}~{last.pk}" if last is not None and since is not None else "")


def office_counts(office: str) -> dict[str, int]:
    """Return how many dossiers stand in each queue of an office, from the counts that the operations keep."""
    found = dict(QueueCount.objects.filter(office=office).values_list("queue", "n"))
    return {queue: found.get(queue, 0) for queue in queues.QUEUES}


def person_list(actor: Actor) -> list[Dossier]:
    """Return the dossiers of a person, the newest first, each with its first person, in two statements."""
    mine = access.readable(actor).defer("answers", "receipt")
    return list(mine.order_by("-opened_at").prefetch_related(_first_person())[:PAGE])


def _first_person() -> "Prefetch[str]":
    return Prefetch("registrants", queryset=Registrant.objects.filter(position=1).defer("typed", "iban", "ending"))


def _mark(text: str) -> tuple[datetime, UUID] | None:
    since, _, last = text.partition("~")
    try:
        moment, key = datetime.fromisoformat(since), UUID(last)
    except ValueError:
        return None
    return (moment, key) if moment.tzinfo is not None else None


def first_open_section(registrant: Registrant) -> str | None:
    """Return the first page of step 2 that is not complete, or None."""
    return next((name for name in SECTIONS if name not in registrant.sections_done), None)


def open_dossier(actor: Actor) -> Dossier | None:
    """Return the actor's newest dossier, or None."""
    return access.readable(actor).order_by("-opened_at").first()


def space(actor: Actor, dossier_id: UUID, action: str = "read") -> Space:
    """Return what the person's pages show of one dossier, in one statement; raise NotFound unless it may be."""
    registrant = rows.principal(dossier_id)
    dossier = access.require(actor, action, registrant.dossier if registrant is not None else None)
    assert registrant is not None
    return Space(dossier, registrant)


def _slots(papers: rows.Papers) -> list[Slot]:
    by_slot: dict[str, list[Requirement]] = {}
    for row in papers.requirements:
        by_slot.setdefault(row.slot, []).append(row)
    slots = [_slot(name, asked, papers) for name, asked in by_slot.items()]
    order = {"translation": 1}
    slots.sort(key=lambda slot: (slot.phase, slot.requirements[0].position, order.get(slot.slot, 0)))
    return [slot for slot in slots if not slot.dropped or slot.files or slot.removed]


def _slot(name: str, known: list[Requirement], papers: rows.Papers) -> Slot:
    asked = [row for row in known if row.dropped_at is None]
    current = papers.current(name)
    files = papers.files[current.pk] if current else []
    earlier = [one for one in papers.versions if one.document.slot == name and one.replaced_at is not None]
    horizon = clock.now() - UNDO
    return Slot(
        slot=name,
        phase=min(row.phase for row in asked or known),
        requirements=asked or known,
        version=current,
        files=[file for file in files if file.removed_at is None and file.replaced_at is None],
        set_aside=[file for file in files if file.removed_at is None and file.replaced_at is not None],
        removed=[file for file in files if file.removed_at is not None and file.removed_at > horizon],
        earlier=earlier,
        earlier_files=[file for one in earlier for file in papers.files[one.pk]],
        dropped=not asked,
        as_of=papers.as_of,
    )


def file_of(actor: Actor, dossier_id: UUID, file_id: UUID) -> File:
    """Return one file of the actor's dossier with its version; raise NotFound otherwise."""
    dossier = access.get(actor, dossier_id)
    file = (
        File.objects.select_related("version__document__registrant")
        .filter(pk=file_id, version__document__registrant__dossier=dossier)
        .exclude(blob=None)
        .first()
    )
    if file is None or not access.may_see(actor, file.version.document.registrant):
        raise NotFound
    return file


def page_of(actor: Actor, dossier_id: UUID, page_id: UUID) -> Page:
    """Return one page of the actor's dossier with its file; raise NotFound otherwise."""
    dossier = access.get(actor, dossier_id)
    page = (
        Page.objects.select_related("file__version__document__registrant")
        .filter(pk=page_id, file__version__document__registrant__dossier=dossier)
        .exclude(file__blob=None)
        .first()
    )
    if page is None or not access.may_see(actor, page.file.version.document.registrant):
        raise NotFound
    return page


def note_list(actor: Actor, what: str, count: int) -> None:
    """Journal that a caseworker read a list or searched: which list and how many people it showed (R70)."""
    with transaction.atomic():
        journal.record(actor=str(actor), action=f"read.{what}", detail={"count": count})


def note_reading(actor: Actor, dossier_id: UUID, what: str) -> None:
    """Journal that somebody read a page that shows names, numbers or images (reliability.md R70)."""
    with transaction.atomic():
        journal.record(actor=str(actor), action=f"read.{what}", subject=("dossier", dossier_id))
