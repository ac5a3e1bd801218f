"""A file being received has no name on the disk, and no more bytes than its limit."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from matricule.site import uploads
from matricule.site.uploads import AnonymousFileHandler, ReceivedFile


def received(*files: tuple[str, bytes]) -> list[ReceivedFile]:
    """Send ``files`` as one form through Django's own parser."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    request = RequestFactory().post("/", {"files": sent})
    request.upload_handlers = [AnonymousFileHandler(request)]
    return request.FILES.getlist("files")  # type: ignore[return-value]


def test_bytes_arrive_as_they_were_sent() -> None:
    content = bytes(range(256)) * 1000
    one, two = received(("passport.pdf", content), ("visa.jpg", b"x"))
    assert (one.name, one.size, one.too_long) == ("passport.pdf", len(content), False)
    assert one.read() == content
    assert two.read() == b"x"


def test_an_empty_file_is_a_file() -> None:
    (one,) = received(("empty.pdf", b""))
    assert (one.size, one.too_long, one.read()) == (0, False, b"")


def test_nothing_lies_under_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matricule.site.uploads.tempfile.tempdir", str(tmp_path))
    (one,) = received(("passport.pdf", b"%PDF" * 1_000_000))
    assert one.size == 4_000_000
    assert list(tmp_path.iterdir()) == []


def test_a_file_over_the_limit_is_counted_and_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    long, exact = received(("long.pdf", b"a" * 1001), ("exact.pdf", b"b" * 1000))
    assert (long.too_long, long.size, long.read()) == (True, 1001, b"")
    assert (exact.too_long, exact.read()) == (False, b"b" * 1000)


def test_a_request_over_its_limit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "REQUEST_LIMIT", 1500)
    handler = AnonymousFileHandler()
    handler.new_file("files", "one", "application/pdf", None)
    handler.receive_data_chunk(b"a" * 1000, 0)
    handler.new_file("files", "two", "application/pdf", None)
    with pytest.raises(StopUpload) as caught:
        handler.receive_data_chunk(b"a" * 1000, 0)
    assert caught.value.connection_reset


def test_a_broken_connection_closes_what_came() -> None:
    handler = AnonymousFileHandler()
    handler.upload_interrupted()
    handler.new_file("files", "one", "application/pdf", None)
    target: io.IOBase = handler.target
    handler.upload_interrupted()
    assert target.closed
