"""Bytes to verdict through the real parser child; pictures and the joined PDF from the kept originals."""

import hashlib
import io
import threading

import pikepdf
import pytest
from PIL import Image

from matricule.core.vault import backend
from matricule.dossiers import uploads
from matricule.dossiers.models import File, Page, Version
from matricule.dossiers.operations import files, pages
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def sent(dossier, slot, data, name="document.pdf", part="main") -> File:
    checked = uploads.check(name, data)
    return File.objects.get(pk=files.add_file(make.owner_of(dossier), dossier.pk, slot, part, checked))


def test_a_good_pdf_is_kept_with_its_pages_and_digest():
    data = make.a_pdf(3)
    file = sent(make.a_draft(), "identity", data)
    assert (file.state, file.kind, file.page_count, file.size) == ("ready", "pdf", 3, len(data))
    assert file.sha256 == hashlib.sha256(data).hexdigest() and uploads.original(file) == data


def test_a_photo_is_one_page():
    file = sent(make.a_draft(), "identity", make.a_jpeg(), "photo.jpg")
    assert (file.kind, file.page_count) == ("jpeg", 1)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", None),
        ("a.jpg", b"\xff\xd8\xff", None),
    ],
)
def test_what_is_not_a_document_is_refused_and_its_bytes_not_kept(name, data, code):
    file = sent(make.a_draft(), "identity", data, name)
    assert file.state == "refused" and file.blob is None and (code is None or file.verdict == code)
    with pytest.raises(FileNotFoundError):
        uploads.original(file)


@pytest.mark.parametrize("problem", [uploads.vision.Busy, uploads.vision.Unavailable])
def test_while_the_parser_is_busy_the_file_waits_with_its_bytes(monkeypatch, problem):
    def fail(*_args, **_kwargs):
        raise problem

    monkeypatch.setattr(uploads.vision, "check", fail)
    checked = uploads.check("a.pdf", b"bytes")
    assert (checked.waiting, checked.ok, checked.data, checked.verdict) == (True, False, b"bytes", "checking")


def sealed_files() -> set:
    """Return what lies in the vault."""
    return {one.id for one in backend.current().stored()}


def test_a_good_file_is_stored_while_it_is_looked_at_and_once():
    before = sealed_files()
    checked = uploads.check("a.pdf", make.a_pdf())
    assert checked.stored is not None and sealed_files() - before == {checked.stored.blob.id}
    dossier = make.a_draft()
    file_id = files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked)
    file = File.objects.get(pk=file_id)
    assert (file_id, file.blob) == (checked.stored.file_id, checked.stored.blob.id)
    assert sealed_files() - before == {file.blob} and uploads.original(file) == checked.data


def test_a_file_is_stored_beside_the_look_at_it(monkeypatch):
    """Each waits for the other to have begun: one after the other neither would come back."""
    begun = {"store": threading.Event(), "look": threading.Event()}
    prepare, look = uploads.vault.prepare, uploads.vision.check

    def meeting(name, other, call):
        def met(*given, **named):
            begun[name].set()
            assert begun[other].wait(30)
            return call(*given, **named)

        return met

    monkeypatch.setattr(uploads.vault, "prepare", meeting("store", "look", prepare))
    monkeypatch.setattr(uploads.vision, "check", meeting("look", "store", look))
    assert uploads.check("a.pdf", make.a_pdf()).ok


def test_the_bytes_of_a_refused_file_are_gone_before_its_answer():
    before = sealed_files()
    checked = uploads.check("a.pdf", b"no document")
    assert (checked.ok, checked.stored) == (False, None) and sealed_files() == before
    good = uploads.check("a.pdf", make.a_pdf())
    assert uploads.beyond(good, "too_many_files").stored is None and sealed_files() == before


def test_a_vault_that_fails_keeps_a_good_file_out_and_a_refused_one_refused(monkeypatch):
    def full(*_args, **_kwargs):
        raise uploads.vault.Full("the disk of the vault is full")

    monkeypatch.setattr(uploads.vault, "prepare", full)
    assert uploads.check("a.pdf", b"no document").verdict == "not_accepted_type"
    with pytest.raises(uploads.vault.Full):
        uploads.check("a.pdf", make.a_pdf())


def test_what_a_job_looks_at_again_is_not_stored_again():
    before = sealed_files()
    assert uploads.check("a.pdf", make.a_pdf(), at_once=False).stored is None
    assert uploads.check("a.pdf", b"").stored is None and sealed_files() == before


def test_refusals_without_reading():
    large = uploads.too_large("a.pdf", 30 * 2**20)
    assert (large.ok, large.data, large.size, large.verdict) == (False, None, 30 * 2**20, "too_large")
    beyond = uploads.beyond(make.checked(pages=9), "too_many_files")
    assert (beyond.ok, beyond.data, beyond.pages, beyond.verdict) == (False, None, 0, "too_many_files")


def test_a_picture_of_a_page_carries_nothing_of_the_original_but_its_look():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    out = io.BytesIO()
    Image.new("RGB", (400, 200), (10, 20, 30)).save(out, "JPEG", exif=exif)
    file = sent(make.a_draft(), "identity", out.getvalue(), "photo.jpg")
    drawn = uploads.page_image(file, 1, 90, 160)
    assert b"secret place" in uploads.original(file) and b"secret place" not in drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.height > image.width and not image.getexif()


def test_the_joined_pdf_holds_the_original_then_the_translation_as_ordered_and_turned():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    translation = sent(dossier, "civil_status", make.a_pdf(1), part="translation")
    original = sent(dossier, "civil_status", make.a_pdf(3))
    _, second, third = Page.objects.filter(file=original).order_by("number")
    pages.remove_page(owner, dossier.pk, second.pk)
    pages.turn_page(owner, dossier.pk, third.pk)
    pages.move_page(owner, dossier.pk, third.pk, earlier=True)
    version = Version.objects.get(pk=translation.version_id)
    with pikepdf.open(io.BytesIO(uploads.joined(version, title="Birth", language="en"))) as pdf:
        assert [int(page.get("/Rotate", 0)) for page in pdf.pages] == [90, 0, 0]
        assert str(pdf.Root.Lang) == "en"


def test_what_is_removed_refused_or_waiting_is_not_joined():
    dossier = make.a_draft()
    gone, kept = sent(dossier, "identity", make.a_pdf(2)), sent(dossier, "identity", make.a_pdf(1))
    files.remove_file(make.owner_of(dossier), dossier.pk, gone.pk)
    version = Version.objects.get(pk=kept.version_id)
    with pikepdf.open(io.BytesIO(uploads.joined(version, title="x", language="fr"))) as pdf:
        assert len(pdf.pages) == 1
