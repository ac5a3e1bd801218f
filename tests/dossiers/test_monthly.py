"""The monthly notice: once a month, to whom something waits for, as each chose; late after a stop, never twice."""

from datetime import date, datetime, timedelta

import pytest

from matricule.accounts import members, organisation_notices
from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import tasks
from matricule.dossiers.keeping import MonthlyTold
from matricule.dossiers.listing import ListedRequest
from matricule.dossiers.operations import asking, monthly
from matricule.notices.models import Notice
from tests.support import caisse, cast, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


def paris(month, day, hour, minute=0):
    return datetime(2027, month, day, hour, minute, tzinfo=clock.PARIS)


@pytest.fixture
def at(monkeypatch):
    """Give a function that moves business time."""
    return lambda *moment: monkeypatch.setattr(clock, "now", lambda: paris(*moment))


def since_before():
    """Let every company be here since before the months of these tests, whatever today is."""
    Organisation.objects.update(created_at=datetime(2026, 6, 1, tzinfo=clock.PARIS))


@pytest.fixture
def chief():
    """Give the administrator of a company for which one request waits."""
    chief = company.a_company()
    since_before()
    dossier = firm.owned(chief)
    ListedRequest.objects.filter(pk=dossier.pk).update(turn="1 2027-02-24")
    return chief


def told():
    return list(Notice.objects.filter(kind="company_waits").order_by("pk").values_list("context", flat=True))


def mails():
    return Mail.objects.filter(kind="company_waits").count()


def test_it_leaves_on_the_first_at_seven_once(chief, at):
    at(2, 1, 6, 59)
    tasks.tell_monthly()
    assert MonthlyTold.objects.get().month == date(2027, 1, 1), "until seven it is the month before"
    MonthlyTold.objects.all().delete()
    Notice.objects.all().delete()
    at(2, 1, 7)
    mark = cast.last_entry()
    tasks.tell_monthly()
    assert [{name: one[name] for name in ("asked", "sendable", "titles")} for one in told()] == [
        {"asked": 1, "sendable": 0, "titles": 0}
    ]
    assert cast.entries_since(mark) == [("organisation.told_monthly", "done")]
    at(2, 28, 23)
    tasks.tell_monthly()
    assert len(told()) == 1
    at(3, 1, 7)
    tasks.tell_monthly()
    assert len(told()) == 2


def test_what_only_the_employee_can_send_is_not_counted_as_the_companys(at):
    dossier, worker = firm.a_sent_request(), caisse.a_caseworker()
    since_before()
    assert caisse.give_provisional(worker, dossier) == []
    asking.ask(
        worker, dossier.pk, dossier.registrants.get().pk, expects=caisse.version_of(dossier),
        codes={"rib": ("not_sent", {})},
    )  # fmt: skip
    at(2, 1, 8)
    tasks.tell_monthly()
    assert told() == []


@pytest.mark.parametrize(
    ("moment", "month"), [((3, 1, 6, 59), (2, 1)), ((3, 1, 7), (3, 1)), ((1, 1, 0), (12, 1)), ((7, 31, 23), (7, 1))]
)
def test_the_month_begins_at_seven_in_paris(moment, month):
    found = monthly.month_of(paris(*moment))
    assert (found.month, found.day) == month


def test_nothing_leaves_where_nothing_waits(at):
    company.a_company()
    since_before()
    at(2, 1, 8)
    tasks.tell_monthly()
    assert told() == [] and MonthlyTold.objects.count() == 1


def test_after_a_stop_of_months_one_notice_leaves_and_every_company_has_its_turn(chief, at, monkeypatch):
    monkeypatch.setattr(monthly, "BATCH", 1)
    other = firm.a_request()
    since_before()
    ListedRequest.objects.filter(pk=other.pk).update(turn="1 2027-02-24")
    at(5, 17, 3)
    assert monthly.run() == 1, "one at a time: a run that was stopped goes on with the next"
    tasks.tell_monthly()
    assert len(told()) == 2 and set(MonthlyTold.objects.values_list("month__month", flat=True)) == {5}
    assert monthly.run() == 0


def test_a_company_of_this_month_waits_for_the_next(chief, at):
    at(2, 10, 9)
    Organisation.objects.update(created_at=clock.now() - timedelta(days=2))
    tasks.tell_monthly()
    assert told() == []
    at(3, 1, 9)
    tasks.tell_monthly()
    assert len(told()) == 1


@pytest.mark.parametrize(("delivery", "count"), [("at_once", 1), ("daily", 0), ("none", 0)])
def test_each_is_written_to_as_they_chose(chief, at, delivery, count):
    members.choose_delivery(chief.user_id, chief.company.id, delivery)
    at(2, 1, 8)
    tasks.tell_monthly()
    assert (mails(), len(told())) == (count, 1)
    assert Notice.objects.get(kind="company_waits").waits_for_digest is (delivery == "daily")


def test_a_row_that_another_run_wrote_meanwhile_is_respected(chief, at):
    at(2, 1, 8)
    MonthlyTold.objects.create(organisation_id=chief.company.id, month=paris(2, 1, 0).date())
    monthly._tell(chief.company.id, paris(2, 1, 0).date())
    assert told() == []


def test_a_fault_at_one_company_hides_none_behind_it_and_is_tried_again(chief, at, monkeypatch, caplog):
    other = firm.a_request()
    ListedRequest.objects.filter(pk=other.pk).update(turn="1 2027-02-24")
    tell, broken = organisation_notices.tell, min(chief.company.id, other.organisation_id)

    def failing(organisation_id, *given, **named):
        if organisation_id == broken:
            raise LookupError
        return tell(organisation_id, *given, **named)

    monkeypatch.setattr(organisation_notices, "tell", failing)
    at(2, 1, 8)
    tasks.tell_monthly()
    assert len(told()) == 1 and not MonthlyTold.objects.filter(pk=broken).exists()
    assert f"sweep=monthly organisation={broken}" in caplog.text
    monkeypatch.setattr(organisation_notices, "tell", tell)
    tasks.tell_monthly()
    assert len(told()) == 2
