"""How a mail leaves: by SMTP, or kept for the mailbox page of the demo."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from matricule.core import config, mail_settings
from matricule.core.mail_settings import Server, TransportSettingError
from matricule.core.outbox import message
from matricule.core.outbox.models import Mail

STEP_TIMEOUT = 10.0
"""Seconds that one answer of the server may take."""
WHOLE_TIMEOUT = 18.0
"""Seconds that one mail may take until its text has left: a server that drips never trips the time-out of a step."""
ANSWER_TIMEOUT = 90.0
"""Seconds that the answer to the whole text may take. Whoever hangs up here sends a second copy of what was taken
(RFC 5321, 4.5.3.2.6, which asks for 10 minutes; with WHOLE_TIMEOUT it must stay below the lease of the relay)."""
END_OF_TEXT = b"\r\n.\r\n"
CUT_EVERY = 0.05


class Result(Enum):
    """What became of one attempt.

    LATER and REFUSED are answers about this mail; UNREACHABLE is our own way out, which takes no mail at all now.
    """

    SENT = "sent"
    LATER = "later"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt and its code, which holds nothing of the other side's text."""

    result: Result
    code: str = ""


class Transport(Protocol):
    """A way out."""

    def send(self, mail: Mail) -> Outcome:
        """Try once to send ``mail``; never raises for what the other side does."""

    def close(self) -> None:
        """Let go of what is held open."""


def current() -> Transport:
    """Return the way out that the settings name. Raises TransportSettingError when there is none outside the demo."""
    settings = config.current()
    if settings.email_url:
        return Smtp(mail_settings.server(settings.email_url))
    if settings.demo:
        return Kept()
    raise TransportSettingError("MATRICULE_EMAIL_URL is missing: smtp://user:password@host:587?tls=starttls")


class Kept:
    """Nothing leaves: the row itself is what the demo's mailbox page shows."""

    def send(self, mail: Mail) -> Outcome:
        """Count the mail as sent."""
        return Outcome(Result.SENT)

    def close(self) -> None:
        """Nothing is held."""


class _Patient:
    """Waits longer for the answer to a whole text than for the answer to a command."""

    sock: socket.socket | None
    _text_left: threading.Event | None = None

    def send(self, s: Any) -> None:
        """Send as smtplib does; after the end of a text, give the server its time."""
        super().send(s)  # type: ignore[misc]
        if isinstance(s, bytes) and s.endswith(END_OF_TEXT) and self.sock is not None:
            self.sock.settimeout(ANSWER_TIMEOUT)
            if self._text_left is not None:
                self._text_left.set()


class _Link(_Patient, smtplib.SMTP):
    """A connection in clear, or by STARTTLS."""


class _SecureLink(_Patient, smtplib.SMTP_SSL):
    """A connection by TLS from its first byte."""


class Smtp:
    """One connection, kept for a batch of mails and opened again when it breaks."""

    def __init__(self, server: Server) -> None:
        """Connect at the first mail."""
        self._server = server
        self._link: smtplib.SMTP | None = None
        self._text_left = threading.Event()

    def send(self, mail: Mail) -> Outcome:
        """Try once. A mail counts as sent only at the server's yes to the whole message.

        Only an answer about this recipient or this message can refuse it for good. A sender or a password that is not
        accepted is our fault, hits every mail alike, and is tried again until somebody mends the settings.
        """
        self._text_left.clear()
        try:
            with self._deadline():
                link = self._open_link() or self._connect()
                link._text_left = self._text_left  # type: ignore[attr-defined]
                link.sendmail(message.return_path(mail.pk), [mail.to_address], message.build(mail))
        except smtplib.SMTPRecipientsRefused as error:
            return _answer(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPDataError as error:
            return _answer(error.smtp_code)
        except smtplib.SMTPSenderRefused as error:
            self.close()
            return Outcome(Result.UNREACHABLE, f"sender_{error.smtp_code}")
        except smtplib.SMTPException as error:
            self.close()
            return Outcome(Result.UNREACHABLE, _reason(error))
        except OSError:
            self.close()
            return Outcome(Result.UNREACHABLE, "unreachable")
        return Outcome(Result.SENT)

    def close(self) -> None:
        """Drop the connection; the server may be gone already."""
        link, self._link = self._link, None
        if link is not None:
            try:
                link.quit()
            except (smtplib.SMTPException, OSError):
                link.close()

    def _open_link(self) -> smtplib.SMTP | None:
        """Return the connection of the mail before, unless the server has closed it meanwhile."""
        try:
            if self._link is not None:
                if self._link.sock is not None:
                    self._link.sock.settimeout(STEP_TIMEOUT)  # the mail before waited longer for its answer
                if self._link.noop()[0] == 250:
                    return self._link
        except smtplib.SMTPServerDisconnected:
            self._link = None
        return None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        name = message.sender().domain
        secure = ssl.create_default_context(cafile=server.ca_file or None)
        link: smtplib.SMTP
        if server.tls == "ssl":
            link = _SecureLink(local_hostname=name, timeout=STEP_TIMEOUT, context=secure)
        else:
            link = _Link(local_hostname=name, timeout=STEP_TIMEOUT)
        self._link = link
        # the certificate is checked against this name, which smtplib takes from a constructor that connects at once
        link._host = server.host  # type: ignore[union-attr]
        code, _ = link.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, "")
        if server.tls == "starttls":
            link.starttls(context=secure)
        if server.user:
            link.login(server.user, server.password)
        return link

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Cut the connection when the mail takes longer than it may in all."""
        done = threading.Event()
        threading.Thread(target=self._watch, args=(done,), name="mail deadline", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _watch(self, done: threading.Event) -> None:
        if done.wait(WHOLE_TIMEOUT) or (self._text_left.is_set() and done.wait(ANSWER_TIMEOUT)):
            return
        # again and again: the connection may only be made after the time is over
        while not done.wait(CUT_EVERY):
            link = getattr(self._link, "sock", None)
            if link is not None:
                with suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)


def _answer(code: int) -> Outcome:
    """Read the code that the server gave about one recipient or one message (RFC 5321, 4.2.1)."""
    if 500 <= code < 600:
        return Outcome(Result.REFUSED, f"refused_{code}")
    return Outcome(Result.LATER, f"deferred_{code}")


def _reason(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"server_{error.smtp_code}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "disconnected"
    return "unreachable"
