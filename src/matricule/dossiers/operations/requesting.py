"""A company's request: open it, add its people, keep what is typed, send it (issue 5, section 2; seed 000).

Several people of one request, several colleagues on it: a page names the request and the person, and a field that
somebody else changed meanwhile is never written over.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from matricule.core import clock, journal, vault
from matricule.core.ids import new_reference
from matricule.dossiers import access, asked, labels, likeness, lines, people, placing, receipts
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.models import Dossier, File, Registrant, Version
from matricule.dossiers.operations import confirming
from matricule.dossiers.operations.deposit import MAX_TYPED, NotReady, Saved, note_sitting, only_draft
from matricule.dossiers.operations.door import Operation, operation, spend
from matricule.dossiers.operations.sweeping import apart
from matricule.dossiers.people import ROUTE

WRITTEN_TO = ("email", "language")
"""Where somebody is written to, and how."""

ADDRESS = ("street", "building", "apartment", "letter_box", "postcode", "city")
"""Where letters go, written once, on the employee's page."""


class TooMany(Exception):
    """The request holds as many people as one can."""


class Decided(Exception):
    """Somebody of the request has a decision, or a setting closes this way: the classic route is left."""


class Clash(Exception):
    """A colleague changed these fields since the page was made: name -> what they wrote. Nothing was kept."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("changed meanwhile")
        self.fields = fields


def open_request(
    actor: Actor,
    organisation_id: UUID,
    category: str,
    answers: Mapping[str, Any],
    *,
    key: UUID,
    typed: Mapping[str, str] | None = None,
    past: Mapping[str, Any] | None = None,
) -> Dossier:
    """Open a request of a company for one employee; the same key twice gives the same one.

    ``answers``: what was asked of the request; ``typed``: what is not asked again of the employee, ``past``: what was
    said of their past in France (dossiers.past). Raises NotFound for who acts for no such company, AlreadyDone for a
    key that was spent.
    """
    now = clock.now()
    with transaction.atomic():
        access.of_company(actor, organisation_id)
        dossier = Dossier(
            reference=new_reference(now.year),
            route=ROUTE,
            owner_id=actor.uuid,
            organisation_id=organisation_id,
            category=category,
            answers=dict(answers),
            opened_at=now,
        )
        spend(actor, "open_request", key, dossier.pk)
        labels.settle(dossier)
        dossier.save(force_insert=True)
        Registrant.objects.create(dossier=dossier, typed=dict(typed or {}), past=dict(past or {}))
        lines.settle(dossier, now, changed=True)
        journal.record(
            actor=str(actor), action="request.opened", subject=("dossier", dossier.pk), detail={"category": category}
        )
    return dossier


def change_request(
    actor: Actor,
    dossier_id: UUID,
    *,
    category: str,
    answers: Mapping[str, Any],
    own_reference: str = "",
    typed: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Change the category of a draft, what was asked before, and the employee's number in the payroll.

    ``typed``: the answers as the page sent them, each with what it last knew, by the names of ``asked``. Raises Clash,
    and keeps nothing, when a colleague changed one of them since.
    """
    with operation(actor, "change_request", dossier_id) as op:
        only_draft(op)
        _no_clash(asked.typed(op.dossier), typed or {})
        op.dossier.category = category
        op.dossier.answers = {**op.dossier.answers, **answers}
        op.dossier.answers.pop(asked.TYPED, None)
        op.dossier.own_reference = own_reference[:40]
        _sync(op)
        op.record("request.changed", category=category)


def save_asked(
    actor: Actor, dossier_id: UUID, changes: Mapping[str, tuple[str, str]], *, whole: bool = False
) -> Saved:
    """Keep what is typed into the page of the category, field by field, until it is sent: it changes nothing else.

    ``changes``: name of ``asked`` -> value the page last knew, value now. A field that a colleague changed is left
    alone and reported; ``whole``: raises Clash instead, and keeps nothing. Journaled once a sitting.
    """
    saved = Saved()
    with operation(actor, "save_answers", dossier_id) as op:
        only_draft(op)
        op.quiet = True
        held = asked.typed(op.dossier)
        if whole:
            _no_clash(held, changes)
        op.dossier.answers = asked.kept(op.dossier, saved.take(held, changes))
        note_sitting(op, saved)
    return saved


def _no_clash(held: Mapping[str, str], typed: Mapping[str, tuple[str, str]]) -> None:
    """Raise Clash where something held is neither what the page last knew nor what it sent."""
    now = {name: held.get(name, "") for name in typed}
    clash = {name: now[name] for name, (known, value) in typed.items() if now[name] not in (known, value)}
    if clash:
        raise Clash(clash)


