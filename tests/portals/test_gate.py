"""What a person sees when something is in the way of an act on a dossier."""

import pytest

from matricule import vision
from matricule.dossiers import uploads
from matricule.dossiers.models import Page
from matricule.dossiers.operations import files
from tests.portals.student.test_way import sign_in
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(client):
    user = make.a_user("gate@example.org", "en")
    dossier = make.a_draft(user)
    make.add(dossier, "identity")
    sign_in(client, user.email)
    return f"/en/student/dossier/{dossier.pk}/pages/{Page.objects.get().pk}/image/view/"


@pytest.mark.parametrize("trouble", [vision.Busy("busy"), vision.Unavailable("starting")])
def test_a_busy_parser_asks_to_come_back(client, image, monkeypatch, trouble):
    def draw(*args):
        raise trouble

    monkeypatch.setattr(uploads, "page_image", draw)
    answer = client.get(image)
    assert answer.status_code == 503 and answer["Retry-After"] == "5"


def test_a_page_that_cannot_be_drawn_is_not_there(client, image, monkeypatch):
    def draw(*args):
        raise vision.Refused("broken")

    monkeypatch.setattr(uploads, "page_image", draw)
    assert client.get(image).status_code == 404


def test_bringing_back_beyond_a_limit_says_so(client, monkeypatch):
    user = make.a_user("gate@example.org", "en")
    dossier = make.a_draft(user)
    file_id = make.add(dossier, "identity", pages=2)
    files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
    make.add(dossier, "identity", pages=2)
    monkeypatch.setattr(files, "LIMITS", vision.Limits(document_pages=3))
    sign_in(client, user.email)
    answer = client.post(f"/en/student/dossier/{dossier.pk}/files/{file_id}/restore/")
    assert answer.status_code == 409 and "The limits of this document" in answer.content.decode()
