"""Pages as pictures, cleaned copies, and several files as one PDF."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from matricule import vision
from matricule.vision import Part, Refused, jpeg
from tests.vision import hostile

CASES = {case.name: case for case in hostile.cases()}
ACTIVE = {"JavaScript", "actions", "embedded files", "media", "XFA form", "links", "foreign data"}
TO_CLEAN = sorted(case.name for case in CASES.values() if case.klass in ACTIVE)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.load()
    return image


def distance(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0 to 255."""
    small = [image.convert("RGB").resize((40, 40)) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def drawn(data: bytes, number: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(data)[number].render(scale=1).to_pil()


def pdf_of(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_turn_mark_is_applied_and_removed(turn):
    data = hostile.jpeg(400, 300, orientation=turn)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    shown = opened(vision.render_page(data, width=200))
    assert shown.getexif().get(0x0112) is None
    assert b"Maker" not in vision.render_page(data, width=200)
    assert abs(shown.width / shown.height - upright.width / upright.height) < 0.02
    assert distance(shown, upright) < 6


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_joined_photo_is_upright_and_without_its_metadata(turn):
    data = hostile.jpeg(400, 300, orientation=turn)
    joined = vision.join([Part(data, "jpeg")], title="Document", language="fr")
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert distance(drawn(joined), upright) < 6
    assert b"Maker" not in joined
    assert b"Exif" not in joined


@pytest.mark.parametrize(("rotation", "method"), [(90, 270), (180, 180), (270, 90)])
@pytest.mark.parametrize("kind", ["jpeg", "png", "heic", "pdf"])
def test_a_page_turns_clockwise(rotation, method, kind):
    data = {"jpeg": hostile.jpeg, "png": hostile.png, "heic": hostile.heic, "pdf": hostile.scan_pdf}[kind]()
    straight = opened(vision.render_page(data, width=200))
    turned = opened(vision.render_page(data, width=200, rotation=rotation))
    assert turned.width == 200
    assert distance(turned, straight.rotate(method, expand=True)) < 6


def test_only_right_angles():
    with pytest.raises(ValueError, match="right angles"):
        vision.render_page(hostile.jpeg(), width=10, rotation=45)


@pytest.mark.parametrize("width", [160, 1200])
@pytest.mark.parametrize("kind", ["jpeg", "png", "heic"])
def test_a_photo_has_the_width_asked_but_is_not_enlarged(kind, width):
    data = {"jpeg": hostile.jpeg, "png": hostile.png, "heic": hostile.heic}[kind](400, 300)
    assert opened(vision.render_page(data, width=width)).size == ((160, 120) if width == 160 else (400, 300))


def test_a_pdf_page_has_the_width_asked():
    assert opened(vision.render_page(hostile.pdf_file(), width=1200)).width == 1200
    tall = CASES["page_thin"].data
    image = opened(vision.render_page(tall, width=1200))
    assert image.width * image.height <= 13_000_000


@pytest.mark.parametrize("name", sorted(case.name for case in CASES.values() if case.klass == "photo"))
def test_unusual_photos_are_drawn_and_joined(name):
    data = CASES[name].data
    kind = vision.check(data).kind
    shown = opened(vision.render_page(data, width=160))
    assert shown.mode in ("RGB", "L")
    joined = vision.join([Part(data, kind)], title="x", language="fr")
    assert vision.check(joined).code == "ok"


def test_transparent_means_white():
    data = hostile.encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")
    assert opened(vision.render_page(data, width=50)).convert("L").getextrema()[0] > 250


def test_sixteen_bits_keep_their_brightness():
    level = opened(vision.render_page(CASES["png_16_bit"].data, width=50)).convert("L").getpixel((5, 5))
    assert abs(level - 40000 / 257) < 4


@pytest.mark.parametrize(
    ("data", "page", "code"),
    [
        (b"%PDF-1.7 nothing", 0, "broken"),
        (hostile.pdf_file(1), 1, "broken"),
        (hostile.jpeg(), 1, "broken"),
        (hostile.jpeg()[:900], 0, "broken"),
        (b"<html>", 0, "not_accepted_type"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_code(data, page, code):
    with pytest.raises(Refused) as refused:
        vision.render_page(data, page, width=100)
    assert refused.value.code == code


def test_a_locked_pdf_is_refused_everywhere():
    locked = CASES["locked_r6"].data
    for attempt in (
        lambda: vision.clean_copy(locked),
        lambda: vision.join([Part(locked, "pdf")], title="x", language="fr"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "password_protected"


@pytest.mark.parametrize("name", TO_CLEAN)
def test_a_cleaned_copy_keeps_the_page_and_nothing_else(name):
    data = CASES[name].data
    if not data.startswith(b"%PDF") or CASES[name].codes == {"dynamic_form"}:
        return
    clean = vision.clean_copy(data)
    verdict = vision.check(clean)
    assert (verdict.code, verdict.needs_clean, dict(verdict.details)) == ("ok", False, {})
    assert distance(drawn(clean), drawn(data)) < 3
    with pdf_of(clean) as pdf:
        everything = b" ".join(
            obj.stream_dict.unparse(resolved=True) + obj.read_raw_bytes()
            if isinstance(obj, pikepdf.Stream)
            else obj.unparse(resolved=True)
            for obj in pdf.objects
        )
    for word in (b"JavaScript", b"evil", b"calc.exe", b"example.invalid", b"xdp", b"/AA", b"/OpenAction", b"passwd"):
        assert word not in everything
        assert word not in clean


def test_a_cleaned_copy_has_no_author_and_no_password():
    pdf = hostile.pages(2)
    pdf.docinfo["/Author"] = "Somebody"
    pdf.Root.Metadata = pikepdf.Stream(pdf, b"<x:xmpmeta>Somebody</x:xmpmeta>", Type=pikepdf.Name.Metadata)
    clean = vision.clean_copy(hostile.saved(pdf, encryption=pikepdf.Encryption(user="", owner="o")))
    with pdf_of(clean) as again:
        assert not again.is_encrypted
        assert len(again.pages) == 2
        assert "/Metadata" not in again.Root
        assert "/Author" not in again.docinfo
    assert b"Somebody" not in clean


def test_a_filled_form_stays_readable():
    pdf = hostile.pages(1, b"")
    look = pikepdf.Stream(pdf, b"1 0 0 rg 0 0 200 100 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look.BBox = pikepdf.Array([0, 0, 200, 100])
    field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T="a", F=4)
    field.Rect, field.AP = pikepdf.Array([100, 100, 300, 200]), pikepdf.Dictionary(N=look)
    box = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = pikepdf.Array([box])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([box]))
    clean = vision.clean_copy(hostile.saved(pdf))
    assert drawn(clean).getpixel((200, 842 - 150))[:2] != (255, 255)
    with pdf_of(clean) as again:
        assert "/AcroForm" not in again.Root


def test_a_hidden_layer_stays_hidden():
    pdf = hostile.pages(1, b"/OC /L BDC 0 g 0 0 600 800 re f EMC")
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=layer))
    off = pikepdf.Dictionary(OFF=pikepdf.Array([layer]), Order=pikepdf.Array([layer]))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=off)
    clean = vision.clean_copy(hostile.saved(pdf))
    assert drawn(clean).convert("L").getextrema()[0] > 250


def test_only_a_pdf_is_cleaned():
    with pytest.raises(Refused) as refused:
        vision.clean_copy(hostile.jpeg())
    assert refused.value.code == "not_accepted_type"


def test_parts_are_joined_in_order_with_their_pages_and_turns():
    parts = [
        Part(hostile.pdf_file(3), "pdf", [(2, 90), (0, 0)]),
        Part(hostile.jpeg(400, 300), "jpeg", [(0, 180)]),
        Part(hostile.heic(300, 400), "heic"),
        Part(hostile.png(400, 300, "RGBA"), "png"),
        Part(CASES["js_open"].data, "pdf"),
    ]
    joined = vision.join(parts, title="Acte et traduction", language="fr")
    verdict = vision.check(joined)
    assert (verdict.code, verdict.needs_clean) == ("ok", False)
    assert verdict.pages == ((842, 595), (595, 842), (794, 595), (595, 794), (794, 595), (595, 842))
    with pdf_of(joined) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Acte et traduction"
        assert str(pdf.Root.Lang) == "fr"
        assert [int(page.obj.get("/Rotate", 0)) for page in pdf.pages] == [90, 0, 180, 0, 0, 0]
    assert vision.join(parts, title="Acte et traduction", language="fr") == joined


def test_pages_of_photos_stay_within_a4():
    joined = vision.join(
        [Part(hostile.jpeg(*size), "jpeg") for size in ((4000, 30), (30, 4000), (10, 10))], title="x", language="en"
    )
    for width, height in vision.check(joined).pages:
        assert min(width, height) <= 595
        assert max(width, height) <= 842


def test_a_jpeg_is_taken_over_without_loss():
    data = hostile.jpeg(orientation=6) + b"<script>trailing</script>"
    joined = vision.join([Part(data, "jpeg")], title="x", language="fr")
    with pdf_of(joined) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Photo.read_raw_bytes()
    assert image.startswith(b"\xff\xd8\xff")
    assert image.endswith(b"\xff\xd9")
    assert Image.open(io.BytesIO(image)).tobytes() == Image.open(io.BytesIO(data)).tobytes()
    assert b"script" not in joined


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "empty"),
        ([Part(hostile.pdf_file(31), "pdf"), Part(hostile.pdf_file(30), "pdf")], "too_many_pages"),
        ([Part(hostile.pdf_file(1), "pdf", [(4, 0)])], "broken"),
        ([Part(hostile.jpeg()[:500], "jpeg")], "broken"),
        ([Part(b"<html>", "png")], "not_accepted_type"),
        ([Part(hostile.pdf_file(), "docx")], "not_accepted_type"),
        ([Part(b"x", "pdf")] * 101, "too_large"),
    ],
)
def test_what_cannot_be_joined_is_refused(parts, code):
    with pytest.raises(Refused) as refused:
        vision.join(parts, title="x", language="fr")
    assert refused.value.code == code


def test_bytes_that_are_not_what_was_asked_are_not_handed_on(spare):
    class Liar:
        def call(self, *_):
            return vision.Answer({"done": True}, b"<html>", "answered 0")

    with pytest.raises(Refused) as refused:
        vision.render_page(hostile.jpeg(), width=100, using=Liar())
    assert refused.value.code == "bomb"


def test_a_bare_jpeg_has_no_application_data():
    data = hostile.jpeg(progressive=True, orientation=3, comment=b"a comment")
    bare = jpeg.bare(data)
    assert (bare.width, bare.height, bare.components) == (400, 300, 3)
    for word in (b"Exif", b"JFIF", b"comment"):
        assert word not in bare.data
    assert jpeg.bare(hostile.encoded(hostile.picture(mode="CMYK"), "JPEG")) is None
    assert jpeg.bare(b"\xff\xd8\xff\xc9\x00\x04\x00\x00\xff\xd9") is None
    assert jpeg.bare(b"\xff\xd8\xff\xff\xd9") is None
