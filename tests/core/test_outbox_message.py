"""A row as the mail that leaves, and the traces that it must not leave."""

import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
from django.db import connection

from matricule.core import clock, jobs, outbox
from matricule.core.outbox import message
from tests.core.mail_servers import Scripted, listening
from tests.core.outbox_support import configured, enqueue, state  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    ("setting", "name", "mailbox"),
    [
        ("no-reply@matricule.fr", "", "no-reply@matricule.fr"),
        ("Matricule <no-reply@matricule.fr>", "Matricule", "no-reply@matricule.fr"),
        ('"CPAM, Doubs" <no-reply@Matricule.FR>', "CPAM, Doubs", "no-reply@matricule.fr"),
        ("CPAM, Doubs <no-reply@matricule.fr>", "CPAM, Doubs", "no-reply@matricule.fr"),
        ("Caisse générale <no-reply@matricule.fr>", "Caisse générale", "no-reply@matricule.fr"),
    ],
)
def test_the_sender_is_read_as_an_operator_writes_it(configured, setting, name, mailbox):  # noqa: F811
    configured(email_from=setting)
    assert (message.sender().display_name, message.sender().addr_spec) == (name, mailbox)


def test_a_sender_that_is_no_mailbox_is_refused(configured):  # noqa: F811
    configured(email_from="Matricule <nobody>")
    with pytest.raises(outbox.BadAddressError):
        message.sender()


@pytest.mark.django_db
def test_the_bytes_are_the_same_whenever_they_are_made(configured):  # noqa: F811
    configured(email_from="Caisse générale <no-reply@matricule.fr>")
    mail = enqueue(subject="Reçu : é", body="Ligne é\n" + "x" * 3000 + "\n.\n")
    once = message.build(mail)
    mail.refresh_from_db()
    assert message.build(mail) == once
    parsed = message_from_bytes(once, policy=modern)
    assert parsed["From"].addresses[0].display_name == "Caisse générale"
    assert parsed["Content-Language"] == "fr"
    assert parsed["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert parsed.get_content().replace("\r\n", "\n") == mail.body
    assert max(len(line) for line in once.split(b"\r\n")) <= 998, "RFC 5322, 2.1.1"
    assert once.isascii()


@pytest.mark.django_db
def test_the_address_that_a_mail_returns_to_names_it_and_nobody(configured):  # noqa: F811
    configured(email_return="returns@matricule.fr")
    mail = enqueue()
    path = message.return_path(mail.pk)
    assert path == f"returns+{mail.pk.hex}@matricule.fr"
    assert outbox.one_mailbox(path) == path
    assert len(path.rpartition("@")[0]) <= 64


@pytest.mark.django_db
def test_a_sent_code_is_found_nowhere(configured):  # noqa: F811
    """A made-up code goes through row, job, log and server, and stays in none of our tables."""
    handler, code = Scripted(), "739154"
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        mail = enqueue(body=f"Votre code : {code}", expires_at=clock.wall() + timedelta(minutes=10))
        assert jobs.run_pending() == 1
    assert code in handler.taken[0].get_payload(decode=True).decode()
    assert state(mail) == ("sent", "")
    assert mail.body == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(json_agg(m)::text, '') from core_mail m)"
            " || (select coalesce(json_agg(j)::text, '') from procrastinate_jobs j)"
        )
        everything = cursor.fetchone()[0]
    assert code not in everything
    assert code.encode().hex() not in everything
    assert "lina" not in everything


def test_the_same_mail_asked_for_by_many_at_once_leaves_once(whole_db, configured):  # noqa: F811
    handler, many = Scripted(), 6
    meet, left = threading.Barrier(many), []
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        mail = enqueue()

        def ask() -> None:
            meet.wait(10)
            left.append(outbox.deliver(mail.pk))
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(left) == [False] * (many - 1) + [True]
    assert len(handler.taken) == 1
    assert state(mail) == ("sent", "")
