"""PDFs with strange trees of pages, strange content, passwords."""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from tests.vision.hostile.registry import CLEANED, OK, case, family
from tests.vision.hostile.seeds import CATALOG, ONE_PAGE, pages, pdf_file, saved, written


def _deep_tree(depth: int) -> bytes:
    pdf = pages()
    leaf = pdf.pages[0].obj
    node = leaf
    for _ in range(depth):
        parent = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node]), Count=1))
        node.Parent = parent
        node = parent
    pdf.Root.Pages = node
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


def _chain(depth: int) -> list[bytes]:
    """A tree of pages that only goes down, one node in the other."""
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(depth)]
    return [CATALOG, *nodes, ONE_PAGE[2]]


def many_pages(count: int) -> bytes:
    """A plain PDF of so many blank pages."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    return written([CATALOG, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), *ONE_PAGE[2:] * count])


@family("too many pages", "too_many_pages")
def _many_pages() -> dict[str, Callable[[], bytes]]:
    return {
        "pages_41": lambda: pdf_file(41),
        "pages_1000": lambda: many_pages(1000),
        "pages_10000": lambda: many_pages(10000),
        "pages_the_same_100_times": lambda: written(
            [CATALOG, b"<</Type/Pages/Count 100/Kids[%s]>>" % (b"3 0 R " * 100), ONE_PAGE[2]]
        ),
    }


@family("tree of pages", "broken", "bomb", OK)
def _strange_trees() -> dict[str, Callable[[], bytes]]:
    def loop() -> bytes:
        pdf = pages(3)
        data = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return data.replace(b"/Kids [ ", b"/Kids [ 2 0 R ", 1)

    return {
        "pages_loop": loop,
        "pages_deep": lambda: _deep_tree(200),
        "pages_count_lies": lambda: pdf_file(3).replace(b"/Count 3", b"/Count 9"),
        "pages_none_of_a_milliard": lambda: written([CATALOG, b"<</Type/Pages/Count 1000000000/Kids[]>>"]),
        "pages_deeper": lambda: written(_chain(20_000)),
        "pages_count_negative": lambda: pdf_file(3).replace(b"/Count 3", b"/Count -3"),
        "page_without_its_box": lambda: pdf_file().replace(b"/MediaBox", b"/MediaBux"),
        "page_of_nan": lambda: pdf_file().replace(b"595", b"nan"),
    }


@family("circular references", "broken", "bomb", "password_protected", OK, CLEANED)
def _circles() -> dict[str, Callable[[], bytes]]:
    def resources() -> bytes:
        pdf = pages(1, b"/X Do")
        form = Stream(pdf, b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]))
        form = pdf.make_indirect(form)
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))
        return saved(pdf)

    def page(more: bytes, *others: bytes) -> bytes:
        return written([*ONE_PAGE[:2], ONE_PAGE[2][:-2] + more + b">>", *others])

    return {
        "pages_of_themselves": lambda: written([CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"]),
        "pages_of_each_other": lambda: written(
            [
                CATALOG,
                b"<</Type/Pages/Count 9/Kids[3 0 R 3 0 R]>>",
                b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>",
            ]
        ),
        "page_its_own_parent": lambda: written([*ONE_PAGE[:2], ONE_PAGE[2].replace(b"2 0 R", b"3 0 R")]),
        "catalog_is_the_pages": lambda: written([CATALOG.replace(b"2 0 R", b"1 0 R")]),
        "form_draws_itself": resources,
        "length_is_the_stream": lambda: page(b"/Contents 4 0 R", b"<</Length 4 0 R>>\nstream\n0 0 m\nendstream"),
        "object_is_itself": lambda: page(b"/Contents 4 0 R", b"4 0 R"),
        "objects_are_each_other": lambda: page(b"/Contents 4 0 R/Resources 5 0 R", b"5 0 R", b"4 0 R"),
        "annotations_in_a_ring": lambda: page(
            b"/Annots[4 0 R]",
            b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Popup 5 0 R>>",
            b"<</Type/Annot/Subtype/Popup/Rect[0 0 9 9]/Parent 4 0 R/Popup 4 0 R>>",
        ),
        "outline_in_a_ring": lambda: written(
            [
                CATALOG[:-2] + b"/Outlines 4 0 R>>",
                *ONE_PAGE[1:],
                b"<</First 5 0 R/Last 5 0 R>>",
                b"<</Title(x)/Parent 4 0 R/Next 5 0 R/First 4 0 R>>",
            ]
        ),
        "fields_in_a_ring": lambda: written(
            [
                CATALOG[:-2] + b"/AcroForm<</Fields[4 0 R]>>>>",
                *ONE_PAGE[1:],
                b"<</FT/Tx/T(x)/Kids[4 0 R]/Parent 4 0 R>>",
            ]
        ),
        "action_next_is_itself": lambda: written(
            [CATALOG[:-2] + b"/OpenAction 4 0 R>>", *ONE_PAGE[1:], b"<</S/GoTo/D[3 0 R/Fit]/Next 4 0 R>>"]
        ),
        "colour_of_itself": lambda: page(
            b"/Contents 4 0 R/Resources<</ColorSpace<</C 5 0 R>>>>",
            b"<</Length 30>>\nstream\n/C cs 1 sc 0 0 500 500 re f    \nendstream",
            b"[/Indexed 5 0 R 255 5 0 R]",
        ),
        "function_of_itself": lambda: page(
            b"/Contents 4 0 R/Resources<</Shading<</S"
            b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function 5 0 R>>>>>>",
            b"<</Length 5>>\nstream\n/S sh\nendstream",
            b"<</FunctionType 3/Domain[0 1]/Functions[5 0 R 5 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>",
        ),
    }


@family("enormous numbers", "broken", "bomb", OK, "too_many_pixels")
def _numbers() -> dict[str, Callable[[], bytes]]:
    def box(text: bytes) -> bytes:
        return written([*ONE_PAGE[:2], ONE_PAGE[2].replace(b"595 842", text)])

    return {
        "box_of_999_digits": lambda: box(b"9" * 999 + b" 842"),
        "box_of_the_largest_integer": lambda: box(b"9223372036854775807 9223372036854775808"),
        "box_of_a_small_fraction": lambda: box(b"0." + b"0" * 400 + b"1 842"),
        "object_number_of_a_milliard": lambda: written([*ONE_PAGE]).replace(b"[3 0 R]", b"[2147483647 0 R]"),
        "generation_of_99999": lambda: written([*ONE_PAGE]).replace(b"[3 0 R]", b"[3 99999 R]"),
        "size_of_a_milliard": lambda: written([*ONE_PAGE]).replace(b"/Size 4", b"/Size 2147483647"),
        "turn_of_a_milliard": lambda: written([*ONE_PAGE[:2], ONE_PAGE[2][:-2] + b"/Rotate 2147483640>>"]),
        "unit_of_a_milliard": lambda: written([*ONE_PAGE[:2], ONE_PAGE[2][:-2] + b"/UserUnit 1000000000>>"]),
        "numbers_in_content": lambda: saved(pages(1, b"1e38 0 0 1e38 0 0 cm 0 0 99999999999 9999999999 re f\n" * 50)),
        "stream_length_lies": lambda: saved(pages(), compress_streams=False).replace(
            b"/Length 28", b"/Length 99999999"
        ),
    }


@family("enormous strings", "broken", "bomb", OK)
def _strings() -> dict[str, Callable[[], bytes]]:
    return {
        "title_of_2_megabytes": lambda: written(
            [*ONE_PAGE, b"<</Title(" + b"x" * 2_000_000 + b")>>"], trailer=b"/Info 4 0 R"
        ),
        "name_of_2_megabytes": lambda: written([CATALOG[:-2] + b"/" + b"N" * 2_000_000 + b" 1>>", *ONE_PAGE[1:]]),
        "brackets_in_a_string": lambda: written([*ONE_PAGE, b"(" + b"(" * 500_000 + b")" * 500_000 + b")"]),
        "string_that_never_ends": lambda: written([*ONE_PAGE, b"(" * 500_000]),
        "hexadecimal_of_a_megabyte": lambda: written([*ONE_PAGE, b"<" + b"41" * 1_000_000 + b">"]),
        "text_of_a_megabyte_drawn": lambda: saved(pages(1, b"BT /F 9 Tf (" + b"m" * 1_000_000 + b") Tj ET")),
        "comment_of_3_megabytes": lambda: written([*ONE_PAGE]).replace(
            b"%PDF-1.4\n", b"%PDF-1.4\n%" + b"x" * 3_000_000 + b"\n"
        ),
    }


@family("nested objects", "broken", "bomb", OK)
def _nested() -> dict[str, Callable[[], bytes]]:
    return {
        "arrays_deeper": lambda: written([*ONE_PAGE, b"[" * 300_000 + b"]" * 300_000]),
        "arrays_not_closed": lambda: written([*ONE_PAGE, b"[" * 300_000]),
        "dictionaries_not_closed": lambda: written([*ONE_PAGE, b"<</A" * 200_000]),
        "content_arrays_deep": lambda: saved(pages(1, b"[" * 200_000 + b"] TJ")),
        "content_saves_deep": lambda: saved(pages(1, b"q " * 500_000)),
        "content_marks_deep": lambda: saved(pages(1, b"/P <</A " * 100_000 + b" BDC")),
        "arrays_deep": lambda: pdf_file().replace(
            b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 5000 + b"]" * 5000
        ),
        "dictionaries_deep": lambda: pdf_file().replace(
            b"/Type /Catalog", b"/Type /Catalog" + b"/X <<" * 400 + b">>" * 400
        ),
    }


@family("strange pages", "broken", "bomb", OK)
def _strange_pages() -> dict[str, Callable[[], bytes]]:
    return {
        "page_of_a_mile": lambda: pdf_file().replace(b"595", b"9999999").replace(b"842", b"9999999"),
        "page_thin": lambda: pdf_file().replace(b"595", b"1").replace(b"842", b"90000"),
        "page_negative": lambda: pdf_file().replace(b"595", b"-595"),
    }


@family("odd but fine", OK)
def _odd_but_fine() -> dict[str, Callable[[], bytes]]:
    def font() -> bytes:
        pdf = pages(1, b"BT /F 20 Tf 50 500 Td (hello) Tj ET")
        program = pdf.make_indirect(Stream(pdf, b"\x00\x01\x00\x00 no font at all" * 30))
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Bad, Flags=4, FontFile2=program)
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Bad, FontDescriptor=descriptor)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
        return saved(pdf)

    def incremental() -> bytes:
        first = pdf_file()
        return first + b"9 0 obj\n<<>>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n" + _trailer(first)

    def _trailer(first: bytes) -> bytes:
        start = int(first.split(b"startxref\n")[1].split(b"\n")[0])
        return b"<</Size 10/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, first.__len__() + 20)

    return {
        "pdf_broken_font": font,
        "pdf_nonsense_content": lambda: saved(pages(1, b"q q q ((( [[ BT /No 1e999 Tf 99999999 Do \xff\xfe")),
        "pdf_blank_before_header": lambda: b"\xef\xbb\xbf\r\n" + pdf_file(),
        "pdf_pages_40": lambda: pdf_file(40),
        "pdf_updated": incremental,
    }


@family("password", "password_protected")
def _locked() -> dict[str, Callable[[], bytes]]:
    return {
        f"locked_r{revision}": (
            lambda revision=revision: saved(
                pages(),
                encryption=pikepdf.Encryption(
                    user="secret", owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4
                ),
            )
        )
        for revision in (2, 3, 4, 6)
    }


@case("password", OK)
def owner_password_only() -> bytes:
    return saved(pages(2), encryption=pikepdf.Encryption(user="", owner="owner"))
