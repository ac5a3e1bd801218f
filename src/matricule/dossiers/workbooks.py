"""A workbook of one sheet whose lines leave as they are written: none is kept, in memory or on a disk.

The library makes a workbook of two lines, the heads and a day; its parts are taken as they are (ECMA-376, part 1),
and the lines that follow are written into the sheet's part here. The library itself keeps a long sheet in files in the
clear while it writes it.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import IO
from xml.sax.saxutils import escape

SHEET = "xl/worksheets/sheet1.xml"
EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet, for every day after February 1900."""

_ODD = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold, and what would be read as the mark of such a sign (ECMA-376, ST_Xstring)."""


class Workbook:
    """A workbook that is being written to ``out``, which needs no way back; ``line`` by ``line``, then ``close``."""

    def __init__(self, out: IO[bytes], heads: Sequence[str], widths: Sequence[int], day: str) -> None:
        """Begin with a line of ``heads``, over columns of ``widths`` characters; ``day`` is the format of days."""
        parts = _skeleton(heads, widths, day)
        sheet = parts.pop(SHEET)
        begin, (day_cell, end) = sheet.split('<row r="2"')[0], _after(sheet)
        self._day, self._end = day_cell, end
        self._columns = [re.sub(r"\d", "", name) for name in re.findall(r'<c r="([A-Z]+1)"', begin)]
        self._number = 1
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        for name, part in parts.items():
            self._zip.writestr(name, part)
        self._part = self._zip.open(SHEET, "w")
        # how far the sheet goes is not known yet, and need not be said
        self._part.write(re.sub(r"<dimension [^>]*/>", "", begin).encode())

    def line(self, cells: Sequence[str | date | None]) -> None:
        """Write one line; a text is written as text, whatever it looks like."""
        self._number += 1
        found = [self._cell(column, cell) for column, cell in zip(self._columns, cells, strict=True) if cell]
        self._part.write(f'<row r="{self._number}">{"".join(found)}</row>'.encode())

    def close(self) -> None:
        """Finish the sheet and the workbook; ``out`` stays open."""
        self._part.write(self._end.encode())
        self._part.close()
        self._zip.close()

    def _cell(self, column: str, cell: str | date) -> str:
        place = f'r="{column}{self._number}"'
        if isinstance(cell, date):
            return f"<c {place} {self._day}><v>{(cell - EPOCH).days}</v></c>"
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text_of(cell)}</t></is></c>'


def text_of(text: str) -> str:
    """Return a text as the XML of a sheet holds it."""
    return escape(_ODD.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _after(sheet: str) -> tuple[str, str]:
    """Return the style of the day in the second line, and what follows the lines."""
    found = re.search(r'<c r="A2" (s="\d+")>.*?</row>(</sheetData>.*)', sheet, re.DOTALL)
    assert found is not None
    return found[1], found[2]


def _skeleton(heads: Sequence[str], widths: Sequence[int], day: str) -> dict[str, str]:
    """Return the parts of a workbook of two lines: the heads, and a day."""
    import xlsxwriter  # 6 MB that a process which writes no list does not need

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Matricule")
    sheet.freeze_panes(1, 0)
    head = book.add_format({"bold": True})
    for place, (text, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, text, head)
    sheet.write_datetime(1, 0, EPOCH.replace(year=2000), book.add_format({"num_format": day}))
    book.close()
    with zipfile.ZipFile(out) as found:
        return {name: found.read(name).decode() for name in found.namelist()}
