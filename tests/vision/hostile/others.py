"""Nothing at all, another type, two files in one."""

import io
import zipfile
from collections.abc import Callable

from PIL import Image

from tests.vision.hostile.registry import CLEANED, NOT_ACCEPTED, OK, case, family
from tests.vision.hostile.seeds import chunk, encoded, heic, jpeg, pages, pdf_file, picture, png, saved


@case("empty", "empty")
def nothing() -> bytes:
    return b""


@case("empty", NOT_ACCEPTED)
def only_spaces() -> bytes:
    return b" " * 2000


@case("empty", NOT_ACCEPTED)
def only_zeros() -> bytes:
    return bytes(5000)


LIARS: dict[str, tuple[bytes, str]] = {
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "html"),
    "html_fragment": (b"  \n<script>alert(1)</script>", "html"),
    "html_utf16": ("<html><body>bonjour</body></html>".encode("utf-16"), "html"),
    "html_after_a_comment": (b"<!-- a form --><!DOCTYPE html><html><form action=x></form></html>", "html"),
    "html_refresh": (b'<meta http-equiv="refresh" content="0;url=http://example.invalid/">', "html"),
    "html_frame": (b"\n\n<iframe src=http://example.invalid/></iframe>", "html"),
    "svg_foreign": (b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body/></foreignObject></svg>', "svg"),
    "svg_entity": (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>', "svg"),
    "xml_external": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml"),
    "xml_of_a_form": (b'<?xml version="1.0"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>', "xml"),
    "java_class": (b"\xca\xfe\xba\xbe\x00\x00\x00\x41" + bytes(60), "program"),
    "bzip2": (b"BZh91AY&SY" + bytes(60), "archive"),
    "xz": (b"\xfd7zXZ\x00" + bytes(60), "archive"),
    "mp3": (b"ID3\x04\x00" + bytes(60), "video"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "xml_laughs": (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', "xml"),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>", "mail"),
    "mail": (b"From: someone\r\nSubject: passport\r\n\r\nhello", "mail"),
    "text": (b"Je soussigne certifie que\n", "text"),
    "rtf": (b"{\\rtf1 hello}", "rtf"),
    "postscript": (b"%!PS-Adobe-3.0\nshowpage", "postscript"),
    "windows_program": (b"MZ\x90\x00" + bytes(200), "program"),
    "linux_program": (b"\x7fELF" + bytes(200), "program"),
    "shell_script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "zip": (b"PK\x03\x04" + bytes(60), "zip"),
    "docx": (b"PK\x03\x04" + bytes(22) + b"word/document.xml" + bytes(60), "docx"),
    "xlsx": (b"PK\x03\x04" + bytes(22) + b"xl/workbook.xml" + bytes(60), "xlsx"),
    "pptx": (b"PK\x03\x04" + bytes(22) + b"ppt/presentation.xml" + bytes(60), "pptx"),
    "odt": (b"PK\x03\x04" + bytes(22) + b"mimetypeapplication/vnd.oasis.opendocument.text", "odf"),
    "old_office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "doc"),
    "seven_zip": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive"),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(60), "archive"),
    "gzip": (b"\x1f\x8b\x08" + bytes(60), "archive"),
    "mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "video"),
    "avif": (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", "avif"),
    "heic_sequence": (b"\x00\x00\x00\x1cftyphevc\x00\x00\x00\x00hevcmsf1heic", "animation"),
    "matroska": (b"\x1aE\xdf\xa3" + bytes(60), "video"),
    "wave": (b"RIFF\x00\x00\x00\x00WAVEfmt ", "video"),
    "photoshop": (b"8BPS\x00\x01" + bytes(60), "image"),
    "jpeg_2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60), "image"),
    "jpeg_xl": (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(60), "image"),
    "fits_bomb": (b"SIMPLE  =                    T" + bytes(2880), "image"),
    "random_bytes": (bytes((i * 7919 + 13) % 251 for i in range(3000)), "unknown"),
}


CLASSES = {
    "web page named PDF": {"html"},
    "drawing or XML": {"svg", "xml"},
    "mail": {"mail"},
    "text or noise": {"text", "unknown"},
    "office document": {"rtf", "postscript", "doc", "docx", "xlsx", "pptx", "odf"},
    "program": {"program"},
    "archive": {"zip", "archive"},
    "film or sound": {"video"},
    "other picture": {"image", "avif", "animation"},
}
"""Class of each liar, by what we see in it."""


def _liars(kinds: set[str]) -> Callable[[], dict[str, Callable[[], bytes]]]:
    return lambda: {f"liar_{name}": (lambda data=data: data) for name, (data, seen) in LIARS.items() if seen in kinds}


for _klass, _kinds in CLASSES.items():
    family(_klass, NOT_ACCEPTED, declared="pdf")(_liars(_kinds))


@family("other picture", NOT_ACCEPTED)
def _pictures() -> dict[str, Callable[[], bytes]]:
    return {
        "gif_named_png": lambda: encoded(picture().convert("P"), "GIF"),
        "tiff": lambda: encoded(picture(), "TIFF"),
        "webp": lambda: encoded(picture(), "WEBP"),
        "bmp": lambda: encoded(picture(), "BMP"),
        "ico": lambda: encoded(picture(64, 64), "ICO"),
        "tga": lambda: encoded(picture(), "TGA"),
        "ppm": lambda: encoded(picture(), "PPM"),
        "sgi": lambda: encoded(picture(), "SGI"),
        "pcx": lambda: encoded(picture(), "PCX"),
        "dds": lambda: encoded(picture(), "DDS"),
        "jpeg_2000_whole": lambda: encoded(picture(), "JPEG2000"),
        "icns": lambda: encoded(picture(64, 64), "ICNS"),
        "fits": lambda: b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800) + bytes(2880),
        "eps": lambda: encoded(picture(), "EPS"),
    }


@family("animated", NOT_ACCEPTED, declared="png")
def _animated() -> dict[str, Callable[[], bytes]]:
    turned: list[Image.Image] = [picture().rotate(angle) for angle in (9, 18, 27)]
    return {
        "png_animated": lambda: encoded(picture(), "PNG", save_all=True, append_images=turned),
        "png_animated_first_frame_hidden": lambda: encoded(
            picture(), "PNG", save_all=True, append_images=turned, default_image=True
        ),
        "gif_animated": lambda: encoded(picture(), "GIF", save_all=True, append_images=turned),
        "gif_of_many_frames": lambda: encoded(
            picture(40, 30), "GIF", save_all=True, append_images=[picture(40, 30).rotate(n) for n in range(1, 60)]
        ),
        "webp_animated": lambda: encoded(picture(), "WEBP", save_all=True, append_images=turned),
    }


@family("multi-page TIFF", NOT_ACCEPTED)
def _tiffs() -> dict[str, Callable[[], bytes]]:
    other = picture(60, 40)
    return {
        "tiff_many_pages": lambda: encoded(picture(), "TIFF", save_all=True, append_images=[other] * 5),
        "tiff_packed": lambda: encoded(
            picture(), "TIFF", compression="tiff_lzw", save_all=True, append_images=[other]
        ),
        "tiff_fax": lambda: encoded(picture(mode="1"), "TIFF", compression="group4"),
        "tiff_that_points_at_itself": lambda: b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
        "tiff_big": lambda: b"II+\x00\x08\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00" + bytes(40),
        "tiff_other_end_first": lambda: b"MM\x00*\x00\x00\x00\x08\xff\xff" + b"\xff" * 60,
    }


def _zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@family("archive", NOT_ACCEPTED, declared="pdf")
def _archives() -> dict[str, Callable[[], bytes]]:
    def nested() -> bytes:
        data = bytes(4_000_000)
        for _ in range(5):
            data = _zipped(a=data, b=data)
        return data

    return {
        "zip_of_a_pdf": lambda: _zipped(passport=pdf_file()),
        "zip_nested": nested,
        "zip_that_climbs": lambda: _zipped(**{"..__..__etc__cron": b"* * * * * root true"}),
        "docx_with_macro": lambda: _zipped(word__document=b"<w:document/>", word__vbaProject=b"Sub AutoOpen()"),
    }


# --- two files in one ---------------------------------------------------------------------------


@family("polyglot", NOT_ACCEPTED)
def _polyglots() -> dict[str, Callable[[], bytes]]:
    page = b"<html><script>alert(1)</script></html>"
    return {
        "html_then_pdf": lambda: page + b"\n" + pdf_file(),
        "html_then_pdf_at_900": lambda: page.ljust(900) + pdf_file(),
        "program_then_pdf": lambda: b"MZ" + bytes(100) + pdf_file(),
        "gif_then_pdf": lambda: b"GIF89a" + bytes(50) + pdf_file(),
        "zip_then_pdf": lambda: b"PK\x03\x04" + bytes(50) + pdf_file(),
        "junk_then_pdf": lambda: b"\x01\x02\x03junk" + pdf_file(),
        "pdf_inside_jpeg_comment": lambda: jpeg()[:2] + b"\xff\xfe\x00\x0e%PDF-1.7 obj" + jpeg()[2:],
        "pdf_too_far": lambda: bytes(1500) + pdf_file(),
        "html_then_jpeg": lambda: b"<html><img src=x onerror=alert(1)>" + jpeg(),
        "pdf_inside_png_text": lambda: png()[:33] + chunk(b"tEXt", b"c\x00%PDF-1.7 1 0 obj") + png()[33:],
        "pdf_inside_gif_comment": lambda: (
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00!\xfe\x10%PDF-1.7 1 0 obj\x00" + pdf_file()
        ),
        "zip_whole_then_pdf": lambda: _zipped(index=page) + pdf_file(),
        "tiff_then_pdf": lambda: b"II*\x00" + bytes(60) + pdf_file(),
        "shell_then_pdf": lambda: b"#!/bin/sh\nexit\n" + pdf_file(),
        "svg_then_pdf": lambda: b"<svg onload=alert(1)></svg>\n" + pdf_file(),
        "mail_then_pdf": lambda: b"From: a\r\nSubject: b\r\n\r\n" + pdf_file(),
        "pdf_inside_heic_free_box": lambda: heic()[:36] + b"\x00\x00\x00\x18free%PDF-1.7 1 0 o" + heic()[36:],
    }


@family("foreign data", CLEANED)
def _tails() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_then_zip": lambda: pdf_file() + b"PK\x03\x04" + bytes(80) + b"PK\x05\x06" + bytes(18),
        "pdf_then_html": lambda: pdf_file() + b"<script>alert(1)</script>",
        "zip_inside_pdf": lambda: saved(pages(1, b"% PK\x05\x06 hides here")).replace(
            b"%%EOF", b"PK\x05\x06" + bytes(18) + b"\n%%EOF"
        ),
        "pdf_then_program": lambda: pdf_file() + b"MZ" + bytes(300),
        "pdf_then_jpeg": lambda: pdf_file() + jpeg(),
        "pdf_then_whole_zip": lambda: pdf_file() + _zipped(index=b"<script>alert(1)</script>"),
        "pdf_then_pdf": lambda: pdf_file() + b"%PDF-1.7 1 0 obj <</S/JavaScript>> endobj",
    }


@family("foreign data", OK)
def _picture_tails() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg_then_html": lambda: jpeg() + b"<script>alert(1)</script>",
        "png_then_zip": lambda: png() + b"PK\x05\x06" + bytes(18),
        "jpeg_then_zip": lambda: jpeg() + _zipped(index=b"<script>alert(1)</script>"),
        "jpeg_with_html_comment": lambda: jpeg()[:2] + b"\xff\xfe\x00\x1b<script>alert(1)</script>" + jpeg()[2:],
        "jpeg_with_php_in_exif": lambda: jpeg(comment=b"<?php system($_GET[0]); ?>"),
        "png_with_html_text": lambda: png()[:33] + chunk(b"tEXt", b"c\x00<script>alert(1)</script>") + png()[33:],
        "png_then_program": lambda: png() + b"MZ" + bytes(300),
        "heic_then_html": lambda: heic() + b"<html><script>alert(1)</script>",
        "jpeg_then_jpeg": lambda: jpeg() + jpeg(50, 40),
    }
