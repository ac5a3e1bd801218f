"""One sealed file: comes back whole at every size, and any change of it is found."""

import hashlib
import io
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matricule.core.vault import Corrupt
from matricule.core.vault.segments import HEADER, SEGMENT, TAG, Sealer, opened, place, read_full, sealed_size

KEY = bytes(range(32))
AAD = place(uuid.UUID(int=7), "file:1")
BORDERS = [n * SEGMENT + d for n in (0, 1, 2, 3) for d in (-2, -1, 0, 1, 2) if n * SEGMENT + d >= 0]
SIZES = st.one_of(st.sampled_from(BORDERS), st.integers(0, 3 * SEGMENT))


def content(size: int) -> bytes:
    return (hashlib.sha256(str(size).encode()).digest() * (size // 32 + 1))[:size]


def seal(plain: bytes, key: bytes = KEY, aad: bytes = AAD) -> bytes:
    return b"".join(Sealer(io.BytesIO(plain), key, aad).chunks())


def unseal(sealed: bytes, plain: bytes, key: bytes = KEY, aad: bytes = AAD) -> bytes:
    digest = hashlib.sha256(plain).digest()
    return b"".join(opened(io.BytesIO(sealed), key, aad, size=len(plain), sha256=digest))


@pytest.mark.parametrize("size", BORDERS)
def test_every_size_around_a_border_comes_back(size):
    plain = content(size)
    sealed = seal(plain)
    assert unseal(sealed, plain) == plain
    assert len(sealed) == sealed_size(size)


@settings(deadline=None, max_examples=40)
@given(SIZES)
def test_any_size_comes_back(size):
    plain = content(size)
    assert unseal(seal(plain), plain) == plain


@settings(deadline=None, max_examples=150)
@given(SIZES, st.data())
def test_any_flipped_bit_is_found(size, data):
    plain = content(size)
    sealed = bytearray(seal(plain))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Corrupt):
        unseal(bytes(sealed), plain)


@settings(deadline=None, max_examples=100)
@given(SIZES, st.data())
def test_any_cut_is_found(size, data):
    plain = content(size)
    sealed = seal(plain)
    border = st.sampled_from([cut for n in range(4) if (cut := len(HEADER) + n * (SEGMENT + TAG)) < len(sealed)])
    with pytest.raises(Corrupt):
        unseal(sealed[: data.draw(st.one_of(border, st.integers(0, len(sealed) - 1)))], plain)


@settings(deadline=None, max_examples=40)
@given(SIZES, st.binary(min_size=1, max_size=100))
def test_anything_added_is_found(size, more):
    plain = content(size)
    with pytest.raises(Corrupt):
        unseal(seal(plain) + more, plain)


def parts(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEGMENT + TAG] for at in range(len(HEADER), len(sealed), SEGMENT + TAG)]


@pytest.mark.parametrize(
    "order", [(1, 0, 2), (0, 2, 1), (2, 1, 0), (0, 0, 2), (0, 1), (0, 2), (0, 1, 1, 2), (0, 1, 2, 2)]
)
def test_segments_moved_repeated_or_left_out_are_found(order):
    plain = content(3 * SEGMENT)
    pieces = parts(seal(plain))
    assert len(pieces) == 3
    with pytest.raises(Corrupt):
        unseal(HEADER + b"".join(pieces[n] for n in order), plain)


def test_a_segment_of_another_file_with_the_same_key_does_not_fit():
    plain, other = content(2 * SEGMENT), content(2 * SEGMENT)[::-1]
    mine, theirs = parts(seal(plain)), parts(seal(other, aad=place(uuid.UUID(int=8), "file:1")))
    with pytest.raises(Corrupt):
        unseal(HEADER + theirs[0] + mine[1], plain)


@pytest.mark.parametrize(
    "aad", [place(uuid.UUID(int=7), "file:2"), place(uuid.UUID(int=8), "file:1"), place(uuid.UUID(int=7), "")]
)
def test_another_context_or_blob_does_not_open(aad):
    with pytest.raises(Corrupt):
        unseal(seal(b"plain"), b"plain", aad=aad)


def test_another_key_does_not_open():
    with pytest.raises(Corrupt):
        unseal(seal(b"plain"), b"plain", key=bytes(32))


def test_a_file_that_opens_but_is_not_the_one_that_was_sent_is_found_before_its_end():
    sealed = seal(content(SEGMENT + 5))
    wrong = opened(io.BytesIO(sealed), KEY, AAD, size=SEGMENT + 5, sha256=bytes(32))
    assert len(next(wrong)) == SEGMENT
    with pytest.raises(Corrupt, match="not the one"):
        next(wrong)
    with pytest.raises(Corrupt, match="not the one"):
        next(opened(io.BytesIO(seal(b"ab")), KEY, AAD, size=3, sha256=hashlib.sha256(b"ab").digest()))


@pytest.mark.parametrize("head", [b"", b"MTRVLT", b"MTRVLT\x02\x10", b"%PDF-1.7", HEADER[:-1] + b"\x11"])
def test_a_file_of_another_version_is_refused(head):
    with pytest.raises(Corrupt, match="version"):
        unseal(head + seal(b"plain")[len(HEADER) :], b"plain")


def test_the_sealer_counts_hashes_and_keeps_little():
    biggest = 0

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal biggest
            biggest = max(biggest, size or 0)
            return super().read(size)

    plain = content(5 * SEGMENT + 1)
    sealer = Sealer(Watched(plain), KEY, AAD)
    assert max(len(chunk) for chunk in sealer.chunks()) == SEGMENT + TAG
    assert (sealer.size, sealer.sha256) == (len(plain), hashlib.sha256(plain).digest())
    assert biggest == SEGMENT


def test_a_source_that_gives_little_at_a_time_is_read_whole():
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    plain = content(2 * SEGMENT + 17)
    assert b"".join(Sealer(Slow(plain), KEY, AAD).chunks()) == seal(plain)
    assert read_full(Slow(plain), 5000) == plain[:5000]
