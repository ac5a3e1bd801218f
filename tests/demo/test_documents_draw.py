"""Specimens as files: every kind, every format, every flaw; readable, small, marked, the same each time."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter, ImageStat

from matricule.demo.documents import KINDS, __main__, cards, draw, kinds, marks, output, sheets, zone_lines
from matricule.demo.documents.canvas import SCALE, Canvas, flatten, wrap
from matricule.demo.documents.words import Day, context, country
from matricule.demo.people import get_person, load_people

WHO = {
    "birth_record_pt": "thiago",
    "birth_record_en": "kavitha",
    "birth_record_uk": "oleksandra",
    "birth_record_ru": "oleksandra",
    "birth_record_de": "jonas",
    "birth_record_es": "valentina",
    "birth_record_fr": "awa",
    "plurilingual_extract": "giulia",
    "resources": "lucia",
    "s1": "giulia",
    "parental_authorisation": "valentina",
    "quebec_form": "maude",
    "andorra_form": "pol",
    "ofpra": "oleksandra",
    "id_card": "jonas",
    "id_card_front": "lucia",
    "id_card_back": "giulia",
    "visa_d": "yassine",
    "residence_permit": "oleksandra",
    "ceam": "jonas",
}
LONG = replace(
    get_person("valentina"),
    birth_name="Wolfeschlegelsteinhausenbergerdorff de la Rochefoucauld",
    given_names="Maximiliana Alexandrina Wilhelmina Josephina",
)

every_kind = pytest.mark.parametrize("kind", KINDS)


def owner(kind):
    return get_person(WHO.get(kind, "anh"))


@cache
def pages(kind):
    return kinds.draw_pages(kind, owner(kind), 5)


@cache
def passport():
    return pages("passport")[0][0]


def opened(data):
    return Image.open(io.BytesIO(data))


def sharpness(page):
    """The measure of the seed on scans: the steepest edges, on a grey picture 1000 pixels wide."""
    grey = page.convert("L").resize((1000, round(page.height * 1000 / page.width))).filter(ImageFilter.GaussianBlur(1))
    steps = np.abs(np.diff(np.asarray(grey, dtype=float), axis=1))
    return float(np.percentile(steps, 99.5))


# --- every kind ---------------------------------------------------------------------------------------------


@every_kind
def test_a_document_of_every_kind_is_marked_light_and_opens(kind, monkeypatch):
    """One drawing of each kind serves the three questions: a drawing costs a third of a second."""
    written = []

    def slanted(canvas, centre, text, size, *rest, **named):
        written.append((text, size / canvas.width, centre[0] / canvas.width, centre[1] / canvas.height))
        return write(canvas, centre, text, size, *rest, **named)

    write = marks.slanted
    monkeypatch.setattr(marks, "slanted", slanted)
    drawn, dots = kinds.draw_pages(kind, owner(kind), 5)
    assert_marked(written, len(drawn))
    assert_light_pdf(output.encode(drawn, "pdf", dots), len(drawn))
    assert_crisp_jpeg(output.encode(drawn, "jpeg", dots))


def assert_marked(written, count):
    assert len(written) >= count
    for text, size, x, y in written:
        assert text == "SPÉCIMEN"
        assert size >= 0.1
        assert 0.3 < x < 0.7 and 0.25 < y < 0.7


def assert_light_pdf(data, count):
    assert data.startswith(b"%PDF-") and len(data) < 120_000
    document = pypdfium2.PdfDocument(data)
    assert len(document) == count
    width, height = document[0].get_size()
    assert 200 <= width <= 700 and 140 <= height <= 900


def assert_crisp_jpeg(data):
    picture = opened(data)
    assert picture.format == "JPEG" and len(data) < 350_000
    assert picture.width >= 1240
    assert sharpness(picture) > 20


def test_the_authorisation_comes_with_the_parents_paper():
    drawn, _ = pages("parental_authorisation")
    assert len(drawn) == 2


@pytest.mark.parametrize("kind", sorted(sheets.descriptions()))
@pytest.mark.parametrize("person", ["own", "long"])
def test_no_page_runs_over_its_foot(kind, person):
    """Even names of the length that people really have leave the signature on the page."""
    sheet = sheets.compose(kind, owner(kind) if person == "own" else LONG, 1)
    noted = any(block["type"] == "note" for block in sheets.descriptions()[kind]["blocks"])
    assert 900 < sheet.y <= sheets.HEIGHT - (130 if noted else 20)


def test_every_description_uses_known_blocks_and_a_colour():
    for kind, description in sheets.descriptions().items():
        assert description["accent"].startswith("#"), kind
        assert {block["type"] for block in description["blocks"]} <= set(sheets._BLOCKS), kind


def test_every_record_names_both_parents():
    """A record without the parents' names is refused by the caisse: ours must never teach that."""
    records = [kind for kind in sheets.descriptions() if kind.startswith(("birth_record", "plurilingual"))]
    assert len(records) == 9
    for kind in [*records, "translation", "ofpra"]:
        text = str(sheets.descriptions()[kind])
        assert "{mother" in text and "{father" in text, kind


