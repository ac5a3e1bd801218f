"""The student's way through HTTP: from the signed answers to the receipt, without script."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier, File
from matricule.portals import answers
from matricule.rules.numbers import phone
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def code_from_mail() -> str:
    mail = Mail.objects.filter(kind="sign_in_code").latest("created_at")
    return re.search(r"\b(\d{6})\b", mail.body.replace(" ", "")).group(1)


def sign_in(client, address: str = "minh@example.org", language: str = "en") -> None:
    client.post(f"/{language}/student/sign-in/", {"email": address})
    client.post(f"/{language}/student/sign-in/code/", {"code": code_from_mail()})


FORMS = {
    "civil_status": {
        "birth_name": "Nguyễn", "given_names": "Thị Minh Anh", "sex": "F", "birth_date_day": "14",
        "birth_date_month": "3", "birth_date_year": "2004", "birth_place": "Hà Nội", "birth_country": "VN",
        "nationality": "VN",
    },
    "parents": {"parent1_birth_name": "Trần", "parent1_given_names": "Thị Lan"},
    "contact": {
        "phone": "06 12 34 56 78", "street": "12 rue Battant", "letter_box": "Nguyễn", "postcode": "25000",
        "city": "Besançon",
    },
    "studies": {
        "school": "Université de Franche-Comté", "courses_start_day": "7", "courses_start_month": "9",
        "courses_start_year": "2026", "arrival_date_day": "28", "arrival_date_month": "8", "arrival_date_year": "2026",
    },
}  # fmt: skip


def test_the_whole_way(client):
    started = client.post("/en/student/start/", {"answers": answers.write({"answers": make.NON_EU})})
    assert started["Location"] == "/en/student/sign-in/"
    sign_in(client)
    dossier = Dossier.objects.get()
    assert dossier.owner.email == "minh@example.org"
    base = f"/en/student/dossier/{dossier.pk}"

    for name, values in FORMS.items():
        page = client.get(f"{base}/identify/{name}/")
        assert page.status_code == 200
        answer = client.post(f"{base}/identify/{name}/", values)
        assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"{base}/documents/"

    for slot in ("identity", "enrolment", "visa_d"):
        upload = SimpleUploadedFile(f"{slot}.pdf", make.a_pdf(2), "application/pdf")
        answer = client.post(f"{base}/documents/{slot}/add/", {"files": [upload], "part": "main"})
        assert answer["Location"] == f"{base}/documents/#{slot}"
    page = client.get(f"{base}/documents/").content.decode()
    assert "3 of 6 documents ready" in page
    assert File.objects.filter(state="ready", page_count=2).count() == 3

    page = client.get(f"{base}/check/").content.decode()
    assert "Hà Nội" in page and phone.check("+33612345678").formatted in page
    hidden = dict(re.findall(r'name="(idempotency_key|version)" value="([^"]+)"', page))
    refused = client.post(f"{base}/check/", hidden, follow=True)
    assert refused.status_code == 422
    sent = client.post(f"{base}/check/", {**hidden, "declare": "on"})
    assert sent["Location"] == f"{base}/receipt/"
    again = client.post(f"{base}/check/", {**hidden, "declare": "on"})
    assert again["Location"] == f"{base}/receipt/"

    receipt = client.get(f"{base}/receipt/").content.decode()
    dossier.refresh_from_db()
    assert dossier.reference in receipt
    pdf = client.get(f"{base}/receipt/pdf/")
    assert pdf.content.startswith(b"%PDF-") and pdf["Content-Disposition"].startswith("attachment")
    for tab in ("", "information/", "documents/", "notifications/"):
        assert client.get(f"/fr/student/space/{tab}").status_code == 200
    assert Mail.objects.filter(kind="deposit_receipt").count() == 1
