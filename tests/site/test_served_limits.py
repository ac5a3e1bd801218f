"""The ends of waiting, on a service with real settings behind a TLS proxy: slow visitors, statements, transactions.

Each waits for the real figure of the settings, so that they run in ``make prove`` only. Sources: reliability.md 5.6;
``site.web_worker`` for slow visitors.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from tests.site.test_served import SIGN_IN, TO_HOST, until
from tests.support.served import Answer, Served, serving
from tests.support.service import children_of, command_of

pytestmark = [pytest.mark.prove, pytest.mark.slow]
LATE = 30
"""Seconds beside the limit after which something that should have ended has not (the machine is busy)."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("limits")) as running:
        yield running


@contextmanager
def sleeping(served: Served, table: str, act: str, seconds: float) -> Iterator[None]:
    """Let every ``act`` on ``table`` take this long, as a disk in trouble does."""
    served.sql(
        "create or replace function slowly() returns trigger language plpgsql as"
        f" $$ begin perform pg_sleep({seconds}); return new; end $$;"
        f" create trigger slow before {act} on {table} for each row execute function slowly()"
    )
    try:
        yield
    finally:
        served.sql(f"set lock_timeout = '240s'; drop trigger slow on {table}; drop function slowly()")


def in_background(act) -> tuple[threading.Thread, list[Answer]]:
    """Start ``act`` and return its thread and the list that its answer will be in."""
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(act()), daemon=True)
    thread.start()
    return thread, answers


def states(served: Served, program: str) -> list[str]:
    """Return the states of the program's sessions that are inside a transaction or a statement."""
    found = served.sql(
        f"select state from pg_stat_activity where application_name = 'matricule-{program}' and state <> 'idle'"
    )
    return found.splitlines()


def test_a_statement_of_a_request_ends_after_five_seconds(served: Served, promise) -> None:
    visitor = served.visitor()
    visitor.ask(SIGN_IN)
    with sleeping(served, "accounts_logincode", "insert", 120):
        begin = time.monotonic()
        answer = visitor.post(SIGN_IN, email="slow@example.org")
        spent = time.monotonic() - begin
    assert (answer.status, answer.one("retry-after")) == (503, "5")
    assert 4.9 < spent < 5 + LATE
    assert visitor.post(SIGN_IN, email="slow@example.org").status == 302
    promise("statement_timeout of a request", f"5 s; answered 503 after {spent:.1f} s, and the next was served")


def test_a_transaction_that_nobody_goes_on_with_ends_after_ten_seconds(served: Served, promise) -> None:
    """The web process is stopped in the middle of a transaction, and wakes up when the database has given it up."""
    assert served.service.process is not None
    visitor = served.visitor()
    visitor.ask(SIGN_IN)
    (parent,) = [pid for pid in children_of(served.service.process.pid) if "gunicorn" in command_of(pid)]
    (web,) = children_of(parent)
    with sleeping(served, "accounts_logincode", "insert", 3):
        thread, answers = in_background(lambda: visitor.post(SIGN_IN, email="idle@example.org"))
        until(lambda: "active" in states(served, "web"))
        os.kill(web, signal.SIGSTOP)
        try:
            until(lambda: "idle in transaction" in states(served, "web"))
            begin = time.monotonic()
            until(lambda: "idle in transaction" not in states(served, "web"), 10 + LATE)
            spent = time.monotonic() - begin
        finally:
            os.kill(web, signal.SIGCONT)
        thread.join(60)
    assert answers and answers[0].status == 503
    assert 8 < spent < 10 + LATE
    assert visitor.post(SIGN_IN, email="idle@example.org").status == 302
    promise("idle_in_transaction_session_timeout", f"10 s; ended after {spent:.1f} s, the web process stopped")


