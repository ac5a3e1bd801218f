"""In which queue of its office a dossier stands, and how many stand there (issue 4, section 2; house.md, section 2).

Queue, date and counts are caches: the operation that changes a dossier rebuilds them, the reconciler compares them.
Nothing is counted over a whole table on a page.
"""

from datetime import datetime

from django.db import connection

from matricule.dossiers import standing, states
from matricule.dossiers.case import Impossibility
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.states import State

TO_TAKE, TAKEN, ANSWERED, READY, WAITING, REGISTER, DONE = (
    "to_take", "taken", "answered", "ready", "waiting", "register", "done",
)  # fmt: skip
QUEUES = (TO_TAKE, TAKEN, ANSWERED, READY, WAITING, REGISTER, DONE)
OURS = (TAKEN, ANSWERED, READY)
"""The queues in which a caseworker has something to do on a dossier of theirs."""

_COUNT = """
insert into dossiers_queuecount (office, queue, n) values (%s, %s, %s)
on conflict (office, queue) do update set n = dossiers_queuecount.n + excluded.n
"""


def queue_of(dossier: Dossier) -> str:
    """Return the queue in which a dossier stands: by its people's states, what they answered, what is to examine."""
    if dossier.submitted_at is None or dossier.pk is None:
        return ""
    people = list(dossier.registrants.order_by("position"))
    found = [State(person.state) for person in people]
    if states.all_ended(found):
        return DONE
    if dossier.answered_at is not None:
        return ANSWERED
    live = [person for person in people if State(person.state) not in states.ENDED | {State.WITHDRAWN}]
    if all(State(person.state) is State.AT_REGISTER for person in live):
        return REGISTER
    turns = {_turn(person) for person in live}
    if READY in turns:
        return READY
    if TO_TAKE in turns:
        return TO_TAKE if dossier.caseworker_id is None else TAKEN
    return WAITING


def _turn(person: Registrant) -> str:
    """Return whose turn it is for one person: a number can be given, something is to examine, or nothing is."""
    state = State(person.state)
    if state is State.AT_REGISTER:
        return REGISTER
    rows = standing.halves(person)
    if state in {State.EXAMINED, State.REOPENED} and standing.ready_for_provisional(rows):
        return READY
    if state is State.PROVISIONAL and standing.complete(rows, excused(person)):
        return READY
    if any(row.state in {"to_examine", "checking"} for row in rows) or state in {State.EXAMINED, State.REOPENED}:
        return TO_TAKE
    return WAITING


def excused(registrant: Registrant) -> frozenset[tuple[str, str]]:
    """Return the halves that a person does not owe any more: the caisse accepted that they cannot be had."""
    rows = registrant.impossibilities.filter(answer=Impossibility.Answer.ACCEPTED, lasting=True)
    return frozenset(rows.values_list("slot", "part"))


def settle(dossier: Dossier, now: datetime) -> None:
    """Write the queue of a dossier and since when, and move the counts; the caller saves the row.

    The row of the table holds what was true before: only a change of office or queue moves the counts.
    """
    before = dossier.counted_office, dossier.queue
    after = dossier.office, queue_of(dossier)
    if before == after:
        return
    for (office, queue), step in ((before, -1), (after, 1)):
        if office and queue:
            _count(office, queue, step)
    dossier.counted_office, dossier.queue = after
    dossier.waiting_since = now


def forget(dossier: Dossier) -> None:
    """Take a dossier that is deleted out of the counts."""
    if dossier.counted_office and dossier.queue:
        _count(dossier.counted_office, dossier.queue, -1)


def _count(office: str, queue: str, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [office, queue, step])
