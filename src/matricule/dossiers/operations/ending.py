"""How a request ends and begins again: turned down, closed, reopened, withdrawn, its number ended (issue 4)."""

from datetime import datetime, timedelta
from uuid import UUID

from matricule import repertoire
from matricule.core import clock
from matricule.dossiers import states, telling
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import certifying
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.states import State
from matricule.rules import deadlines, rejections

REJECTIONS = tuple(rejections.table().rows)
"""Why a request is turned down, in the order in which the desk offers it (rules/data/rejections.toml)."""

CLOSURES = tuple(rejections.table().closures)
"""Why a request is closed without a decision, likewise."""


class TooLate(Exception):
    """The days in which a closed file can be reopened by its person are over."""


def reject(actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, reason: str, words: str = "") -> None:
    """Turn a person's request down, with a reason and the ways of appeal. ``words`` explain it in this case.

    Raises ValueError for an unknown reason, and for one that needs words without any.
    """
    _check(reason, words, REJECTIONS)
    with operation(actor, "reject", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        _end_for(op, registrant, "reject", reason, words)
        op.record("request.rejected", reason=reason)
        op.notify("request_turned_down", {"given_name": first_given_name(registrant)}, about=registrant)
        certifying.end(op, registrant)


def deactivate(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, reason: str, words: str = ""
) -> None:
    """End a provisional number that should not have been given, and the request with it; its certificates end too.

    The reasons are those for which a request is turned down. What the register was asked is not awaited any more.
    Raises like ``reject``; IllegalMove where there is no provisional number (a certified one is not the caisse's).
    """
    _check(reason, words, REJECTIONS)
    with operation(actor, "deactivate", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        _end_for(op, registrant, "deactivate", reason, words)
        repertoire.deactivate(registrant.pk, reason, actor=str(actor))
        registrant.numbers.filter(ended_at=None).update(ended_at=op.now)
        op.record("provisional.ended", reason=reason)
        op.notify("provisional_number_ended", {"given_name": first_given_name(registrant)}, about=registrant)
        certifying.end(op, registrant)


def _check(reason: str, words: str, known: tuple[str, ...]) -> None:
    if reason not in known:
        raise ValueError("reason")
    if rejections.get(reason).needs_words and not words.strip():
        raise ValueError("words")


def _end_for(op: Operation, registrant: Registrant, action: str, reason: str, words: str, **more: str) -> None:
    """Move a person to an end for a reason of the rules, and drop what is still asked."""
    registrant.ending = {"reason": reason, "words": words.strip()[:2000], "at": op.now.isoformat(), **more}
    _move(op, registrant, action)
    end_asks(op, registrant)


def close(actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int | None = None) -> None:
    """Close a file whose ask lapsed: by the calendar, or by a caseworker where a reminder could not be proved.

    Raises NotFound while the ask is not due, IllegalMove in another state.
    """
    with operation(actor, "close", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        row = Ask.objects.filter(registrant=registrant, state=Ask.State.OPEN).first()
        if row is None or op.now <= deadlines.end_of_day(row.due_on):
            raise NotFound
        close_lapsed(op, registrant, row)


def close_with_reason(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, reason: str, words: str = ""
) -> None:
    """Close a person's request for a reason that is no decision: they asked for it, it was opened twice, they left.

    It can be opened again, by the person within the days that they are told. Raises like ``reject``; IllegalMove
    from the first number on (from the NIA on only the law's clock ends a request, R114-7 CSS).
    """
    _check(reason, words, CLOSURES)
    with operation(actor, "close_with_reason", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        until = reopen_until(op.now)
        _end_for(op, registrant, "close_with_reason", reason, words, reopen_on=until)
        op.record("request.closed", reason=reason)
        told = {"given_name": first_given_name(registrant), "reopen_on": until}
        op.notify("closed_with_reason", told, about=registrant)
        certifying.end(op, registrant)


def close_lapsed(op: Operation, registrant: Registrant, row: Ask) -> None:
    """Close a person's request because an ask had no answer; it can be reopened for 30 days."""
    until = reopen_until(op.now)
    registrant.ending = {"reason": "silence", "words": "", "at": op.now.isoformat(), "reopen_on": until}
    _move(op, registrant, "close")
    row.state, row.ended_at = Ask.State.LAPSED, op.now
    row.save(update_fields=["state", "ended_at"])
    op.record("dossier.closed", by_clock=op.actor.kind == "system")
    kind = "closed_for_silence" if op.actor.kind == "system" else "closed_by_caisse"
    op.notify(kind, {"given_name": first_given_name(registrant), "reopen_on": until}, about=registrant)
    certifying.end(op, registrant)


def reopen_until(now: datetime) -> str:
    """Return the last day, YYYY-MM-DD, on which the person can reopen what is closed ``now``."""
    days = deadlines.table()["silence"]["reopen_days"]
    closed = deadlines.paris_day(now) + timedelta(days=days)
    return deadlines.next_working_day(closed).isoformat()


def reopen(actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int | None = None) -> None:
    """Open a person's closed or rejected request again.

    The person, or the company that sends for them, may within the days that the closure names; else TooLate.
    """
    by_person = actor.kind in {"user", "member"}
    name = "reopen_by_person" if by_person else "reopen"
    with operation(actor, name, dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        last = registrant.ending.get("reopen_on")
        if by_person and (last is None or clock.today().isoformat() > last):
            raise TooLate
        registrant.ending = {}
        _move(op, registrant, name)
        op.dossier.answered_at = op.now
        op.record("dossier.reopened", by_person=by_person)
        op.notify("file_reopened", {"given_name": first_given_name(registrant)})


def withdraw(actor: Actor, dossier_id: UUID, *, expects: int, person_id: UUID | None = None) -> None:
    """Withdraw one's request, a company's while nobody of it has a number. What was sent is kept; another can begin.

    ``person_id``: a family member of a company's request, the others' go on. The employee's is never withdrawn alone:
    the family's rests on it. Raises IllegalMove from the first number on and while somebody who is being added was not
    sent, NotFound where nothing is left to withdraw.
    """
    with operation(actor, "withdraw", dossier_id, expects=expects) as op:
        numbered = op.dossier.registrants.filter(numbers__ended_at=None, numbers__isnull=False).order_by("position")
        if op.dossier.organisation_id is not None and (one := numbered.first()) is not None:
            raise states.IllegalMove("withdraw", State(one.state))
        everybody = op.dossier.registrants.order_by("position") if person_id is None else [_of_family(op, person_id)]
        leaving = [one for one in everybody if State(one.state) not in states.OVER]
        if not leaving:
            raise NotFound
        for registrant in leaving:
            op.move(registrant, "withdraw")
            end_asks(op, registrant)
            certifying.end(op, registrant)
            if op.dossier.organisation_id is not None:
                telling.person(registrant, "request_withdrawn", {"given_name": first_given_name(registrant)})
        _nothing_to_answer(op)
        op.record("request.withdrawn")
        op.notify("request_withdrawn", {"given_name": first_given_name(op.principal)})


def _of_family(op: Operation, person_id: UUID) -> Registrant:
    if person_id == op.principal.pk:
        raise NotFound
    return op.person(person_id)


def _move(op: Operation, registrant: Registrant, action: str) -> None:
    """Move a person and write why with it, in one statement."""
    op.step(registrant, action)
    registrant.save(update_fields=["state", "ending"])
    _nothing_to_answer(op)


def _nothing_to_answer(op: Operation) -> None:
    """Take a dossier out of what was answered once everybody of it ended; what comes later puts it there again."""
    found = op.dossier.registrants.values_list("state", flat=True)
    if states.all_ended(State(state) for state in found):
        op.dossier.answered_at = None


def end_asks(op: Operation, registrant: Registrant) -> None:
    """Drop what is still asked: nobody is reminded of a request that ended."""
    Ask.objects.filter(registrant=registrant, state=Ask.State.OPEN).update(state=Ask.State.DROPPED, ended_at=op.now)
