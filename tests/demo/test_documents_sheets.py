"""Pages of text: each block takes its room, templates are filled, and every page speaks of its own holder."""

from itertools import pairwise

import pytest

from matricule.demo.documents import canvas, sheets
from matricule.demo.documents.words import context
from matricule.demo.people import get_person, load_people
from tests.demo.paper import Paper, lay

KINDS = sorted(sheets.descriptions())


@pytest.fixture(autouse=True)
def paper(monkeypatch):
    lay(monkeypatch)
    canvas.font.cache_clear()


def sheet(**changes) -> sheets.Sheet:
    words = {"name": "Awa Ndiaye", "long": "word " * 60}
    return sheets.Sheet(**({"canvas": Paper(1240, 1754), "words": words, "accent": "#0C5160", "seed": 1} | changes))


def block(kind, page=None, **entries) -> sheets.Sheet:
    page = page or sheet()
    sheets._BLOCKS[kind](page, {"type": kind, **entries})
    return page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", [person.key for person in load_people()])
def test_a_page_of_anybody_leaves_no_word_open(kind, key):
    """Whoever it is drawn for: nothing unfilled, nothing of Python's, and the holder's own name."""
    page = sheets.compose(kind, get_person(key), 1)
    text = "\n".join(page.canvas.said)
    assert "{" not in text and "None" not in text and "date(" not in text
    words = context(get_person(key))
    names = {str(words[name]).casefold() for name in ("birth_name", "native_name", "name")}
    if kind != "resources":
        assert any(name in text.replace("\n", " ").casefold() for name in names)
    for (x, _), written, _, _ in page.canvas.texts:
        assert 0 <= x <= sheets.WIDTH, written


@pytest.mark.parametrize("kind", KINDS)
def test_the_word_specimen_is_written_once_across_the_page(kind):
    page = sheets.draw_sheet(kind, get_person("anh"), 1, word_at=700)
    (found,) = [words for name, words, _ in page.marks if name == "specimen"]
    assert found[0] == (620, 700)


def test_a_kind_without_description_is_refused():
    with pytest.raises(KeyError):
        sheets.compose("diploma", get_person("anh"), 1)


@pytest.mark.parametrize(
    ("frame", "top", "marks"),
    [("none", 110, 0), ("double", 130, 0), ("woven", 130, 5), ("side", 130, 0), ("band", 130, 0)],
)
def test_a_frame_leaves_room_above_the_text(frame, top, marks):
    page = sheet()
    sheets._frame(page, frame)
    assert page.y == top and len(page.canvas.marks) == marks
    assert bool(page.canvas.boxes) is (frame != "none")


@pytest.mark.parametrize(
    ("colour", "towards", "tint"),
    [("#000000", 0, "#000000"), ("#000000", 1, "#FFFFFF"), ("#FF8000", 0.5, "#FFC080"), ("#0C5160", 0, "#0C5160")],
)
def test_tints_go_towards_white(colour, towards, tint):
    assert sheets._tint(colour, towards) == tint


def test_a_block_with_more_text_takes_more_room():
    for kind, short, long in (
        ("para", {"text": "{name}"}, {"text": "{long}"}),
        ("title", {"text": "{name}"}, {"text": "{long}"}),
        ("ticks", {"items": [[True, "{name}"]]}, {"items": [[True, "{long}"]]}),
        ("rows", {"items": [["a", "{name}"]]}, {"items": [["a", "{long}"]]}),
        ("rows", {"items": [["a", "{name}"]]}, {"items": [["{long}", "b"]]}),
        ("sign", {"text": "{name}"}, {"text": "{long} {long}"}),
    ):
        assert block(kind, **long).y > block(kind, **short).y > 110, kind


def test_air_spreads_a_page():
    for kind, entries in (
        ("para", {"text": "x"}),
        ("rows", {"items": [["a", "b"]]}),
        ("ticks", {"items": [[0, "x"]]}),
    ):
        assert block(kind, sheet(air=2.0), **entries).y > block(kind, **entries).y, kind


def test_a_tick_is_drawn_only_where_it_is_meant():
    page = block("ticks", items=[[True, "yes"], [False, "no"], [True, "also"]])
    assert len(page.canvas.boxes) == 3 and page.canvas.strokes == 2
    tops = [y for (_, y), *_ in page.canvas.texts]
    assert tops == sorted(set(tops))


