"""gunicorn's worker with an end for every request; on a running service: test_served.py and test_served_limits.py."""

import socket
import struct
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from matricule.core import config
from matricule.site import web_worker
from matricule.site.web_worker import Worker


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def warning(self, text: str, *args: Any) -> None:
        self.lines.append(text % args)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker without its sockets and threads."""
    found = Worker.__new__(Worker)
    found.deadlines, found.deadlines_lock = {}, threading.Lock()
    found.log = Log()
    monkeypatch.setattr(ThreadWorker, "murder_pending", lambda self: None)
    monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda self, conn: None)
    return found


@pytest.fixture
def ends() -> Any:
    """Both ends of a connection: the service's and the visitor's."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


class Conn:
    """As much of gunicorn's connection as is used."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock


def test_the_kernel_ends_a_wait_for_a_silent_visitor(worker: Worker, ends: Any) -> None:
    worker.enqueue_req(Conn(ends[0]))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        found = struct.unpack("ll", ends[0].getsockopt(socket.SOL_SOCKET, option, 16))
        assert found[0] == web_worker.SILENCE


def test_a_connection_that_is_gone_already_is_passed_on(worker: Worker, ends: Any) -> None:
    ends[0].close()
    worker.enqueue_req(Conn(ends[0]))


def test_a_late_head_is_ended_and_one_in_time_is_not(worker: Worker, ends: Any, monkeypatch: Any) -> None:
    now = [1000.0]
    monkeypatch.setattr(web_worker.time, "monotonic", lambda: now[0])
    conn = Conn(ends[0])
    seen = []

    def handle(self: Any, conn: Any) -> str:
        now[0] += web_worker.HEAD - 1
        self.murder_pending()
        ends[1].send(b"a")
        seen.append(conn.sock.recv(1))
        now[0] += 2
        self.murder_pending()
        seen.append(conn.sock.recv(1))
        return "answered"

    monkeypatch.setattr(ThreadWorker, "handle", handle)
    assert worker.handle(conn) == "answered"
    assert seen == [b"a", b""]
    assert worker.deadlines == {}


def test_a_long_body_has_longer_and_its_answer_still_goes_out(worker: Worker, ends: Any, monkeypatch: Any) -> None:
    now = [0.0]
    monkeypatch.setattr(web_worker.time, "monotonic", lambda: now[0])
    conn = Conn(ends[0])
    req = SimpleNamespace(headers=[("CONTENT-LENGTH", str(25_000_000))])
    allowed = web_worker.BODY + 25_000_000 / web_worker.LEAST_RATE

    def handle_request(self: Any, req: Any, conn: Any) -> bool:
        now[0] = allowed - 1
        self.murder_pending()
        ends[1].send(b"b")
        assert conn.sock.recv(1) == b"b"
        now[0] = allowed + 1
        self.murder_pending()
        assert conn.sock.recv(1) == b""
        conn.sock.send(b"answer")
        return True

    monkeypatch.setattr(ThreadWorker, "handle_request", handle_request)
    assert worker.handle_request(req, conn) is True
    assert ends[1].recv(6) == b"answer"


@pytest.mark.parametrize(
    ("headers", "length"),
    [([], 0), ([("Content-Length", "12")], 12), ([("CONTENT-LENGTH", "-1")], 0), ([("CONTENT-LENGTH", "½")], 0)],
)
def test_a_length_that_is_none_counts_as_nothing(headers: list[tuple[str, str]], length: int) -> None:
    assert web_worker._length(SimpleNamespace(headers=headers)) == length


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.LimitRequestLine(8192, 4094), 414),
        (errors.LimitRequestHeaders("zebra"), 431),
        (errors.ExpectationFailed("zebra"), 417),
        (errors.UnsupportedTransferCoding("zebra"), 501),
        (errors.InvalidHeader("zebra"), 400),
        (errors.InvalidRequestLine("zebra"), 400),
        (errors.InvalidResponseHeader("zebra"), 500),
        (errors.ConfigurationProblem("zebra"), 500),
        (ValueError("zebra"), 500),
    ],
)
@pytest.mark.parametrize("demo", [True, False])
def test_an_error_is_answered_barely_and_quotes_nothing(
    worker: Worker, ends: Any, monkeypatch: Any, error: Exception, status: int, demo: bool
) -> None:
    monkeypatch.setattr(web_worker.config, "current", lambda: config.Config(demo=demo))
    worker.handle_error(None, ends[0], ("203.0.113.9", 1), error)
    answer = ends[1].recv(4096).decode()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ") and f"Content-Length: {len(body)}" in head
    assert ("Strict-Transport-Security" in head) is not demo
    assert "zebra" not in answer and "gunicorn" not in answer.lower()
    assert worker.log.lines == [f"{status} answered to {type(error).__name__}"]


def test_a_visitor_who_has_gone_is_not_answered(worker: Worker, ends: Any) -> None:
    ends[0].close()
    worker.handle_error(None, ends[0], ("203.0.113.9", 1), errors.InvalidHeader("x"))
