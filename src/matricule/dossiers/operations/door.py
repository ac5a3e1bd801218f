"""The one door for change (house.md, section 2).

One database transaction holds the change, its journal entries, its notices and its jobs: what was acknowledged is
durable, what failed left nothing behind. Inside, the dossier's row is locked, access is checked, the version compared,
moves follow the table of states, and the caches (label, counts) are rebuilt before the commit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q

from matricule import notices
from matricule.core import clock, jobs, journal
from matricule.core.batch import Batch
from matricule.dossiers import access, counting, labels, lines, queues, rows, standing, states, telling
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Number
from matricule.dossiers.models import Done, Dossier, File, Registrant

SPACE = "/space/"
"""Where a message leads: the person's space, in the language of their browser (an address of matricule.site)."""

UNCOUNTED = frozenset(
    {"save_answers", "save_section", "save_bank_details", "name_translator", "turn_page", "move_page", "move_file"}
)
"""Operations that touch neither a state nor the number of files: the caches stay right without being rebuilt."""


class Conflict(Exception):
    """Somebody changed the dossier since this page was made: 409, and the page shows what happened."""

    def __init__(self, dossier_id: UUID, current: int) -> None:
        super().__init__(f"the dossier is at version {current}")
        self.dossier_id, self.current = dossier_id, current


class AlreadyDone(Exception):
    """The same idempotency key was spent before; ``dossier_id`` is what it gave."""

    def __init__(self, dossier_id: UUID | None) -> None:
        super().__init__("this request was already carried out")
        self.dossier_id = dossier_id


def first_given_name(registrant: Registrant) -> str:
    """Return the first given name, the only personal detail that a message may carry (house.md, decision 9)."""
    return (registrant.given_names.split(",")[0].split(" ")[0]).strip()


class Operation:
    """One change under way: the locked dossier, and what is recorded, told and deferred with it.

    ``principal`` is the person at the head of the dossier, locked with it. ``file_count``: set by a change that
    moves no state and read every file of the dossier anyway; else the caches are rebuilt from their rows. ``papers``:
    the documents of the principal as they stand after the change, set by a change that read them. ``mails``: those to
    the company's people that left with it.
    """

    def __init__(self, actor: Actor, name: str, principal: Registrant) -> None:
        self.actor, self.name = actor, name
        self.dossier, self.principal = principal.dossier, principal
        self.before = _values(self.dossier)
        self.now = clock.now()
        self.quiet = False
        self.recorded = False
        self.file_count: int | None = None
        self.papers: rows.Papers | None = None
        self.batch: Batch | None = None
        self.mails: list[UUID] = []
        self._whom: dict[str, str] = {}

    def gather(self) -> Batch:
        """Write what follows in one statement at the end of the operation, and return where a change puts its rows.

        For an act that reads first and writes afterwards: until then its own statements do not see what it gathered.
        """
        self.batch = self.batch or Batch()
        return self.batch

    def record(self, action: str, outcome: str = "done", **detail: str | int | bool | None) -> None:
        """Write one entry of the journal about this dossier (never a personal value), with whom it is ``about``."""
        self.recorded = True
        write = journal.record if self.batch is None else self.batch.record
        said = {**detail, **self._whom}
        write(actor=str(self.actor), action=action, subject=("dossier", self.dossier.pk), detail=said, outcome=outcome)

    def about(self, person: Registrant) -> None:
        """Let the entries that follow say by id which person of a company's request they are about."""
        if self.dossier.organisation_id is not None:
            self._whom = {"person": str(person.pk)}

    def person(self, registrant_id: UUID | None) -> Registrant:
        """Return a person of this dossier, the principal for None.

        Raises NotFound for somebody else's, and for whom the actor may not see (access.may_see).
        """
        if registrant_id is None or registrant_id == self.principal.pk:
            self.about(self.principal)
            return self.principal
        found = self.dossier.registrants.select_for_update().filter(pk=registrant_id).first()
        if found is None or not access.may_see(self.actor, found):
            raise NotFound
        found.dossier = self.dossier
        self.about(found)
        return found

    def notify(
        self,
        kind: str,
        context: Mapping[str, Any],
        *,
        both_languages: bool = False,
        about: Registrant | None = None,
    ) -> UUID | None:
        """Tell the dossier's owner, in the owner's language: a notice in the space and a mail in the outbox.

        A company's members are told instead, each as they chose, and whom it is ``about`` at their own address
        (dossiers.telling). Return the mail's id, by which its delivery can be proved later.
        """
        if self.dossier.organisation_id is not None:
            if about is not None:
                telling.person(about, kind, context)
            mails = telling.company(self.dossier, kind, context)
            self.mails += mails
            return mails[0] if mails else None
        owner = self.dossier.owner
        sent = notices.send(
            kind,
            recipient_id=owner.pk,
            address=owner.email,
            language=owner.language,
            context={"path": SPACE, **context},
            dossier_id=self.dossier.pk,
            both_languages=both_languages,
            batch=self.batch,
        )
        return sent.mail_id if sent is not None else None

    def defer(self, task: str, **arguments: Any) -> None:
        """Put a job in the same transaction."""
        (jobs.defer if self.batch is None else self.batch.defer)(task, **arguments)

    def move(self, registrant: Registrant, action: str) -> None:
        """Move one person by the table of states; raise IllegalMove when the table has no such move."""
        self.step(registrant, action)
        registrant.save(update_fields=["state"])

    def step(self, registrant: Registrant, action: str) -> None:
        """Do what ``move`` does for a caller that saves the person's row itself."""
        registrant.state = states.after(action, states.State(registrant.state))


