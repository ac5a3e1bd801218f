"""The lists of a person and of an office: order, pages by key, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule.core import clock
from matricule.dossiers import access, queries, queues
from matricule.dossiers.models import Dossier, QueueCount
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def rows(count, office="251", queue="to_take", minutes=0):
    """Make dossiers that stand in a queue; each waits ``minutes`` longer than the one before."""
    owner, now = make.a_user(), clock.now()
    made = [
        Dossier(
            reference=f"M26-{queue[:2]}{office[0]}-{number:05d}", route="student", owner=owner, office=office,
            opened_at=now, submitted_at=now, ended_at=now, queue=queue,
            waiting_since=now - timedelta(minutes=minutes * number),
        )
        for number in range(count)
    ]  # fmt: skip
    Dossier.objects.bulk_create(made)
    for dossier in made:
        dossier.registrants.create(birth_name=f"Nom {dossier.reference}")
    return made


def walk(office, queue, limit):
    pages, after = [], ""
    while True:
        page = queries.office_list(office, queue, after, limit=limit)
        pages.append([dossier.pk for dossier in page.dossiers])
        after = page.after
        if not after:
            return pages


def test_the_oldest_wait_comes_first_and_every_dossier_once():
    made = rows(7, minutes=1)
    pages = walk("251", "to_take", 3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [pk for page in pages for pk in page] == [dossier.pk for dossier in reversed(made)]


def test_waits_of_the_same_moment_are_told_apart_by_the_id():
    made = rows(5)
    assert [pk for page in walk("251", "to_take", 2) for pk in page] == sorted(dossier.pk for dossier in made)


@pytest.mark.parametrize(("count", "pages"), [(0, [0]), (2, [2]), (3, [3]), (4, [3, 1]), (6, [3, 3])])
def test_there_is_a_next_page_only_when_something_is_on_it(count, pages):
    rows(count)
    assert [len(page) for page in walk("251", "to_take", 3)] == pages


def test_another_office_and_another_queue_are_not_there():
    rows(2)
    rows(1, office="751")
    rows(1, queue="ready")
    assert [len(walk(*place, 9)[0]) for place in (("251", "to_take"), ("751", "to_take"), ("251", "ready"))] == [
        2,
        1,
        1,
    ]
    assert walk("", "to_take", 9) == [[]]


@pytest.mark.parametrize("after", ["nonsense", "~", "2026-11-26T10:00:00~x", "2026-11-26T10:00:00~" + "0" * 32, "x~y"])
def test_a_mark_that_is_none_begins_at_the_first_page(after):
    rows(2)
    assert len(queries.office_list("251", "to_take", after).dossiers) == 2


def test_a_page_stays_right_when_its_last_dossier_left_meanwhile():
    made = rows(4, minutes=1)
    page = queries.office_list("251", "to_take", limit=2)
    Dossier.objects.filter(pk=page.dossiers[-1].pk).update(queue="taken")
    rest = queries.office_list("251", "to_take", page.after, limit=2)
    assert [dossier.pk for dossier in rest.dossiers] == [made[1].pk, made[0].pk]


def test_a_page_costs_two_statements_and_opens_nothing_sealed():
    rows(6)
    with CaptureQueriesContext(connection) as seen:
        page = queries.office_list("251", "to_take", limit=4)
        names = [person.birth_name for dossier in page.dossiers for person in dossier.registrants.all()]
    assert (len(seen), len(names)) == (2, 4)
    assert '"answers"' not in seen[0]["sql"] and '"iban"' not in seen[1]["sql"]


def test_the_counts_are_those_that_the_operations_keep():
    QueueCount.objects.create(office="751", queue="done", n=3)
    make.a_submitted()
    assert queries.office_counts("251") == dict.fromkeys(queues.QUEUES, 0) | {"to_take": 1}
    assert queries.office_counts("751")["done"] == 3
    assert set(queries.office_counts("999").values()) == {0}


def test_a_person_has_their_own_dossiers_the_newest_first():
    mine, other = make.a_submitted(), make.a_draft()
    Dossier.objects.filter(pk=mine.pk).update(ended_at=clock.now(), opened_at=clock.now() - timedelta(days=9))
    newer = make.a_draft(mine.owner)
    with CaptureQueriesContext(connection) as seen:
        found = queries.person_list(make.owner_of(mine))
        assert [dossier.registrants.all()[0].position for dossier in found] == [1, 1]
    assert [dossier.pk for dossier in found] == [newer.pk, mine.pk]
    assert other.pk not in {dossier.pk for dossier in found}
    assert len(seen) == 2


def test_a_job_has_no_list():
    make.a_draft()
    assert queries.person_list(access.system("reconciler")) == []
