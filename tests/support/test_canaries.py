"""The search for canaries finds them in every wrapping, and nothing else."""

import base64
import gzip
import random
import zlib

import pytest

from tests.support import canaries

MADE = canaries.made(2, "a seed")
MADE.code.append("482913")
EVERY = [MADE.nir[0], MADE.iban[1], MADE.passport[0]]


@pytest.mark.parametrize("number", EVERY)
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda text: text.encode(),
        lambda text: text.replace(" ", "").encode(),
        lambda text: text.lower().replace(" ", "-").encode(),
        lambda text: text.replace(" ", "%20").replace("%20", "+").encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: ("padding " + text).encode("utf-16-be"),
        lambda text: text.replace(" ", "").encode().hex().encode(),
        lambda text: b"\\x" + text.encode().hex().upper().encode(),
        lambda text: base64.b64encode(b"a" + text.encode()),
        lambda text: base64.urlsafe_b64encode(b"ab\xff\xfe" + text.replace(" ", "").encode() + b"tail"),
        lambda text: base64.b64encode(b"abc{'typed': '" + text.encode() + b"'}"),
        lambda text: gzip.compress(b"before" + text.encode()),
        lambda text: b"junk" + zlib.compress(b"q" * 400 + text.encode()) + b"junk",
    ],
)
def test_a_number_is_found_in_every_wrapping(number, wrapped):
    assert MADE.found_in(b"\x03before\x00 " + wrapped(number) + b" \x00after") == {number}


@pytest.mark.parametrize("text", [b"code 482913.", b"482 913", b'"482913"', "482913".encode("utf-16-le")])
def test_a_code_is_found_as_it_is_written(text):
    assert MADE.found_in(text) == {"482913"}


def test_what_only_looks_like_one_is_not_found():
    noise = random.Random(7).randbytes(200_000)
    assert MADE.found_in(noise + b" 12:00:01.482913Z 0482913 a482913 QX123 DE00 ") == set()


def test_a_number_without_its_key_is_still_a_number():
    assert MADE.found_in(MADE.nir[2].replace(" ", "")[:13].encode()) == {MADE.nir[2]}
