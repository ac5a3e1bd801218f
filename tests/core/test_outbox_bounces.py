"""Mails that come back: by the return mailbox, by a signed call, by hand in the demo (F41)."""

import json
import smtplib
from email.message import EmailMessage

import pytest
import time_machine
from django.test import RequestFactory

from matricule.core import clock, outbox
from matricule.core.ids import uuid7
from matricule.core.mail_settings import TransportSettingError
from matricule.core.outbox import bounces, states, webhook
from tests.core.mail_servers import return_mailbox
from tests.core.outbox_support import configured, enqueue, state  # noqa: F401 - a fixture

RETURNS = "returns@matricule.fr"


def report(to: str, *, action: str = "failed", status: str = "5.1.1", original: str = "") -> bytes:
    """A delivery report as RFC 3464 draws it, in words of our own."""
    lines = [
        "From: Mail system <mailer-daemon@example.org>",
        f"To: {to}",
        "Subject: returned",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        "Final-Recipient: rfc822; lina@example.org",
        f"Action: {action}",
        f"Status: {status}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {original}" if original else "Subject: x",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def answer(to: str) -> bytes:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = "Absent until Monday"
    message.set_content("Thank you")
    return message.as_bytes()


@pytest.fixture
def sent(db):
    mail = enqueue()
    outbox.deliver_due()
    return mail


# --- what is written


@pytest.mark.parametrize(("kind", "code"), [("hard", "bounce_hard"), ("soft", "bounce_soft")])
def test_a_bounce_is_tied_to_its_mail_and_shown(sent, kind, code):
    assert outbox.bounce(sent.message_id, kind=kind) is True
    assert state(sent) == ("bounced", code)
    assert outbox.bounce(sent.message_id, kind=kind) is True
    assert state(sent) == ("bounced", code)
    assert outbox.state_of(sent).arrived is False


def test_a_soft_return_never_softens_a_hard_one(sent):
    outbox.bounce(sent.message_id, kind="soft")
    outbox.bounce(sent.message_id, kind="hard")
    outbox.bounce(sent.message_id, kind="soft")
    assert state(sent) == ("bounced", "bounce_hard")


def test_an_unknown_mail_and_an_unknown_kind(sent):
    assert outbox.bounce("<nobody@matricule.fr>", kind="hard") is False
    with pytest.raises(ValueError, match="hard or soft"):
        outbox.bounce(sent.message_id, kind="lost")
    assert state(sent)[0] == "sent"


def test_a_bounce_that_overtakes_our_commit_is_not_undone(db, monkeypatch):
    """The other side may report before we have written that it said yes."""
    from matricule.core.outbox import relay, transport

    mail = enqueue()

    def send_and_bounce(self, row):
        outbox.bounce(row.message_id, kind="hard")
        return transport.Outcome(transport.Result.SENT)

    monkeypatch.setattr(transport.Kept, "send", send_and_bounce)
    relay.deliver(mail.pk)
    assert state(mail) == ("bounced", "bounce_hard")


# --- the report


def test_a_report_names_its_mail_by_the_address_it_came_back_to(configured):  # noqa: F811
    configured(email_return=RETURNS)
    mail_id = uuid7()
    to = f"returns+{mail_id.hex}@matricule.fr"
    assert bounces.read_report(report(to)) == bounces.Report(mail_id, "hard")
    assert bounces.read_report(report(to.upper(), status="4.2.2")) == bounces.Report(mail_id, "soft")
    assert bounces.read_report(report(to, status="unreadable")) == bounces.Report(mail_id, "hard")


def test_a_report_to_a_mailbox_without_tag_names_its_mail_by_the_message_id():
    mail_id = uuid7()
    found = bounces.read_report(report(RETURNS, original=f"<{mail_id}@matricule.fr>"))
    assert found == bounces.Report(mail_id, "hard")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe not a mail",
        answer(f"returns+{'0' * 32}@matricule.fr"),
        report("somebody@matricule.fr"),
        report(f"returns+{'0' * 32}@matricule.fr", action="delayed", status="4.4.1"),
        report(f"returns+{'0' * 32}@matricule.fr", action="delivered", status="2.0.0"),
        report(f"returns+{'0' * 32}@matricule.fr").replace(b"message/delivery-status", b"text/plain"),
        report(f"returns+{'0' * 32}@matricule.fr")[:300],
    ],
)
def test_anything_but_a_final_failure_of_ours_is_passed_over(raw):
    assert bounces.read_report(raw) is None


# --- the return mailbox


def test_the_return_mailbox_is_read_once(sent, configured):  # noqa: F811
    to = f"returns+{sent.pk.hex}@matricule.fr"
    stranger = f"returns+{uuid7().hex}@matricule.fr"
    with return_mailbox([answer(to), report(to), report(stranger)]) as box:
        configured(email_return=RETURNS, email_return_url=f"imap://re%40turns:p%20w@127.0.0.1:{box.port}/INBOX")
        assert outbox.read_return_mailbox() == 1
        assert box.seen == {1, 2, 3}
        assert outbox.read_return_mailbox() == 0
    assert state(sent) == ("bounced", "bounce_hard")
    assert box.logins[0].startswith("re@turns")


def test_without_the_setting_nothing_is_read(configured):  # noqa: F811
    configured(email_return_url="")
    assert outbox.read_return_mailbox() == 0


