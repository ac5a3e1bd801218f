"""A JPEG stripped to its picture: which segments stay, which go, and which files must be encoded anew."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from matricule.vision import jpeg
from tests.vision import hostile

START, END = b"\xff\xd8", b"\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def frame(width: int = 7, height: int = 5, components: int = 3, precision: int = 8, marker: int = 0xC0) -> bytes:
    return segment(
        marker,
        bytes([precision])
        + height.to_bytes(2, "big")
        + width.to_bytes(2, "big")
        + bytes([components])
        + b"\x01\x11\x00",
    )


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34"
ADOBE = segment(0xEE, b"Adobe" + b"\x00\x64\x00\x00\x00\x00\x01")


def stripped(*parts: bytes) -> jpeg.BareJpeg | None:
    return jpeg.bare(START + b"".join(parts) + END)


def test_size_and_components_are_those_of_the_frame():
    found = stripped(frame(640, 480, 1), SCAN)
    assert (found.width, found.height, found.components) == (640, 480, 1)


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC2])
def test_frames_that_a_pdf_reader_knows(marker):
    assert stripped(frame(marker=marker), SCAN).data.count(bytes([0xFF, marker])) == 1


@pytest.mark.parametrize("marker", [0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF])
def test_frames_that_it_does_not_know_are_encoded_anew(marker):
    assert stripped(frame(marker=marker), SCAN) is None


@pytest.mark.parametrize(
    "parts",
    [(), (SCAN,), (frame(components=4), SCAN), (frame(components=2), SCAN), (frame(precision=12), SCAN)],
    ids=["nothing", "no frame", "CMYK", "two", "12 bit"],
)
def test_what_a_pdf_cannot_hold_is_encoded_anew(parts):
    assert stripped(*parts) is None


@pytest.mark.parametrize("application", range(0xE0, 0xF0))
def test_no_application_data_stays(application):
    secret = segment(application, b"Somebody was here at 47.2N 6.0E")
    found = stripped(secret, frame(), secret, SCAN)
    assert b"Somebody" not in found.data
    assert found.data == stripped(frame(), SCAN).data


def test_no_comment_stays():
    assert stripped(segment(0xFE, b"Somebody"), frame(), SCAN).data == stripped(frame(), SCAN).data


def test_only_the_true_adobe_mark_stays():
    """It says how the colours are stored; another block under its number, or a longer one, may hold anything."""
    assert ADOBE in stripped(ADOBE, frame(), SCAN).data
    for other in (segment(0xEE, b"Adobe" + b"\x00" * 40), segment(0xEE, b"Somebody is"), segment(0xED, ADOBE[4:])):
        assert stripped(other, frame(), SCAN).data == stripped(frame(), SCAN).data


def test_tables_and_restart_intervals_stay_in_their_order():
    tables = [segment(0xDB, b"\x00" + bytes(64)), segment(0xC4, b"\x00" * 17), segment(0xDD, b"\x00\x04")]
    found = stripped(tables[0], frame(), tables[1], tables[2], SCAN)
    assert found.data == START + tables[0] + frame() + tables[1] + tables[2] + SCAN + END


def test_fill_bytes_between_segments_are_skipped():
    assert stripped(b"\xff\xff", frame(), b"\xff", SCAN).data == stripped(frame(), SCAN).data


def test_restart_marks_and_stuffed_bytes_belong_to_the_scan():
    scan = SCAN + b"\xff\x00\x56\xff\xd0\x78\xff\xd7\x9a"
    assert stripped(frame(), scan).data == START + frame() + scan + END


def test_several_scans_stay():
    found = stripped(frame(marker=0xC2), SCAN, SCAN)
    assert found.data.count(SCAN) == 2


def test_nothing_after_the_end_mark_stays():
    found = jpeg.bare(START + frame() + SCAN + END + b"<script>" + frame() + END)
    assert found.data == START + frame() + SCAN + END


def test_a_scan_that_is_cut_is_taken_to_the_end_of_the_file():
    assert jpeg.bare(START + frame() + SCAN).data == START + frame() + SCAN + END


@pytest.mark.parametrize("marker", [0x01, 0xD8, 0xDE, 0xDF, 0xF0, 0xF7])
def test_marks_that_have_no_business_there_are_encoded_anew(marker):
    assert stripped(frame(), segment(marker, b"xx"), SCAN) is None


def test_a_short_frame_is_no_frame():
    assert stripped(segment(0xC0, b"\x08\x00\x05\x00\x07"), SCAN) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(rest):
    found = jpeg.bare(START + rest)
    assert found is None or (found.data.startswith(START) and found.data.endswith(END))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}])
def test_real_photos_keep_their_pixels_exactly(options):
    data = hostile.jpeg(80, 60, **options)
    found = jpeg.bare(data)
    assert Image.open(io.BytesIO(found.data)).tobytes() == Image.open(io.BytesIO(data)).tobytes()