# --- the same each time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "fmt"), [("passport", "jpeg"), ("rib", "pdf"), ("passport", "png")])
def test_the_same_seed_gives_the_same_bytes(kind, fmt):
    assert draw(kind, owner(kind), seed=8, fmt=fmt) == draw(kind, owner(kind), seed=8, fmt=fmt)


def test_flaws_and_desks_are_the_same_each_time_too():
    first = draw("passport", owner("passport"), seed=8, fmt="jpeg", flaw="dark", desk=True)
    assert first == draw("passport", owner("passport"), seed=8, fmt="jpeg", flaw="dark", desk=True)


def test_another_seed_or_another_person_gives_another_picture():
    one = draw("passport", get_person("anh"), seed=1, fmt="jpeg")
    assert one != draw("passport", get_person("anh"), seed=2, fmt="jpeg")
    assert one != draw("passport", get_person("thiago"), seed=1, fmt="jpeg")


# --- formats ------------------------------------------------------------------------------------------------


def test_png_keeps_text_pages_light_and_pictures_whole():
    text = opened(draw("rib", owner("rib"), seed=1, fmt="png"))
    picture = opened(draw("passport", owner("passport"), seed=1, fmt="png"))
    assert (text.format, text.mode, picture.mode) == ("PNG", "P", "RGB")


def test_cards_on_a_page_keep_their_colours():
    """A palette would band the shaded ground of a card."""
    assert opened(draw("id_card", owner("id_card"), seed=1, fmt="png")).mode == "RGB"


def test_heic_opens():
    heif = pytest.importorskip("pillow_heif")
    data = output.encode([passport().resize((250, 176))], "heic", 254)
    assert heif.open_heif(data).size == (250, 176)


def test_heic_without_its_writer_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ValueError, match="pillow-heif"):
        output.encode([passport()], "heic", 254)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"kind": "diploma"}, "kind"), ({"fmt": "tiff"}, "format"), ({"flaw": "torn"}, "flaw")],
)
def test_what_is_not_known_is_refused_by_name(wrong, says):
    said = {"kind": "ceam_back", "fmt": "jpeg", "flaw": None} | wrong
    with pytest.raises(ValueError, match=f"unknown {says}"):
        draw(said["kind"], owner("passport"), seed=1, fmt=said["fmt"], flaw=said["flaw"])


def test_a_picture_that_does_not_compress_is_made_smaller():
    noise = Image.frombytes("RGB", (1200, 900), np.random.default_rng(1).bytes(1200 * 900 * 3))
    data = output.encode([noise], "pdf", 150)
    assert len(data) < 120_000
    width, _ = pypdfium2.PdfDocument(data)[0].get_size()
    assert width == pytest.approx(1200 / 150 * 72, rel=0.03)


# --- flaws --------------------------------------------------------------------------------------------------


def test_a_blurred_page_has_lost_its_edges():
    assert sharpness(output.spoil(passport(), "blurred", 1)) < sharpness(passport()) / 4


def test_a_cut_page_has_lost_the_end_of_its_zone():
    cut = output.spoil(passport(), "cut", 1)
    assert cut.width < passport().width * 0.9 and cut.height < passport().height
    assert cut.getpixel((10, 10)) == passport().getpixel((10, 10))


def test_a_turned_page_lies_on_its_side():
    turned = output.spoil(passport(), "turned", 1)
    assert turned.size == passport().size[::-1]
    assert turned.transpose(Image.Transpose.ROTATE_270).tobytes() == passport().tobytes()


def test_a_dark_page_cannot_be_seen():
    dark = output.spoil(passport(), "dark", 1).convert("L")
    assert np.percentile(np.asarray(dark), 99) < 50
    assert ImageStat.Stat(dark).stddev[0] < 12


def test_a_page_on_a_desk_is_framed_by_the_desk():
    photo = output.photograph(passport(), 4)
    assert photo.width > passport().width and photo.height > passport().height
    corner = ImageStat.Stat(photo.crop((0, 0, 30, 30))).mean
    assert max(corner) < 175
    assert sharpness(photo) > sharpness(passport()) / 2


