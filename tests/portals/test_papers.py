"""What is done to a file or a page that was sent, by the word in its address: the same in every portal."""

from uuid import uuid4

import pytest
from django.http import Http404
from django.urls import reverse

from matricule.dossiers.models import File
from matricule.dossiers.operations import files, pages
from matricule.portals import papers
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return firm.a_ready_request()


@pytest.fixture
def found(dossier) -> File:
    return File.objects.filter(version__document__registrant__dossier=dossier).order_by("pk")[0]


@pytest.mark.parametrize("act", [papers.file_act, papers.page_act])
def test_another_word_is_no_act(act, dossier):
    with pytest.raises(Http404):
        act(firm.actor_of(dossier), dossier.pk, uuid4(), "erase")


def test_a_file_is_taken_out_and_brought_back_and_its_sheet_says_what_may_be_done(dossier, found):
    actor = firm.actor_of(dossier)
    assert papers.sheet(found)["can_change"] and papers.sheet(found)["can_restore"]
    papers.file_act(actor, dossier.pk, found.pk, "remove")()
    found.refresh_from_db()
    assert not papers.sheet(found)["can_change"] and papers.sheet(found)["can_restore"]
    papers.file_act(actor, dossier.pk, found.pk, "restore")()
    found.refresh_from_db()
    assert found.removed_at is None
    found.version.decision = "accepted"
    assert not papers.sheet(found)["can_change"] and not papers.sheet(found)["can_restore"]


def test_a_page_that_was_taken_out_stands_apart(dossier, found):
    page = found.pages.order_by("position")[0]
    papers.page_act(firm.actor_of(dossier), dossier.pk, page.pk, "remove")()
    said = papers.sheet(found)
    assert [one.pk for one in said["removed"]] == [page.pk] and page.pk not in [one.pk for one in said["pages"]]


def test_each_word_does_the_operation_of_its_name(monkeypatch, dossier):
    done = []
    for room, name in (
        (files, "keep_file"), (files, "move_file"),
        (pages, "turn_page"), (pages, "move_page"), (pages, "restore_page"),
    ):  # fmt: skip
        monkeypatch.setattr(room, name, lambda *_ids, name=name, **more: done.append((name, more.get("earlier"))))
    actor, one = firm.actor_of(dossier), uuid4()
    for word in ("keep", "earlier", "later"):
        papers.file_act(actor, dossier.pk, one, word)()
    for word in ("turn", "earlier", "later", "restore"):
        papers.page_act(actor, dossier.pk, one, word)()
    assert done == [
        ("keep_file", None), ("move_file", True), ("move_file", False),
        ("turn_page", None), ("move_page", True), ("move_page", False), ("restore_page", None),
    ]  # fmt: skip


def test_the_forms_of_a_company_do_these_acts(dossier, found):
    client = company.browser(dossier.owner_id)
    person, page = found.version.document.registrant_id, found.pages.order_by("position")[0]
    turn = reverse("requests:page-act", args=[dossier.pk, person, page.pk, "turn"])
    assert client.post(turn)["Location"] == reverse("requests:file", args=[dossier.pk, person, found.pk])
    assert client.post(turn.replace("/turn/", "/burn/")).status_code == 404
    remove = reverse("requests:file-act", args=[dossier.pk, person, found.pk, "remove"])
    assert (
        client.post(remove).status_code == 302
        and client.post(remove.replace("/remove/", "/erase/")).status_code == 404
    )
    page.refresh_from_db()
    found.refresh_from_db()
    assert page.rotation == 90 and found.removed_at is not None
