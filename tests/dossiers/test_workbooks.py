"""A workbook whose lines leave as they are written: what a reader of spreadsheets finds in it."""

import io
import re
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
import xlsxwriter

from matricule.dossiers import workbooks
from matricule.dossiers.sheets import Sink

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADS, WIDTHS, DAY = ("Name", "Day", "More"), (20, 12, 9), "dd/mm/yyyy"


def book(*lines, out=None):
    out = io.BytesIO() if out is None else out
    made = workbooks.Workbook(out, HEADS, WIDTHS, DAY)
    for line in lines:
        made.line(line)
    made.close()
    return out


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def sheet(data):
    return ElementTree.fromstring(parts(data)[workbooks.SHEET])


def by_library(line):
    """Return the same workbook as the library writes it whole."""
    out = io.BytesIO()
    whole = xlsxwriter.Workbook(out, {"in_memory": True})
    page = whole.add_worksheet("Matricule")
    page.freeze_panes(1, 0)
    bold, day = whole.add_format({"bold": True}), whole.add_format({"num_format": DAY})
    for place, (text, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, text, bold)
    for place, cell in enumerate(line):
        if isinstance(cell, date):
            page.write_datetime(1, place, datetime.combine(cell, datetime.min.time()), day)
        elif cell:
            page.write_string(1, place, cell)
    whole.close()
    return out.getvalue()


def texts(root, data):
    """Return every line as its cells by column: a text, or a number with its style."""
    shared = ElementTree.fromstring(parts(data)["xl/sharedStrings.xml"])
    known = ["".join(one.itertext()) for one in shared.iter(f"{MAIN}si")]
    found = []
    for row in root.iter(f"{MAIN}row"):
        cells = {}
        for cell in row.iter(f"{MAIN}c"):
            value = "".join(cell.itertext())
            text = known[int(value)] if cell.get("t") == "s" else value
            cells[re.sub(r"\d", "", cell.get("r"))] = (text, cell.get("s"), cell.get("t") in {"s", "inlineStr"})
        found.append((row.get("r"), cells))
    return found


def test_its_lines_are_those_that_the_library_writes():
    line = ('Ngũgĩ <&> "x"', date(2028, 6, 30), " two ")
    ours, theirs = book(line).getvalue(), by_library(line)
    assert texts(sheet(ours), ours) == texts(sheet(theirs), theirs)
    assert texts(sheet(ours), ours)[1][1]["B"][0] == "46934"


def test_every_other_part_is_the_library_s():
    ours, theirs = (
        parts(book(("a", date(2028, 1, 1), None)).getvalue()),
        parts(by_library(("a", date(2028, 1, 1), ""))),
    )
    assert list(ours)[-1] == workbooks.SHEET and set(ours) == set(theirs)
    for name in set(ours) - {workbooks.SHEET, "xl/sharedStrings.xml", "docProps/core.xml"}:
        assert ours[name] == theirs[name], name


def test_a_line_without_a_cell_and_a_workbook_without_a_line_are_whole():
    empty = book().getvalue()
    assert [number for number, _ in texts(sheet(empty), empty)] == ["1"]
    data = book(("", None, ""), ("b", None, "")).getvalue()
    assert texts(sheet(data), data)[1:] == [("2", {}), ("3", {"A": ("b", None, True)})]


def test_it_does_not_say_how_far_it_goes_and_keeps_its_first_line_in_sight():
    root = sheet(book(*[("a", None, "b")] * 40).getvalue())
    assert root.find(f"{MAIN}dimension") is None and root.find(f".//{MAIN}pane") is not None
    assert len(list(root.iter(f"{MAIN}row"))) == 41
    assert [float(one.get("width")) for one in root.iter(f"{MAIN}col")] == pytest.approx(WIDTHS, abs=1)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "=1+1"),
        ("a\tb", "a\tb"),
        ("a\rb\x0bc", "a_x000D_b_x000B_c"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x00", "_x00"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("\uffff", "_xFFFF_"),
    ],
)
def test_a_text_is_written_so_that_it_is_read_as_it_was(text, written):
    assert workbooks.text_of(text) == written
    assert sheet(book((text, None, None)).getvalue()) is not None


def test_nothing_of_a_line_is_kept_when_it_was_taken():
    sink = Sink()
    made = workbooks.Workbook(sink, HEADS, WIDTHS, DAY)
    sizes, pieces = [], []
    for number in range(10_000):
        made.line((f"name {number}", date(2028, 1, 1), "more"))
        if number % 1000 == 999:
            pieces.append(sink.take())
            sizes.append(len(pieces[-1]))
    made.close()
    pieces.append(sink.take())
    assert max(sizes) < 60_000 and sum(1 for size in sizes if size) > 3
    assert len(list(sheet(b"".join(pieces)).iter(f"{MAIN}row"))) == 10_001
