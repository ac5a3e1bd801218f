"""The only answer to "may X do Y on Z"."""

from uuid import uuid4

import pytest

from matricule.dossiers import access
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def test_the_owner_may_do_what_the_list_says_and_nothing_else():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    assert all(access.may(owner, action, dossier) for action in access.OWNER_ACTIONS)
    assert not any(access.may(owner, action, dossier) for action in access.SYSTEM_ACTIONS | {"decide", "", "READ"})


@pytest.mark.parametrize("role", cast.OUTSIDERS)
def test_nobody_else_may_do_anything(role):
    dossier, actor = make.a_draft(), access.person(cast.somebody(role).pk)
    assert not any(access.may(actor, action, dossier) for action in access.OWNER_ACTIONS | access.SYSTEM_ACTIONS)
    with pytest.raises(access.NotFound):
        access.get(actor, dossier.pk)
    assert not access.readable(actor).exists()


def test_a_job_may_do_its_own_and_reads_no_list():
    dossier, job = make.a_draft(), access.system("retention")
    assert all(access.may(job, action, dossier) for action in access.SYSTEM_ACTIONS)
    assert not any(access.may(job, action, dossier) for action in access.OWNER_ACTIONS)
    assert not access.readable(job).exists()


def test_a_job_that_bears_the_owners_id_is_not_the_owner():
    dossier = make.a_draft()
    assert not access.may(access.system(str(dossier.owner_id)), "read", dossier)
    assert not access.may(access.Actor("anonymous", str(dossier.owner_id)), "read", dossier)


def test_what_does_not_exist_is_refused_like_another_persons():
    actor = access.person(make.a_user().pk)
    for dossier_id in (uuid4(), make.a_draft().pk):
        with pytest.raises(access.NotFound) as refusal:
            access.get(actor, dossier_id)
        assert refusal.value.args == () and not refusal.value.noted


def test_the_owner_reads_their_own_only():
    mine, _ = make.a_draft(), make.a_draft()
    assert list(access.readable(make.owner_of(mine))) == [mine]
    assert access.get(make.owner_of(mine), mine.pk) == mine


def test_an_actor_reads_as_the_journal_wants_it():
    user_id = uuid4()
    assert str(access.person(user_id)) == f"user:{user_id}" and str(access.system("check_file")) == "system:check_file"
