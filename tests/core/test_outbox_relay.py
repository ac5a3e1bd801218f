"""The relay: nothing lost, nothing twice but for the one case, nothing late that is of no use (F11, F12)."""

import asyncio
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from matricule.core import clock, jobs, mail_settings, outbox
from matricule.core.outbox import relay, transport
from matricule.core.outbox.transport import Outcome, Result
from tests.core.mail_servers import Scripted, certificate, dripping, free_port, listening, server_context
from tests.core.outbox_support import configured, enqueue, state  # noqa: F401 - a fixture


@pytest.fixture
def server(configured):  # noqa: F811
    """A mail server that takes everything, and a service that uses it."""
    handler = Scripted()
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        yield handler


def later(**delay: float):
    return time_machine.travel(clock.wall() + timedelta(**delay), tick=False)


@pytest.mark.django_db
def test_a_mail_leaves_to_one_recipient_with_its_headers(server, configured):  # noqa: F811
    configured(email_return="returns@matricule.fr", email_from="Matricule, caisse <no-reply@matricule.fr>")
    mail = enqueue(subject="Reçu")
    jobs.run_pending()
    assert state(mail) == ("sent", "")
    assert mail.sent_at is not None
    (sent,) = server.taken
    assert server.recipients == [["lina@example.org"]]
    assert server.senders == [f"returns+{mail.pk.hex}@matricule.fr"]
    assert sent["Message-ID"] == mail.message_id == f"<{mail.pk}@matricule.fr>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["From"] == '"Matricule, caisse" <no-reply@matricule.fr>'
    assert sent["To"] == "lina@example.org"
    assert [name for name in sent.keys() if name.lower().startswith(("list-", "bcc", "cc"))] == []  # noqa: SIM118 - a mail is no dict
    assert sent.get_content_type() == "text/plain"
    assert sent.get_payload(decode=True).decode() == "Bonjour é\n".replace("\n", "\r\n")


@pytest.mark.django_db
def test_without_a_return_mailbox_the_sender_stands_in_the_envelope(server):
    enqueue()
    outbox.deliver_due()
    assert server.senders == ["no-reply@matricule.example"]


@pytest.mark.django_db
def test_a_code_is_emptied_once_it_left_and_another_text_stays(server):
    code = enqueue(expires_at=clock.wall() + timedelta(minutes=10))
    receipt = enqueue()
    outbox.deliver_due()
    code.refresh_from_db()
    receipt.refresh_from_db()
    assert (code.state, code.body, receipt.body) == ("sent", "", "Bonjour é\n")


@pytest.mark.django_db
def test_the_demo_keeps_every_mail_readable():
    code = enqueue(expires_at=clock.wall() + timedelta(minutes=10))
    assert outbox.deliver_due() == relay.Batch(sent=1)
    code.refresh_from_db()
    assert (code.state, code.body) == ("sent", "Bonjour é\n")


@pytest.mark.django_db
def test_outside_the_demo_a_missing_server_is_a_fault_and_the_mail_waits(configured):  # noqa: F811
    configured(demo=False, email_url="")
    mail = enqueue()
    with pytest.raises(mail_settings.TransportSettingError, match="MATRICULE_EMAIL_URL"):
        outbox.deliver_due()
    with pytest.raises(mail_settings.TransportSettingError):
        outbox.deliver(mail.pk)
    configured(demo=True)
    outbox.drop_expired()
    with later(minutes=3):
        outbox.deliver_due()
    assert state(mail)[0] == "sent"


@pytest.mark.django_db
def test_not_now_is_tried_again_after_growing_pauses_with_the_same_message_id(server):
    mail = enqueue()
    server.rcpt = ["451 greylisted"] * 3
    start = clock.wall()
    waits = []
    for _ in range(4):
        mail.refresh_from_db()
        waits.append((mail.next_at - start).total_seconds())
        with time_machine.travel(mail.next_at, tick=False):
            outbox.deliver_due()
            start = clock.wall()
    assert state(mail) == ("sent", "")
    assert mail.attempts == 4
    assert 60 <= waits[1] <= 66
    assert 120 <= waits[2] <= 132
    assert 300 <= waits[3] <= 330
    assert [sent["Message-ID"] for sent in server.taken] == [mail.message_id]


@pytest.mark.django_db
def test_before_its_time_a_mail_is_left_alone(server):
    mail = enqueue()
    server.rcpt = ["451 greylisted"]
    assert outbox.deliver(mail.pk) is False
    assert outbox.deliver(mail.pk) is False
    assert server.taken == []
    assert state(mail) == ("waiting", "deferred_451")


@pytest.mark.django_db
@pytest.mark.parametrize(("rcpt", "data", "code"), [(["550 no such user"], [], "550"), ([], ["554 refused"], "554")])
def test_a_no_for_good_is_final_and_visible(server, rcpt, data, code):
    mail = enqueue()
    server.rcpt, server.data = rcpt, data
    assert outbox.deliver_due() == relay.Batch(refused=1)
    assert state(mail) == ("refused", f"refused_{code}")
    with later(days=1):
        assert outbox.deliver_due() == relay.Batch()
    assert server.taken == []


