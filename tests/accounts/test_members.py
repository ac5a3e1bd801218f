"""Who acts for a company: roles, leaving, removing, and how each is written to."""

import pytest

from matricule import notices
from matricule.accounts import members, organisations, staff, totp
from matricule.accounts.models import Session, User
from matricule.accounts.organisation_door import LastAdministrator, NotTheirs
from tests.accounts.test_companies import kinds_to
from tests.support import cast, company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    """Give an administrator and a member."""
    chief = company.a_company()
    return chief, company.a_colleague(chief)


def test_a_removed_member_is_out_and_the_company_keeps_the_name(team):
    chief, colleague = team
    for _ in range(2):
        members.remove(chief.user_id, chief.company.id, colleague.user_id)
    assert organisations.membership_of(colleague.user_id) is None
    assert organisations.member_names({colleague.user_id}, chief.company.id) == {colleague.user_id: "Bruno Petit"}
    assert kinds_to(colleague.email)[-1] == "place_ended"
    assert kinds_to(chief.email).count("colleague_left") == 1


def test_everybody_may_leave_but_the_last_administrator_needs_a_successor(team):
    chief, colleague = team
    with pytest.raises(LastAdministrator):
        members.remove(chief.user_id, chief.company.id, chief.user_id)
    with pytest.raises(LastAdministrator):
        members.change_role(chief.user_id, chief.company.id, chief.user_id, "member")
    members.change_role(chief.user_id, chief.company.id, colleague.user_id, "administrator")
    members.remove(chief.user_id, chief.company.id, chief.user_id)
    assert organisations.membership_of(chief.user_id) is None
    assert [row.user_id for row in organisations.members(chief.company.id)] == [colleague.user_id]
    assert "place_ended" not in kinds_to(chief.email), "whoever leaves knows it"


def test_an_administrator_whose_account_is_shut_is_no_successor(team):
    chief, colleague = team
    members.change_role(chief.user_id, chief.company.id, colleague.user_id, "administrator")
    type(make.a_user()).objects.filter(pk=colleague.user_id).update(is_active=False)
    with pytest.raises(LastAdministrator):
        members.remove(chief.user_id, chief.company.id, chief.user_id)


def test_a_member_leaves_but_removes_promotes_and_resets_nobody(team):
    chief, colleague = team
    other = company.a_colleague(chief)
    for act in (
        lambda: members.remove(colleague.user_id, chief.company.id, other.user_id),
        lambda: members.change_role(colleague.user_id, chief.company.id, colleague.user_id, "administrator"),
        lambda: members.reset_sign_in(colleague.user_id, chief.company.id, other.user_id),
    ):
        mark = cast.last_entry()
        with pytest.raises(NotTheirs):
            act()
        assert [outcome for _, outcome in cast.entries_since(mark)] == ["refused"]
    members.remove(colleague.user_id, chief.company.id, colleague.user_id)
    assert organisations.membership_of(colleague.user_id) is None


def test_roles_change_once_and_only_to_what_exists(team):
    chief, colleague = team
    with pytest.raises(ValueError, match="owner"):
        members.change_role(chief.user_id, chief.company.id, colleague.user_id, "owner")
    mark = cast.last_entry()
    for _ in range(2):
        members.change_role(chief.user_id, chief.company.id, colleague.user_id, "administrator")
    assert cast.entries_since(mark) == [("organisation.role_changed", "done")]
    with pytest.raises(NotTheirs):
        members.change_role(chief.user_id, chief.company.id, make.a_user().pk, "member")


def test_a_name_and_a_preference_are_ones_own(team):
    chief, colleague = team
    mark = cast.last_entry()
    for _ in range(2):
        members.rename(colleague.user_id, chief.company.id, "Bruno Petit-Roy")
        members.choose_delivery(colleague.user_id, chief.company.id, "daily")
    found = company.member(colleague.user_id, chief.company.id)
    assert (found.name, found.delivery) == ("Bruno Petit-Roy", "daily")
    assert len(cast.entries_since(mark)) == 2
    with pytest.raises(ValueError, match="weekly"):
        members.choose_delivery(colleague.user_id, chief.company.id, "weekly")


def test_whoever_lost_the_means_sets_them_up_again_by_a_colleagues_act(team):
    chief, colleague = team
    make.a_passkey(User.objects.get(pk=colleague.user_id))
    totp.begin(colleague.user_id)
    company.browser(colleague.user_id)
    assert organisations.with_sign_in([chief.user_id, colleague.user_id]) == {colleague.user_id}
    members.reset_sign_in(chief.user_id, chief.company.id, colleague.user_id)
    assert organisations.with_sign_in([chief.user_id, colleague.user_id]) == set()
    assert not Session.objects.filter(user_id=colleague.user_id).exists()
    assert kinds_to(chief.email)[-1] == "sign_in_reset"


def test_nobody_resets_themselves_staff_or_somebody_of_another_company_too(team):
    chief, colleague = team
    worker = company.a_colleague(chief)
    staff.appoint(
        by="system:tests", user=type(make.a_user()).objects.get(pk=worker.user_id), name="X", office="251",
        role="caseworker",
    )  # fmt: skip
    company.a_company(type(make.a_user()).objects.get(pk=colleague.user_id), siret=company.OTHER_SIRET)
    for whom in (chief.user_id, worker.user_id, colleague.user_id, make.a_user().pk):
        with pytest.raises(NotTheirs):
            members.reset_sign_in(chief.user_id, chief.company.id, whom)


def test_a_company_and_a_person_have_notices_of_their_own(team):
    chief, _ = team
    assert notices.unread_count(chief.user_id, organisation_id=chief.company.id) == 2
    assert notices.unread_count(chief.user_id) == 0 and notices.for_recipient(chief.user_id) == []
    assert notices.mark_read(chief.user_id) == 0
    assert notices.mark_read(chief.user_id, organisation_id=chief.company.id) == 2