def add_person(
    actor: Actor,
    dossier_id: UUID,
    role: str,
    *,
    key: UUID,
    typed: Mapping[str, str] | None = None,
    past: Mapping[str, Any] | None = None,
) -> UUID:
    """Add a member of the family to a draft, or to a request that was sent while nobody of it has a decision.

    ``typed`` and ``past`` as of the employee in ``open_request``. Return the person's id; to a request that was sent
    they are a draft until ``send_person``. Raises TooMany,
    ValueError for no such role, Decided when only the classic route is left.
    """
    if role not in people.FAMILY:
        raise ValueError("role")
    with operation(actor, "add_person", dossier_id, key=key) as op:
        rows = op.dossier.registrants
        _may_grow(op, rows.all())
        if rows.count() >= people.MOST:
            raise TooMany
        last = rows.aggregate(last=Max("position"))["last"]
        told: dict[str, Any] = {"typed": dict(typed or {}), "past": dict(past or {})}
        person = Registrant.objects.create(dossier=op.dossier, role=role, position=last + 1, **told)
        op.record("person.added", role=role, after_sending=op.dossier.submitted_at is not None)
    return person.pk


def _may_grow(op: Operation, everybody: Iterable[Registrant]) -> None:
    if op.dossier.submitted_at is not None and not people.may_be_added(op.dossier, everybody):
        raise Decided


def remove_person(actor: Actor, dossier_id: UUID, person_id: UUID, *, key: UUID | None = None) -> None:
    """Take a member of the family who is a draft out, after one confirmation: the keys of their files are erased.

    Raises NotFound for the employee, without whom there is no request.
    """
    with operation(actor, "remove_person", dossier_id, key=key) as op:
        person = op.person(person_id)
        only_draft(op, person)
        if person.role == people.PRINCIPAL:
            raise NotFound
        blobs = File.objects.filter(version__document__registrant=person).exclude(blob=None)
        count = 0
        for blob in blobs.values_list("blob", flat=True):
            if blob is not None:
                vault.erase(blob)
                count += 1
        op.record("person.removed", role=person.role, files=count)
        person.delete()


def save_section(
    actor: Actor,
    dossier_id: UUID,
    person_id: UUID,
    section: str,
    typed: Mapping[str, tuple[str, str]],
    checked: Mapping[str, Any] | None,
) -> None:
    """Keep one page about one person: ``typed`` as in ``deposit.save_typed``, ``checked`` (columns) when all is good.

    Raises Clash, and keeps nothing, when a colleague changed one of the fields since the page was made.
    """
    with operation(actor, "save_section", dossier_id) as op:
        person = op.person(person_id)
        only_draft(op, person)
        _no_clash(person.typed, typed)
        person.typed.update({name: value[:MAX_TYPED] for name, (_, value) in typed.items()})
        person.typed_at = op.now
        done = [name for name in person.sections_done if name != section]
        if checked is not None:
            for name, value in checked.items():
                setattr(person, name, value)
            done.append(section)
            if people.CONTACT not in people.pages_of(person):
                done = _without_address(person, done)
        person.sections_done = done
        person.save(update_fields=["typed", "typed_at", "sections_done", *WRITTEN_TO, *(checked or ())])
        if checked is not None:
            _follow(op, person)
        op.record("section.saved", section=section, complete=checked is not None, role=person.role)


def _without_address(person: Registrant, done: list[str]) -> list[str]:
    """Take out the address of somebody of the family who turns out to be a minor; return the pages that are done."""
    for name in WRITTEN_TO:
        setattr(person, name, "")
        person.typed.pop(name, None)
    return [name for name in done if name != people.CONTACT]


def _follow(op: Operation, person: Registrant) -> None:
    """Let the lists of documents and the day on which the request can be sent follow what was written.

    Of a day that has come nobody is told: whoever writes that the work has begun knows it.
    """
    people.sync(op.dossier, person, op.now)
    if person.role == people.PRINCIPAL:
        day = people.sendable_from(person)
        if day != op.dossier.sendable_on:
            op.dossier.sendable_on = day
            op.dossier.sendable_told_at = op.now if day is not None and day <= clock.today() else None


def _sync(op: Operation) -> None:
    for person in op.dossier.registrants.order_by("position"):
        _follow(op, person)


