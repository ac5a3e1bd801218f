"""Who is written to, how often: the mail counts of each preference (issue 5, section 5)."""

from datetime import datetime

import pytest

from matricule import notices
from matricule.accounts import companies, digests, members, organisation_notices
from matricule.core import clock
from matricule.core.outbox import Mail
from tests.accounts.test_companies import kinds_to, link_in
from tests.support import company

pytestmark = pytest.mark.django_db

DAY = {"due_on": "2027-01-11"}


@pytest.fixture
def at(monkeypatch):
    """Put business time to a moment of Paris."""

    def move(day: int, hour: int, minute: int = 0) -> None:
        moment = datetime(2027, 1, day, hour, minute, tzinfo=clock.PARIS)
        offset = moment - clock.wall()
        monkeypatch.setattr(clock, "_offset", lambda: offset)

    return move


@pytest.fixture
def team(at):
    """Give a company whose three people want mails at once, one a day, and none; what came before is read."""
    at(4, 12)
    chief = company.a_company()
    daily, none = company.a_colleague(chief), company.a_colleague(chief)
    members.choose_delivery(daily.user_id, chief.company.id, "daily")
    members.choose_delivery(none.user_id, chief.company.id, "none")
    for one in (chief, daily, none):
        notices.mark_read(one.user_id, organisation_id=one.company.id)
    return chief, daily, none


def counts(team, kind: str) -> list[int]:
    return [kinds_to(one.email).count(kind) for one in team]


def tell(team, kind="company_proved", times=1, **given):
    for _ in range(times):
        organisation_notices.tell(team[0].company.id, kind, given.pop("context", {}), **given)


def test_at_once_daily_none_each_gets_the_mails_that_were_chosen(team, at, promise):
    tell(team, times=3)
    assert counts(team, "company_proved") == [3, 0, 0]
    assert [notices.unread_count(one.user_id, organisation_id=one.company.id) for one in team] == [3, 3, 3]
    digests.run()
    assert counts(team, "company_digest") == [0, 0, 0], "not before seven"
    at(5, 7)
    digests.run()
    digests.run()
    assert counts(team, "company_digest") == [0, 1, 0]
    assert "3" in next(mail for mail in Mail.objects.all() if mail.kind == "company_digest").body
    at(6, 8)
    digests.run()
    assert counts(team, "company_digest") == [0, 1, 0], "nothing new, no mail"
    promise("notification preferences", "3 messages: 3 mails at once, 1 mail of the day, 0 mails; 3 on each page")


def test_a_deadline_does_not_wait_for_the_mail_of_the_day(team, at):
    tell(team, "request_reminder", context=DAY, urgent=True)
    assert counts(team, "request_reminder") == [1, 1, 0]
    at(5, 8)
    digests.run()
    assert counts(team, "company_digest") == [0, 0, 0], "it was mailed already"


def test_where_nobody_wants_mails_a_deadline_reaches_everybody(team):
    for one in team:
        members.choose_delivery(one.user_id, one.company.id, "none")
    tell(team)
    assert counts(team, "company_proved") == [0, 0, 0]
    tell(team, "request_reminder", context=DAY, urgent=True)
    assert counts(team, "request_reminder") == [1, 1, 1]


def test_what_was_read_or_belongs_to_somebody_who_left_is_not_mailed(team, at):
    chief, daily, none = team
    members.choose_delivery(none.user_id, chief.company.id, "daily")
    tell(team)
    notices.mark_read(daily.user_id, organisation_id=chief.company.id)
    members.remove(chief.user_id, chief.company.id, none.user_id)
    at(5, 9)
    assert digests.run() == 0
    assert notices.for_digest(clock.now()) == [], "taken all the same: it does not wait for ever"


def test_a_message_of_the_morning_waits_for_the_next_one(team, at):
    at(5, 7, 1)
    tell(team)
    digests.run()
    assert counts(team, "company_digest") == [0, 0, 0]
    at(6, 6, 59)
    digests.run()
    assert counts(team, "company_digest") == [0, 0, 0]
    at(6, 7)
    digests.run()
    assert counts(team, "company_digest") == [0, 1, 0]


def test_changing_ones_mind_loses_no_mail_that_waits(team, at):
    chief, daily, _ = team
    tell(team)
    members.choose_delivery(daily.user_id, chief.company.id, "at_once")
    at(5, 7)
    digests.run()
    assert counts(team, "company_digest") == [0, 1, 0]


def test_a_person_of_two_companies_has_a_mail_for_each(team, at):
    _, daily, _ = team
    from matricule.accounts.models import User

    second = company.a_company(User.objects.get(pk=daily.user_id), siret=company.OTHER_SIRET)
    members.choose_delivery(daily.user_id, second.company.id, "daily")
    tell(team)
    organisation_notices.tell(second.company.id, "company_proved", {})
    at(5, 7)
    digests.run()
    assert kinds_to(daily.email).count("company_digest") == 2


def test_the_mails_that_leave_at_once_are_returned_the_members_first(team):
    chief = team[0]
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "rh@example.org")
    companies.confirm_shared_mailbox(link_in("rh@example.org").rstrip("/").rsplit("/", 1)[1])
    mails = organisation_notices.tell(chief.company.id, "company_proved", {})
    told = [Mail.objects.get(pk=mail).to_address for mail in mails]
    assert told == [chief.email, "rh@example.org"]
    assert [
        Mail.objects.get(pk=mail).to_address
        for mail in organisation_notices.tell(chief.company.id, "roles_changed", {}, administrators=True)
    ] == [chief.email]


def test_the_last_seven_oclock_is_todays_from_seven_on(at):
    at(5, 6, 59)
    assert digests.latest_hour().astimezone(clock.PARIS).day == 4
    at(5, 7)
    assert digests.latest_hour() == datetime(2027, 1, 5, 7, tzinfo=clock.PARIS)


def test_the_calendar_writes_the_mails_of_the_day(team, at):
    from matricule.core import jobs

    tell(team)
    at(5, 7)
    assert "accounts.digests" in jobs.run_sweeps()
    assert counts(team, "company_digest") == [0, 1, 0]
