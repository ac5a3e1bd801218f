"""One mailbox, exactly: what may stand in a recipient field, and how it is shown to its owner."""

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core.mailbox import DOMAIN_MAX, LOCAL_MAX, BadAddressError, masked, one_mailbox

LOCALS = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,10}){0,2}", fullmatch=True)
DOMAINS = st.from_regex(r"([A-Za-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\.){1,3}[a-z]{2,8}", fullmatch=True)


@given(LOCALS, DOMAINS)
def test_every_plain_mailbox_passes_with_its_domain_in_small_letters(local, domain):
    assert one_mailbox(f"{local}@{domain}") == f"{local}@{domain.lower()}"
    assert one_mailbox(one_mailbox(f"{local}@{domain}")) == f"{local}@{domain.lower()}", "twice is once"


@given(LOCALS, DOMAINS)
def test_what_passes_is_what_a_mail_header_means(local, domain):
    found = Address(addr_spec=one_mailbox(f"{local}@{domain}"))
    assert (found.username, found.domain) == (local, domain.lower())


@given(st.text(max_size=40), st.sampled_from('\r\n\0 ,;:<>()[]\\"'))
def test_no_text_with_a_sign_of_another_recipient_or_header_passes(text, sign):
    for spelled in (f"a{sign}{text}@b.fr", f"a@b{sign}.fr", f"a@b.fr{sign}", f"{sign}a@b.fr"):
        with pytest.raises(BadAddressError):
            one_mailbox(spelled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.fr",
        "a",
        "a@b",
        "a@b..fr",
        "a@.b.fr",
        "a@b.fr.",
        "a@-b.fr",
        "a@b-.fr",
        ".a@b.fr",
        "a.@b.fr",
        "a..b@c.fr",
        "a@b.fr, c@d.fr",
        "a@b@c.fr",
        '"a b"@c.fr',
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "é@b.fr",
        "a@bücher.fr",
        "a@b.fr\nBcc: c@d.fr",
        f"{'a' * (LOCAL_MAX + 1)}@b.fr",
        f"a@{'b' * 64}.fr",
        f"a@{'b.' * (DOMAIN_MAX // 2)}fr",
    ],
)
def test_anything_else_is_refused_without_being_repeated(text):
    with pytest.raises(BadAddressError) as refused:
        one_mailbox(text)
    assert str(refused.value) == "not exactly one mailbox"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("lina@example.org", "l…@example.org"), ("x@b.fr", "x…@b.fr"), ("", "…@"), ("a.b@c@d.fr", "a…@d.fr")],
)
def test_a_mailbox_is_shown_by_its_first_letter(address, shown):
    assert masked(address) == shown
