"""Mail servers for the tests: one that obeys a script, one that drips, and a return mailbox. Loopback only."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.service import free_port


class Scripted:
    """Takes each mail unless told otherwise: ``rcpt`` and ``data`` are the next answers, "cut" hangs up after DATA.

    "silent" in ``rcpt`` says nothing for two minutes; ``waited`` holds how many seconds each sender stood that.
    """

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.raw: list[bytes] = []
        self.senders: list[str] = []
        self.recipients: list[list[str]] = []
        self.mail: list[str] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.connections = 0
        self.waited: list[float] = []

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt and self.rcpt[0] == "silent":
            self.rcpt.pop(0)
            return await self._say_nothing()
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer == "cut" or answer.startswith("2"):
            self.raw.append(envelope.content)
            self.taken.append(message_from_bytes(envelope.content))
            self.senders.append(envelope.mail_from)
            self.recipients.append(list(envelope.rcpt_tos))
        if answer == "cut":
            server.transport.abort()
            return "250 nobody reads this"
        return answer

    async def _say_nothing(self) -> str:
        begin = time.monotonic()
        try:
            await asyncio.sleep(120)  # ended when the other side hangs up
        finally:
            self.waited.append(time.monotonic() - begin)
        return "250 OK"


@contextmanager
def listening(handler: Scripted, port: int = 0, **options) -> Iterator[int]:
    """Run the server and give its port."""
    controller = Controller(handler, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def dripping() -> Iterator[int]:
    """A server that sends one byte after the other and never an answer."""
    done = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        link, _ = server.accept()
        with link:
            while not done.wait(0.02):
                try:
                    link.send(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        thread.join(2)
        server.close()


@contextmanager
def return_mailbox(mails: list[bytes]) -> Iterator["Imap"]:
    server = Imap(mails)
    server.thread.start()
    try:
        yield server
    finally:
        server.socket.close()
        server.thread.join(2)


class Imap:
    """As much of IMAP4rev1 (RFC 3501) as reading a return mailbox needs."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = mails
        self.seen: set[int] = set()
        self.logins: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.socket.accept()
            except OSError:
                return
            with link, link.makefile("rwb") as wire:
                wire.write(b"* OK ready\r\n")
                wire.flush()
                for line in wire:
                    tag, command, *rest = line.decode().strip().split(" ")
                    wire.write(self._answer(command.upper(), rest) + f"{tag} OK done\r\n".encode())
                    wire.flush()
                    if command.upper() == "LOGOUT":
                        break

    def _answer(self, command: str, rest: list[str]) -> bytes:
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command == "LOGIN":
            self.logins.append(" ".join(rest))
        if command == "SELECT":
            return f"* {len(self.mails)} EXISTS\r\n".encode()
        if command == "SEARCH":
            unseen = [str(n) for n in range(1, len(self.mails) + 1) if n not in self.seen]
            return ("* SEARCH " + " ".join(unseen) + "\r\n").encode()
        if command == "FETCH":
            raw = self.mails[int(rest[0]) - 1]
            return f"* {rest[0]} FETCH (BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if command == "STORE":
            self.seen.add(int(rest[0]))
        return b""


def certificate(folder: Path) -> Path:
    """Write a self-signed certificate for localhost with its key; return the file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.PrivateFormat.PKCS8
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, pem, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_context(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
