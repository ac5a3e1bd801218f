"""Files of pages, on pictures of a few pixels: limits, formats, flaws, kinds and the drawing surface."""

import io
import random
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image

from matricule.demo import documents
from matricule.demo.documents import kinds, marks, ocrb, output
from matricule.demo.documents.canvas import SCALE, Canvas, flatten, wave, wrap
from matricule.demo.people import get_person


def flat(colour="#FFFFFF", size=(80, 60)):
    return Image.new("RGB", size, colour)


def noise(size=(160, 120), seed=1):
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["jpeg", "png"])
def test_a_picture_says_its_resolution(fmt):
    picture = Image.open(io.BytesIO(output.encode([flat()], fmt, 254)))
    assert [round(float(value)) for value in picture.info["dpi"]] == [254, 254]


def test_a_picture_format_takes_the_first_page():
    data = output.encode([flat("#FF0000"), flat("#0000FF")], "png", 100)
    assert Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_pdf_keeps_its_pages_in_order_and_their_size():
    data = output.encode([flat(size=(150, 300)), flat("#101010", (300, 150))], "pdf", 150)
    document = pypdfium2.PdfDocument(data)
    sizes = [tuple(round(side) for side in document[number].get_size()) for number in range(len(document))]
    assert sizes == [(72, 144), (144, 72)]
    assert document.get_metadata_value("Title") == "SPÉCIMEN"
    assert document.get_metadata_value("CreationDate") == "", "the same each day"


def test_a_jpeg_loses_quality_before_size():
    page = noise()
    whole = len(output._jpeg(page, 100, 10**9, 88))
    lighter = output._jpeg(page, 100, whole - 1, 88)
    assert Image.open(io.BytesIO(lighter)).size == page.size and len(lighter) < whole
    small = Image.open(io.BytesIO(output._jpeg(page, 100, 3_000, 88)))
    assert small.width < page.width
    assert small.info["dpi"][0] < 100, "as large on paper as before"
    assert small.width / small.info["dpi"][0] == pytest.approx(page.width / 100, rel=0.05)


def test_text_on_paper_is_told_from_a_picture():
    assert output._is_flat(flat())
    assert not output._is_flat(noise())
    half = flat(size=(80, 80))
    half.paste(noise((80, 48)), (0, 0))
    assert not output._is_flat(half)


def test_a_flat_page_that_is_too_heavy_becomes_a_jpeg():
    assert output._flat_png(flat(), 100, 10) is None
    assert output._flat_png(noise(), 100, 10**9) is None
    assert output._flat_png(flat(), 100, 10**6).startswith(b"\x89PNG")


@pytest.mark.parametrize(("call", "word"), [("encode", "tiff"), ("spoil", "torn")])
def test_what_is_not_known_is_named_with_what_is(call, word):
    with pytest.raises(ValueError, match=rf"{word}; one of \w+, "):
        output.encode([flat()], word, 100) if call == "encode" else output.spoil(flat(), word, 1)


def test_grain_is_the_same_for_the_same_seed_only():
    assert output._grain(flat(), 1, 0.5).tobytes() == output._grain(flat(), 1, 0.5).tobytes()
    assert output._grain(flat(), 1, 0.5).tobytes() != output._grain(flat(), 2, 0.5).tobytes()


def test_a_photograph_has_the_whole_page_in_it():
    photo = output.photograph(flat("#00FF00", (200, 100)), 5)
    assert photo.size == (224, 124)
    green = sum(count for count, colour in photo.getcolors(photo.width * photo.height) if colour[1] > 180)
    assert green > 200 * 100 * 0.95


# --- from a kind to pages ---------------------------------------------------------------------------------------


@pytest.fixture
def faked(monkeypatch):
    """Cards and sheets that only say what was asked of them."""
    asked = []

    def card(name):
        return lambda person, seed: asked.append((name, person, seed)) or Canvas(20, 12)

    monkeypatch.setattr(kinds, "CARDS", {name: card(name) for name in kinds.CARDS})
    monkeypatch.setattr(
        kinds, "draw_sheet", lambda kind, person, seed: asked.append((kind, person, seed)) or Canvas(20, 30)
    )
    return asked


@pytest.mark.parametrize(("key", "kind"), [("anh", "birth_record_vi"), ("giulia", "plurilingual_extract")])
def test_a_birth_record_is_that_of_the_person(faked, key, kind):
    kinds.draw_pages("birth_record", get_person(key), 4)
    assert [(name, seed) for name, _, seed in faked] == [(kind, 4)]


def test_a_record_in_a_language_that_cannot_be_drawn_is_refused(faked):
    anh = get_person("anh")
    with pytest.raises(ValueError, match="birth_record_sw"):
        kinds.draw_pages("birth_record", replace(anh, record=replace(anh.record, language="sw")), 1)


