"""Silence: two reminders, then closure, each proved sent; catching up in order after a stop (issue 4, section 5)."""

from datetime import timedelta

import pytest
import time_machine

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.case import Ask, Reminder
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, ending, silence
from matricule.dossiers.states import IllegalMove
from matricule.rules import deadlines
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import deliver, later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier(worker):
    found = make.a_submitted()
    asking.ask(
        worker, found.pk, caisse.person(found).pk, expects=caisse.version_of(found),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    return found


def state(dossier):
    return caisse.person(dossier).state


def run_days(later, days):  # noqa: F811
    """Let the days pass one by one, every mail delivered, as a calendar that never stopped."""
    for _ in range(days):
        later(1)
        silence.run()
        deliver()


def test_reminders_on_days_15_and_30_then_closure_after_the_due_day(dossier, later):  # noqa: F811
    ask = Ask.objects.get()
    seen = {}
    for day in range(1, 60):
        run_days(later, 1)
        seen.setdefault((state(dossier), Reminder.objects.count()), day)
    assert seen[("awaiting_reminded", 1)] == 15 and seen[("awaiting_reminded", 2)] == 30
    due = (ask.due_on - deadlines.paris_day(ask.asked_at)).days
    assert seen[("closed", 2)] == due + 1, "open to the end of the due day"
    assert Mail.objects.filter(kind="documents_reminder").count() == 2
    assert Mail.objects.filter(kind="closed_for_silence").count() == 1
    found = Dossier.objects.get(pk=dossier.pk)
    assert found.label == "closed" and caisse.person(dossier).ending["reopen_on"]


def test_the_same_day_twice_reminds_once(dossier, later):  # noqa: F811
    later(15)
    assert silence.run() == 1
    assert silence.run() == 0


def test_an_answer_ends_it(dossier, later):  # noqa: F811
    run_days(later, 20)
    make.add(dossier, "civil_status")
    run_days(later, 60)
    assert state(dossier) == "under_examination" and Reminder.objects.count() == 1


@pytest.mark.parametrize("fate", ["waiting", "refused", "bounced", "expired"])
def test_no_closure_on_a_reminder_that_was_not_proved_sent(dossier, later, fate):  # noqa: F811
    later(15)
    silence.run()
    deliver(fate)
    later(15)
    silence.run()
    deliver()
    if fate != "waiting":
        Mail.objects.filter(kind="documents_reminder").order_by("created_at").first()
    first = Reminder.objects.get(number=1)
    Mail.objects.filter(pk=first.mail_id).update(state=fate)
    run_held(later)
    assert state(dossier) == "awaiting_reminded"
    assert Ask.objects.get().held_at is not None
    assert Dossier.objects.get(pk=dossier.pk).queue == "answered", "the caseworker is told instead"


def run_held(later):  # noqa: F811
    for _ in range(40):
        later(1)
        silence.run()


def test_a_held_closure_is_the_caseworkers_to_make(worker, dossier, later):  # noqa: F811
    run_days(later, 31)
    Mail.objects.filter(kind="documents_reminder").update(state="bounced")
    run_held(later)
    ending.close(worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier))
    assert state(dossier) == "closed"
    assert Mail.objects.filter(kind="closed_by_caisse").count() == 1


def test_more_time_takes_the_hold_away(worker, dossier, later):  # noqa: F811
    run_days(later, 31)
    Mail.objects.filter(kind="documents_reminder").update(state="bounced")
    run_held(later)
    person = caisse.person(dossier).pk
    asking.lengthen(worker, dossier.pk, person, expects=caisse.version_of(dossier), days=120)
    assert Ask.objects.get().held_at is None


def test_nothing_is_closed_before_its_day(worker, dossier, later):  # noqa: F811
    from matricule.dossiers.access import NotFound

    run_days(later, 31)
    with pytest.raises(NotFound):
        ending.close(worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier))


def test_after_a_stop_of_forty_days_it_catches_up_in_order_and_the_person_keeps_a_third_each_time(
    dossier, later  # noqa: F811
):  # fmt: skip
    later(55)
    silence.run()
    deliver()
    assert Reminder.objects.count() == 1 and state(dossier) == "awaiting_reminded"
    first = Reminder.objects.get()
    days = []
    for _ in range(70):
        run_days(later, 1)
        if Reminder.objects.count() == 2 and not days:
            days.append((clock.now() - first.sent_at).days)
        if state(dossier) == "closed":
            days.append((clock.now() - Reminder.objects.get(number=2).sent_at).days)
            break
    assert days[0] == 15 and days[1] >= 15
    assert Ask.objects.get().state == "lapsed"


def test_inside_the_law_a_reminder_closes_nothing(worker, later):  # noqa: F811
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    run_days(later, 80)
    assert state(dossier) == "provisional_number" and Reminder.objects.count() == 2
    assert Ask.objects.get().state == "open"


class TestReopening:
    """Thirty days for the person, any day for the caisse."""

    @pytest.fixture
    def closed(self, dossier, later):  # noqa: F811
        run_days(later, 50)
        assert state(dossier) == "closed"
        return dossier

    def test_the_person_opens_it_again_and_nothing_is_lost(self, closed):
        files = sum(len(half.files) for half in caisse.halves(closed).values())
        ending.reopen(make.owner_of(closed), closed.pk, caisse.person(closed).pk)
        assert state(closed) == "reopened"
        assert sum(len(half.files) for half in caisse.halves(closed).values()) == files
        found = Dossier.objects.get(pk=closed.pk)
        assert found.ended_at is None and caisse.person(closed).ending == {} and found.queue == "answered"

    def test_to_the_last_day_and_not_after(self, closed, later):  # noqa: F811
        last = caisse.person(closed).ending["reopen_on"]
        later((deadlines.date.fromisoformat(last) - clock.today()).days + 1)
        with pytest.raises(ending.TooLate):
            ending.reopen(make.owner_of(closed), closed.pk, caisse.person(closed).pk)
        later(-1)
        ending.reopen(make.owner_of(closed), closed.pk, caisse.person(closed).pk)

    def test_the_caisse_at_any_time(self, worker, closed, later):  # noqa: F811
        later(200)
        ending.reopen(worker, closed.pk, caisse.person(closed).pk, expects=caisse.version_of(closed))
        assert state(closed) == "reopened"

    def test_what_is_open_is_not_opened(self, worker, dossier):
        with pytest.raises(IllegalMove):
            ending.reopen(worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier))


def test_the_calendar_holds_over_the_change_of_the_clocks(worker):
    with time_machine.travel("2027-03-14T22:30:00+00:00", tick=False):
        found = make.a_submitted()
        asking.ask(
            worker, found.pk, caisse.person(found).pk, expects=caisse.version_of(found),
            codes={"civil_status": ("not_sent", {})},
        )  # fmt: skip
        ask = Ask.objects.get()
    calendar = deadlines.silence(ask.asked_at)
    assert ask.due_on == calendar.due_day
    assert silence.reminder_day(ask, []) == deadlines.paris_day(ask.asked_at) + timedelta(days=15)
