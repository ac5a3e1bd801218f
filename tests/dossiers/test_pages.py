"""Turning, ordering, taking out and bringing back single pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.core import clock
from matricule.dossiers import access
from matricule.dossiers.models import File, Page
from matricule.dossiers.operations import pages
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    dossier = make.a_draft()
    file_id = make.add(dossier, "identity", pages=3)
    return make.owner_of(dossier), dossier, list(Page.objects.filter(file=file_id).order_by("number"))


def order(dossier) -> list[int]:
    rows = Page.objects.filter(file__version__document__registrant__dossier=dossier, removed_at=None)
    return list(rows.order_by("position").values_list("number", flat=True))


def test_four_turns_are_none(three):
    owner, dossier, (page, *_) = three
    seen = []
    for _ in range(4):
        pages.turn_page(owner, dossier.pk, page.pk)
        page.refresh_from_db()
        seen.append(page.rotation)
    assert seen == [90, 180, 270, 0]


def test_a_page_moves_by_one_and_not_over_the_edge(three):
    owner, dossier, (first, _, last) = three
    pages.move_page(owner, dossier.pk, first.pk, earlier=True)
    assert order(dossier) == [1, 2, 3]
    pages.move_page(owner, dossier.pk, first.pk, earlier=False)
    assert order(dossier) == [2, 1, 3]
    pages.move_page(owner, dossier.pk, last.pk, earlier=True)
    assert order(dossier) == [2, 3, 1]


def test_a_page_moves_over_a_removed_one(three):
    owner, dossier, (_, middle, last) = three
    pages.remove_page(owner, dossier.pk, middle.pk)
    pages.move_page(owner, dossier.pk, last.pk, earlier=True)
    assert order(dossier) == [3, 1]


def test_taken_out_twice_and_brought_back_twice(three):
    owner, dossier, (page, *_) = three
    for _ in range(2):
        pages.remove_page(owner, dossier.pk, page.pk)
    assert order(dossier) == [2, 3]
    for _ in range(2):
        pages.restore_page(owner, dossier.pk, page.pk)
    assert order(dossier) == [1, 2, 3]


def test_the_last_page_takes_the_file_along_and_brings_it_back(three):
    owner, dossier, rows = three
    for page in rows:
        pages.remove_page(owner, dossier.pk, page.pk)
    assert File.objects.get().removed_at is not None
    pages.restore_page(owner, dossier.pk, rows[1].pk)
    assert File.objects.get().removed_at is None and order(dossier) == [2]


@pytest.mark.parametrize(("days", "back"), [(29, True), (31, False)])
def test_a_page_comes_back_within_thirty_days(three, monkeypatch, days, back):
    owner, dossier, (page, *_) = three
    pages.remove_page(owner, dossier.pk, page.pk)
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=days))
    if back:
        pages.restore_page(owner, dossier.pk, page.pk)
    else:
        with pytest.raises(access.NotFound):
            pages.restore_page(owner, dossier.pk, page.pk)
    assert (1 in order(dossier)) is back


@pytest.mark.parametrize("act", [pages.turn_page, pages.remove_page, pages.restore_page])
def test_the_page_of_another_dossier_is_not_found(three, act):
    _, _, (theirs, *_) = three
    mine = make.a_draft()
    for page_id in (theirs.pk, uuid4()):
        with pytest.raises(access.NotFound):
            act(make.owner_of(mine), mine.pk, page_id)
    theirs.refresh_from_db()
    assert (theirs.rotation, theirs.removed_at) == (0, None)