# --- what documents say -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["passport", "id_card", "vls_ts", "residence_permit"])
@pytest.mark.parametrize("person", load_people(), ids=lambda person: person.key)
def test_zones_are_whole_for_everyone(kind, person):
    lines = zone_lines(kind, person)
    shape = {"passport": [44, 44], "vls_ts": [44, 44]}.get(kind, [30, 30, 30])
    assert [len(line) for line in lines] == shape
    assert country(person.nationality).iso3 in "".join(lines)


def test_only_papers_with_a_zone_have_lines():
    assert zone_lines("rib", get_person("anh")) == ()


def test_a_zone_is_drawn_where_it_can_be_read():
    """Two lines of ink in the lower fifth, margins left and right free."""
    zone = np.asarray(passport().convert("L").crop((0, 715, 1250, 880))) < 110
    rows = zone.any(axis=1)
    starts = np.flatnonzero(np.diff(rows.astype(int)) == 1)
    assert len(starts) == 2
    columns = np.flatnonzero(zone.any(axis=0))
    assert columns[0] >= 50 and columns[-1] <= 1200


def test_a_visa_says_what_its_holder_must_do(monkeypatch):
    said = []
    write = Canvas.text

    def text(self, at, words, *rest, **named):
        said.append(words)
        return write(self, at, words, *rest, **named)

    monkeypatch.setattr(Canvas, "text", text)
    cards.visa(get_person("thiago"), 1, "vls_ts")
    assert any("VALANT TITRE DE SÉJOUR" in words for words in said)
    said.clear()
    cards.visa(get_person("yassine"), 1, "visa_d")
    assert any("CARTE DE SÉJOUR À SOLLICITER" in words for words in said)


def test_a_school_year_starts_in_summer():
    anh = get_person("anh")
    assert context(anh)["year"] == "2026-2027"
    later = replace(anh, courses_start=anh.courses_start.replace(year=2027, month=1, day=11))
    assert context(later)["year"] == "2026-2027"
    assert context(later)["year_end"] == Day(2027, 8, 31)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("", "01 12 2005"),
        ("/", "01/12/2005"),
        ("%Y", "2005"),
        ("fr", "1er décembre 2005"),
        ("en", "1 December 2005"),
        ("pt", "1 de dezembro de 2005"),
        ("de", "1. Dezember 2005"),
        ("uk", "1 грудня 2005"),
    ],
)
def test_a_day_speaks_the_language_of_the_page(spec, text):
    assert f"{Day(2005, 12, 1):{spec}}".startswith(text)


def test_an_account_of_another_country_has_no_french_parts():
    assert context(get_person("lucia"))["bank"] == "—"
    assert context(get_person("anh"))["bank"] == "99999"


# --- the drawing surface ------------------------------------------------------------------------------------


def test_paths_become_lines():
    assert list(flatten("M0 0 L10 0 M5 5 L5 -6.5")) == [[(0, 0), (10, 0)], [(5, 5), (5, -6.5)]]
    (closed,) = flatten("M0 0 L4 0 L4 4 Z")
    assert closed[-1] == (0, 0)
    (curve,) = flatten("M0 0 C0 10 10 10 10 0")
    assert curve[-1] == pytest.approx((10, 0)) and max(y for _, y in curve) == pytest.approx(7.5)


def test_a_long_text_is_wrapped_between_words():
    lines = wrap("one two three four five six\nseven", 30, 160)
    assert " ".join(lines) == "one two three four five six seven"
    assert len(lines) > 3 and lines[-1] == "seven"


def test_a_drawing_is_given_at_its_own_size():
    canvas = Canvas(40, 30, "#FFFFFF")
    canvas.rect((10, 10, 20, 20), "#000000")
    assert canvas.image.size == (40 * SCALE, 30 * SCALE)
    small = canvas.finished()
    assert small.size == (40, 30)
    assert small.getpixel((15, 15)) == (0, 0, 0) and small.getpixel((5, 5)) == (255, 255, 255)


def test_a_look_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="'mohawk'"):
        marks.look_of({"style": "mohawk"})
    for person in load_people():
        marks.look_of(person.look)


def test_the_generator_needs_no_django():
    """Drawing must work in scripts and benches without settings."""
    code = "import sys, matricule.demo.documents.examples; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": os.pathsep.join(sys.path)}).returncode == 0


# --- from the command line ----------------------------------------------------------------------------------


def test_a_specimen_is_written_to_a_file(tmp_path):
    path = tmp_path / "rib.jpg"
    assert __main__.main(["rib", "anh", str(path), "--seed", "3"]) == 0
    assert opened(path.read_bytes()).format == "JPEG"


def test_a_file_of_unknown_ending_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        __main__.main(["rib", "anh", str(tmp_path / "rib.docx")])
    assert "pdf" in capsys.readouterr().err