@pytest.mark.parametrize(
    "url", ["imap://u:secret@mail.example.fr/INBOX", "pop3://u:secret@h/", "imaps://mail.example.fr", "imaps://u@"]
)
def test_a_mailbox_in_clear_over_the_network_is_refused(configured, url):  # noqa: F811
    configured(email_return_url=url)
    with pytest.raises(TransportSettingError) as refused:
        outbox.read_return_mailbox()
    assert "secret" not in str(refused.value)


# --- the signed call


SECRET = "a secret of the tests"


def call(body: bytes, *, secret: str = SECRET, at: float | None = None, method: str = "post", **headers: str):
    timestamp = str(int(clock.wall().timestamp() if at is None else at))
    given = {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": webhook.sign("msg_1", timestamp, body, secret),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    request = getattr(RequestFactory(), method)(
        "/hooks/mail", data=body, content_type="application/json", headers=given
    )
    return webhook.bounced(request)


def news(message_id: str, kind: str = "hard") -> bytes:
    return json.dumps({"message_id": message_id, "kind": kind}).encode()


@pytest.fixture
def hooked(configured):  # noqa: F811
    configured(email_webhook_secret=SECRET)


def test_a_signed_call_writes_the_bounce(sent, hooked):
    assert call(news(sent.message_id)).status_code == 204
    assert state(sent) == ("bounced", "bounce_hard")


def test_an_unknown_mail_gets_the_same_answer(sent, hooked):
    assert call(news("<x@y>")).status_code == 204
    assert state(sent)[0] == "sent"


def test_a_second_signature_is_for_the_change_of_keys(sent, hooked):
    body, now = news(sent.message_id), str(int(clock.wall().timestamp()))
    both = "v1,AAAA " + webhook.sign("msg_1", now, body, SECRET)
    assert call(body, webhook_signature=both, webhook_timestamp=now).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook_signature": ""},
        {"webhook_signature": "v1,é"},
        {"webhook_id": "msg_2"},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "٣"},
        {"webhook_timestamp": "9" * 400},
        {"webhook_timestamp": "-5"},
    ],
)
def test_a_call_with_another_signature_is_refused(sent, hooked, headers):
    assert call(news(sent.message_id), **headers).status_code == 401
    assert state(sent)[0] == "sent"


def test_a_call_signed_with_another_secret_too_late_or_too_early_is_refused(sent, hooked):
    body, now = news(sent.message_id), clock.wall().timestamp()
    assert call(body, secret="another").status_code == 401
    assert call(body, at=now - 301).status_code == 401
    assert call(body, at=now + 302).status_code == 401
    assert state(sent)[0] == "sent"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"message_id": 5, "kind": "hard"}', b'{"message_id": "x", "kind": "lost"}', b"\xff"]
)
def test_a_body_that_says_nothing_is_refused(hooked, body):
    assert call(body).status_code == 400


def test_a_body_beyond_the_limit_is_not_read(hooked):
    assert call(b"x" * (webhook.BODY_MAX + 1)).status_code == 413


def test_without_a_secret_the_address_does_not_exist_and_it_takes_posts_only(configured, hooked):  # noqa: F811
    assert call(b"{}", method="put").status_code == 405
    configured(email_webhook_secret="")
    assert call(b"{}").status_code == 404


# --- what people see


@pytest.mark.django_db
def test_the_mails_of_a_dossier_say_where_they_stand_in_both_languages(django_assert_num_queries):
    dossier = uuid7()
    first = enqueue(dossier_id=dossier, kind="deposit_receipt")
    second = enqueue(dossier_id=dossier)
    enqueue(dossier_id=uuid7())
    outbox.deliver(first.pk)
    with django_assert_num_queries(1):
        shown = outbox.mails_for(dossier)
    assert [(mail.id, mail.state, mail.arrived) for mail in shown] == [
        (second.pk, "waiting", False),
        (first.pk, "sent", True),
    ]
    assert shown[1].words == {"fr": "envoyé", "en": "sent"}
    assert shown[1].to == "l…@example.org"


@pytest.mark.parametrize(
    ("at", "error", "word"),
    [
        ("waiting", "", "waiting"),
        ("waiting", "deferred_451", "later"),
        ("waiting", "unreachable", "unreachable"),
        ("waiting", "sender_553", "unreachable"),
        ("sending", "", "sending"),
        ("sent", "", "sent"),
        ("refused", "refused_550", "refused"),
        ("bounced", "bounce_hard", "bounced"),
        ("bounced", "bounce_soft", "bounced_soft"),
        ("expired", "expired", "expired"),
    ],
)
def test_every_state_has_its_words(at, error, word):
    mail = outbox.Mail(state=at, last_error=error, to_address="a@b.fr")
    words = outbox.state_of(mail).words
    assert words is states.WORDS[word]
    assert set(words) == {"fr", "en"}
    assert all(text and "!" not in text for text in words.values())


def test_every_state_of_the_model_is_covered():
    assert set(outbox.State.values) <= states.WORDS.keys()


def test_smtplib_still_names_the_answers_that_we_read():
    """The relay reads these attributes; a change of the library must not turn a refusal into a silence."""
    assert smtplib.SMTPRecipientsRefused({"a@b.fr": (550, b"no")}).recipients["a@b.fr"][0] == 550
    assert smtplib.SMTPDataError(554, "no").smtp_code == 554


def test_an_expired_code_does_not_come_back(db):
    mail = enqueue(expires_at=clock.wall())
    outbox.drop_expired()
    outbox.bounce(mail.message_id, kind="hard")
    assert state(mail) == ("expired", "expired")


def test_time_is_wall_time(db):
    with time_machine.travel("2027-01-01T00:00:00Z", tick=False):
        mail = enqueue()
    assert mail.created_at.year == 2027
