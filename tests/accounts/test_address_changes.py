"""Another address for an account: 24 hours enforced, both addresses told, the old one stops it without signing in."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction

from matricule.accounts import address_changes, codes, sessions
from matricule.accounts.address_changes import AddressChange, CannotChange
from matricule.accounts.models import LoginCode, Session, User
from matricule.core import clock, jobs, journal
from matricule.core.outbox import Mail
from matricule.notices.models import Notice
from tests.accounts.mails import last_code, wrong
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
OLD, NEW = "old-box@example.org", "new-box@example.org"
A_SECOND = timedelta(seconds=1)
KINDS = (
    "address_change_asked", "address_changed", "address_change_stopped", "address_kept", "new_address_waits",
    "new_address_stopped",
)  # fmt: skip
_seen: set = set()


@pytest.fixture
def user():
    return make.a_user(OLD)


def begin(user, address=NEW, **given):
    return address_changes.begin(user.pk, address, by=f"user:{user.pk}", **given)


def mails() -> list[tuple[str, str]]:
    """Return what was written to whom since this was asked last, sorted: several leave at one moment."""
    fresh = Mail.objects.filter(kind__in=KINDS).exclude(pk__in=_seen)
    found = sorted((mail.kind, mail.to_address) for mail in fresh)
    _seen.update(fresh.values_list("pk", flat=True))
    return found


def after(delay):
    return time_machine.travel(clock.wall() + delay, tick=False)


def a_session(user) -> None:
    cast.browser(user)


def acts(user) -> list[tuple[str, str, str]]:
    return [(entry.action, entry.actor, entry.outcome) for entry in journal.entries_about(("user", user.pk))]


def test_nothing_changes_before_the_24_hours_are_over_and_then_it_does(user):
    row = begin(user)
    with after(address_changes.DELAY - A_SECOND):
        assert address_changes.apply_due() == 0
    user.refresh_from_db()
    assert user.email == OLD
    with after(address_changes.DELAY):
        assert address_changes.apply_due() == 1
        assert address_changes.apply_due() == 0
    user.refresh_from_db()
    row.refresh_from_db()
    assert (user.email, row.state, row.new_address) == (NEW, "done", "")


def test_the_calendar_makes_the_change(user):
    begin(user)
    with after(timedelta(days=40)):
        jobs.run_sweeps()
    user.refresh_from_db()
    assert user.email == NEW


def test_both_addresses_are_told_at_both_ends(user):
    begin(user)
    assert mails() == [("address_change_asked", OLD), ("new_address_waits", NEW)]
    with after(address_changes.DELAY):
        address_changes.apply_due()
    assert mails() == [("address_changed", NEW), ("address_changed", OLD)]
    assert [notice.kind for notice in Notice.objects.order_by("created_at")] == [
        "address_change_asked", "address_changed",
    ]  # fmt: skip


def test_every_session_ends_with_the_change(user):
    a_session(user)
    begin(user)
    assert Session.objects.filter(user=user).count() == 1
    with after(address_changes.DELAY):
        address_changes.apply_due()
    assert not Session.objects.filter(user=user).exists()


def test_the_old_address_stops_it_once_and_everybody_is_signed_out(user):
    a_session(user)
    row = begin(user)
    mails()
    assert address_changes.still_waits(row.pk)
    assert address_changes.stop(row.pk, by="anonymous")
    assert not address_changes.stop(row.pk, by="anonymous")
    assert not address_changes.still_waits(row.pk) and not Session.objects.filter(user=user).exists()
    assert mails() == [("address_change_stopped", OLD), ("new_address_stopped", NEW)]
    with after(timedelta(days=3)):
        assert address_changes.apply_due() == 0
    user.refresh_from_db()
    row.refresh_from_db()
    assert (user.email, row.new_address) == (OLD, "")


def test_who_stops_it_in_the_space_stays_signed_in(user):
    mine = cast.browser(user)
    a_session(user)
    row = begin(user)
    key = mine.cookies[settings.SESSION_COOKIE_NAME].value
    assert address_changes.stop(row.pk, by=f"user:{user.pk}", keep_session=key)
    assert Session.objects.filter(user=user).count() == 1
    assert sessions.end_others(user.pk, None) == 1


def test_every_step_is_in_the_journal_without_an_address(user):
    me = f"user:{user.pk}"
    address_changes.stop(begin(user).pk, by="anonymous")
    begin(user)
    with after(address_changes.DELAY):
        address_changes.apply_due()
    assert acts(user) == [
        ("address.change_asked", me, "done"),
        ("address.change_stopped", "anonymous", "done"),
        ("address.change_asked", me, "done"),
        ("address.changed", "system:addresses", "done"),
    ]
    told = [str(entry.detail) for entry in journal.entries_about(("user", user.pk))]
    assert not [text for text in told if "@" in text]


def test_one_change_at_a_time(user):
    begin(user)
    with pytest.raises(CannotChange, match="busy"):
        begin(user, "third@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.create(
            user=user, new_address=NEW, by_caisse=False, asked_at=clock.now(), due_at=clock.now()
        )
    assert AddressChange.objects.count() == 1


def test_ones_own_address_is_no_change(user):
    with pytest.raises(CannotChange, match="same"):
        begin(user, OLD)


def test_an_address_with_a_dossier_is_taken(user):
    make.a_draft(make.a_user(NEW))
    with pytest.raises(CannotChange, match="taken"):
        begin(user)
    assert mails() == [] and not AddressChange.objects.exists()


def test_a_disabled_account_does_not_give_its_address_away(user):
    User.objects.filter(pk=make.a_user(NEW).pk).update(is_active=False)
    with pytest.raises(CannotChange, match="taken"):
        begin(user)


def test_somebody_who_only_signed_in_with_the_new_address_finds_their_space_there(user):
    empty = make.a_user(NEW)
    a_session(empty)
    begin(user)
    with after(address_changes.DELAY):
        address_changes.apply_due()
    user.refresh_from_db()
    assert user.email == NEW
    assert not User.objects.filter(pk=empty.pk).exists() and not Session.objects.exists()


def test_an_address_that_got_a_dossier_meanwhile_stays_with_it(user):
    row = begin(user)
    make.a_draft(make.a_user(NEW))
    with after(address_changes.DELAY):
        assert address_changes.apply_due() == 1
    user.refresh_from_db()
    row.refresh_from_db()
    assert (user.email, row.state) == (OLD, "taken")
    assert ("address_kept", OLD) in mails()
    assert acts(user)[-1][0] == "address.change_failed"


def test_somebody_who_signs_in_with_it_between_two_statements_keeps_it(user, monkeypatch):
    row = begin(user)
    make.a_draft(make.a_user(NEW))
    monkeypatch.setattr(address_changes, "_is_free", lambda *_: True)
    monkeypatch.setattr(User, "delete", lambda _self: None)
    with after(address_changes.DELAY):
        assert address_changes.apply_due() == 1
    user.refresh_from_db()
    row.refresh_from_db()
    assert (user.email, row.state) == (OLD, "taken")


def test_two_who_want_one_address_the_first_gets_it(user):
    other = make.a_user("other-box@example.org")
    make.a_draft(user)
    begin(user)
    begin(other)
    with after(address_changes.DELAY):
        assert address_changes.apply_due() == 2
    assert User.objects.get(email=NEW).pk == user.pk
    assert {row.state for row in AddressChange.objects.all()} == {"done", "taken"}


def test_the_link_of_the_message_carries_a_mark_that_the_notice_does_not_keep(user):
    row = begin(user)
    mark = address_changes.mark_of(row.pk)
    assert f"/space/stop/{row.pk}/{mark}/" in Mail.objects.get(kind="address_change_asked").body
    assert mark not in Mail.objects.get(kind="new_address_waits").body
    assert address_changes.is_mark(row.pk, mark) and not address_changes.is_mark(make.a_user().pk, mark)
    assert not address_changes.is_mark(row.pk, "") and not address_changes.is_mark(row.pk, "é")
    stored = cast.everything_stored()
    assert "address_change_asked" in stored
    for text in (mark, NEW, NEW.encode().hex()):
        assert text not in stored


def test_a_code_for_an_address_signs_nobody_in_and_makes_nobody(user):
    ticket = codes.request_code(NEW, language="en", network="n", purpose="address", kind="address_code")
    code = last_code(kind="address_code")
    assert codes.verify(ticket, code, language="en") is None, "no sign-in code"
    assert codes.prove(ticket, wrong(code), actor="anonymous", purpose="address") is None
    assert (
        codes.prove(codes.Ticket(ticket.code_id, "another browser"), code, actor="anonymous", purpose="address")
        is None
    )
    assert codes.prove(codes.Ticket("no id", ""), code, actor="anonymous", purpose="address") is None
    assert codes.prove(ticket, code, actor="anonymous", purpose="address") == NEW
    assert codes.prove(ticket, code, actor="anonymous", purpose="address") is None, "used"
    assert User.objects.count() == 1


def test_five_attempts_at_the_code_of_an_address(user):
    ticket = codes.request_code(NEW, language="en", network="n", purpose="address", kind="address_code")
    code = last_code(kind="address_code")
    for _ in range(codes.MAX_ATTEMPTS):
        assert codes.prove(ticket, wrong(code), actor="anonymous", purpose="address") is None
    assert codes.prove(ticket, code, actor="anonymous", purpose="address") is None
    assert LoginCode.objects.get().attempts == codes.MAX_ATTEMPTS
