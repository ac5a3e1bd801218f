"""The kind of a file by its first bytes: every format that people send by mistake is named, none taken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.vision import sniff, verdicts

PDF = b"%PDF-1.7\n"


def box(main: bytes, *compatible: bytes, size: int | None = None) -> bytes:
    """An ISO base media head: size, ftyp, main brand, minor version, compatible brands."""
    body = b"ftyp" + main + b"\x00\x00\x00\x00" + b"".join(compatible)
    return (size if size is not None else len(body) + 4).to_bytes(4, "big") + body


@pytest.mark.parametrize(("start", "name"), sniff._STARTS)
def test_every_first_mark_is_recognised_and_has_words(start, name):
    assert sniff.kind(start + b"rest of the file") == name
    assert name in verdicts.SEEN


def test_no_mark_hides_a_later_one():
    """The first that fits decides: a shorter mark listed before a longer one would swallow it."""
    starts = [start for start, _ in sniff._STARTS]
    for place, start in enumerate(starts):
        assert not any(start.startswith(earlier) for earlier in starts[:place]), start


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        (b"word/document.xml", "docx"),
        (b"xl/workbook.xml", "xlsx"),
        (b"ppt/presentation.xml", "pptx"),
        (b"mimetypeapplication/vnd.oasis.opendocument.text", "odf"),
        (b"holiday.jpg", "zip"),
    ],
)
def test_an_archive_is_named_by_what_lies_in_it(inside, name):
    assert sniff.kind(b"PK\x03\x04" + b"\x14\x00" * 13 + inside) == name


def test_an_empty_archive_is_an_archive():
    assert sniff.kind(b"PK\x05\x06" + b"\x00" * 18) == "zip"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (box(b"heic", b"mif1", b"heic"), "heic"),
        (box(b"heix", b"mif1"), "heic"),
        (box(b"mif1", b"heic"), "heic"),
        (box(b"mif1"), "heic"),
        (box(b"isom", b"heic"), "heic"),
        (box(b"mif1", b"avif"), "avif"),
        (box(b"avif", b"mif1", b"heic"), "avif"),
        (box(b"avis"), "avif"),
        (box(b"hevc", b"heic"), "animation"),
        (box(b"msf1", b"hevc", b"heic"), "animation"),
        (box(b"isom", b"mif1"), "video"),
        (box(b"isom", b"iso2", b"avc1", b"mp41"), "video"),
        (box(b"qt  "), "video"),
        (box(b"isom", b"hevc"), "animation"),
    ],
)
def test_photo_sequence_or_film(head, kind):
    assert sniff.kind(head) == kind


def test_brands_are_read_within_their_box_only():
    """What follows the first box is data: the letters of a brand there mean nothing."""
    assert sniff.kind(box(b"isom", b"iso2") + b"....mdatheicavif") == "video"
    assert sniff.kind(box(b"isom", b"avif", size=16)) == "video", "the box says that it ends before"


def test_a_box_that_claims_to_be_endless_is_read_a_little_way():
    head = box(b"isom", *[b"zzzz"] * 100, b"avif", size=0xFFFFFFFF)
    assert sniff.kind(head) == "video"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "video"),
        (b"RIFF", "video"),
    ],
)
def test_riff_is_a_picture_or_a_film(head, kind):
    assert sniff.kind(head) == kind


@pytest.mark.parametrize("before", [b"", b"\n\n", b"\r\n \t\x0c", b"\xef\xbb\xbf", b"\x00" * 40])
def test_a_pdf_may_begin_with_blanks(before):
    assert sniff.kind(before + PDF) == "pdf"


def test_a_header_is_looked_for_as_far_as_viewers_do():
    """What viewers still take as a PDF is never a photo here; further on, it is only text inside a photo."""
    photo = b"\xff\xd8\xff\xe0"
    near = photo + b"a" * (sniff.HEAD - len(photo) - 5) + PDF
    far = photo + b"a" * (sniff.HEAD - len(photo)) + PDF
    assert sniff.kind(near) == "mixed"
    assert sniff.kind(far) == "jpeg"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "mixed"),
        (box(b"heic"), "mixed"),
        (b"some words ", "mixed"),
        (b"\x01\x02\x03", "mixed"),
        (b"GIF89a", "gif"),
        (b"PK\x03\x04", "zip"),
        (b"MZ\x90", "program"),
        (b"<html><script>", "html"),
        (b"From: somebody\n", "mail"),
    ],
)
def test_a_file_of_two_kinds_is_never_accepted(first, kind):
    assert sniff.kind(first + PDF) == kind


@given(st.binary(max_size=200))
def test_whatever_comes_the_kind_has_words_for_the_person(head):
    assert sniff.kind(head) in verdicts.SEEN


@given(st.binary(min_size=1, max_size=60), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"]))
def test_an_accepted_kind_never_carries_a_second_header(between, start):
    assert sniff.kind(start + between + PDF) not in verdicts.ACCEPTED_KINDS


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"<!DOCTYPE html><title>Scan</title>", "html"),
        (b"  <HTML lang=fr>", "html"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "svg"),
        (b"<ns:svg >", "svg"),
        (b"an <svg> in a sentence", "text"),
        (b"<?xml version='1.0'?><invoice/>", "xml"),
        (b"<?XML version='1.0'?>", "xml"),
        (b"Received: by mx\nSubject: scan\n\n<html>", "mail"),
        (b"Return-Path: <a@example.org>\n", "mail"),
        (b"MIME-Version: 1.0\n", "mail"),
        (b"Dear all,\nSubject: is here\n", "text"),
        ("Bonjour, été à Besançon".encode("latin-1"), "text"),
        (b"tabs\tand\nlines\r\n", "text"),
        (b"bell \x07", "unknown"),
        (b"   \n ", "unknown"),
        (b"<headline>", "text"),
    ],
)
def test_written_files_are_told_apart(head, kind):
    assert sniff.kind(head) == kind


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_a_page_saved_with_wide_letters_is_a_page(order):
    mark = b"\xff\xfe" if order == "utf-16-le" else b"\xfe\xff"
    assert sniff.kind(mark + "<html><body>".encode(order)) == "html"
    assert sniff.kind(mark + "Bonjour".encode(order)) == "text"
