"""A JPEG taken over into a PDF without loss: its picture data only, no EXIF, place, author, comment or trailing bytes.

Source: ITU-T T.81, annex B (markers and segments); Adobe TN 5116 (the APP14 marker, which says how colours are
stored).
"""

import re
from dataclasses import dataclass
from mmap import mmap

_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what a PDF reader knows
_KEPT = {0xDB, 0xC4, 0xDD, 0xDA, *_FRAMES}
_EOI, _SOS, _ADOBE = 0xD9, 0xDA, 0xEE


@dataclass(frozen=True, slots=True)
class BareJpeg:
    """Picture data, size as stored, 1 (grey) or 3 (colour) components."""

    data: bytes
    width: int
    height: int
    components: int


def bare(data: mmap | bytes) -> BareJpeg | None:
    """The JPEG without its metadata, or None when it is not one that a PDF can hold as it is (CMYK, 12 bit, odd
    markers): it must then be encoded anew."""
    kept = [b"\xff\xd8"]
    frame: tuple[int, int, int] | None = None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _EOI:
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at:end]
        if marker in _FRAMES:
            frame = _frame(segment)
        if marker == _SOS:
            end = _scan_end(data, end)
            segment = data[at:end]
        if marker in _KEPT or (marker == _ADOBE and segment[4:9] == b"Adobe" and len(segment) == 16):
            kept.append(segment)
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            return None
        at = end
    if frame is None or frame[2] not in (1, 3):
        return None
    return BareJpeg(b"".join([*kept, b"\xff\xd9"]), *frame)


def _frame(segment: bytes) -> tuple[int, int, int] | None:
    if len(segment) < 10 or segment[4] != 8:
        return None
    return int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"), segment[9]


def _scan_end(data: mmap | bytes, start: int) -> int:
    found = _NEXT_MARKER.search(data, start)
    return found.start() if found else len(data)