@pytest.mark.django_db
def test_after_five_days_of_not_now_a_mail_is_given_up_and_can_have_another_chance(server):
    mail = enqueue()
    server.rcpt = ["452 full"] * 3
    for days in (0, 4.9, 5.2):
        with later(days=days):
            outbox.deliver_due()
    assert state(mail) == ("refused", "deferred_452")
    assert outbox.again(mail.pk) is True
    assert outbox.again(mail.pk) is False
    outbox.deliver_due()
    assert state(mail) == ("sent", "")


@pytest.mark.django_db
def test_a_refused_code_is_emptied_and_has_no_second_chance(server):
    code = enqueue(expires_at=clock.wall() + timedelta(minutes=10))
    server.rcpt = ["550 no"]
    outbox.deliver_due()
    code.refresh_from_db()
    assert (code.state, code.body) == ("refused", "")
    assert outbox.again(code.pk) is False


@pytest.mark.django_db
def test_a_server_that_dies_after_the_text_gets_a_second_copy_that_is_the_same(server):
    mail = enqueue()
    server.data = ["cut"]
    outbox.deliver(mail.pk)
    assert state(mail) == ("waiting", "disconnected")
    with later(minutes=2):
        outbox.deliver_due()
    assert state(mail) == ("sent", "")
    assert len(server.raw) == 2
    assert server.raw[0] == server.raw[1]
    assert {sent["Message-ID"] for sent in server.taken} == {mail.message_id}


@pytest.mark.django_db
def test_a_relay_that_dies_leaves_its_mail_to_another_one_when_the_lease_is_over(server, monkeypatch):
    mail = enqueue()

    class Killed(BaseException):
        pass

    def die(*_args: object) -> Outcome:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(transport.Smtp, "send", die)
        with pytest.raises(Killed):
            outbox.deliver(mail.pk)
    assert state(mail)[0] == "sending"
    with later(seconds=60):
        assert outbox.deliver_due() == relay.Batch()
    with later(seconds=121):
        assert outbox.deliver_due() == relay.Batch(sent=1)
    assert len(server.taken) == 1


@pytest.mark.django_db
def test_a_late_failure_does_not_replace_the_yes_of_the_one_who_took_over(server):
    mail = enqueue()
    slow = relay._claim(relay.Q(pk=mail.pk))
    with later(seconds=121):
        outbox.deliver_due()
    relay._postpone_or_refuse(slow, Outcome(Result.REFUSED, "refused_550"), clock.wall())
    assert state(mail) == ("sent", "")


@pytest.mark.django_db
def test_a_mail_whose_job_was_lost_leaves_with_the_next_round(server):
    mail = enqueue()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    assert outbox.deliver_due() == relay.Batch(sent=1)
    assert state(mail)[0] == "sent"


@pytest.mark.django_db
def test_the_same_job_ten_times_sends_once(server):
    mail = enqueue()
    for _ in range(10):
        jobs.defer("core.outbox.send", mail_id=mail.pk)
    jobs.run_pending()
    assert len(server.taken) == 1


@pytest.mark.django_db
def test_a_server_down_for_seven_days_loses_nothing_doubles_nothing_and_drops_the_codes(configured):  # noqa: F811
    handler, port = Scripted(), free_port()
    configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
    mails = [enqueue(to=f"p{n}@example.org") for n in range(25)]
    code = enqueue(to="code@example.org", expires_at=clock.wall() + timedelta(minutes=10))
    jobs.run_pending()
    start = clock.wall()
    for hours in range(0, 7 * 24, 8):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            outbox.deliver_due()
    assert state(code) == ("expired", "expired")
    assert code.body == ""
    assert {state(mail)[0] for mail in mails} == {"waiting"}
    with listening(handler, port):
        for hours in (0, 6, 12):
            with time_machine.travel(start + timedelta(days=7, hours=hours), tick=False):
                outbox.deliver_due()
    assert {state(mail) for mail in mails} == {("sent", "")}
    assert sorted(sent["To"] for sent in handler.taken) == sorted(f"p{n}@example.org" for n in range(25))


