"""Silence: two reminders, then closure, each proved sent before the next (issue 4, section 5; seed 003).

The calendar catches up in order after a stop: a late reminder moves what follows, so that a person always has a third
of the delay between two of them and before the closure. From the NIA on reminders never close anything (R114-7 CSS).
"""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from matricule.core import clock, outbox
from matricule.dossiers.access import NotFound, system
from matricule.dossiers.case import Ask, Reminder
from matricule.dossiers.operations import asking, ending
from matricule.dossiers.operations.door import Operation, operation
from matricule.dossiers.operations.sweeping import apart
from matricule.dossiers.states import State
from matricule.rules import deadlines

ACTOR = system("silence")
WAITING = frozenset({State.AWAITING, State.REMINDED})
"""States that a reminder moves and a closure ends; in the others an ask is reminded and no more."""

BATCH = 500
"""Rows read at a time. Every open ask is looked at on every run: those that wait never hide those that are due."""


def run() -> int:
    """Do what is due on every open ask, the oldest first; return how many changed."""
    done = 0
    first = deadlines.paris_day(clock.now()) - timedelta(days=_third(deadlines.table()["silence"]["days"]))
    rows = Ask.objects.filter(state=Ask.State.OPEN, asked_at__date__lte=first).order_by("asked_at")
    rows = rows.select_related("registrant").prefetch_related("reminders")
    for row in [row for row in rows.iterator(chunk_size=BATCH) if _may_be_due(row)]:
        dossier_id = row.registrant.dossier_id
        while apart("silence", dossier_id, partial(_step, row.pk, dossier_id)):
            done += 1
    return done


def _may_be_due(row: Ask) -> bool:
    """Tell whether something can be due, without a lock; the step itself reads again under the dossier's lock."""
    sent = sorted(row.reminders.all(), key=lambda reminder: reminder.number)
    if len(sent) < 2:
        return deadlines.paris_day(clock.now()) >= reminder_day(row, sent)
    return row.held_at is None and clock.now() > deadlines.end_of_day(row.due_on)


def _third(days: int) -> int:
    return days // 3


def _step(ask_id: UUID, dossier_id: UUID) -> bool:
    """Do the next thing that is due on one ask; tell whether something was."""
    try:
        with operation(ACTOR, "remind", dossier_id) as op:
            row = Ask.objects.filter(pk=ask_id, state=Ask.State.OPEN).select_related("registrant").first()
            if row is None:
                return False
            sent = list(row.reminders.order_by("number"))
            if len(sent) < 2:
                return _remind(op, row, sent)
            return _end(op, row, sent)
    except NotFound:  # its person deleted or withdrew the request meanwhile
        return False


def reminder_day(row: Ask, sent: list[Reminder]) -> date:
    """Return the day of the next reminder: one and two thirds of the delay, a third after a late one."""
    third = timedelta(days=_third(row.days))
    asked = deadlines.paris_day(row.asked_at)
    if not sent:
        return asked + third
    return max(asked + 2 * third, deadlines.paris_day(sent[-1].sent_at) + third)


def _remind(op: Operation, row: Ask, sent: list[Reminder]) -> bool:
    day, today = reminder_day(row, sent), deadlines.paris_day(op.now)
    if today < day:
        return False
    number = len(sent) + 1
    left = timedelta(days=_third(row.days) * (3 - number))
    earliest = deadlines.next_working_day(today + left)
    if today > day and earliest > row.due_on:
        row.due_on = earliest
        row.save(update_fields=["due_on"])
    mail_id = asking.tell(op, "documents_reminder", row)
    Reminder.objects.create(ask=row, number=number, due_on=day, sent_at=op.now, mail_id=mail_id)
    if State(row.registrant.state) in WAITING:
        op.move(row.registrant, "remind")
    op.about(row.registrant)
    op.record("ask.reminded", number=number)
    return True


def _end(op: Operation, row: Ask, sent: list[Reminder]) -> bool:
    """Close the file once the day is over and both reminders left; else tell the caseworker, once.

    Only reminders to somebody who can answer here count: a file is not closed for what comes by post (issue 5).
    """
    if op.now <= deadlines.end_of_day(row.due_on) or State(row.registrant.state) not in WAITING:
        return False
    if row.held_at is not None:
        return False
    if asking.waits_here(op, row) and all(arrived(reminder) for reminder in sent):
        ending.close_lapsed(op, row.registrant, row)
        return True
    row.held_at = op.now
    row.save(update_fields=["held_at"])
    op.dossier.answered_at = op.now
    op.record("closure.held")
    return True


def arrived(reminder: Reminder) -> bool:
    """Tell whether a reminder was handed to the mail server and has not come back."""
    mail = outbox.Mail.objects.filter(pk=reminder.mail_id).defer("body").first() if reminder.mail_id else None
    return mail is not None and outbox.state_of(mail).arrived
