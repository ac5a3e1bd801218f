"""What a child answers, asked without a child: every way in which a file is wrong has its verdict, and no trace."""

import io
import os
import struct
import zlib

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from matricule.vision import tasks
from matricule.vision.limits import Limits
from matricule.vision.source import Refusal
from tests.vision import hostile
from tests.vision.inside import descriptor

LIMITS = {"file_pages": 40, "pixels": 50_000_000}


def asked(data: bytes, declared: str = "") -> dict:
    header, body = tasks.TASKS["check"]({"limits": LIMITS, "declared": declared}, [descriptor(data)])
    assert body == b""
    return header


@pytest.mark.parametrize("error", tasks.PARSER_ERRORS, ids=lambda error: error.__name__)
def test_whatever_a_library_raises_the_file_is_broken(error, monkeypatch):
    def fail(*_):
        raise error("quotes a name of the file")

    monkeypatch.setattr(tasks.pictures, "check", fail)
    answer = asked(b"\xff\xd8\xff")
    assert (answer["code"], answer["kind"]) == ("broken", "jpeg")
    assert answer["details"] == {"error": error.__name__}
    assert "quotes" not in str(answer)
    monkeypatch.setattr(tasks.pictures, "render", fail)
    header, body = tasks.TASKS["render_page"]({"page": 0, "width": 9, "rotation": 0}, [descriptor(b"\xff\xd8\xff")])
    assert (header, body) == ({"code": "broken"}, b"")


def test_running_out_of_memory_is_no_broken_file(monkeypatch):
    """It goes up to the fork, which ends with a status of its own: a bomb."""

    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(tasks.pictures, "check", fail)
    with pytest.raises(MemoryError):
        asked(b"\xff\xd8\xff")
    assert not issubclass(MemoryError, tasks.PARSER_ERRORS)


@pytest.mark.parametrize("name", ["render_page", "clean_copy"])
def test_a_password_is_told_by_every_task(name, monkeypatch):
    def locked(*_):
        raise pikepdf.PasswordError

    monkeypatch.setattr(tasks.pdf, "render", locked)
    monkeypatch.setattr(tasks.pdf, "clean_copy", locked)
    monkeypatch.setattr(tasks.pdf, "check", locked)
    arguments = {"page": 0, "width": 10, "rotation": 0}
    assert tasks.TASKS[name](arguments, [descriptor(b"%PDF-1.7")]) == ({"code": "password_protected"}, b"")
    assert asked(b"%PDF-1.7")["code"] == "password_protected"


def test_a_refusal_keeps_its_details(monkeypatch):
    def refuse(*_):
        raise Refusal("too_many_pages", count=50, limit=40)

    monkeypatch.setattr(tasks.pdf, "check", refuse)
    answer = asked(b"%PDF-1.7")
    assert (answer["code"], answer["kind"], answer["details"]) == ("too_many_pages", "pdf", {"count": 50, "limit": 40})


def test_what_is_not_accepted_says_what_was_seen():
    answer = asked(b"GIF89a")
    assert (answer["code"], answer["kind"], answer["details"]) == ("not_accepted_type", None, {"seen": "gif"})


@pytest.mark.parametrize(
    ("declared", "told"),
    [("jpg", False), ("jpeg", False), ("jpe", False), ("jfif", False), ("png", True), ("pdf", True), ("", False)],
)
def test_a_name_that_says_another_kind_is_told(declared, told):
    details = asked(hostile.jpeg(20, 20), declared)["details"]
    assert ("declared" in details) is told
    if told:
        assert (details["declared"], details["seen"]) == (declared, "jpeg")


def test_a_refused_file_is_not_told_about_its_name():
    assert "declared" not in asked(b"GIF89a", "pdf")["details"]


def test_each_task_takes_only_the_kinds_that_it_knows():
    for name in ("as_jpeg", "render_page"):
        header, _ = tasks.TASKS[name]({"page": 0, "width": 9, "rotation": 0}, [descriptor(b"GIF89a")])
        assert header == {"code": "not_accepted_type"}, name
    assert tasks.TASKS["clean_copy"]({}, [descriptor(hostile.png(9, 9))])[0] == {"code": "not_accepted_type"}


def test_a_photo_has_one_page():
    arguments = {"page": 1, "width": 9, "rotation": 0}
    assert tasks.TASKS["render_page"](arguments, [descriptor(hostile.png(9, 9))])[0] == {"code": "broken"}


def test_an_empty_file_breaks_no_task():
    """The service refuses it before; a child that is asked all the same cannot map it."""
    assert tasks.TASKS["as_jpeg"]({}, [descriptor(b"")])[0] == {"code": "broken"}


def test_a_photo_becomes_a_jpeg_of_its_own():
    header, body = tasks.TASKS["as_jpeg"]({}, [descriptor(hostile.png(30, 20, "RGBA"))])
    picture = Image.open(io.BytesIO(body))
    assert (header, picture.format, picture.size) == ({"done": True}, "JPEG", (30, 20))


def test_the_join_passes_on_its_limits(monkeypatch):
    given = []
    monkeypatch.setattr(tasks.pdf_join, "join", lambda *words: given.append(words[1:]) or b"%PDF-")
    arguments = {"parts": [{"kind": "pdf", "pages": []}], "title": "t", "language": "fr", "most": 7}
    assert tasks.TASKS["join"](arguments, [descriptor(b"x")]) == ({"done": True}, b"%PDF-")
    assert given == [(arguments["parts"], "t", "fr", 7, Limits().pixels)]


def test_pillow_opens_no_other_format_than_the_accepted_ones():
    names = {plugin.__name__.rpartition(".")[2] for plugin in tasks.PLUGINS}
    assert names == {"JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin"}
    assert tasks.ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_every_error_of_a_library_is_among_those_expected():
    for error in (pikepdf.PdfError, pypdfium2.PdfiumError, struct.error, zlib.error, UnicodeDecodeError, KeyError):
        assert issubclass(error, tasks.PARSER_ERRORS)


def test_a_source_gives_the_same_bytes_each_time():
    from tests.vision.inside import source

    one = source(b"0123456789")
    assert len(one) == 10
    with one.stream() as first:
        assert first.read(4) == b"0123"
    with one.stream() as second:
        assert second.read() == b"0123456789"
    copy = one.copy()
    copy.write(b"x")
    assert one.data[:] == b"0123456789"
    os.fstat(one._descriptor)
