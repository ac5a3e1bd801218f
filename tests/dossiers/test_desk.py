"""The lists and the search of the desk stand on the lists whose plan is proved (test_lists, test_lists_at_volume)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule.accounts import staff
from matricule.core import clock
from matricule.dossiers import access, desk, queries, queues
from matricule.dossiers.models import Dossier
from matricule.rules.text import fold
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return staff.post_of(caisse.a_caseworker().id)


def rows(count, post=None, queue="", office="251", name="Nom", first=0):
    """Make sent dossiers of which each waits a minute longer than the one before; taken by ``post`` when given."""
    queue = queue or (queues.TAKEN if post else queues.TO_TAKE)
    owner, now = make.a_user(), clock.now()
    made = [
        Dossier(
            reference=f"M26-{queue[:2].upper()}{office[0]}A-{number:04d}", route="student", owner=owner, office=office,
            opened_at=now, submitted_at=now, ended_at=now, queue=queue, caseworker_id=post.user_id if post else None,
            waiting_since=now - timedelta(minutes=number),
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    Dossier.objects.bulk_create(made)
    for number, dossier in enumerate(made):
        dossier.registrants.create(birth_name=f"{name}{number}", given_names="Ana", name_key=fold(f"{name}{number}"))
    return list(reversed(made))


def walk(post, which):
    pages, after = [], ""
    while True:
        page = desk.listed(post, which, after)
        pages.append([row.dossier.pk for row in page.rows])
        after = page.after
        if not after:
            return pages


@pytest.mark.parametrize("which", ["to_take", desk.MINE])
def test_every_page_of_a_list_holds_each_dossier_once_the_oldest_wait_first(post, which):
    made = rows(queries.PAGE + 3, post if which == desk.MINE else None)
    rows(2, office="751")
    pages = walk(post, which)
    assert [len(page) for page in pages] == [queries.PAGE, 3]
    assert [pk for page in pages for pk in page] == [dossier.pk for dossier in made]


@pytest.mark.parametrize("which", ["to_take", "mine"])
def test_a_list_costs_the_same_however_long_it_is_and_opens_nothing_sealed(post, which):
    mine = post if which == "mine" else None

    def cost(length):
        with CaptureQueriesContext(connection) as seen:
            assert len(desk.listed(post, which).rows) == length
        assert not any(f'"{name}"' in row["sql"] for row in seen for name in ("answers", "iban", "typed"))
        return len(seen)

    rows(2, mine)
    few = cost(2)
    rows(queries.PAGE, mine, first=2)
    assert cost(queries.PAGE) == few


def test_a_mark_without_its_zone_begins_at_the_first_page(post):
    rows(2)
    assert len(desk.listed(post, "to_take", "2026-11-26T10:00:00~01a21638-0000-7000-8000-000000000000").rows) == 2


def test_there_is_no_other_list(post):
    with pytest.raises(access.NotFound):
        desk.listed(post, "everybody")


def test_mine_is_counted_for_this_caseworker_alone(post):
    rows(2, post)
    rows(1, office="751")
    assert desk.counts(post)[desk.MINE] == 2
    assert set(desk.counts(post)) == set(desk.LISTS)


def test_a_search_stays_in_the_office_and_stops_at_its_limit(post):
    rows(desk.FOUND + 2, name="Durand")
    rows(1, office="751", name="Durand")
    found = desk.search(post, " durand ")
    assert len(found) == desk.FOUND
    assert {row.dossier.office for row in found} == {"251"}
    assert found[0].name == f"Durand{desk.FOUND + 1}, Ana", "the oldest wait first"
    (one,) = desk.search(post, found[3].dossier.reference.lower())
    assert one.dossier.pk == found[3].dossier.pk
    assert desk.search(post, "  ") == [] == desk.search(post, "nobody")
