"""Silence over many files, after a stop, and on the days at which calendars err (issue 4, section 5)."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.case import Ask, Reminder
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, silence
from matricule.dossiers.operations.door import Operation
from matricule.dossiers.tasks import remind_and_close
from matricule.rules import deadlines
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import deliver, later  # noqa: F401 - a fixture
from tests.support.promises import bulk

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
WAITING, DUE = 510, bulk(12, 600)
"""Files whose answer can still wait, more than the sweep reads at a time; and files with a reminder due today."""


def copies(of: Dossier, count: int) -> list[Registrant]:
    """Return the people of so many dossiers like this one, which waits for documents."""
    person = caisse.person(of)
    dossiers, people = [], []
    for _ in range(count):
        one = Dossier.objects.get(pk=of.pk)
        one.pk, one.reference, one.owner = uuid4(), uuid4().hex[:13], make.a_user()
        other = Registrant.objects.get(pk=person.pk)
        other.pk, other.dossier_id = uuid4(), one.pk
        dossiers.append(one)
        people.append(other)
    Dossier.objects.bulk_create(dossiers)
    Registrant.objects.bulk_create(people)
    return people


def asks(people: list[Registrant], *, ago: int, days: int) -> set:
    """Open an ask of each person, made ``ago`` days ago with ``days`` to answer; return their ids."""
    then = clock.now() - timedelta(days=ago)
    due = deadlines.silence(then, days=days).due_day
    rows = [Ask(registrant=person, asked_at=then, days=days, due_on=due) for person in people]
    return {row.pk for row in Ask.objects.bulk_create(rows)}


def asked_for(worker, dossier) -> Ask:
    """Ask for a document; return the ask."""
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    return Ask.objects.get(registrant__dossier=dossier)


@pytest.mark.bulk
def test_files_that_can_wait_never_hide_those_that_are_due(promise):
    first = make.a_submitted()
    asked_for(caisse.a_caseworker(), first)
    people = copies(first, WAITING + DUE)
    asks(people[:WAITING], ago=20, days=120)
    due = asks(people[WAITING:], ago=15, days=45)
    assert silence.run() == DUE
    assert set(Reminder.objects.values_list("ask", flat=True)) == due
    assert Mail.objects.filter(kind="documents_reminder").count() == DUE
    assert silence.run() == 0, "each once"
    promise(
        "silence", f"{DUE} reminders due behind {WAITING} older files that can wait: each reminded once, none hidden"
    )


def test_after_a_stop_of_forty_days_every_file_goes_on_from_where_it_stood(later):  # noqa: F811
    worker, files = caisse.a_caseworker(), []
    # no day longer: what ends on a working day would be closed on the next, what ends on a Sunday not yet
    for days in (15, 15, 15, 0):
        files.append(make.a_submitted())
        asked_for(worker, files[-1])
        days_pass(later, days)
    assert [reminders(one) for one in files] == [2, 2, 1, 0]
    assert {caisse.person(one).state for one in files} <= {"awaiting_documents", "awaiting_reminded"}
    later(40)
    happened = {}
    for day in range(60):
        for place, one in enumerate(files):
            happened.setdefault((place, reminders(one), caisse.person(one).state == "closed"), day)
        days_pass(later, 1)
    closed = [happened.get((place, 2, True)) for place in range(len(files))]
    assert None not in closed, "in the end none is forgotten"
    assert closed == sorted(closed), "in the order in which they were asked"
    assert closed[0] == closed[1] == 1, "reminded twice in time, and the days are over: at once"
    for place in (2, 3):
        assert closed[place] >= happened[(place, 2, False)] + 15, "a third of the delay before the closure"
    assert happened[(3, 2, False)] == happened[(3, 1, False)] + 15, "and between two reminders"


def days_pass(later, days: int) -> None:  # noqa: F811
    """Let days pass, on each of which the sweep runs and every mail arrives."""
    for _ in range(days):
        later(1)
        remind_and_close()
        deliver()


def reminders(dossier: Dossier) -> int:
    """Return how many reminders a dossier had."""
    return Reminder.objects.filter(ask__registrant__dossier=dossier).count()


def test_a_fault_in_one_file_hides_no_other(later, caplog, monkeypatch):  # noqa: F811
    worker, files = caisse.a_caseworker(), [make.a_submitted() for _ in range(3)]
    for one in files:
        asked_for(worker, one)
    real = asking.tell

    def broken(op: Operation, kind: str, row: Ask) -> UUID | None:
        if op.dossier.pk == files[0].pk:
            raise RuntimeError("a fault of ours")
        return real(op, kind, row)

    monkeypatch.setattr(asking, "tell", broken)
    later(15)
    remind_and_close()
    assert [reminders(one) for one in files] == [0, 1, 1]
    assert f"sweep=silence dossier={files[0].pk}" in caplog.text
    monkeypatch.setattr(asking, "tell", real)
    remind_and_close()
    assert [reminders(one) for one in files] == [1, 1, 1], "the next round catches up"


EDGES = {
    "over the end of a year, ends at Christmas": (date(2026, 11, 10), date(2026, 12, 28)),
    "ends on the last Sunday of February": (date(2027, 1, 14), date(2027, 3, 1)),
    "ends on the 29th of February": (date(2028, 1, 15), date(2028, 2, 29)),
    "ends as summer time begins, on Easter": (date(2027, 2, 11), date(2027, 3, 30)),
    "ends as summer time ends, before All Saints": (date(2027, 9, 16), date(2027, 11, 2)),
}


@pytest.mark.parametrize("name", EDGES)
def test_to_the_last_second_of_the_day_in_paris_and_not_after(name):
    asked, due = EDGES[name]
    dossier = make.a_submitted()
    ask = asked_for(caisse.a_caseworker(), dossier)
    Ask.objects.filter(pk=ask.pk).update(asked_at=at(asked, time(23, 30)), due_on=deadlines.silence(asked).due_day)
    assert Ask.objects.get(pk=ask.pk).due_on == due
    seen = []
    for day, hour in (
        (asked + timedelta(days=14), time(23, 59, 58)),
        (asked + timedelta(days=15), time(0, 0, 1)),
        (asked + timedelta(days=29), time(23, 59, 58)),
        (asked + timedelta(days=30), time(0, 0, 1)),
        (due, time(23, 59, 58)),
        (due + timedelta(days=1), time(0, 0, 1)),
    ):
        with time_machine.travel(at(day, hour), tick=False):
            remind_and_close()
            deliver()
        seen.append((Reminder.objects.count(), caisse.person(dossier).state))
    waiting, reminded = "awaiting_documents", "awaiting_reminded"
    assert seen == [(0, waiting), (1, reminded), (1, reminded), (2, reminded), (2, reminded), (2, "closed")]


def at(day: date, hour: time) -> datetime:
    """Return a moment of a day in Paris."""
    return datetime.combine(day, hour, tzinfo=PARIS)
