"""Tokens open only whole, with their key, in their place; a blind index finds without telling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import crypto, keys
from matricule.core.keys import Ring

RING = Ring("fields", "k2", {"k1": bytes(range(32)), "k2": bytes(range(1, 33))})
OLD = Ring("fields", "k1", {"k1": bytes(range(32))})


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_is_sealed_opens(plaintext, aad):
    assert crypto.unseal(RING, crypto.seal(RING, plaintext, aad), aad) == plaintext


@given(st.binary(max_size=40), st.data())
def test_any_changed_bit_is_refused(plaintext, data):
    token = bytearray(crypto.seal(RING, plaintext, b"place"))
    token[data.draw(st.integers(0, len(token) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(crypto.BadToken):
        crypto.unseal(RING, bytes(token), b"place")


@given(st.binary(max_size=40), st.data())
def test_any_cut_is_refused(plaintext, data):
    token = crypto.seal(RING, plaintext, b"place")
    with pytest.raises(crypto.BadToken):
        crypto.unseal(RING, token[: data.draw(st.integers(0, len(token) - 1))], b"place")


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_token_moved_elsewhere_is_refused(here, there):
    token = crypto.seal(RING, b"plain", here)
    if here != there:
        with pytest.raises(crypto.BadToken):
            crypto.unseal(RING, token, there)


def test_the_same_text_never_gives_the_same_token():
    assert len({crypto.seal(RING, b"same", b"") for _ in range(100)}) == 100


def test_the_active_key_seals_and_the_named_key_opens():
    token = crypto.seal(OLD, b"plain", b"")
    assert token.startswith(b"\x01\x02k1") and token.startswith(crypto.head(OLD))
    assert crypto.seal(RING, b"plain", b"").startswith(b"\x01\x02k2")
    assert crypto.unseal(RING, token, b"") == b"plain"


def test_a_key_that_is_gone_is_told_as_such():
    token = crypto.seal(RING, b"plain", b"")
    with pytest.raises(crypto.BadToken, match="does not hold"):
        crypto.unseal(OLD, token, b"")


def test_a_key_id_that_is_not_text_is_refused():
    token = bytearray(crypto.seal(OLD, b"plain", b""))
    token[2] = 0xFF
    with pytest.raises(crypto.BadToken, match="does not hold"):
        crypto.unseal(OLD, bytes(token), b"")


def test_a_column_may_come_back_as_a_memoryview():
    assert crypto.unseal(RING, memoryview(crypto.seal(RING, b"plain", b"")), b"") == b"plain"


def test_no_token_shows_its_text():
    assert b"1850578006084" not in crypto.seal(RING, b"1850578006084", b"")


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_blind_index_is_the_same_for_the_same_text_only(left, right):
    assert (crypto.blind_index("nir", left) == crypto.blind_index("nir", right)) == (left == right)


def test_two_purposes_cannot_be_joined():
    assert crypto.blind_index("nir", "x") != crypto.blind_index("iban", "x")
    assert crypto.blind_index("a", "bc") != crypto.blind_index("ab", "c")
    assert len(crypto.blind_index("nir", "x")) == 32


def test_a_blind_index_needs_the_key(tmp_path, monkeypatch):
    here = crypto.blind_index("nir", "x")
    keys.make(tmp_path / "other.toml")
    other = keys.load(tmp_path / "other.toml")
    monkeypatch.setattr(keys, "current", lambda: other)
    assert crypto.blind_index("nir", "x") != here


def test_a_digest_is_that_of_the_standard():
    """The example of FIPS 180-4."""
    assert crypto.digest("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
