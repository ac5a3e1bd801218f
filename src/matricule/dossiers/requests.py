"""What a company's pages read of its requests: one request with its people, the list, its filters (issue 5).

Lists are read off their own lines (dossiers.listing), paged by key in a constant number of statements; the operations
keep the lines and the counts.
"""

import base64
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F, Field, Prefetch, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from matricule.core import clock, crypto, ids, keys, outbox
from matricule.dossiers import access, lines, people, posted
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Ask, Number
from matricule.dossiers.listing import EVERYTHING, ListedPerson, ListedRequest, View
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import silence
from matricule.dossiers.people import Obstacle
from matricule.dossiers.queries import Space, note_reading
from matricule.dossiers.told import Told
from matricule.rules.text import fold

__all__ = [
    "Awaited", "Listed", "Request", "Row", "ToDo", "View", "Written", "awaited", "listed", "matching", "note_reading",
    "numbers_of", "posted_ribs", "read", "to_do", "written",
]  # fmt: skip

PAGE = 25
"""Rows of one page of the list."""

FOUND = 200
"""People that a search looks at by each kind of name: the first. A name of a few letters more says which."""

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

    @property
    def may_be_added(self) -> bool:
        """Tell whether a family member can still be added to this request that was sent (people.may_be_added)."""
        return people.may_be_added(self.dossier, [space.registrant for space in self.people])

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        """Return what stands before sending (people.obstacles)."""
        return people.obstacles(self.dossier, [space.registrant for space in self.people])


def numbers_of(dossier_id: UUID) -> dict[UUID, Number]:
    """Return the number that each person of a request has today, by person."""
    rows = Number.objects.filter(registrant__dossier=dossier_id, ended_at=None)
    return {row.registrant_id: row for row in rows}


@dataclass(frozen=True)
class Written:
    """One mail to somebody of a request: its kind, when, and what became of it (a state of the outbox)."""

    kind: str
    at: datetime
    state: str


def written(dossier_id: UUID) -> dict[UUID, list[Written]]:
    """Return what was written to the people of a request at their own addresses, by person; two statements."""
    states = {mail.id: mail.state for mail in outbox.mails_for(dossier_id)}
    found: dict[UUID, list[Written]] = {}
    for row in Told.objects.filter(registrant__dossier=dossier_id).order_by("at", "pk"):
        state = states.get(row.mail_id, "") if row.mail_id is not None else ""
        found.setdefault(row.registrant_id, []).append(Written(row.kind, row.at, state))
    return found


@dataclass(frozen=True)
class Awaited:
    """What an open ask waits for from one person: of the company, of the person by post, and the next reminder."""

    company: list[str]
    person: list[str]
    due_on: date
    reminder_on: date | None


def posted_ribs(request: Request) -> dict[UUID, date]:
    """Return the day on which the RIB of each person of a request came by post; one statement."""
    found = posted.of([space.registrant.pk for space in request.people])
    return {person_id: row.arrived_on for person_id, row in found.items()}


def awaited(dossier_id: UUID) -> dict[UUID, Awaited]:
    """Return what is asked of the people of a request, by person, as codes of documents; three statements."""
    rows = Ask.objects.filter(registrant__dossier=dossier_id, state=Ask.State.OPEN)
    found = {}
    for row in rows.prefetch_related("items", "reminders"):
        codes = [item.code for item in row.items.all() if item.answered_at is None]
        sent = sorted(row.reminders.all(), key=lambda reminder: reminder.number)
        found[row.registrant_id] = Awaited(
            company=[code for code in codes if code not in people.BY_PERSON],
            person=[code for code in codes if code in people.BY_PERSON],
            due_on=row.due_on,
            reminder_on=silence.reminder_day(row, sent) if len(sent) < 2 else None,
        )
    return found


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

    line: ListedRequest
    person: Registrant

    @property
    def dossier(self) -> Dossier:
        """Return the request."""
        return self.line.dossier

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

    @property
    def acts(self) -> str:
        """Return who acts: the company, the caisse or nobody."""
        return lines.acts(self.line)

    @property
    def count(self) -> int:
        """Return how many people are in it."""
        return self.line.people

    @property
    def due_on(self) -> date | None:
        """Return the nearest day by which the company sends what is asked of it."""
        return self.line.due_on

    @property
    def person_due_on(self) -> date | None:
        """Return the nearest day by which a person of the request sends what only they can give."""
        return self.line.person_due_on


@dataclass(frozen=True)
class Listed:
    """One page of the list, and the mark after which the next one begins ("" at the end).

    ``capped``: the search looked at its first people only; more letters of the name find the others.
    """

    rows: list[Row]
    after: str
    capped: bool = False


def listed(organisation_id: UUID, view: View = EVERYTHING, after: str = "", *, limit: int = PAGE) -> Listed:
    """Return one page of a company's requests. Access is the caller's.

    A constant number of statements, whatever the company has: the page is cut out of an index by its key. A mark that
    is none, or of another company, begins at the first page.
    """
    rows, capped = matching(organisation_id, view)
    mark = _mark(after, organisation_id, view)
    if mark is not None:
        rows = beyond(rows, view, mark)
    found = _rows(rows, limit + 1)
    last = found[limit - 1].line if len(found) > limit else None
    return Listed(found[:limit], _sealed(last, organisation_id, view) if last is not None else "", capped)


def named(organisation_id: UUID, dossier_ids: Collection[UUID]) -> dict[UUID, Row]:
    """Return the lines of those of the requests that are the company's; three statements. Access is the caller's."""
    lines = ListedRequest.objects.filter(organisation=organisation_id, dossier__in=dossier_ids)
    return {row.dossier.pk: row for row in _rows(lines, len(dossier_ids))}