@pytest.mark.parametrize(("kind", "dots", "count"), [("passport", 254, 1), ("id_card", 200, 2), ("rib", 150, 1)])
def test_each_kind_has_its_resolution(faked, kind, dots, count):
    pages, found = kinds.draw_pages(kind, get_person("jonas"), 1)
    assert (found, len(pages), len(faked)) == (dots, 1, count)


def test_both_sides_lie_one_under_the_other(faked, monkeypatch):
    monkeypatch.setattr(kinds, "_PAIR_PAGE", (200, 400))
    (page,), _ = kinds.draw_pages("ceam", get_person("jonas"), 2)
    assert page.size == (200, 400)
    assert [name for name, *_ in faked] == ["ceam_front", "ceam_back"]


@pytest.mark.parametrize(
    ("roles", "name", "sex"), [(("mother", "father"), "father", "M"), (("mother",), "mother", "F")]
)
def test_the_paper_with_an_authorisation_is_the_parents_own(faked, roles, name, sex):
    valentina = get_person("valentina")
    child = replace(valentina, parents=tuple(valentina.parent(role) for role in roles))
    pages, _ = kinds.draw_pages("parental_authorisation", child, 7)
    assert len(pages) == 2
    kind, adult, seed = faked[-1]
    parent = valentina.parent(name)
    assert (kind, seed, adult.sex, adult.birth_date) == ("passport", 8, sex, parent.birth_date)
    assert (adult.given_names, adult.nationality) == (parent.given_names, parent.nationality)
    assert adult.paper.number != child.paper.number and adult.paper.kind == "passport"
    assert adult.look["hair"] == "grey" and child.look["hair"] != "grey"


def test_every_kind_is_listed_once():
    assert len(set(kinds.KINDS)) == len(kinds.KINDS)


def test_a_desk_comes_before_a_flaw(monkeypatch):
    """A photo that is cut is cut as a photo: the desk is cut with it."""
    steps = []
    monkeypatch.setattr(documents, "draw_pages", lambda *_: ([flat()], 150))
    monkeypatch.setattr(output, "photograph", lambda page, seed: steps.append(("desk", seed)) or page)
    monkeypatch.setattr(output, "spoil", lambda page, flaw, seed: steps.append((flaw, seed)) or page)
    documents.draw("rib", get_person("anh"), seed=6, fmt="jpeg", flaw="cut", desk=True)
    documents.draw("rib", get_person("anh"), seed=6, fmt="jpeg")
    assert steps == [("desk", 6), ("cut", 6)]


# --- the drawing surface ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("", []),
        ("M1 2", [[(1, 2)]]),
        ("M-1.5 .5 L3 4", [[(-1.5, 0.5), (3, 4)]]),
        ("M0 0 L1 0 L1 1 Z M5 5 L6 6", [[(0, 0), (1, 0), (1, 1), (0, 0)], [(5, 5), (6, 6)]]),
    ],
)
def test_paths_are_read_as_svg_does(path, lines):
    assert list(flatten(path)) == lines


def test_curves_follow_one_another_from_where_the_last_ended():
    (line,) = flatten("M0 0 C0 5 5 5 5 0 5 -5 10 -5 10 0")
    assert line[14] == pytest.approx((5, 0)) and line[-1] == pytest.approx((10, 0))
    assert min(y for _, y in line) == pytest.approx(-3.75, abs=0.05)


def test_half_a_point_is_refused():
    with pytest.raises(ValueError):
        list(flatten("M1 2 L3"))


@pytest.mark.parametrize(("letter", "path"), sorted(ocrb.GLYPHS.items()))
def test_every_letter_of_a_zone_stays_in_its_cell(letter, path):
    points = [point for line in flatten(path) for point in line]
    assert min(x for x, _ in points) >= -0.6 and max(x for x, _ in points) <= ocrb.PITCH - ocrb.STROKE, letter
    assert min(y for _, y in points) >= -0.5 and max(y for _, y in points) <= ocrb.HEIGHT + 1.5, letter


def test_a_wave_crosses_the_whole_width():
    points = wave(100, 50, 10, 80, 0)
    assert points[0] == (0, 50) and points[-1][0] >= 100
    assert all(40 <= y <= 60 for _, y in points)


def test_a_word_longer_than_the_line_stays_whole():
    assert wrap("Wolfeschlegelsteinhausen von", 30, 40) == ["Wolfeschlegelsteinhausen", "von"]
    assert wrap("", 30, 40) == [""]
    assert wrap("a\n\nb", 30, 400) == ["a", "", "b"]


