"""The structural verdict: what we saw is named, limits hold, sound files pass (hostile ones: test_hostile.py)."""

import random
import zlib

import pikepdf
import pytest
from PIL import Image

from matricule import vision
from matricule.vision import Fence, Limits, sniff, verdicts
from matricule.vision.limits import MIB
from tests.vision import hostile

CASES = {case.name: case for case in hostile.cases()}
NO_ANSWER = ("signal", "wall", "status", "unbounded", "unreadable")


@pytest.mark.parametrize("name", sorted(hostile.LIARS))
def test_what_we_saw_is_named(name):
    data, seen = hostile.LIARS[name]
    verdict = vision.check(data, declared="pdf")
    assert verdict.details == {"seen": seen}
    assert verdicts.SEEN[seen]["fr"] in verdict.message["fr"]
    assert verdicts.SEEN[seen]["en"] in verdict.message["en"]
    assert "PDF, JPEG, PNG" in verdict.message["en"]


def test_a_word_document_is_told_to_become_a_pdf():
    message = vision.check(hostile.LIARS["docx"][0]).message
    assert message["en"] == (
        "This file is a Word document. We accept PDF, JPEG, PNG and HEIC. "
        "Open it, choose “Save as”, then “PDF”, and send the PDF."
    )
    assert message["fr"].startswith("Ce fichier est un document Word. Nous acceptons PDF, JPEG, PNG et HEIC.")


@pytest.mark.parametrize(
    ("bomb", "codes"),
    [
        ("png_169_megapixels", {"too_many_pixels"}),
        ("pdf_flate_thrice", {"bomb"}),
        ("png_more_data_than_pixels", {"bomb"}),
    ],
)
def test_bombs_are_seen_as_such_with_little_memory(bomb, codes):
    verdict = vision.check(CASES[bomb].data, fence=Fence(memory=110 * MIB))
    assert verdict.code in codes
    assert not str(verdict.details.get("ended", "")).startswith(NO_ANSWER)


def test_the_nested_flate_bomb_is_small_and_the_png_too():
    assert len(CASES["pdf_flate_thrice"].data) < 4_000
    assert len(CASES["pdf_flate_two_gigabytes"].data) < 6_000
    assert len(CASES["png_169_megapixels"].data) < 25_000


@pytest.fixture(scope="module")
def large():
    """A picture of 50 megapixels, drawn once for every format."""
    return hostile.picture(8160, 6120)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["jpeg", "jpeg progressive", "png", "png alpha", "heic"])
def test_fifty_megapixels_pass_and_are_drawn(kind, large):
    picture = large
    data = {
        "jpeg": lambda: hostile.encoded(picture, "JPEG"),
        "jpeg progressive": lambda: hostile.encoded(picture, "JPEG", progressive=True),
        "png": lambda: hostile.encoded(picture, "PNG", compress_level=1),
        "png alpha": lambda: hostile.encoded(picture.convert("RGBA"), "PNG", compress_level=1),
        "heic": lambda: hostile.heic_of(picture, quality=10),
    }[kind]()
    verdict = vision.check(data)
    assert (verdict.code, verdict.pages) == ("ok", ((8160, 6120),))
    assert vision.render_page(data, width=160).startswith(b"\xff\xd8\xff")


def test_a_file_at_the_limit_passes_and_one_byte_more_does_not():
    data = hostile.jpeg()
    assert vision.check(data, limits=Limits(file_bytes=len(data))).ok
    verdict = vision.check(data, limits=Limits(file_bytes=len(data) - 1))
    assert verdict.code == "too_large"


def test_pages_and_pixels_are_limited_from_the_same_place():
    data = hostile.pdf_file(3)
    assert vision.check(data, limits=Limits(file_pages=3)).ok
    verdict = vision.check(data, limits=Limits(file_pages=2))
    assert (verdict.code, verdict.details["count"], verdict.details["limit"]) == ("too_many_pages", 3, 2)
    for photo in (hostile.jpeg(100, 100), hostile.png(100, 100), hostile.heic(100, 100)):
        assert vision.check(photo, limits=Limits(pixels=10_000)).ok
        assert vision.check(photo, limits=Limits(pixels=9_999)).code == "too_many_pixels"


