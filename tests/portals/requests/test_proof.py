"""On the pages: the receipt and the proof of filing are two files, each sealed, and the proof can be checked."""

import io
import re

import pikepdf
import pypdfium2
import pytest
from lxml import html

from matricule.core import journal
from matricule.dossiers.models import Dossier
from tests.portals.requests.test_filing import at
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(chief) -> Dossier:
    return firm.owned(chief, firm.a_sent_request, family=True)


def words(data: bytes) -> str:
    """Return the words of a PDF."""
    document = pypdfium2.PdfDocument(data)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def test_the_proof_holds_nothing_of_the_family_and_the_receipt_does(client, dossier):
    proof = client.get(at("proof-pdf", dossier.pk))
    assert proof["Content-Type"] == "application/pdf" and dossier.reference in proof["Content-Disposition"]
    assert "Okonkwo" not in proof["Content-Disposition"]
    receipt = client.get(at("receipt-pdf", dossier.pk))
    read = {"proof": words(proof.content), "receipt": words(receipt.content)}
    for private in ("Bello", "Zainab", "adaeze@example.org", "17 mai 1990", "Passeport", "Birth certificate"):
        assert private not in read["proof"], private
    for private in ("Bello", "Zainab", "adaeze@example.org", "17 mai 1990"):
        assert private in read["receipt"], private
    assert "Okonkwo, Adaeze Ifeoma" in read["proof"] and "Preuve de dépôt" in read["proof"]
    assert "Preuve de dépôt" not in read["receipt"] and "Proof of filing" not in read["receipt"]


def test_it_is_sealed_made_once_and_noted_as_read(client, dossier):
    first, second = (client.get(at("proof-pdf", dossier.pk)).content for _ in range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert any(field.get("/FT") == "/Sig" for field in pdf.Root.AcroForm.Fields)
    actions = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
    assert actions.count("read.proof_pdf") >= 1


@pytest.mark.parametrize(("language", "said"), [("fr", "Cette preuve de dépôt est authentique"), ("en", "is genuine")])
def test_an_inspector_checks_its_code_and_reads_initials_kind_and_day_alone(client, dossier, language, said):
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", words(client.get(at("proof-pdf", dossier.pk)).content))[0]
    page = client.get(f"/{language}/verify/{code}/")
    assert page.status_code == 200 and said in page.content.decode()
    rows = [" ".join(value.split()) for value in html.fromstring(page.content).xpath("//dl//dd/text()")]
    assert rows[0] == "A. O." and rows[1] == {"fr": "Preuve de dépôt", "en": "Proof of filing"}[language]
    assert len(rows) == 3 and str(dossier.submitted_at.year) in rows[2]
    for hidden in ("Adaeze", "Okonkwo", "Atelier", dossier.reference):
        assert hidden not in page.content.decode(), hidden


@pytest.mark.parametrize("language", ["fr", "en"])
def test_both_files_stand_on_the_page_of_the_receipt_and_the_proof_on_the_request(client, dossier, language):
    receipt = client.get(at("receipt", dossier.pk, language=language)).content.decode()
    request = client.get(at("request", dossier.pk, language=language)).content.decode()
    proof = at("proof-pdf", dossier.pk, language=language)
    assert proof in receipt and proof in request and at("receipt-pdf", dossier.pk, language=language) in receipt
    assert {"fr": "rien de la famille", "en": "nothing of the family"}[language] in receipt


def test_a_draft_has_no_proof(client, chief):
    draft = firm.owned(chief, firm.a_ready_request)
    assert client.get(at("proof-pdf", draft.pk)).status_code == 404
