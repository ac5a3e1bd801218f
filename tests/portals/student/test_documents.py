"""Sending documents through HTTP: each file gets its verdict in the answer, adding never removes."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from matricule.dossiers.models import File, Page, Version
from matricule.dossiers.operations import files as operations
from tests.support import factories as make

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Matricule-Fragment": "1"}


def address(dossier, rest: str) -> str:
    return f"/en/student/dossier/{dossier.pk}/{rest}"


def send(client, dossier, slot: str, *uploads, part: str = "main", headers=None):
    given = [SimpleUploadedFile(name, data) for name, data in uploads]
    return client.post(
        address(dossier, f"documents/{slot}/add/"), {"files": given, "part": part}, headers=headers or {}
    )


def locked_pdf() -> bytes:
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def test_several_files_at_once(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("front.jpg", make.a_jpeg()), ("back.jpg", make.a_jpeg(shade=90)))
    assert [file.name for file in File.objects.order_by("position")] == ["front.jpg", "back.jpg"]
    assert set(File.objects.values_list("state", flat=True)) == {"ready"}


def test_adding_never_removes(client, student):
    dossier = student(make.a_draft)
    for shade in (10, 60, 110):
        send(client, dossier, "identity", (f"{shade}.jpg", make.a_jpeg(shade=shade)))
    assert File.objects.filter(removed_at=None).count() == 3


def test_a_script_gets_the_document_alone_with_its_verdict(client, student):
    dossier = student(make.a_draft)
    html = send(client, dossier, "identity", ("a.pdf", make.a_pdf(3)), headers=FRAGMENT).content.decode()
    assert "<html" not in html and 'id="identity"' in html
    assert "3 pages" in html and "Opens well." in html


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("visa.pdf", locked_pdf(), "password"),
        ("letter.docx", b"PK\x03\x04" + b"word/document.xml" * 20, "We accept PDF"),
        ("empty.pdf", b"", "empty"),
        ("cut.jpg", make.a_jpeg()[:400], "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_says_how_to_mend_it_and_keeps_no_bytes(client, student, name, data, word):
    dossier = student(make.a_draft)
    html = send(client, dossier, "visa_d", (name, data), headers=FRAGMENT).content.decode()
    assert word in html and "file-bad" in html
    file = File.objects.get()
    assert file.state == "refused" and file.blob is None


def test_a_file_over_the_limit_is_named_with_its_size(client, student, monkeypatch):
    from matricule.site import uploads

    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    dossier = student(make.a_draft)
    html = send(client, dossier, "identity", ("big.pdf", b"x" * 5000), headers=FRAGMENT).content.decode()
    assert "the limit is" in html and File.objects.get().verdict == "too_large"


def test_no_file_chosen_changes_nothing(client, student):
    dossier = student(make.a_draft)
    assert client.post(address(dossier, "documents/identity/add/"), {"part": "main"}).status_code == 302
    assert not File.objects.exists()


@pytest.mark.parametrize("slot", ["s1", "nothing"])
def test_a_document_that_is_not_asked_is_not_found(client, student, slot):
    dossier = student(make.a_draft)
    assert send(client, dossier, slot, ("a.pdf", make.a_pdf())).status_code == 404


def test_removing_and_bringing_back(client, student):
    dossier = student(make.a_draft)
    file_id = make.add(dossier, "identity")
    client.post(address(dossier, f"files/{file_id}/remove/"))
    page = client.get(address(dossier, "documents/")).content.decode()
    assert "bring it back for 30 days" in page
    client.post(address(dossier, f"files/{file_id}/restore/"))
    assert File.objects.get().removed_at is None


def test_changing_the_order(client, student):
    dossier = student(make.a_draft)
    make.add(dossier, "identity", name="one.pdf")
    second = make.add(dossier, "identity", name="two.pdf")
    client.post(address(dossier, f"files/{second}/earlier/"))
    assert [file.name for file in File.objects.order_by("position")] == ["two.pdf", "one.pdf"]
    client.post(address(dossier, f"files/{second}/later/"))
    assert [file.name for file in File.objects.order_by("position")] == ["one.pdf", "two.pdf"]


def test_keeping_what_was_sent_elsewhere(client, student):
    dossier = student(make.a_draft)
    data = make.a_pdf()
    make.add(dossier, "identity", data=data)
    twin = make.add(dossier, "visa_d", data=data)
    html = client.post(address(dossier, f"files/{twin}/keep/"), headers=FRAGMENT).content.decode()
    assert "Opens well." in html and File.objects.get(pk=twin).state == "ready"


def test_an_act_that_does_not_exist(client, student):
    dossier = student(make.a_draft)
    file_id = make.add(dossier, "identity")
    assert client.post(address(dossier, f"files/{file_id}/burn/")).status_code == 404
    assert client.get(address(dossier, f"files/{file_id}/remove/")).status_code == 405


def test_who_translated_is_kept(client, student):
    dossier = student(make.a_draft)
    given = {
        "civil_status-kind": "sworn",
        "civil_status-name": "Hélène Vũ-Marchand",
        "civil_status-place": "Cour d’appel de Besançon",
    }
    client.post(address(dossier, "documents/civil_status/translator/"), given)
    version = Version.objects.get(document__slot="civil_status")
    assert (version.translator_kind, version.translator_place) == ("sworn", "Cour d’appel de Besançon")


def test_a_sworn_translator_has_a_name_and_what_was_typed_stays(client, student):
    dossier = student(make.a_draft)
    given = {"civil_status-kind": "sworn", "civil_status-name": "", "civil_status-place": "Lyon"}
    answer = client.post(address(dossier, "documents/civil_status/translator/"), given)
    html = answer.content.decode()
    assert answer.status_code == 422 and "as on the stamp" in html and 'value="Lyon"' in html


def test_the_iban_with_its_key_wrong_is_said_and_kept(client, student):
    dossier = student(make.a_draft)
    answer = client.post(address(dossier, "bank/"), {"iban": "FR76 3000 6000 0112 3456 7890 18", "own_name": "on"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "26 instead of 27" in html
    assert dossier.registrants.get().typed["iban"] == "FR76 3000 6000 0112 3456 7890 18"
    assert dossier.registrants.get().iban == ""


def test_the_iban_needs_the_persons_own_word(client, student):
    dossier = student(make.a_draft)
    answer = client.post(address(dossier, "bank/"), {"iban": "FR7630006000011234567890189"})
    assert answer.status_code == 422 and "in your own name" in answer.content.decode()


def test_a_good_iban_is_kept(client, student):
    dossier = student(make.a_draft)
    answer = client.post(address(dossier, "bank/"), {"iban": "FR76 3000 6000 0112 3456 7890 189", "own_name": "on"})
    assert answer["Location"].endswith("#bank")
    assert dossier.registrants.get().iban == "FR7630006000011234567890189"


def test_a_foreign_account_of_the_sepa_area_is_fine(client, student):
    dossier = student(make.a_draft)
    client.post(address(dossier, "bank/"), {"iban": "ES91 2100 0418 4502 0005 1332", "own_name": "on"})
    assert dossier.registrants.get().iban.startswith("ES")


def test_after_submission_a_file_is_received_at_once(client, student):
    dossier = student(make.a_submitted)
    send(client, dossier, "rib", ("rib.pdf", make.a_pdf()))
    assert Version.objects.get(document__slot="rib").sent_at is not None
    assert "Received" in client.get("/en/student/space/documents/").content.decode()


def test_replacing_keeps_the_old_version(client, student):
    dossier = student(make.a_submitted)
    client.post(address(dossier, "documents/identity/replace/"))
    assert list(Version.objects.filter(document__slot="identity").values_list("number", flat=True)) == [1, 2]
    page = client.get("/en/student/space/documents/").content.decode()
    assert "Kept until the decision" in page
    assert File.objects.filter(version__document__slot="identity").count() == 1


def test_one_files_pages_can_be_turned_ordered_and_taken_out(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("two.pdf", make.a_pdf(2)))
    file = File.objects.get()
    first, second = Page.objects.order_by("number")
    client.post(address(dossier, f"pages/{first.pk}/turn/"))
    client.post(address(dossier, f"pages/{second.pk}/earlier/"))
    html = client.get(address(dossier, f"files/{file.pk}/")).content.decode()
    assert html.index(str(second.pk)) < html.index(str(first.pk))
    first.refresh_from_db()
    assert first.rotation == 90
    client.post(address(dossier, f"pages/{first.pk}/remove/"))
    assert "Pages taken out" in client.get(address(dossier, f"files/{file.pk}/")).content.decode()
    client.post(address(dossier, f"pages/{first.pk}/restore/"))
    client.post(address(dossier, f"pages/{first.pk}/earlier/"))
    assert not Page.objects.exclude(removed_at=None).exists()


def test_a_page_is_drawn_and_the_original_is_a_download(client, student):
    dossier = student(make.a_draft)
    data = make.a_pdf()
    send(client, dossier, "identity", ("é.pdf", data))
    file, page = File.objects.get(), Page.objects.get()
    for size in ("thumb", "view"):
        image = client.get(address(dossier, f"pages/{page.pk}/image/{size}/"))
        assert image["Content-Type"] == "image/jpeg" and image.content.startswith(b"\xff\xd8")
    assert client.get(address(dossier, f"pages/{page.pk}/image/huge/")).status_code == 404
    original = client.get(address(dossier, f"files/{file.pk}/original/"))
    assert original.content == data and "UTF-8''%C3%A9.pdf" in original["Content-Disposition"]


def test_original_and_translation_become_one_pdf_the_original_first(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "civil_status", ("translation.pdf", make.a_pdf(2)), part="translation")
    send(client, dossier, "civil_status", ("photo.jpg", make.a_jpeg(400, 600)))
    answer = client.get(address(dossier, "documents/civil_status/pdf/"))
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 3
        assert "/XObject" in pdf.pages[0].obj.Resources


def test_nothing_sent_is_no_pdf(client, student):
    dossier = student(make.a_draft)
    assert client.get(address(dossier, "documents/rib/pdf/")).status_code == 404


def test_a_limit_of_the_document_is_said(client, student, monkeypatch):
    from matricule.vision import Limits

    monkeypatch.setattr(operations, "LIMITS", Limits(document_pages=2))
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("one.pdf", make.a_pdf(2)))
    html = send(client, dossier, "identity", ("two.pdf", make.a_pdf(1)), headers=FRAGMENT).content.decode()
    assert "may have 60 pages" in html
    assert File.objects.filter(state="ready").count() == 1
