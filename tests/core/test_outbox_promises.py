"""What the outbox promises whatever happens: any answers, any moment of death, any returned bytes, any words."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern
from unicodedata import category

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matricule.core import clock, jobs, outbox
from matricule.core.ids import uuid7
from matricule.core.outbox import bounces, message, transport, webhook
from matricule.core.outbox.models import Mail
from matricule.core.outbox.transport import Outcome, Result
from tests.core.outbox_support import configured, enqueue, state  # noqa: F401 - a fixture
from tests.core.test_outbox_bounces import news, report

FINAL = {"sent", "refused", "expired"}
ANSWERS = st.sampled_from(
    [
        Outcome(Result.SENT),
        Outcome(Result.LATER, "deferred_451"),
        Outcome(Result.UNREACHABLE, "unreachable"),
        Outcome(Result.REFUSED, "refused_550"),
    ]
)
STEPS = st.lists(st.tuples(ANSWERS, st.integers(0, 600)), max_size=12)


class Told:
    """A way out that answers as it is told, and remembers who asked."""

    def __init__(self) -> None:
        self.next = Outcome(Result.SENT)
        self.asked: list[Mail] = []

    def send(self, mail: Mail) -> Outcome:
        self.asked.append(mail)
        return self.next

    def close(self) -> None:
        pass


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.booleans())
def test_whatever_the_answers_a_mail_is_tried_until_its_end_and_never_after(monkeypatch, steps, is_code):
    way = Told()
    monkeypatch.setattr(transport, "current", lambda: way)
    start = clock.wall()
    mail = enqueue(expires_at=start + timedelta(minutes=10) if is_code else None)
    moment = start
    for answer, minutes in steps:
        moment += timedelta(minutes=minutes)
        before, asked = state(mail)[0], len(way.asked)
        way.next = answer
        with time_machine.travel(moment, tick=False):
            outbox.deliver_due()
        after, reason = state(mail)
        if before in FINAL:
            assert (after, len(way.asked)) == (before, asked), "an end is an end"
        elif is_code and moment >= mail.expires_at:
            assert (after, len(way.asked)) == ("expired", asked), "of no use any more"
        elif len(way.asked) > asked and answer.result is Result.UNREACHABLE:
            assert (after, reason) == ("waiting", "unreachable"), "our own fault never gives a mail up"
        if after == "waiting":
            assert mail.next_at <= moment + timedelta(hours=4.5), "tried again within hours"
        assert mail.lease_until is None
    assert mail.attempts == len(way.asked)
    assert len({asked.message_id for asked in way.asked}) <= 1
    mail.delete()
    outbox.Mail.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from core_beat")


class Killed(BaseException):
    """The process dies here."""


def statements_of(act) -> int:
    count = 0

    def counting(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        act()
    return count


@pytest.mark.django_db
def test_a_relay_killed_at_any_statement_loses_nothing_and_doubles_only_after_the_yes(monkeypatch):
    way = Told()
    monkeypatch.setattr(transport, "current", lambda: way)
    first = enqueue()
    total = statements_of(lambda: outbox.deliver(first.pk))
    doubled = 0
    for point in range(total):
        mail, left = enqueue(), point
        way.asked.clear()

        def dying(execute, sql, params, many, context):
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(dying), pytest.raises(Killed):
            outbox.deliver(mail.pk)
        for minutes in (0, 3):
            with time_machine.travel(clock.wall() + timedelta(minutes=minutes), tick=False):
                outbox.deliver_due()
        assert state(mail) == ("sent", "")
        assert len({copy.message_id for copy in way.asked}) == 1
        doubled += len(way.asked) == 2
    assert total >= 4
    assert doubled == 1, "only the commit after the yes can be lost"


# --- returned bytes


MINE = uuid7()
WHOLE = report(f"returns+{MINE.hex}@matricule.fr", original=f"<{MINE}@matricule.fr>")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_returned_bytes_stop_the_reading(data):
    raw = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(0, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    found = bounces.read_report(bytes(raw))
    assert found is None or found.kind in {"hard", "soft"}


@given(st.binary(max_size=400))
def test_nothing_is_read_out_of_noise(raw):
    assert bounces.read_report(raw) is None


def test_the_whole_report_is_read():
    assert bounces.read_report(WHOLE) == bounces.Report(MINE, "hard")


# --- words


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
@example("Reçu\u202f: « été »", "x" * 2000)
@example("a\x0bBcc: x@y.fr", ".\r\n.\r\nMAIL FROM:<x@y.fr>")
@example("a\u2028b", "\u2028")
def test_words_arrive_as_they_were_and_never_as_headers(subject, body):
    try:
        mail = enqueue(subject=subject, body=body)
    except outbox.BadMailError:
        odd = any(category(c) in {"Cc", "Zl", "Zp"} for c in subject)
        assert not subject or odd or "://" in body
        return
    parsed = message_from_bytes(message.build(mail), policy=modern)
    expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"]
    assert [name for name in parsed.keys() if name in expected] == expected  # noqa: SIM118 - a mail is no dict
    assert len(parsed.keys()) <= len(expected) + 3
    assert str(parsed["To"]) == "lina@example.org"
    if subject.isprintable() and subject == " ".join(subject.split()):
        assert parsed["Subject"] == subject


# --- wiring


@pytest.mark.django_db
def test_the_address_for_providers_needs_no_token_of_a_form(configured):  # noqa: F811
    configured(email_webhook_secret="s")
    mail = enqueue()
    body, now = news(mail.message_id), str(int(clock.wall().timestamp()))
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": now,
        "webhook-signature": webhook.sign("1", now, body, "s"),
    }
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/hooks/bounces/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 204
    assert state(mail) == ("bounced", "bounce_hard")


@pytest.mark.django_db
def test_the_calendars_tasks_do_the_work(configured):  # noqa: F811
    mail = enqueue()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    jobs.defer("core.outbox.deliver_due")
    jobs.defer("core.outbox.read_returns")
    jobs.defer("core.jobs.forget_old")
    assert jobs.run_pending() == 3
    assert jobs.health().failed == 0
    assert state(mail) == ("sent", "")
