"""Posts at an office: they hold while their row does, and read at each request (R51)."""

from uuid import uuid4

import pytest

from matricule.accounts import staff
from matricule.accounts.models import Session
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
BY = "system:tests"


def appoint(user=None, office="251", role="caseworker", name="Camille Roy"):
    user = user or make.a_user()
    staff.appoint(by=BY, user=user, name=name, office=office, role=role)
    return user


def test_a_post_is_an_office_and_a_role():
    user = appoint(role="supervisor")
    post = staff.post_of(user.pk)
    assert (post.office, post.name, post.supervises) == ("251", "Camille Roy", True)
    assert staff.office_of(user.pk) == "251"


def test_everybody_else_has_none():
    assert staff.post_of(make.a_user().pk) is None and staff.office_of(uuid4()) is None


def test_a_new_post_takes_the_place_of_the_old_one():
    user = appoint()
    appoint(user, office="751", role="supervisor")
    assert staff.office_of(user.pk) == "751" and staff.Staff.objects.count() == 2


def test_whoever_leaves_is_out_at_once_with_every_session():
    appoint(role="supervisor", name="Irène")
    user = appoint()
    cast.browser(user)
    assert Session.objects.filter(user_id=user.pk).exists()
    staff.dismiss(by=BY, user_id=user.pk, office="251")
    assert staff.post_of(user.pk) is None and not Session.objects.filter(user_id=user.pk).exists()


def test_an_office_keeps_a_supervisor():
    boss = appoint(role="supervisor")
    appoint()
    with pytest.raises(staff.LastSupervisor):
        staff.dismiss(by=BY, user_id=boss.pk, office="251")
    appoint(role="supervisor")
    staff.dismiss(by=BY, user_id=boss.pk, office="251")
    assert staff.post_of(boss.pk) is None


def test_nobody_of_another_office_is_dismissed():
    user = appoint(office="751")
    staff.dismiss(by=BY, user_id=user.pk, office="251")
    assert staff.office_of(user.pk) == "751"


def test_an_account_that_is_closed_has_no_post():
    user = appoint()
    user.is_active = False
    user.save()
    assert staff.post_of(user.pk) is None


def test_colleagues_by_name_and_names_of_those_who_left():
    zoe, anne = appoint(name="Zoé"), appoint(name="Anne")
    appoint(office="751", name="Else")
    assert [post.name for post in staff.colleagues("251")] == ["Anne", "Zoé"]
    appoint(role="supervisor", name="Boss")
    staff.dismiss(by=BY, user_id=zoe.pk, office="251")
    assert staff.names({zoe.pk, anne.pk, uuid4()}) == {zoe.pk: "Zoé", anne.pk: "Anne"}


def test_each_change_is_in_the_journal_and_names_nobody():
    mark = cast.last_entry()
    user = appoint()
    appoint(role="supervisor")
    staff.dismiss(by=BY, user_id=user.pk, office="251")
    actions = [action for action, _ in cast.entries_since(mark)]
    assert actions.count("staff.appointed") == 2 and "staff.dismissed" in actions
