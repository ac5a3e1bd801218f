"""A volume of a company's requests says what the operations would have said: nothing to mend, nothing due."""

from collections import Counter

import pytest
from django.db import transaction

from matricule.accounts import organisations
from matricule.accounts.models import User
from matricule.core import journal
from matricule.demo import company, volume
from matricule.demo.volume import companies
from matricule.dossiers import labels, lines, queues, reconciling, requests
from matricule.dossiers.listing import ListedPerson, ListedRequest, View
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import certifying, numbers, requesting, silence, spaces
from tests.support import factories as make
from tests.support import plans

COUNT = 100


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Make a volume in two chunks, once for this module; it is rolled back at the end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        plans.join_by_hash()
        patch.setattr(volume, "CHUNK", 60)
        patch.setattr(journal, "seal_pending", lambda: 0)  # would want a transaction of its own
        assert list(volume.make_requests(COUNT, 7)) == [60, 100]
        yield companies.firm()[0]
        transaction.set_rollback(True)


@pytest.fixture
def made(loaded):
    """Give the company of the volume to one test, which leaves everything as it was."""
    with transaction.atomic():
        yield loaded
        transaction.set_rollback(True)


def test_the_reconcilers_find_nothing_to_mend(made):
    assert reconciling.compare() == (COUNT, [])
    assert (queues.miscounted(), labels.miscounted()) == ([], [])
    assert lines.differing(list(Dossier.objects.all())) == []


def test_no_calendar_has_anything_to_do_on_that_day(made):
    done = silence.run(), numbers.take_answers(), certifying.run(), spaces.run(), requesting.tell_sendable()
    assert done == (0, 0, 0, 0, 0)


def test_every_label_and_families_are_there(made):
    counts = labels.counts(made)
    assert counts["all"] == COUNT and set(counts) >= {"draft", *labels.FILTERS}
    assert all(counts[label] for label in ("draft", "in_progress", "awaiting", "provisional", "registered"))
    assert set(Registrant.objects.values_list("role", flat=True)) == {"principal", "spouse", "child"}
    assert max(Counter(Registrant.objects.values_list("dossier", flat=True)).values()) == 4


def test_its_list_is_sorted_searched_and_has_something_to_do(made):
    page = requests.listed(made, View(order="person"))
    assert [row.name for row in page.rows] == sorted(row.name for row in page.rows) and page.after
    name = page.rows[0].person.birth_name
    assert page.rows[0].dossier.pk in {row.dossier.pk for row in requests.listed(made, View(text=name)).rows}
    found = requests.to_do(made)
    assert found.asked and found.sendable and found.titles
    assert (ListedRequest.objects.count(), ListedPerson.objects.count()) == (COUNT, Registrant.objects.count())


def test_a_second_load_adds_to_the_same_company(made):
    before = set(Dossier.objects.values_list("pk", flat=True))
    assert list(volume.make_requests(30, 7)) == [30]
    assert len(set(Dossier.objects.values_list("pk", flat=True)) - before) == 30
    assert labels.counts(made)["all"] == COUNT + 30 and reconciling.compare()[1] == []


def test_whoever_administers_the_demo_s_company_is_let_in(made):
    organisations.Membership.objects.all().delete()
    guest = make.a_user(company.TEAM[0].email)
    company_id, chief = companies.firm()
    assert {one.user_id for one in organisations.members(company_id)} == {chief.pk, guest.pk}
    assert companies.firm() == (company_id, User.objects.get(pk=chief.pk))
