"""Views of a list under a name: each person's own, kept, renamed, removed."""

from uuid import uuid4

import pytest
from django.db import connection

from matricule.dossiers import access, keeping
from matricule.dossiers.keeping import SavedView
from matricule.dossiers.listing import View
from matricule.dossiers.operations import viewing
from matricule.dossiers.operations.door import AlreadyDone
from tests.support import cast
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

VIEW = View("awaiting", "turn", "Okonkwo")


@pytest.fixture
def here():
    """Give a member and their company."""
    company = firm.a_company()
    return access.member(firm.a_member(company).pk), company.pk


def test_a_view_is_kept_renamed_and_removed_each_in_the_journal(here):
    mark = cast.last_entry()
    view_id = viewing.keep(*here, "  To   send ", VIEW, key=uuid4())
    (kept,) = keeping.views_of(here[0].uuid, here[1])
    assert (kept.name, kept.view) == ("To send", VIEW)
    viewing.rename(*here, view_id, "Sent")
    viewing.rename(*here, view_id, "Sent")
    assert keeping.views_of(here[0].uuid, here[1])[0].name == "Sent"
    viewing.remove(*here, view_id)
    assert keeping.views_of(here[0].uuid, here[1]) == []
    assert [action for action, _ in cast.entries_since(mark)] == ["view.kept", "view.renamed", "view.removed"]


def test_a_name_and_what_is_searched_are_sealed(here):
    viewing.keep(*here, "Madame Okonkwo", VIEW, key=uuid4())
    with connection.cursor() as cursor:
        cursor.execute("select * from dossiers_savedview")
        assert "konkwo" not in str([bytes(one) if isinstance(one, memoryview) else one for one in cursor.fetchone()])


def test_the_same_submit_twice_keeps_one(here):
    key = uuid4()
    viewing.keep(*here, "To send", VIEW, key=key)
    with pytest.raises(AlreadyDone):
        viewing.keep(*here, "To send", VIEW, key=key)
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   "])
def test_a_view_has_a_name(here, name):
    with pytest.raises(ValueError, match="name"):
        viewing.keep(*here, name, VIEW, key=uuid4())
    view_id = viewing.keep(*here, "To send", VIEW, key=uuid4())
    with pytest.raises(ValueError, match="name"):
        viewing.rename(*here, view_id, name)


def test_there_is_a_most(here, monkeypatch):
    monkeypatch.setattr(viewing, "MOST", 1)
    viewing.keep(*here, "One", VIEW, key=uuid4())
    with pytest.raises(viewing.TooMany):
        viewing.keep(*here, "Two", VIEW, key=uuid4())


def test_a_view_is_nobody_else_s(here):
    view_id = viewing.keep(*here, "To send", VIEW, key=uuid4())
    colleague = access.member(firm.a_member(firm.Organisation.objects.get(pk=here[1])).pk)
    other = firm.a_request()
    for actor, company_id in (
        (colleague, here[1]),
        (access.member(other.owner_id), other.organisation_id),
        (here[0], other.organisation_id),
        (access.person(here[0].uuid), here[1]),
    ):
        with pytest.raises(access.NotFound):
            viewing.rename(actor, company_id, view_id, "Mine")
        with pytest.raises(access.NotFound):
            viewing.remove(actor, company_id, view_id)
    assert keeping.views_of(colleague.uuid, here[1]) == []
    with pytest.raises(access.NotFound):
        viewing.keep(here[0], other.organisation_id, "To send", VIEW, key=uuid4())