def send(actor: Actor, dossier_id: UUID, *, expects: int, key: UUID, office: str = "") -> None:
    """Send a request: everything in it is dated, its people are under examination, the receipt is made.

    The sender declares to have checked the stay title. ``office`` is the caisse chosen where a place has several.
    Raises NotReady with what is missing, Conflict when the page is stale, AlreadyDone for the same key again.
    """
    with operation(actor, "send_request", dossier_id, expects=expects, key=key) as op:
        only_draft(op)
        rows = list(op.dossier.registrants.order_by("position"))
        missing = people.obstacles(op.dossier, rows)
        if missing:
            raise NotReady([one.code for one in missing])
        place = placing.office_of(op.dossier, rows[0], office)
        if not place:
            raise NotReady(["office"])
        for person in rows:
            _submit(op, person)
        dossier = op.dossier
        dossier.submitted_at = dossier.declared_at = op.now
        dossier.office, dossier.sendable_on = place, None
        dossier.receipt = receipts.of_request(dossier, rows)
        op.record("dossier.submitted", people=len(rows), office=place)
        op.notify("request_receipt", {})
        for person in rows:
            confirming.write_first(op, person)
        op.defer("dossiers.receipt", dossier_id=str(dossier_id))


def _submit(op: Operation, person: Registrant) -> None:
    """Put one person under examination: their files are dated, letters go where the employee lives."""
    op.step(person, "submit")
    likeness.index(person)
    for name in ADDRESS:
        setattr(person, name, getattr(person, name) or getattr(op.principal, name))
    person.save(update_fields=["state", "person_index", "name_key", *ADDRESS])
    Version.objects.filter(
        document__registrant=person, sent_at=None, files__removed_at=None, files__state=File.State.READY
    ).update(sent_at=op.now)


def send_person(actor: Actor, dossier_id: UUID, person_id: UUID, *, expects: int, key: UUID) -> None:
    """Send somebody who is added to a request that was sent: same caisse, a declaration and a receipt of their own.

    Raises Decided when somebody of the request has a decision meanwhile, NotReady with what is missing, Conflict when
    the page is stale, AlreadyDone for the same key again, IllegalMove for who was sent already.
    """
    with operation(actor, "send_person", dossier_id, expects=expects, key=key) as op:
        person = op.person(person_id)
        only_draft(op, person)
        if op.dossier.submitted_at is None:
            raise NotFound
        _may_grow(op, op.dossier.registrants.all())
        missing = people.obstacles(op.dossier, [person])
        if missing:
            raise NotReady([one.code for one in missing])
        _submit(op, person)
        person.added_at = op.dossier.answered_at = op.now
        op.record("person.sent", role=person.role)
        op.notify("request_person_added", {})
        person.receipt = receipts.of_request(op.dossier, [person], added_at=op.now, mails=op.mails)
        person.save(update_fields=["added_at", "receipt"])
        confirming.write_first(op, person)
        op.defer("dossiers.person_receipt", person_id=str(person_id))


def tell_sendable() -> int:
    """Tell the companies whose drafts can be sent from today on: the contract has begun; return how many.

    Each is told once, in the transaction that notes it; another run at the same moment takes none twice.
    """
    due = Dossier.objects.filter(sendable_on__lte=clock.today(), sendable_told_at=None, submitted_at=None)
    found = list(due.order_by("sendable_on").values_list("pk", flat=True)[:200])
    return sum(apart("sendable", dossier_id, partial(_tell_sendable, dossier_id)) for dossier_id in found)


def _tell_sendable(dossier_id: UUID) -> bool:
    try:
        with operation(access.system("tell_sendable"), "tell_sendable", dossier_id) as op:
            if op.dossier.sendable_told_at is not None or op.dossier.submitted_at is not None:
                return False
            op.quiet = True
            op.dossier.sendable_told_at = op.now
            op.record("request.sendable")
            op.notify("request_sendable", {})
    except NotFound:  # a draft that the company deleted meanwhile
        return False
    return True


def tell_titles() -> int:
    """Tell the companies, once each, of the stay titles that end within three months; return how many.

    What was missed while nothing ran is told on the next run, while the title lasts.
    """
    told, today = 0, clock.today()
    due = Registrant.objects.filter(
        title_until__gte=today, title_until__lte=today + people.TITLE_SOON, title_told_at=None,
        dossier__submitted_at__isnull=False, dossier__organisation__isnull=False,
    ).exclude(state__in=people.TITLE_OVER)  # fmt: skip
    for person_id, dossier_id in list(due.order_by("title_until", "pk").values_list("pk", "dossier_id")[:200]):
        told += apart("titles", dossier_id, partial(_tell_title, person_id, dossier_id))
    return told


def _tell_title(person_id: UUID, dossier_id: UUID) -> bool:
    with operation(access.system("tell_title"), "tell_title", dossier_id) as op:
        person = op.person(person_id)
        if person.title_told_at is not None or person.title_until is None:
            return False
        op.quiet = True
        person.title_told_at = op.now
        person.save(update_fields=["title_told_at"])
        op.record("title.told", role=person.role)
        op.notify("request_title", {"end_on": person.title_until.isoformat()})
    return True