def matching(organisation_id: UUID, view: View) -> tuple["QuerySet[ListedRequest]", bool]:
    """Return the lines of a view in its order, and whether a search was cut (``Listed.capped``)."""
    rows, capped = ListedRequest.objects.filter(organisation=organisation_id), False
    if view.filter:
        rows = rows.filter(filter=view.filter)
    if view.words:
        found, capped = _search(organisation_id, view.words)
        rows = rows.filter(pk__in=found)
    sign = "-" if view.down else ""
    return rows.order_by(f"{sign}{view.column}", f"{sign}pk"), capped


Place = tuple[Any, UUID]


def place_of(line: ListedRequest, view: View) -> Place:
    """Return where a line stands in the order of a view."""
    return getattr(line, view.column), line.pk


def beyond(rows: "QuerySet[ListedRequest]", view: View, place: Place) -> "QuerySet[ListedRequest]":
    """Return the lines that come after a place in the order of a view."""
    comparison = TupleLessThan if view.down else TupleGreaterThan
    return rows.filter(comparison(Tuple(F(view.column), F("pk")), place))


def _search(organisation_id: UUID, words: str) -> tuple[list[UUID], bool]:
    """Return the requests of a reference, a payroll number, or the beginning of a person's name; one statement."""
    key, reference = fold(words), ids.parse_reference(words)
    lines = ListedRequest.objects.filter(organisation=organisation_id, own_key=words.upper())
    parts: list[tuple[QuerySet[Any, Any], str]] = [(lines, "pk")]
    if reference is not None:
        parts.append((Dossier.objects.filter(organisation=organisation_id, reference=reference), "pk"))
    named = ListedPerson.objects.filter(organisation=organisation_id)
    for column in ("name_key", "usage_key", "given_key") if key else ():
        begins = named.filter(**{f"{column}__startswith": key}).order_by(column, "dossier")
        parts.append((begins, "dossier"))
    first, *others = [
        rows.annotate(part=Value(number)).values_list(column, "part")[: FOUND + 1]
        for number, (rows, column) in enumerate(parts)
    ]
    found = list(first.union(*others, all=True))  # which of them go on is the order of the list's
    looked_at = Counter(part for _pk, part in found)
    return list({pk for pk, _part in found}), max(looked_at.values(), default=0) > FOUND


@dataclass(frozen=True)
class ToDo:
    """What waits for the company today: asked documents, drafts whose work began, stay titles that end."""

    asked: list[Row]
    sendable: list[Row]
    titles: list[Registrant]


def to_do(organisation_id: UUID) -> ToDo:
    """Return what waits for a company today, each kind the most urgent first."""
    return ToDo(
        asked=_rows(asked(organisation_id), MOST_TO_DO),
        sendable=_rows(sendable(organisation_id), MOST_TO_DO),
        titles=[row.registrant for row in ending(organisation_id)[:MOST_TO_DO]],
    )


def asked(organisation_id: UUID) -> "QuerySet[ListedRequest]":
    """Return the requests of a company in which documents are asked, the nearest day first."""
    rows = ListedRequest.objects.filter(organisation=organisation_id, turn__gte="1 0", turn__lt="1 a")
    return rows.order_by("turn", "pk")


def sendable(organisation_id: UUID) -> "QuerySet[ListedRequest]":
    """Return the drafts of a company whose contract has started since, the longest ago first."""
    begun = {"dossier__organisation": organisation_id, "dossier__sendable_on__lte": clock.today()}
    return ListedRequest.objects.filter(**begun).order_by("dossier__sendable_on", "dossier")


def ending(organisation_id: UUID) -> "QuerySet[ListedPerson]":
    """Return the people of a company whose stay title ends within three months, the nearest end first."""
    until = {"title_until__gte": clock.today(), "title_until__lte": clock.today() + people.TITLE_SOON}
    rows = ListedPerson.objects.filter(organisation=organisation_id, **until).select_related("registrant")
    sealed = ("registrant__iban", "registrant__paper_number", "registrant__ending")
    return rows.defer(*sealed).order_by("title_until", "registrant")


def _rows(lines: "QuerySet[ListedRequest]", limit: int) -> list[Row]:
    """Return the first lines with their requests and employees; three statements.

    The lines alone first: joined to the requests, a small table is read from end to end and sorted.
    """
    first = Registrant.objects.filter(position=1).defer("iban", "paper_number", "ending").order_by("pk")
    own = Dossier.objects.defer("answers", "receipt").prefetch_related(Prefetch("registrants", queryset=first))
    read = lines.prefetch_related(Prefetch("dossier", queryset=own))[:limit]
    return [Row(line, line.dossier.registrants.all()[0]) for line in read]


def _sealed(line: ListedRequest, organisation_id: UUID, view: View) -> str:
    """Return the place of a line as an address carries it: sealed, for it may be a name (house.md, 4.9)."""
    key, pk = place_of(line, view)
    text = f"{key.isoformat() if isinstance(key, datetime) else key}~{pk}"
    token = crypto.seal(keys.current().sessions, text.encode(), _place_in(organisation_id, view))
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _mark(text: str, organisation_id: UUID, view: View) -> Place | None:
    """Return the place that ``_sealed`` wrote for this company and order, None for anything else."""
    try:
        token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        opened = crypto.unseal(keys.current().sessions, token, _place_in(organisation_id, view)).decode()
    except (ValueError, crypto.BadToken):
        return None
    key, _, pk = opened.rpartition("~")
    column: Field[Any, Any] = ListedRequest._meta.get_field(view.column)  # type: ignore[assignment]
    return column.to_python(key), UUID(pk)


def _place_in(organisation_id: UUID, view: View) -> bytes:
    return b"dossiers.list-mark" + organisation_id.bytes + view.column.encode()