def test_a_statement_of_a_job_ends_after_a_minute(served: Served, promise) -> None:
    visitor = served.visitor()
    visitor.ask(SIGN_IN)
    with sleeping(served, "core_mail", "update", 300):
        assert visitor.post(SIGN_IN, email="job@example.org").status == 302
        spent = longest(served, 60 + LATE)
    assert 55 < spent < 60 + LATE
    until(lambda: served.sql("select count(*) from core_mail where sent_at is null") == "0", 120)
    promise("statement_timeout of a job", f"60 s; ended after {spent:.0f} s, and every mail left afterwards")


def test_a_mail_server_that_says_nothing_is_left_after_ten_seconds(served: Served, promise) -> None:
    """EMAIL_TIMEOUT as it runs (reliability.md 5.2): the worker hangs up, and the mail leaves once, later."""
    visitor = served.visitor()
    visitor.ask(SIGN_IN)
    served.mail.rcpt.append("silent")
    assert visitor.post(SIGN_IN, email="silence@example.org").status == 302
    until(lambda: served.mail.waited, 10 + LATE)
    (spent,) = served.mail.waited
    assert 9 < spent < 10 + LATE
    until(lambda: ["silence@example.org"] in served.mail.recipients, 120)
    assert served.mail.recipients.count(["silence@example.org"]) == 1
    promise("EMAIL_TIMEOUT", f"10 s; a silent mail server was left after {spent:.1f} s, and the mail left once, later")


def longest(served: Served, patience: float) -> float:
    """Return for how long the worker's longest statement ran, seen every half second until it has ended."""
    query = (
        "select coalesce(extract(epoch from max(clock_timestamp() - query_start)), 0) from pg_stat_activity"
        " where application_name = 'matricule-worker' and state = 'active'"
    )
    most, deadline = 0.0, time.monotonic() + patience + 10
    while time.monotonic() < deadline:
        now = float(served.sql(query))
        if now < most - 10:
            break  # it ended; another has begun since
        most = max(most, now)
        time.sleep(0.5)
    return most


def silent(served: Served, request: bytes) -> socket.socket:
    """Begin a request and say nothing more."""
    link = served.visitor().connect()
    link.sendall(request)
    return link


def test_slow_visitors_do_not_hold_the_service(served: Served, promise) -> None:
    """More of them than threads, each kind of slowness; all are ended, and others are served within the same limit."""
    head = f"POST {SIGN_IN} HTTP/1.1\r\n".encode() + TO_HOST
    kinds = {
        "half a body": head + b"Content-Length: 1000\r\n\r\na=",
        "no body": head + b"Content-Length: 1000\r\n\r\n",
    }
    begin = time.monotonic()
    links = [silent(served, request) for request in kinds.values() for _ in range(8)]
    dripping = [direct(served) for _ in range(8)]
    stop = threading.Event()
    threading.Thread(target=drip, args=(dripping, stop), daemon=True).start()
    answer = served.visitor().ask("/fr/help/")
    waited = time.monotonic() - begin
    assert answer.status == 200 and waited < 3 * 21 + LATE
    for link in [*links, *dripping]:
        link.settimeout(3 * 21 + LATE)
        ends(link)
    spent = time.monotonic() - begin
    stop.set()
    promise(
        "slow visitors",
        f"{len(links) + len(dripping)} at 8 threads (half a body, none, a head drop by drop): all ended within "
        f"{spent:.0f} s; a page meanwhile after {waited:.0f} s",
    )


def direct(served: Served) -> socket.socket:
    """Connect to the service itself: the proxy would wait for a whole head."""
    return socket.create_connection(("127.0.0.1", served.service.port), timeout=90)


def drip(links: list[socket.socket], stop: threading.Event) -> None:
    """Send a head one byte a second, never silent for long and never at its end."""
    for byte in b"GET /" + b"a" * 4000:
        for link in links:
            with suppress(OSError):
                link.sendall(bytes([byte]))
        if stop.wait(1):
            return


def ends(link: socket.socket) -> None:
    """Read until the other side has ended the connection."""
    with suppress(ConnectionError):
        while link.recv(65536):
            pass
    link.close()