def test_the_extension_may_lie_but_we_say_so():
    verdict = vision.check(hostile.jpeg(), declared=".PDF")
    assert verdict.ok
    assert verdict.notice == {
        "fr": "Le nom de ce fichier finit par «\u00a0.pdf\u00a0», mais c’est une photo JPEG. Nous le gardons tel "
        "quel\u00a0: il n’y a rien à refaire.",
        "en": "The name of this file ends in “.pdf”, but it is a JPEG photo. We keep it as it is: "
        "there is nothing to redo.",
    }
    for name, data in (
        ("jpg", hostile.jpeg()),
        ("JPEG", hostile.jpeg()),
        ("heif", hostile.heic()),
        ("", hostile.png()),
    ):
        assert vision.check(data, declared=name).notice is None


def test_an_unknown_extension_is_not_repeated():
    assert vision.check(hostile.jpeg(), declared="dupont").notice is None


def test_sizes_are_given_as_they_will_be_seen():
    assert vision.check(hostile.jpeg(400, 300)).pages == ((400, 300),)
    turned = vision.check(hostile.jpeg(400, 300, orientation=6))
    assert (turned.pages, turned.has_exif_turn) == (((300, 400),), True)
    pdf = hostile.pages(2)
    pdf.pages[1].rotate(90, relative=False)
    assert vision.check(hostile.saved(pdf)).pages == ((595, 842), (842, 595))


def test_links_are_cleaned_without_alarm():
    verdict = vision.check(CASES["link_uri"].data)
    assert (verdict.code, verdict.needs_clean, verdict.details["links"]) == ("ok", True, 1)


def test_what_was_found_is_named():
    verdict = vision.check(CASES["js_open"].data)
    assert verdict.needs_clean
    assert "a program" in verdict.message["en"]
    assert "des fichiers joints" in vision.check(CASES["embedded_file"].data).message["fr"]


def test_a_plain_text_that_speaks_of_scripts_is_no_script():
    pdf = hostile.pages(1, b"BT (/JavaScript /Launch /EF) Tj ET")
    pdf.docinfo["/Title"] = "/JS /S /JavaScript"
    verdict = vision.check(hostile.saved(pdf))
    assert (verdict.code, verdict.needs_clean) == ("ok", False)


def test_a_font_that_is_called_aa_survives():
    pdf = hostile.pages()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(AA=font, EF=font, JS=font))
    assert vision.check(hostile.saved(pdf)).code == "ok"


def test_a_pdf_with_a_lossless_image_in_one_piece_is_not_slowed_down_or_refused():
    pdf = hostile.pages()
    stream = pikepdf.Stream(pdf, zlib.compress(random.Random(1).randbytes(3_000_000), 0))
    stream.Type, stream.Subtype, stream.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.FlateDecode
    stream.Width, stream.Height, stream.BitsPerComponent, stream.ColorSpace = 1000, 1000, 8, pikepdf.Name.DeviceRGB
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"500 0 0 500 0 0 cm /I Do")
    assert vision.check(hostile.saved(pdf)).code == "ok"


def test_an_exif_block_beyond_the_pixels_does_not_decode_a_png():
    picture = Image.new("RGB", (6000, 6000))
    assert vision.check(hostile.encoded(picture, "PNG"), fence=Fence(memory=110 * MIB)).ok


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4", "pdf"),
        (b"\xef\xbb\xbf%PDF-1.4", "pdf"),
        (b"junk%PDF-1.4", "mixed"),
        (b"<html>%PDF-1.4", "html"),
        (b"\xff\xd8\xff%PDF-", "mixed"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "avif"),
        (b"\x00\x00\x00\x18ftypmsf1\x00\x00\x00\x00msf1", "animation"),
        (b"\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00qt  ", "video"),
        (b"RIFF1234WEBP", "webp"),
        (b"<!-- -->", "xml"),
        (b"bonjour", "text"),
        (b"\x01\x02", "unknown"),
        (b"", "unknown"),
    ],
)
def test_the_kind_follows_from_the_first_bytes(head, kind):
    assert sniff.kind(head) == kind