@contextmanager
def operation(
    actor: Actor, name: str, dossier_id: UUID, *, expects: int | None = None, key: UUID | None = None
) -> Iterator[Operation]:
    """Open the door on one dossier for the change ``name``.

    ``expects`` is the version that the actor's page showed (None: the change cannot conflict). ``key`` is the
    request's idempotency key. Raises NotFound, Conflict or AlreadyDone; a refusal is journaled on its own. What
    recorded nothing changed nothing: it steps no version, so that nobody's page goes stale by it.
    """
    try:
        with transaction.atomic():
            op = Operation(actor, name, _locked(actor, name, dossier_id))
            if key is not None:
                spend(actor, name, key, dossier_id)
            if expects is not None and expects != op.dossier.version:
                raise Conflict(dossier_id, op.dossier.version)
            yield op
            if op.dossier.pk is not None:
                _close(op)
            if op.batch is not None:
                op.batch.run()
            if op.recorded and op.dossier.pk is not None:  # after what was gathered: the lines are read off the rows
                lines.settle(op.dossier, op.now, changed=not op.quiet)
    except NotFound as refusal:
        note_refusal(actor, name, dossier_id)
        refusal.noted = True
        raise


def _locked(actor: Actor, name: str, dossier_id: UUID) -> Registrant:
    """Return the principal with its dossier, both rows locked in one statement; raise NotFound without access."""
    principal = rows.principal(dossier_id, lock=True)
    access.require(actor, name, None if principal is None else principal.dossier)
    assert principal is not None
    return principal


def note_refusal(actor: Actor, name: str, dossier_id: UUID) -> None:
    """Journal that somebody was refused (reliability.md R70): the same entry whether the dossier exists or not."""
    with transaction.atomic():
        journal.record(actor=str(actor), action=name, subject=("dossier", dossier_id), outcome="refused")


def spend(actor: Actor, name: str, key: UUID, dossier_id: UUID | None) -> None:
    """Spend an idempotency key in the current transaction; raise AlreadyDone with the first result when it was spent.

    ON CONFLICT waits for the other transaction that holds the same key, so fifty at once leave one winner.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into dossiers_done (key, actor, operation, dossier_id, at) values (%s, %s, %s, %s, %s)"
            " on conflict (actor, operation, key) do nothing",
            [key, str(actor), name, dossier_id, clock.wall()],
        )
        if cursor.rowcount == 0:
            first = Done.objects.get(actor=str(actor), operation=name, key=key)
            raise AlreadyDone(first.dossier_id)


def was_done(actor: Actor, name: str, key: UUID) -> bool:
    """Tell whether this actor carried out ``name`` under this key: a second click finds what it was about gone."""
    return Done.objects.filter(actor=str(actor), operation=name, key=key).exists()


def _close(op: Operation) -> None:
    """Rebuild the caches, step the version, and write what changed of the dossier, in the same transaction."""
    dossier = op.dossier
    if op.file_count is not None:
        dossier.file_count = op.file_count
    elif op.name not in UNCOUNTED:
        people = _people(op)
        dossier.label, dossier.file_count, ended = _caches(people)
        dossier.ended_at = (dossier.ended_at or op.now) if ended else None
        write = op.batch.execute if op.batch is not None else counting.write
        queues.settle(dossier, op.now, people, lambda person: _halves(op, person), write)
        labels.settle(dossier)
    dossier.postcode = op.principal.postcode if dossier.submitted_at is not None else ""
    if op.recorded and not op.quiet:
        dossier.version += 1
    changed = [name for name, value in _values(dossier).items() if value != op.before[name]]
    if changed and op.batch is not None:
        op.batch.update(dossier, changed)
    elif changed:
        dossier.save(update_fields=changed)


def _values(dossier: Dossier) -> dict[str, Any]:
    """Return every column of a dossier by its name; what is mutable is copied."""
    columns = dossier._meta.concrete_fields
    return {field.attname: deepcopy(getattr(dossier, field.attname)) for field in columns if not field.primary_key}


def _halves(op: Operation, person: Registrant) -> list[standing.Half]:
    if op.papers is not None and person.pk == op.principal.pk:
        return standing.of(op.papers)
    return standing.halves(person)


def rebuilt(dossier: Dossier) -> tuple[str, int, bool]:
    """Return what the caches of a dossier should say: its label, its count of files, whether it is ended."""
    return _caches(_states(dossier))


def _people(op: Operation) -> list[Registrant]:
    """Return everybody of a dossier as they will be: what is gathered of the principal is not in the table yet."""
    people = _states(op.dossier)
    if op.batch is not None and op.batch.changes(op.principal):
        for person in people:
            person.state = op.principal.state if person.pk == op.principal.pk else person.state
    return people


def _states(dossier: Dossier) -> list[Registrant]:
    """Return the state of everybody in a dossier, with ``known`` (holds a number) and ``live`` (files that count)."""
    file = "documents__versions__files"
    live = Q(**{f"{file}__removed_at": None}) & ~Q(**{f"{file}__state": File.State.REFUSED})
    known = Exists(Number.objects.filter(registrant=OuterRef("pk"), ended_at=None))
    people = dossier.registrants.only("dossier", "state", "position").order_by("position")
    return list(people.annotate(known=known, live=Count(file, filter=live)))


def _caches(people: list[Any]) -> tuple[str, int, bool]:
    found = [states.State(person.state) for person in people]
    label = states.dossier_label(found, [person.known for person in people])
    return label, sum(person.live for person in people), states.all_ended(found)
