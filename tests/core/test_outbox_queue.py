"""Putting a mail in the outbox: one mailbox, one transaction, links of ours only."""

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import jobs, outbox
from matricule.core.mailbox import BadAddressError, masked, one_mailbox
from tests.core.outbox_support import configured, enqueue, state  # noqa: F401 - a fixture

GOOD = ["lina@example.org", "l.i-n_a+tag@sub.example.co.uk", "o'neil@example.fr", "a@xn--caf-dma.fr"]
BAD = [
    "",
    "lina",
    "@example.org",
    "lina@",
    "lina@localhost",
    "a@b.fr,c@d.fr",
    "a@b.fr, c@d.fr",
    "a@b.fr;c@d.fr",
    "a@b.fr c@d.fr",
    "a@b.fr\nBcc: c@d.fr",
    "a@b.fr\r\nBcc: c@d.fr",
    "a@b.fr\n",
    " a@b.fr",
    '"x y"@b.fr',
    '"a@b.fr"@c.fr',
    "Lina <a@b.fr>",
    "<a@b.fr>",
    "a@b@c.fr",
    ".a@b.fr",
    "a..b@c.fr",
    "a.@b.fr",
    "a@-b.fr",
    "a@b-.fr",
    "a@b..fr",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "а@example.org",
    "a@exаmple.org",
    "a@café.fr",
    "a\x00@b.fr",
    "a%0ab@c.fr\u2028",
    "a" * 65 + "@b.fr",
    "a@" + "b" * 64 + ".fr",
    "a@" + ".".join(["b" * 60] * 5) + ".fr",
]


@pytest.mark.parametrize("text", GOOD)
def test_one_mailbox_is_taken_as_it_is(text):
    assert one_mailbox(text) == text


def test_the_domain_has_no_case_and_the_local_part_keeps_its_own():
    assert one_mailbox("Lina@EXAMPLE.Org") == "Lina@example.org"


@pytest.mark.parametrize("text", BAD)
def test_anything_but_one_mailbox_is_refused_without_being_repeated(text):
    with pytest.raises(BadAddressError) as refused:
        one_mailbox(text)
    assert not text or text not in str(refused.value)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_becomes_two_recipients_or_a_header(before, after):
    try:
        found = one_mailbox(before + "@" + after)
    except BadAddressError:
        return
    assert found.isascii()
    assert found.count("@") == 1
    assert not set(found) & set(' ,;:<>()[]\\"\r\n\t')


def test_a_masked_mailbox_keeps_what_its_owner_recognises():
    assert masked("lina.haddad@example.org") == "l…@example.org"


@pytest.mark.django_db
def test_the_row_and_its_job_belong_to_the_callers_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue()
        raise RuntimeError
    assert outbox.Mail.objects.count() == 0
    assert jobs.health().waiting == 0

    mail = enqueue()
    assert jobs.health().waiting == 1
    assert jobs.run_pending() == 1
    assert state(mail) == ("sent", "")


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["a@b.fr, c@d.fr", "a@b.fr\nBcc: c@d.fr", ""])
def test_a_mail_to_anything_but_one_mailbox_is_never_queued(to):
    with pytest.raises(BadAddressError), transaction.atomic():
        enqueue(to=to)
    assert outbox.Mail.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["", "a\nBcc: c@d.fr", "a\rb", "x" * 201])
def test_a_subject_is_one_short_line(subject):
    with pytest.raises(outbox.BadMailError):
        enqueue(subject=subject)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fine"),
    [
        ("Sans lien", True),
        ("https://matricule.fr/espace/ et https://matricule.fr", True),
        ("https://matricule.fr?x=1", True),
        ("https://evil.example/espace", False),
        ("https://matricule.fr.evil.example/", False),
        ("https://matricule.fr@evil.example/", False),
        ("http://matricule.fr/", False),
        ("voir ftp://matricule.fr/", False),
    ],
)
def test_every_link_leads_to_the_configured_address(configured, body, fine):  # noqa: F811
    configured(site_url="https://matricule.fr/")
    if fine:
        enqueue(body=body)
    else:
        with pytest.raises(outbox.BadMailError):
            enqueue(body=body)


@pytest.mark.django_db
def test_neither_address_nor_text_lies_readable_in_the_database():
    mail = enqueue(body="code 482913")
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(core_mail)::text, body, to_address from core_mail")
        whole, body, address = cursor.fetchone()
    assert "lina" not in whole
    assert b"482913" not in bytes(body)
    assert b"lina" not in bytes(address)
    mail.refresh_from_db()
    assert (mail.to_address, mail.body) == ("lina@example.org", "code 482913")
    assert str(mail) == f"mail:{mail.pk}"
