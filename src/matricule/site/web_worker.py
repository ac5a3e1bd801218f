"""gunicorn's threaded worker, with an end for every request and bare answers to what is no request.

gunicorn waits for ever for the rest of a request that has begun: as many slow visitors as there are threads would
stop the service. And its own error pages quote what was sent, without the headers of ours. A reverse proxy that takes
requests in whole before it passes them on hides both; the service does not depend on that.
"""

import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from matricule.core import config

SILENCE = 20
"""Seconds without a byte, from or to the visitor, after which a connection is over."""
HEAD = 20.0
"""Seconds within which the head of a request must have come."""
BODY = 60.0
"""Seconds within which the body must have come, beside what LEAST_RATE allows for its length."""
LEAST_RATE = 20_000
"""Bytes a second: a document of 25 MB may take 21 minutes, a phone at the edge of its network."""
STATUSES: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
    errors.InvalidResponseHeader: (500, "Internal Server Error"),
    errors.InvalidResponseHeaderName: (500, "Internal Server Error"),
    errors.ConfigurationProblem: (500, "Internal Server Error"),
}
"""What is answered to each error of gunicorn's; any other of a request is 400."""
BARE = (
    "HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: {length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nX-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n{more}\r\n{reason}\n"
)
ONLY_TLS = "Strict-Transport-Security: max-age=63072000; includeSubDomains; preload\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The threaded worker of the service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Prepare as gunicorn does."""
        super().__init__(*args, **kwargs)
        self.deadlines: dict[Any, float] = {}
        self.deadlines_lock = threading.Lock()

    def enqueue_req(self, conn: Any) -> None:
        """Let the kernel end a wait for a silent visitor."""
        with suppress(OSError):
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SILENCE, 0))
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Read and answer one request, whose head must come in time."""
        self._until(conn, HEAD)
        try:
            return super().handle(conn)
        finally:
            self._until(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head has come; its body must come in time."""
        self._until(conn, BODY + _length(req) / LEAST_RATE)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """End what is late; gunicorn's main loop calls this every second."""
        super().murder_pending()
        now = time.monotonic()
        with self.deadlines_lock:
            late = [conn for conn, deadline in self.deadlines.items() if deadline < now]
        for conn in late:
            # the reading side only: an answer that is being written still goes out
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)

    def _until(self, conn: Any, seconds: float | None) -> None:
        with self.deadlines_lock:
            if seconds is None:
                self.deadlines.pop(conn, None)
            else:
                self.deadlines[conn] = time.monotonic() + seconds

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Answer what gunicorn could not read, or what broke outside the application, without quoting any of it."""
        status, reason = status_of(exc)
        self.log.warning("%s answered to %s", status, type(exc).__name__)
        more = "" if config.current().demo else ONLY_TLS
        answer = BARE.format(status=status, reason=reason, length=len(reason) + 1, more=more)
        with suppress(OSError):
            client.sendall(answer.encode("ascii"))


def status_of(error: BaseException) -> tuple[int, str]:
    """Return status and reason for an error that gunicorn met."""
    for kind, answer in STATUSES.items():
        if isinstance(error, kind):
            return answer
    if isinstance(error, errors.ParseException):
        return (400, "Bad Request")
    return (500, "Internal Server Error")


def _length(req: Any) -> int:
    given = next((value for name, value in req.headers if name.upper() == "CONTENT-LENGTH"), "0")
    return int(given) if given.isascii() and given.isdigit() else 0
