"""Joining two accounts of one company brings its requests to one place (issue 5, section 1)."""

from uuid import uuid4

import pytest

from matricule.accounts.companies import NotAlike
from matricule.accounts.organisations import Organisation
from matricule.core import journal
from matricule.dossiers import access, keeping, requests
from matricule.dossiers.listing import EVERYTHING, View
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import exporting, joining, viewing
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


def test_requests_and_people_of_both_are_in_one_account_and_each_history_says_so():
    other = firm.a_request()
    one, two = company.a_company(siret=other.organisation.siret), other.organisation_id
    worker = caisse.a_caseworker()
    assert joining.join_accounts(worker, one.company.id, two) == 1
    assert joining.join_accounts(worker, one.company.id, two) == 0, "a second click finds it done"
    moved = Dossier.objects.get(pk=other.pk)
    assert moved.organisation_id == one.company.id
    assert [row.dossier.pk for row in requests.listed(one.company.id).rows] == [other.pk]
    assert requests.read(access.member(one.user_id), other.pk).dossier.pk == other.pk
    assert requests.read(access.member(other.owner_id), other.pk).dossier.pk == other.pk
    assert journal.entries_about(("dossier", other.pk))[-1].action == "request.account_joined"


def test_the_views_and_files_that_a_member_keeps_come_over_with_them():
    other = firm.a_request()
    actor = firm.actor_of(other)
    one, two = company.a_company(siret=other.organisation.siret), other.organisation_id
    view_id = viewing.keep(actor, two, "To send", View("draft"), key=uuid4())
    ready, waiting = (exporting.ask(actor, two, EVERYTHING, "csv", "en", key=uuid4()) for _ in range(2))
    exporting.make(ready)
    joining.join_accounts(caisse.a_caseworker(), one.company.id, two)
    exporting.make(waiting)
    here = one.company.id
    assert [view.id for view in keeping.views_of(actor.uuid, here)] == [view_id]
    assert {row.pk for row in keeping.exports_of(actor.uuid, here)} == {ready, waiting}
    for export_id in (ready, waiting):
        assert other.reference in exporting.fetch(actor, here, export_id)[1].decode()


def test_nobody_but_a_caseworker_joins_and_nothing_changes():
    one, two = company.a_company(), company.a_company()
    for actor in (access.member(one.user_id), access.person(one.user_id), access.caseworker(one.user_id)):
        with pytest.raises(access.NotFound):
            joining.join_accounts(actor, one.company.id, two.company.id)
    assert not Organisation.objects.exclude(joined_to=None).exists()


def test_accounts_of_two_sirets_stay_two():
    one, other = company.a_company(), company.a_company(siret=company.OTHER_SIRET)
    with pytest.raises(NotAlike):
        joining.join_accounts(caisse.a_caseworker(), one.company.id, other.company.id)
