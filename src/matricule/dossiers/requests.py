"""What a company's pages read of its requests: one request with its people, the list, its filters (issue 5).

Lists are paged by key, the latest first, in a constant number of statements; the operations keep the counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from matricule.core import clock
from matricule.dossiers import access, labels, people
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Ask, Number
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.people import Obstacle
from matricule.dossiers.queries import Space, note_reading
from matricule.dossiers.states import ENDED, State
from matricule.rules.text import fold

__all__ = ["Listed", "Request", "Row", "ToDo", "listed", "note_reading", "numbers_of", "read", "search", "to_do"]

PAGE = 25
"""Rows of one page of the list."""

SOON = timedelta(days=92)
"""How long before its end a stay title is "to do": three months (issue 5, section 3)."""

MOST_TO_DO = 20
"""Rows of one kind that the start page shows; the rest is behind the list's filters."""


class Request:
    """One request of a company as its pages show it: the dossier, and its people in their order."""

    def __init__(self, dossier: Dossier, registrants: Iterable[Registrant]) -> None:
        """Hold a request whose people were read; their documents are read when a page first asks for them."""
        self.dossier = dossier
        self.people = [Space(dossier, person) for person in registrants]

    @property
    def principal(self) -> Space:
        """Return the employee."""
        return self.people[0]

    @property
    def family(self) -> list[Space]:
        """Return the family members."""
        return self.people[1:]

    def person(self, person_id: UUID) -> Space:
        """Return one person of the request; raises NotFound for anybody else."""
        found = next((space for space in self.people if space.registrant.pk == person_id), None)
        if found is None:
            raise NotFound
        return found

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        """Return what stands before sending (people.obstacles)."""
        return people.obstacles(self.dossier, [space.registrant for space in self.people])


def numbers_of(dossier_id: UUID) -> dict[UUID, Number]:
    """Return the number that each person of a request has today, by person."""
    rows = Number.objects.filter(registrant__dossier=dossier_id, ended_at=None)
    return {row.registrant_id: row for row in rows}


def read(actor: Actor, dossier_id: UUID, action: str = "read") -> Request:
    """Return one request of the actor's company; raises NotFound otherwise."""
    rows = list(
        Registrant.objects.select_related("dossier__organisation").filter(dossier=dossier_id).order_by("position")
    )
    dossier = access.require(actor, action, rows[0].dossier if rows else None)
    for row in rows:
        row.dossier = dossier
    return Request(dossier, rows)


@dataclass(frozen=True)
class Row:
    """One line of the list: the request, its employee, how many people, who acts and by when."""

    dossier: Dossier
    person: Registrant
    count: int
    due_on: date | None

    @property
    def name(self) -> str:
        """Return the employee as a list shows them: family name, then given names."""
        typed = self.person.typed
        names = (
            self.person.birth_name or typed.get("birth_name", ""),
            self.person.given_names or typed.get("given_names", ""),
        )
        return ", ".join(part for part in names if part)

    @property
    def label(self) -> str:
        """Return the code of the label under which it stands."""
        return self.dossier.label


@dataclass(frozen=True)
class Listed:
    """One page of the list, and the mark after which the next one begins ("" at the end)."""

    rows: list[Row]
    after: str


def listed(organisation_id: UUID, label: str = "", after: str = "", *, limit: int = PAGE) -> Listed:
    """Return one page of a company's requests under a label ("" for all), the latest first. Access is the caller's.

    A constant number of statements: the page is cut out of the index by its key.
    """
    rows = _of(organisation_id)
    if label:
        wanted = [label, *(own for own, shown in labels.SHOWN_AS.items() if shown == label)]
        rows = rows.filter(label=label) if len(wanted) == 1 else rows.filter(label__in=wanted)
    mark = _mark(after)
    if mark is not None:
        rows = rows.filter(TupleLessThan(Tuple(F("opened_at"), F("pk")), mark))
    found = list(rows.order_by("-opened_at", "-pk").prefetch_related(_everybody())[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Listed(_rows(found[:limit]), f"{last.opened_at.isoformat()}~{last.pk}" if last is not None else "")


def search(organisation_id: UUID, text: str, *, limit: int = 50) -> list[Row]:
    """Return a company's requests of a reference, a payroll number, or the beginning of a person's name."""
    wanted = " ".join(text.split())
    if not wanted:
        return []
    named = Registrant.objects.filter(dossier__organisation=organisation_id, name_key__startswith=fold(wanted)).values(
        "dossier"
    )
    exact = Q(reference="".join(wanted.upper().split())) | Q(own_reference__iexact=wanted)
    rows = _of(organisation_id).filter(exact | Q(pk__in=named))
    return _rows(list(rows.order_by("-opened_at", "-pk").prefetch_related(_everybody())[:limit]))


@dataclass(frozen=True)
class ToDo:
    """What waits for the company today: asked documents, drafts whose work began, stay titles that end."""

    asked: list[Row]
    sendable: list[Row]
    titles: list[Registrant]

    @property
    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return not (self.asked or self.sendable or self.titles)


def to_do(organisation_id: UUID) -> ToDo:
    """Return what waits for a company today, each kind the most urgent first."""
    waiting = _of(organisation_id).filter(label__in=["awaiting", "reminded"])
    asked = _rows(list(waiting.order_by("-opened_at", "-pk").prefetch_related(_everybody())[:MOST_TO_DO]))
    begun = _of(organisation_id).filter(label="draft", sendable_on__lte=clock.today())
    titles = Registrant.objects.filter(
        dossier__organisation=organisation_id,
        title_until__gte=clock.today(),
        title_until__lte=clock.today() + SOON,
        dossier__submitted_at__isnull=False,
    ).exclude(state__in=[State.REJECTED, State.CLOSED, State.WITHDRAWN])
    return ToDo(
        asked=sorted(asked, key=lambda row: row.due_on or date.max),
        sendable=_rows(list(begun.order_by("sendable_on", "pk").prefetch_related(_everybody())[:MOST_TO_DO])),
        titles=list(titles.select_related("dossier").order_by("title_until", "pk")[:MOST_TO_DO]),
    )


def _of(organisation_id: UUID) -> "QuerySet[Dossier]":
    return Dossier.objects.filter(organisation=organisation_id).defer("answers", "receipt")


def _everybody() -> "Prefetch[str]":
    asks = Prefetch("asks", queryset=Ask.objects.filter(state=Ask.State.OPEN), to_attr="open_asks")
    rows = Registrant.objects.order_by("position").defer("iban", "paper_number", "ending").prefetch_related(asks)
    return Prefetch("registrants", queryset=rows)


def _rows(found: list[Dossier]) -> list[Row]:
    rows = []
    for dossier in found:
        everybody = list(dossier.registrants.all())
        live = [person for person in everybody if State(person.state) not in ENDED]
        due = [ask.due_on for person in live for ask in person.open_asks]  # type: ignore[attr-defined]
        rows.append(Row(dossier, everybody[0], len(everybody), min(due, default=None)))
    return rows


def _mark(text: str) -> tuple[datetime, UUID] | None:
    moment, _, last = text.partition("~")
    try:
        opened, key = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
    return (opened, key) if opened.tzinfo is not None else None
