"""On the pages of a company: several files in one place, never one over another; a photo is taken, with better advice.

Seed 000: the pages of the documents (S0-14, S0-16).
"""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from lxml import html

from matricule.dossiers.models import Dossier, File
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(chief) -> Dossier:
    made = firm.owned(chief, firm.a_request)
    firm.fill(made, made.registrants.get(position=1))
    return made


def at(name: str, draft: Dossier, *args, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"requests:{name}", args=[draft.pk, draft.registrants.get(position=1).pk, *args])


def add(client, draft: Dossier, *uploads: tuple[str, bytes]):
    """Send files for the identity document as the form of the page does."""
    given = [SimpleUploadedFile(name, data) for name, data in uploads]
    return client.post(at("add", draft, "identity"), {"files": given, "part": "main"})


def names(client, draft: Dossier) -> list[str]:
    """Return the names of the files that the page shows for the identity document."""
    page = html.fromstring(client.get(at("documents", draft)).content)
    return [
        " ".join(name.text_content().split())
        for name in page.xpath("//*[@id='identity']//*[@class='file-name'][not(ancestor::template)]")
    ]


def test_s0_16_several_files_stand_in_one_place_and_none_takes_the_place_of_another(client, draft):
    add(client, draft, ("page-1.pdf", make.a_pdf()), ("page-2.pdf", make.a_pdf()))
    add(client, draft, ("page-1.pdf", make.a_pdf()))
    shown = names(client, draft)
    assert len(shown) == 3 and shown.count("page-1.pdf") == 2, "a file of the same name is another file"
    first = File.objects.order_by("added_at", "pk")[0]
    for act, left in (("remove", 2), ("restore", 3)):
        assert client.post(at("file-act", draft, first.pk, act)).status_code == 302
        assert File.objects.filter(removed_at=None).count() == left, act


def test_s0_14_a_photo_is_taken_turned_into_a_page_of_one_pdf_with_the_scan(client, draft):
    add(client, draft, ("passport.jpg", make.a_jpeg(1200, 1700)))
    add(client, draft, ("band.pdf", make.a_pdf()))
    assert names(client, draft) == ["passport.jpg", "band.pdf"]
    assert {file.state for file in File.objects.all()} == {File.State.READY}
    joined = client.get(at("joined", draft, "identity"))
    with pikepdf.open(io.BytesIO(joined.content)) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.parametrize(
    ("language", "advice", "reason"),
    [
        ("fr", "Numérisez plutôt que de photographier", "la caisse redemande alors la pièce"),
        ("en", "Scan rather than photograph", "often lack an edge or hide a line"),
    ],
)
def test_s0_14_photos_are_advised_against_with_the_reason_and_a_better_way(client, draft, language, advice, reason):
    page = client.get(at("documents", draft, language=language)).content.decode()
    assert advice in page and reason in page


def test_a_translator_of_a_document_that_has_no_translation_leads_back_to_it(client, draft):
    """A form that is not drawn there cannot be shown again with what is wrong in it."""
    wrong = {"identity-kind": "sworn", "identity-name": "", "identity-place": "Lyon"}
    answer = client.post(at("translator", draft, "identity"), wrong, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == at("documents", draft) + "#identity"
    assert client.post(at("translator", draft, "identity"), {**wrong, "identity-name": "Anne"}).status_code == 404
    firm.fill(draft, draft.registrants.get(), {**firm.EMPLOYEE["civil_status"], "document_language": "vi"})
    drawn = client.post(at("translator", draft, "civil_status"), {"civil_status-kind": "sworn"})
    assert drawn.status_code == 422 and b'name="civil_status-name"' in drawn.content