def ink(page, colour=(0, 0, 0)):
    """The box of what is drawn in a colour, in pixels of the finished picture."""
    picture = page.finished()
    spots = [(x, y) for x in range(picture.width) for y in range(picture.height) if picture.getpixel((x, y)) == colour]
    return spots


@pytest.mark.parametrize(("anchor", "gap"), [("ls", 0), ("ms", 0), ("rs", 0), ("ls", 4), ("ms", 4), ("rs", 4)])
def test_text_stands_where_its_anchor_says(anchor, gap):
    page = Canvas(120, 40)
    width = page.text((60, 30), "HH", 20, "#000000", anchor=anchor, gap=gap)
    columns = [x for x, _ in ink(page)]
    left, right = {"l": (60, 60 + width), "m": (60 - width / 2, 60 + width / 2), "r": (60 - width, 60)}[anchor[0]]
    assert left - 1 <= min(columns) and max(columns) <= right + 1


def test_letters_that_the_title_face_lacks_take_another():
    page = Canvas(10, 10)
    cyrillic = page.text((0, 9), "Київ", 10, face="title")
    assert cyrillic == page.text((0, 9), "Київ", 10, face="black")
    assert page.text((0, 9), "Paris", 10, face="title") != page.text((0, 9), "Paris", 10, face="black")


def test_shapes_are_placed_and_scaled():
    page = Canvas(40, 40)
    page.shape("M0 0 L10 0 L10 10 L0 10 Z", "#000000", (20, 5), 0.5)
    spots = ink(page)
    assert (min(x for x, _ in spots), min(y for _, y in spots)) == (20, 5)
    assert max(x for x, _ in spots) <= 25 and max(y for _, y in spots) <= 10


def test_dots_and_lines_stay_between_their_ends():
    page = Canvas(60, 20)
    page.dots(10, 40, 10, "#000000")
    page.line([(10, 5), (40, 5)], "#000000", 1)
    columns = [x for x in range(60) if page.finished().getpixel((x, 10)) != (255, 255, 255)]
    assert min(columns) >= 8 and max(columns) <= 42
    assert all(page.finished().getpixel((x, 5)) != (255, 255, 255) for x in range(12, 38))


def test_a_veil_is_as_strong_as_told():
    page = Canvas(20, 20)
    page.veil(Image.new("L", (10 * SCALE, 10 * SCALE), 255), (10, 10), "#000000", 0.5)
    assert page.finished().getpixel((10, 10))[0] == pytest.approx(128, abs=2)
    assert page.finished().getpixel((2, 2)) == (255, 255, 255)


def test_hairlines_beyond_the_page_do_not_break_it():
    page = Canvas(30, 30)
    page.hairlines([[(-50, 10), (80, 10)], [(5, -40), (5, 90)]], "#000000", 1)
    assert page.finished().getpixel((15, 10)) != (255, 255, 255)


@pytest.mark.parametrize(
    ("colour", "factor", "darker"), [("#FFFFFF", 0.5, "#808080"), ("#808080", 4, "#FFFFFF"), ("#102030", 1, "#102030")]
)
def test_shades_stay_colours(colour, factor, darker):
    assert marks._darker(colour, factor) == darker


@pytest.mark.parametrize("wrong", [{"skin": "green"}, {"hair": "blue"}, {"cloth": "gold"}, {"style": "mohawk"}])
def test_a_look_is_made_of_known_words(wrong):
    (word,) = wrong.values()
    with pytest.raises(ValueError, match=repr(word)):
        marks.look_of(wrong)
    with pytest.raises(TypeError):
        marks.look_of({"beard": "long"})


@pytest.mark.parametrize("style", [*marks._FRONT_HAIR, "curly"])
def test_every_style_and_glasses_change_the_portrait(style):
    def portrait(**look):
        page = Canvas(60, 78)
        marks.portrait(page, (0, 0, 60, 78), marks.Look(**look))
        return page.finished().tobytes()

    assert portrait(style=style) != portrait(style=style, glasses=True)
    assert style == "short" or portrait(style=style) != portrait()


def test_a_ghost_is_grey_and_pale():
    page = Canvas(60, 78)
    marks.portrait(page, (0, 0, 60, 78), marks.Look(), ghost=True)
    red, green, blue = page.finished().getpixel((30, 40))
    assert red == green == blue and red > 150


def test_a_bar_code_stays_in_its_box_and_follows_its_seed():
    pages = [Canvas(100, 20) for _ in range(3)]
    for page, seed in zip(pages, (1, 1, 2), strict=True):
        marks.bars(page, (10, 5, 90, 15), seed, "#000000")
    assert pages[0].finished().tobytes() == pages[1].finished().tobytes() != pages[2].finished().tobytes()
    spots = ink(pages[0])
    assert min(x for x, _ in spots) >= 10 and max(x for x, _ in spots) <= 90
