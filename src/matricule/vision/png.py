"""Is this PNG whole? Read as a stream, so that a picture of 50 megapixels costs 64 kB.

Source: PNG specification (third edition), 5.3 chunk layout, 8 interlacing, 11.2.1 IHDR.
"""

import zlib
from collections.abc import Iterator
from mmap import mmap

from matricule.vision.source import Refusal

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_FEED = 16384
_PIECE = 262144


def prove(data: mmap, pixels: int) -> None:
    """Check every critical chunk and that the pixels unfold to exactly the announced size.

    Raises Refusal: too_many_pixels (before anything unfolds), broken (cut, wrong checksum, too few rows), bomb (more
    data than pixels), not_accepted_type (an animation).
    """
    expected, seen, ended = None, 0, False
    inflate = zlib.decompressobj()
    for name, start, length in _chunks(data):
        if name == b"IHDR":
            expected = _announced(data[start : start + length], pixels)
        elif name == b"acTL" and int.from_bytes(data[start : start + 4], "big") > 1:
            raise Refusal("not_accepted_type", seen="animation")
        elif name == b"IDAT":
            if expected is None:
                raise Refusal("broken")
            seen = _unfold(inflate, data[start : start + length], seen, expected)
        elif name == b"IEND":
            ended = True
            break
    if not ended or expected is None or seen < expected:
        raise Refusal("broken")


def _chunks(data: mmap) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(data):
            raise Refusal("broken")
        if name[0] & 0x20 == 0 and zlib.crc32(memoryview(data)[at + 4 : end]) != int.from_bytes(
            data[end : end + 4], "big"
        ):
            raise Refusal("broken")
        yield name, at + 8, length
        at = end + 4


def _announced(header: bytes, most: int) -> int:
    """Bytes that the pixels must unfold to, from IHDR."""
    if len(header) != 13:
        raise Refusal("broken")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, interlaced = header[8], header[9], header[12]
    if not width or not height or colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        raise Refusal("broken")
    if width * height > most:
        raise Refusal("too_many_pixels", count=width * height, limit=most, pixels=width * height)
    bits = depth * _SAMPLES[colour]
    if not interlaced:
        return _rows(width, height, bits)
    passes = ((-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in _ADAM7 if x < width and y < height)
    return sum(_rows(wide, high, bits) for wide, high in passes)


def _rows(width: int, height: int, bits: int) -> int:
    return height * (1 + (width * bits + 7) // 8)


def _unfold(inflate: "zlib._Decompress", data: bytes, seen: int, expected: int) -> int:
    for at in range(0, len(data), _FEED):  # fed little by little: what is not yet used is copied at every step
        piece = data[at : at + _FEED]
        while piece and not inflate.eof:
            seen += len(inflate.decompress(piece, _PIECE))
            if seen > expected:
                raise Refusal("bomb", ended="more data than pixels")
            piece = inflate.unconsumed_tail
    return seen
