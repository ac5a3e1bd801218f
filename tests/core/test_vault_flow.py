"""A stream whose bytes are made while it is read."""

import io

import pytest

from matricule.core import vault
from matricule.core.vault.segments import read_full


def test_it_reads_the_parts_one_after_the_other():
    stream = vault.Flow(iter([b"one ", b"", b"two ", b"three"]))
    assert stream.readable() and io.BufferedReader(stream).read() == b"one two three"


def test_a_part_is_made_when_the_one_before_is_used_up():
    made = []

    def parts():
        for number in range(3):
            made.append(number)
            yield bytes(4)

    stream = vault.Flow(parts())
    assert made == []
    assert (read_full(stream, 4), made) == (bytes(4), [0])
    assert (read_full(stream, 2), made) == (bytes(2), [0, 1])
    assert (read_full(stream, 99), made) == (bytes(6), [0, 1, 2])
    assert stream.read(1) == b""


def test_what_the_making_raises_is_raised_by_the_reading():
    def parts():
        yield b"first"
        raise LookupError

    stream = vault.Flow(parts())
    assert stream.read(5) == b"first"
    with pytest.raises(LookupError):
        stream.read(1)


@pytest.mark.django_db
def test_a_file_that_is_made_while_it_is_sealed_is_read_back_whole():
    parts = [bytes([number]) * 40_000 for number in range(5)]
    blob_id = vault.put(io.BufferedReader(vault.Flow(iter(parts))), context="flow")
    assert vault.read(blob_id, context="flow") == b"".join(parts)


@pytest.mark.django_db
def test_a_making_that_fails_leaves_nothing_in_the_vault():
    def parts():
        yield bytes(200_000)
        raise LookupError

    before = {stored.id for stored in vault.backend.current().stored()}
    with pytest.raises(LookupError):
        vault.prepare(vault.Flow(parts()), context="flow")
    assert {stored.id for stored in vault.backend.current().stored()} == before
    assert vault.backend.current().root.joinpath("tmp").is_dir()
    assert list(vault.backend.current().root.glob("tmp/*")) == []