@pytest.mark.parametrize(("columns", "count", "rows"), [(1, 3, 3), (2, 3, 2), (3, 3, 1), (2, 4, 2)])
def test_boxes_stand_in_columns_and_fill_the_width(columns, count, rows):
    page = block("boxes", columns=columns, tall=80, after=0, items=[[f"label {n}", "value"] for n in range(count)])
    assert page.y == pytest.approx(110 + rows * 92)
    edges = [box for box, _ in page.canvas.boxes]
    assert len({box[1] for box in edges}) == rows
    assert max(box[2] for box in edges) <= 1130.001 and min(box[0] for box in edges) == 110
    for one, other in pairwise(edges):
        assert one[1] != other[1] or one[2] < other[0], "two boxes never overlap"


@pytest.mark.parametrize(("value", "size"), [("short", 27), ("a value of some length here", 21), ("w " * 60, 16)])
def test_a_value_is_written_smaller_to_stay_in_its_box(value, size):
    page = block("boxes", columns=3, items=[["label", value]])
    found = page.canvas.texts[-1][2]
    assert found == size if size != 21 else found in (24, 21, 18)


def test_a_table_has_its_head_and_one_line_a_row():
    page = block("table", widths=[0.5, 0.2, 0.3], head=["A", "B", "C"], rows=[["{name}", "2", "3"], ["4", "5", "6"]])
    assert page.canvas.said == ["A", "B", "C", "Awa Ndiaye", "2", "3", "4", "5", "6"]
    assert page.y == pytest.approx(110 + 48 + 2 * 56 + 34)
    lefts = [x for (x, _), *_ in page.canvas.texts]
    assert lefts[:3] == lefts[3:6] == lefts[6:] == sorted(lefts[:3])


def test_a_table_of_uneven_rows_is_refused():
    with pytest.raises(ValueError):
        block("table", widths=[0.5, 0.5], head=["A", "B"], rows=[["only one"]])


@pytest.mark.parametrize(("side", "x"), [("left", 110), ("right", 700)])
def test_a_signature_stands_on_its_side_with_its_stamp_on_the_other(side, x):
    page = block("sign", side=side, text="Fait à Besançon", name="Claire Mouginot", stamp="SERVICE", middle="{name}")
    assert page.canvas.texts[0][0][0] == x and page.canvas.texts[-1][1] == "Claire Mouginot"
    (stamp,) = [words for name, words, _ in page.canvas.marks if name == "stamp"]
    assert (stamp[0][0] < x) is (side == "right")
    assert stamp[1:3] == ("SERVICE", "Awa Ndiaye")
    assert page.y >= 110 + 290


def test_without_a_stamp_nothing_is_stamped():
    names = [name for name, *_ in block("sign", text="Fait").canvas.marks]
    assert names == ["signature"]


def test_notes_stand_at_the_foot_and_grow_upwards():
    one, many = block("note", text="short"), block("note", text="{long} {long} {long}")
    assert one.y == many.y == 110, "a note takes no room of the text"
    assert len(many.canvas.texts) > 1
    assert one.canvas.texts[-1][0][1] == many.canvas.texts[-1][0][1] == sheets.HEIGHT - 108
    assert many.canvas.texts[0][0][1] < one.canvas.texts[0][0][1]


def test_a_letterhead_may_go_without_emblem():
    with_it, without = block("letterhead", left="A\nB", right="C"), block("letterhead", left="A\nB", emblem=False)
    assert [name for name, *_ in with_it.canvas.marks] == ["arch"] and without.canvas.marks == []
    assert with_it.canvas.texts[0][0][0] > without.canvas.texts[0][0][0] == 110
    (right,) = [entry for entry in with_it.canvas.texts if entry[3] == "rs" and entry[1]]
    assert right[0][0] == 1130


def test_small_blocks_take_the_room_they_say():
    assert block("space", tall=40).y == 150
    assert block("code", text="{name}").y == 206
    assert block("head", text="{name}").y == 170
    assert block("emblem", text="one\ntwo").y == 110 + 152 + 68 + 16


@pytest.mark.parametrize("style", ["dots", "ruled", "plain"])
def test_rows_align_their_values(style):
    page = block("rows", style=style, split=0.5, items=[["a", "x"], ["b", "y"]])
    places = {text: at for at, text, *_ in page.canvas.texts}
    assert places["x"][0] == places["y"][0] == 110 + 1020 * 0.5
    assert places["a"][0] == places["b"][0] == 110
    assert places["y"][1] > places["x"][1]


def test_a_template_that_names_nothing_known_is_refused():
    with pytest.raises(KeyError, match="age"):
        block("para", text="{age}")
