"""PDFs whose inside is not what it should be: tables of contents, fonts, metadata, passwords, names."""

import re
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from tests.vision.hostile.registry import CLEANED, OK, family
from tests.vision.hostile.seeds import ONE_PAGE, heic, jpeg, pages, pdf_file, png, saved, written


def _start(value: bytes) -> Callable[[], bytes]:
    return lambda: re.sub(rb"startxref\n\d+", b"startxref\n" + value, written([*ONE_PAGE]))


@family("table of contents", "broken", "bomb", OK)
def _tables() -> dict[str, Callable[[], bytes]]:
    plain = written([*ONE_PAGE])
    table = plain.index(b"xref")

    def previous(value: bytes) -> Callable[[], bytes]:
        return lambda: written([*ONE_PAGE], trailer=b"/Prev " + value)

    return {
        "xref_starts_nowhere": _start(b"99999999"),
        "xref_starts_negative": _start(b"-1"),
        "xref_starts_in_a_page": _start(b"80"),
        "xref_of_many_digits": _start(b"9" * 400),
        "xref_missing": lambda: plain[:table] + plain[plain.index(b"trailer") :],
        "xref_and_trailer_missing": lambda: plain[:table] + b"%%EOF\n",
        "xref_points_at_one_object": lambda: re.sub(rb"\d{10} 00000 n", b"0000000009 00000 n", plain),
        "xref_points_past_the_end": lambda: re.sub(rb"\d{10} 00000 n", b"9999999999 00000 n", plain),
        "xref_all_free": lambda: plain.replace(b" n \n", b" f \n"),
        "xref_previous_is_itself": previous(b"%d" % table),
        "xref_previous_nowhere": previous(b"99999999"),
        "xref_stream_previous_is_itself": lambda: saved(
            pages(), object_stream_mode=pikepdf.ObjectStreamMode.generate
        ).replace(b"/Type /XRef", b"/Prev 15/Type /XRef"),
        "xref_widths_of_a_milliard": lambda: saved(
            pages(), object_stream_mode=pikepdf.ObjectStreamMode.generate
        ).replace(b"/W [ 1 ", b"/W [ 999999999 "),
        "xref_no_root": lambda: plain.replace(b"/Root 1 0 R", b""),
        "xref_two_ends": lambda: plain + b"startxref\n0\n%%EOF\n",
    }


def _font(program: bytes, key: str = "FontFile2", subtype: str = "TrueType", **more: object) -> bytes:
    pdf = pages(1, b"BT /F 20 Tf 50 500 Td (hello) Tj ET")
    body = pdf.make_indirect(Stream(pdf, program))
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Bad, Flags=4)
    descriptor[f"/{key}"] = body
    font = Dictionary(
        Type=Name.Font, Subtype=Name(f"/{subtype}"), BaseFont=Name.Bad, FontDescriptor=descriptor, **more
    )
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    return saved(pdf)


@family("broken font", OK, "bomb", "broken")
def _fonts() -> dict[str, Callable[[], bytes]]:
    def glyph_of_itself() -> bytes:
        pdf = pages(1, b"BT /F 20 Tf 50 500 Td (aaaa) Tj ET")
        glyph = pdf.make_indirect(Stream(pdf, b"1000 0 d0 BT /F 9 Tf (aaaa) Tj ET"))
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 9, 9])))
        font.FontMatrix, font.CharProcs = Array([1, 0, 0, 1, 0, 0]), Dictionary(a=glyph)
        font.Encoding, font.FirstChar, font.LastChar = Dictionary(Differences=Array([97, Name.a])), 97, 97
        font.Widths, font.Resources = Array([9]), Dictionary(Font=Dictionary(F=font))
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font))
        return saved(pdf)

    tables = (
        b"\x00\x01\x00\x00\xff\xff\x00\x80\x00\x03\x00\x70"
        + b"glyf\xff\xff\xff\xff\x00\x00\x00\x0c\x7f\xff\xff\xff" * 99
    )
    return {
        "font_is_no_font": lambda: _font(b"\x00\x01\x00\x00 no font at all" * 30),
        "font_tables_lie": lambda: _font(tables),
        "font_cff_noise": lambda: _font(b"\x01\x00\x04\x04" + bytes(range(256)) * 9, "FontFile3", "Type1"),
        "font_type1_loops": lambda: _font(b"%!PS-AdobeFont-1.0\n{} loop\neexec" + bytes(600), "FontFile", "Type1"),
        "font_widths_of_a_milliard": lambda: _font(
            b"OTTO" + bytes(99), FirstChar=0, LastChar=2**30, Widths=Array([1])
        ),
        "font_glyph_draws_itself": glyph_of_itself,
        "font_map_noise": lambda: _font(b"true" + bytes(99), ToUnicode="begincmap 1 beginbfrange <0000> <FFFFFFFF>"),
    }


_ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&e;</x:xmpmeta>'
_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(9))
    + b"]><x>&j;</x>"
)


@family("XML in the metadata", OK)
def _metadata() -> dict[str, Callable[[], bytes]]:
    def of(text: bytes, *, page: bool = False) -> bytes:
        pdf = pages()
        stream = pdf.make_indirect(Stream(pdf, text, Type=Name.Metadata, Subtype=Name.XML))
        (pdf.pages[0].obj if page else pdf.Root).Metadata = stream
        return saved(pdf)

    return {
        "xmp_entity_in_pdf": lambda: of(_ENTITY),
        "xmp_laughs_in_pdf": lambda: of(_LAUGHS),
        "xmp_entity_in_page": lambda: of(_ENTITY, page=True),
        "xmp_entity_in_jpeg": lambda: jpeg(xmp=_ENTITY),
        "xmp_laughs_in_jpeg": lambda: jpeg(xmp=_LAUGHS),
        "svg_in_jpeg_xmp": lambda: jpeg(xmp=b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    }


@family("wrong extension", OK, declared="jpg")
def _named_jpg() -> dict[str, Callable[[], bytes]]:
    return {"pdf_named_jpg": pdf_file, "png_named_jpg": png, "heic_named_jpg": heic}


@family("wrong extension", OK, declared="pdf")
def _named_pdf() -> dict[str, Callable[[], bytes]]:
    return {"jpeg_named_pdf": jpeg, "png_named_pdf": png, "heic_named_pdf": heic}


@family("wrong extension", OK, declared="exe")
def _named_exe() -> dict[str, Callable[[], bytes]]:
    return {"jpeg_named_exe": jpeg, "pdf_named_exe": pdf_file}


@family("wrong extension", CLEANED, declared="html")
def _named_html() -> dict[str, Callable[[], bytes]]:
    return {"pdf_with_html_named_html": lambda: pdf_file() + b"<script>alert(1)</script>"}


@family("false password", "password_protected", "broken", OK)
def _false_locks() -> dict[str, Callable[[], bytes]]:
    def locked(**entries: object) -> bytes:
        data = saved(pages(), encryption=pikepdf.Encryption(user="secret", owner="owner", R=4))
        for old, new in entries.items():
            data = data.replace(b"/" + old.encode(), b"/" + bytes(str(new), "ascii"))
        return data

    return {
        "encrypt_unknown_filter": lambda: locked(Standard="Unknown"),
        "encrypt_without_key": lambda: locked(O="X"),
        "encrypt_of_revision_99": lambda: locked(R="R 99%"),
        "encrypt_is_itself": lambda: written([*ONE_PAGE], trailer=b"/Encrypt 1 0 R/ID[<00><00>]"),
        "encrypt_nowhere": lambda: written([*ONE_PAGE], trailer=b"/Encrypt 99 0 R/ID[<00><00>]"),
    }
