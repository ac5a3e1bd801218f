"""In which queue of its office a dossier stands, and how many stand there (issue 4, section 2; house.md, section 2).

Queue, date and counts are caches: the operation that changes a dossier rebuilds them, the reconciler compares them.
Nothing is counted over a whole table on a page.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from matricule.dossiers import counting, standing, states
from matricule.dossiers.case import Impossibility
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.states import State

TO_TAKE, TAKEN, ANSWERED, READY, WAITING, REGISTER, DONE = (
    "to_take", "taken", "answered", "ready", "waiting", "register", "done",
)  # fmt: skip
"""``ready``: the documents that the next number needs are accepted; checks of the category may be open."""
QUEUES = (TO_TAKE, TAKEN, ANSWERED, READY, WAITING, REGISTER, DONE)
OURS = (TAKEN, ANSWERED, READY)
"""The queues in which a caseworker has something to do on a dossier of theirs."""

_COUNT = """
insert into dossiers_queuecount (office, queue, n) values (%s, %s, %s)
on conflict (office, queue) do update set n = dossiers_queuecount.n + excluded.n
"""


_MISCOUNTED = """
select coalesce(kept.office, there.office), coalesce(kept.queue, there.queue),
       coalesce(kept.n, 0), coalesce(there.n, 0)
  from dossiers_queuecount kept
  full join (select counted_office as office, queue, count(*) as n from dossiers_dossier
              where counted_office <> '' and queue <> '' group by counted_office, queue) there
    on there.office = kept.office and there.queue = kept.queue
 where coalesce(kept.n, 0) <> coalesce(there.n, 0)
 order by 1, 2
"""

Halves = Callable[[Registrant], list[standing.Half]]
Excused = Callable[[Registrant], frozenset[tuple[str, str]]]
COUNTS = counting.Counts("dossiers_queuecount", _COUNT, _MISCOUNTED)
count, miscounted = COUNTS.count, COUNTS.miscounted


def excused(registrant: Registrant) -> frozenset[tuple[str, str]]:
    """Return the halves that a person does not owe any more: the caisse accepted that they cannot be had."""
    return excused_of([registrant.pk])[registrant.pk]


def excused_of(registrant_ids: Collection[UUID]) -> dict[UUID, frozenset[tuple[str, str]]]:
    """Return what ``excused`` does, for many people in one statement."""
    found: dict[UUID, set[tuple[str, str]]] = {pk: set() for pk in registrant_ids}
    rows = Impossibility.objects.filter(
        registrant__in=registrant_ids, answer=Impossibility.Answer.ACCEPTED, lasting=True
    )
    for pk, slot, part in rows.values_list("registrant", "slot", "part"):
        found[pk].add((slot, part))
    return {pk: frozenset(parts) for pk, parts in found.items()}


def queue_of(dossier: Dossier, people: list[Registrant] | None = None, halves: Halves = standing.halves) -> str:
    """Return the queue in which a dossier stands: by its people's states, what they answered, what is to examine.

    ``people`` and ``halves`` as for ``settle``, when the caller read them.
    """
    if dossier.submitted_at is None or dossier.pk is None:
        return ""
    if people is None:
        people = list(dossier.registrants.order_by("position"))
    return _queue(dossier, people, halves, excused)


def queues_of(dossiers: Collection[Dossier], people: Mapping[UUID, list[Registrant]]) -> dict[UUID, str]:
    """Return the queue of many dossiers by their ids, in a constant number of statements.

    ``people``: the registrants of each dossier in their order; without their documents where these decide nothing.
    """
    told = {dossier.pk: _known(dossier, people.get(dossier.pk, [])) for dossier in dossiers}
    open_ids = [person.pk for pk, queue in told.items() if queue is None for person in people[pk]]
    rows, excuses = standing.halves_of(open_ids), excused_of(open_ids)
    return {
        dossier.pk: _queue(
            dossier,
            people.get(dossier.pk, []),
            lambda person: rows[person.pk],
            lambda person: excuses[person.pk],
        )
        for dossier in dossiers
    }


def _known(dossier: Dossier, people: list[Registrant]) -> str | None:
    """Return the queue of a dossier where its documents do not matter, else None."""
    if dossier.submitted_at is None:
        return ""
    if dossier.answered_at is not None:  # also after an end: a message, a lost mailbox or bank details are read
        return ANSWERED
    if states.all_ended(State(person.state) for person in people):
        return DONE
    if all(State(person.state) is State.AT_REGISTER for person in _live(people)):
        return REGISTER
    return None


_NOBODYS_TURN = states.ENDED | {State.WITHDRAWN, State.DRAFT}
"""Who waits for nothing at the caisse: who ended, and who is being added and was not sent yet."""


def _live(people: list[Registrant]) -> list[Registrant]:
    return [person for person in people if State(person.state) not in _NOBODYS_TURN]


def _queue(dossier: Dossier, people: list[Registrant], halves: Halves, excuses: Excused) -> str:
    known = _known(dossier, people)
    if known is not None:
        return known
    turns = {_turn(person, halves, excuses) for person in _live(people)}
    if READY in turns:
        return READY
    if TO_TAKE in turns:
        return TO_TAKE if dossier.caseworker_id is None else TAKEN
    return WAITING


def _turn(person: Registrant, halves: Halves, excuses: Excused) -> str:
    """Return whose turn it is for one person: a number can be given, something is to examine, or nothing is."""
    state = State(person.state)
    if state is State.AT_REGISTER:
        return REGISTER
    rows = halves(person)
    if state in {State.EXAMINED, State.REOPENED} and standing.ready_for_provisional(rows):
        return READY
    if state is State.PROVISIONAL and standing.complete(rows, excuses(person)):
        return READY
    if any(row.state in {"to_examine", "checking"} for row in rows) or state in {State.EXAMINED, State.REOPENED}:
        return TO_TAKE
    return WAITING


def settle(dossier: Dossier, now: datetime, people: list[Registrant], halves: Halves, write: counting.Write) -> None:
    """Write the queue of a dossier and since when, and move the counts; the caller saves the row.

    ``people``: its registrants in their order, ``halves``: how the documents of one of them are read, ``write``: how
    the counts are written.

    The row of the table holds what was true before: only a change of office or queue moves the counts.
    """
    before = dossier.counted_office, dossier.queue
    after = dossier.office, queue_of(dossier, people, halves)
    if before == after:
        return
    for (office, queue), step in ((before, -1), (after, 1)):
        if office and queue:
            count(office, queue, step, write)
    dossier.counted_office, dossier.queue = after
    dossier.waiting_since = now


def forget(dossier: Dossier) -> None:
    """Take a dossier that is deleted out of the counts."""
    if dossier.counted_office and dossier.queue:
        count(dossier.counted_office, dossier.queue, -1)
