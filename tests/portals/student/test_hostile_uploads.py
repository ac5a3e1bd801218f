"""Hostile files through the real upload: never a 500, a sentence in both languages, served as downloads only."""

import re
from contextlib import suppress
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from matricule import vision
from matricule.dossiers import uploads
from matricule.dossiers.models import File, Page
from matricule.vision import verdicts
from tests.support import factories as make
from tests.support.promises import bulk
from tests.vision import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.bulk]

CASES = hostile.cases()
CLASSES = sorted({case.klass for case in CASES})
HEAVY = {"drawing bomb", "object bomb", "JPEG of many scans", "JBIG2 in a PDF"}
STATES = {File.State.READY, File.State.REFUSED, File.State.ALREADY_SENT}
TALLY: dict[str, set[str]] = {"sent": set(), "kept": set(), "waited": set()}


def sample(klass: str) -> list[hostile.Case]:
    """The smallest files of a class, which cost least to send."""
    found = sorted((case for case in CASES if case.klass == klass), key=lambda case: (len(case.data), case.name))
    return found[: bulk(1, 1 if klass in HEAVY else 4)]


@pytest.fixture(autouse=True)
def patient(db):
    """The test's own transaction is around the upload; in the service none is open while a file is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("set local idle_in_transaction_session_timeout = 0")


def words(html: str) -> str:
    """The text of a page, one blank between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("klass", CLASSES)
def test_a_hostile_file_is_answered_in_both_languages_and_never_shown_as_it_is(client, student, klass):
    dossier = student(make.a_draft)
    for case in sample(klass):
        sent = SimpleUploadedFile(f"paper.{case.declared or 'pdf'}", case.data, content_type="text/html")
        answer = client.post(
            f"/en/student/dossier/{dossier.pk}/documents/identity/add/",
            {"files": [sent], "part": "main"},
            headers={"X-Matricule-Fragment": "1"},
        )
        assert answer.status_code == 200, case.name
        TALLY["sent"].add(case.name)
        file = File.objects.order_by("added_at", "pk").last()
        if file.state == File.State.CHECKING:
            TALLY["waited"].add(case.name)
            recheck(file)
        assert file.state in STATES and file.verdict in case.codes, (case.name, file.verdict)
        if file.state == File.State.REFUSED:
            assert file.blob is None
            assert_said(client, dossier, case, file)
        else:
            assert_served_bare(client, dossier, case, file)
        file.delete()


def recheck(file: File) -> None:
    """Do as the job does until the machine has the time for it."""
    for _ in range(5):
        with suppress(vision.Busy):
            uploads.recheck(file.pk)
            break
    file.refresh_from_db()


def assert_said(client, dossier, case, file) -> None:
    """The page says why the file was refused, and how to mend it, in the language of the page."""
    verdict = verdicts.Verdict(ok=False, code=file.verdict, details=file.detail)
    for language in ("fr", "en"):
        page = client.get(f"/{language}/student/dossier/{dossier.pk}/documents/")
        assert page.status_code == 200
        sentence = " ".join(verdict.message[language].split())
        assert sentence in words(page.content.decode()), (case.name, language)


def assert_served_bare(client, dossier, case, file) -> None:
    """The file leaves as a download under its real type; what is shown is a picture that we drew."""
    TALLY["kept"].add(case.name)
    original = client.get(f"/en/student/dossier/{dossier.pk}/files/{file.pk}/original/")
    assert original.content == case.data
    assert_sealed(original, "attachment")
    page = Page.objects.filter(file=file).first()
    shown = client.get(f"/en/student/dossier/{dossier.pk}/pages/{page.pk}/image/view/")
    assert shown.status_code == 200 and shown["Content-Type"] == "image/jpeg", case.name
    assert shown.content.startswith(b"\xff\xd8\xff") and b"Exif" not in shown.content
    assert_sealed(shown, "inline")
    joined = client.get(f"/en/student/dossier/{dossier.pk}/documents/identity/pdf/")
    if file.state == File.State.READY:
        assert joined.status_code == 200 and joined.content.startswith(b"%PDF-"), case.name
        assert_sealed(joined, "attachment")


def assert_sealed(answer, disposition: str) -> None:
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["Content-Type"] in {"application/pdf", "image/jpeg", "image/png", "image/heic"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("code", sorted(verdicts.SENTENCES))
def test_every_verdict_has_its_sentence_in_both_languages(code):
    message = verdicts.Verdict(ok=False, code=code).message
    assert set(message) == {"fr", "en"} and message["fr"] != message["en"]
    assert all(text[0].isupper() and text.endswith(".") for text in message.values())


def test_a_sample_of_every_class_was_sent(promise):
    sent, kept = TALLY["sent"], TALLY["kept"]
    klasses = {case.klass for case in CASES if case.name in sent}
    assert klasses == set(CLASSES), "this test counts what the one above did: run the whole file"
    promise(
        "hostile files through the upload",
        f"{len(sent)} of {len(klasses)} classes: 0 errors, {len(sent) - len(kept)} refused with their sentence in "
        f"French and English, {len(kept)} kept and served as downloads and drawn pictures only, "
        f"{len(TALLY['waited'])} judged by a job",
    )