@pytest.mark.django_db
def test_a_dead_server_is_knocked_at_once_in_a_while_whatever_waits(configured, monkeypatch):  # noqa: F811
    knocks = []
    configured(email_url=f"smtp://127.0.0.1:{free_port()}?tls=none", demo=False)
    real = transport.Smtp._connect
    monkeypatch.setattr(transport.Smtp, "_connect", lambda self: knocks.append(1) or real(self))
    mails = [enqueue() for _ in range(10)]
    jobs.run_pending()
    outbox.deliver_due()
    assert len(knocks) == 1
    assert sum(mail.attempts for mail in outbox.Mail.objects.all()) == 1
    assert {state(mail)[0] for mail in mails} == {"waiting"}


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["553 not your sender", "421 too many"])
def test_a_sender_that_is_not_accepted_is_our_fault_and_loses_no_mail(server, answer):
    mail = enqueue()
    server.mail = [answer]
    outbox.deliver_due()
    assert state(mail) == ("waiting", f"sender_{answer[:3]}")
    with later(days=6):
        outbox.deliver_due()
    assert state(mail) == ("sent", "")


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [0.15, 0.0])
def test_a_server_that_drips_is_cut_off(configured, monkeypatch, limit):  # noqa: F811
    """With no time at all, the connection is made after the time is over, and cut all the same."""
    monkeypatch.setattr(transport, "WHOLE_TIMEOUT", limit)
    with dripping() as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        mail = enqueue()
        outbox.deliver(mail.pk)
    assert state(mail)[0] == "waiting"


class Thinking(Scripted):
    """Reads a text for longer than any command may take before it says yes, as servers that look for viruses do."""

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(1.2)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.django_db
def test_a_server_that_thinks_before_its_yes_is_waited_for_and_gets_one_copy(configured, monkeypatch):  # noqa: F811
    monkeypatch.setattr(transport, "STEP_TIMEOUT", 0.9)
    handler = Thinking()
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        enqueue()
        mail = enqueue()
        monkeypatch.setattr(transport, "WHOLE_TIMEOUT", 0.9)
        for minutes in (0, 5, 10, 30, 90, 240):
            with later(minutes=minutes):
                outbox.deliver_due()
    assert state(mail) == ("sent", "")
    assert len(handler.taken) == len({sent["Message-ID"] for sent in handler.taken}) == 2


@pytest.mark.django_db
def test_a_server_that_never_answers_a_text_is_left_before_another_relay_takes_the_mail(configured, monkeypatch):  # noqa: F811
    assert relay.LEASE.total_seconds() > transport.WHOLE_TIMEOUT + transport.ANSWER_TIMEOUT
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT", 0.2)
    handler = Thinking()
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        mail = enqueue()
        outbox.deliver(mail.pk)
    assert state(mail)[0] == "waiting"


@pytest.mark.django_db
def test_a_round_uses_one_connection_and_opens_another_when_the_server_hung_up(server):
    for _ in range(5):
        enqueue()
    outbox.deliver_due()
    assert (len(server.taken), server.connections) == (5, 1)

    way = transport.current()
    assert way.send(enqueue()).result is Result.SENT
    way._link.sock.close()
    way._link.sock = None
    assert way.send(enqueue()).result is Result.SENT
    way.close()
    way.close()


@pytest.mark.django_db
def test_a_round_ends_at_its_time_and_the_rest_waits_for_the_next(server):
    for _ in range(3):
        enqueue()
    assert outbox.deliver_due(seconds=0) == relay.Batch()
    assert outbox.deliver_due().sent == 3


def test_relays_beside_each_other_send_each_mail_once(whole_db, configured):  # noqa: F811
    handler = Scripted()
    with listening(handler) as port:
        configured(email_url=f"smtp://127.0.0.1:{port}?tls=none", demo=False)
        for number in range(20):
            enqueue(to=f"p{number}@example.org")

        def relay_and_leave() -> None:
            outbox.deliver_due()
            connection.close()

        threads = [threading.Thread(target=relay_and_leave) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(sent["To"] for sent in handler.taken) == sorted(f"p{number}@example.org" for number in range(20))
    assert set(outbox.Mail.objects.values_list("state", "attempts")) == {("sent", 1)}


# --- the way to the server


@pytest.mark.django_db
@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_the_certificate_of_the_server_is_verified(configured, tmp_path, tls):  # noqa: F811
    path, handler = certificate(tmp_path), Scripted()
    context = server_context(path)
    options = {"tls_context": context, "require_starttls": True} if tls == "starttls" else {"ssl_context": context}
    mail = enqueue()
    with listening(handler, **options) as port:
        configured(email_url=f"smtp://localhost:{port}?tls={tls}", demo=False)
        outbox.deliver(mail.pk)
        assert state(mail) == ("waiting", "unreachable")
        configured(email_url=f"smtp://localhost:{port}?tls={tls}&ca={path}")
        with later(minutes=2):
            outbox.deliver_due()
    assert state(mail) == ("sent", "")


@pytest.mark.django_db
def test_a_password_that_is_not_accepted_is_our_fault(configured, tmp_path):  # noqa: F811
    path, handler = certificate(tmp_path), Scripted()
    mail = enqueue()
    options = {"tls_context": server_context(path), "auth_required": True, "authenticator": lambda *_: refused()}
    with listening(handler, **options) as port:
        configured(email_url=f"smtp://user:wrong@localhost:{port}?ca={path}", demo=False)
        outbox.deliver(mail.pk)
    assert state(mail) == ("waiting", "server_535")


def refused():
    from aiosmtpd.smtp import AuthResult

    return AuthResult(success=False, handled=False)
