"""Inviting a colleague: one address, 14 days, a link that opens nothing to anybody else."""

from datetime import timedelta

import pytest

from matricule.accounts import invitations, organisations
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Invitation
from matricule.core import clock
from matricule.core.outbox import Mail
from tests.accounts.test_companies import kinds_to, link_in
from tests.support import cast, company
from tests.support import factories as make

pytestmark = pytest.mark.django_db

GUEST = "guest@example.org"


@pytest.fixture
def later(monkeypatch):
    """Move business time."""
    return lambda **by: monkeypatch.setattr(clock, "_offset", lambda: timedelta(**by))


def invited(chief, address=GUEST, role="member"):
    return invitations.token_of(invitations.invite(chief.user_id, chief.company.id, address, role))


def test_the_link_of_the_mail_leads_in_and_the_link_shown_is_the_same():
    chief = company.a_company()
    token = invited(chief)
    (waiting,) = invitations.still_open(chief.company.id)
    assert link_in(GUEST).endswith(invitations.path_of(waiting.id, "fr")) and token in link_in(GUEST)
    assert invitations.asked_by(token) == invitations.Asked("Atelier Lumen", GUEST, "member")
    guest = make.a_user(GUEST)
    assert invitations.accept(guest.pk, token, "Awa Diop") == chief.company.id
    assert company.member(guest.pk, chief.company.id).name == "Awa Diop"
    assert kinds_to(chief.email)[-1] == "colleague_joined"
    assert invitations.still_open(chief.company.id) == [] and invitations.asked_by(token) is None


def test_only_a_digest_of_the_link_is_kept():
    token = invited(company.a_company())
    assert token not in cast.everything_stored()
    assert Invitation.objects.get().digest != token


def test_whoever_has_the_link_and_not_the_address_stays_outside():
    chief = company.a_company()
    token, thief, mark = invited(chief), make.a_user(), cast.last_entry()
    with pytest.raises(invitations.BadInvitation):
        invitations.accept(thief.pk, token, "Thief")
    assert cast.entries_since(mark) == [("organisation.joined", "refused")]
    assert organisations.membership_of(thief.pk) is None
    assert invitations.asked_by(token) is not None, "the guest may still come"


def test_after_fourteen_days_it_opens_nothing_and_a_new_one_takes_its_place(later):
    chief, guest = company.a_company(), make.a_user(GUEST)
    token = invited(chief)
    later(days=14, seconds=1)
    assert invitations.asked_by(token) is None
    with pytest.raises(invitations.BadInvitation):
        invitations.accept(guest.pk, token, "Late")
    (over,) = invitations.still_open(chief.company.id)
    assert over.is_over
    again = invited(chief)
    assert again != token and not invitations.still_open(chief.company.id)[0].is_over
    assert invitations.accept(guest.pk, again, "In time") == chief.company.id


def test_inviting_an_address_again_while_it_waits_writes_nothing():
    chief = company.a_company()
    assert invited(chief) == invited(chief)
    assert kinds_to(GUEST) == ["invited_to_company"]


def test_a_withdrawn_invitation_opens_nothing():
    chief, guest = company.a_company(), make.a_user(GUEST)
    token = invited(chief)
    (waiting,) = invitations.still_open(chief.company.id)
    for _ in range(2):
        invitations.withdraw(chief.user_id, chief.company.id, waiting.id)
    assert invitations.asked_by(token) is None
    with pytest.raises(invitations.BadInvitation):
        invitations.accept(guest.pk, token, "Late")


def test_accepting_twice_has_one_effect_and_a_removed_guest_does_not_come_back_by_it():
    chief, guest = company.a_company(), make.a_user(GUEST)
    token = invited(chief)
    for _ in range(2):
        assert invitations.accept(guest.pk, token, "Awa Diop") == chief.company.id
    assert len(organisations.members(chief.company.id)) == 2
    from matricule.accounts import members

    members.remove(chief.user_id, chief.company.id, guest.pk)
    with pytest.raises(invitations.BadInvitation):
        invitations.accept(guest.pk, token, "Awa Diop")


def test_a_member_invites_nobody_and_an_administrator_nobody_who_is_in():
    chief = company.a_company()
    colleague = company.a_colleague(chief)
    with pytest.raises(NotTheirs):
        invited(colleague)
    with pytest.raises(invitations.AlreadyMember):
        invited(chief, colleague.email)
    with pytest.raises(NotTheirs):
        invitations.withdraw(colleague.user_id, chief.company.id, chief.company.id)


def test_an_account_writes_to_no_more_addresses_than_it_may(monkeypatch):
    monkeypatch.setattr(invitations, "MOST", 2)
    chief = company.a_company()
    invited(chief, "a@example.org")
    invited(chief, "b@example.org")
    with pytest.raises(invitations.TooMany):
        invited(chief, "c@example.org")


def test_an_unknown_guest_reads_both_languages_a_known_one_their_own():
    chief = company.a_company()
    make.a_user("known@example.org", language="en")
    invited(chief, "known@example.org")
    invited(chief)
    known, unknown = (
        next(mail for mail in Mail.objects.all() if mail.to_address == who) for who in ("known@example.org", GUEST)
    )
    assert known.body.startswith("Hello") and "Bonjour" not in known.body
    assert unknown.body.startswith("Bonjour") and "Hello" in unknown.body
    assert "Lumen" not in known.body + unknown.body, "a mail names no company: its name is whatever somebody typed"
