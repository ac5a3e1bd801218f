"""One mailbox exactly (R28), and the kind word about a slip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.accounts import addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Minh@Example.ORG", "minh@example.org"),
        ("  minh@example.org \n", "minh@example.org"),
        ("o'hara+school@example.co.uk", "o'hara+school@example.co.uk"),
        ("a@b.fr", "a@b.fr"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_a_mailbox_is_kept_in_small_letters(typed, kept):
    assert addresses.parse(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "minh", "minh@", "@example.org", "minh@localhost", "minh@example", "a@b@c.fr",
        "a@b.fr,c@d.fr", "a@b.fr;c@d.fr", "a@b.fr c@d.fr", "a@b.fr\nBcc: c@d.fr", "a@b.fr\r\nBcc:c@d.fr", "a\n@b.fr",
        '"x y"@b.fr', "<a@b.fr>", "Minh <a@b.fr>", "a@[127.0.0.1]", "a@b.fr\0", "a\u2028@b.fr",
        "minh@exаmple.org", "minh@gmaıl.com", "é@b.fr", "a@-b.fr", "a@b-.fr", "a@b..fr", ".a@b.fr", "a.@b.fr",
        "a..b@c.fr", f"{'a' * 65}@b.fr", f"a@{'b' * 64}.fr", f"a@{'b.' * 126}fr", "a@b.f", "a@b.f1",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_mailbox_is_refused(typed):
    assert addresses.parse(typed) is None


@given(st.text(max_size=300))
def test_nothing_typed_raises_and_what_passes_is_plain(text):
    kept = addresses.parse(text)
    if kept is not None:
        assert kept.isascii() and kept == kept.lower() and kept.count("@") == 1 and len(kept) <= 254
        assert not set(kept) & set(' \t\r\n,;<>"()[]\\:')
        assert addresses.parse(kept) == kept


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("minh@gmial.com", "minh@gmail.com"),
        ("minh@gmail.co", "minh@gmail.com"),
        ("minh@hotmial.fr", "minh@hotmail.fr"),
        ("minh@lapost.net", "minh@laposte.net"),
        ("minh@univ-fcmte.fr", "minh@univ-fcomte.fr"),
    ],
)
def test_a_slip_of_one_letter_is_asked_about(typed, meant):
    assert addresses.suggestion(typed) == meant


@pytest.mark.parametrize("typed", [*(f"a@{domain}" for domain in addresses.USUAL_DOMAINS), "a@example.org"])
def test_a_usual_or_unknown_domain_is_left_alone(typed):
    assert addresses.suggestion(typed) is None
