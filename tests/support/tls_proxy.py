"""A reverse proxy that ends TLS, for tests: it does what docs/operations.md asks of a real one, and nothing else.

It takes the visitor's own ``X-Forwarded-Proto`` away and sets it, adds the visitor to ``X-Forwarded-For``, and passes
everything else on as it came, so that what is wrong in a request reaches the service. One request a connection.
"""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

END = b"\r\n\r\n"
OURS = (b"x-forwarded-proto:", b"connection:")
VISITOR = "203.0.113.9"
"""The visitor's address as the proxy sees it: of a documentation range, so that it is nobody's."""


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Write a self-made certificate for ``host`` and its key; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "proxy.pem", folder / "proxy.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


class Proxy:
    """Listens on ``port`` of this machine for TLS and passes to ``target`` (a port of this machine)."""

    def __init__(self, target: int, certificate: Path, key: Path) -> None:
        """Listen at once; ``serve`` answers."""
        self.target, self.certificate = target, certificate
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self.thread.start()

    def stop(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), self.context.wrap_socket(plain, server_side=True) as visitor:
            head, rest = _head(visitor)
            if not head:
                return
            with socket.create_connection(("127.0.0.1", self.target)) as service:
                service.sendall(told(head) + rest)
                back = threading.Thread(target=_pump, args=(service, visitor), daemon=True)
                back.start()
                _pump(visitor, service, close=False)
                back.join()


def told(head: bytes) -> bytes:
    """Return the head of a request with what a proxy tells the service about the visitor."""
    first, *lines = head.removesuffix(END).split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(OURS)]
    said = [line.partition(b":")[2].strip() for line in kept if line.lower().startswith(b"x-forwarded-for:")]
    kept = [line for line in kept if not line.lower().startswith(b"x-forwarded-for:")]
    chain = b", ".join([*said, VISITOR.encode()])
    more = [b"X-Forwarded-Proto: https", b"X-Forwarded-For: " + chain, b"Connection: close"]
    return b"\r\n".join([first, *kept, *more]) + END


def _head(visitor: ssl.SSLSocket) -> tuple[bytes, bytes]:
    data = b""
    while END not in data:
        piece = visitor.recv(65536)
        if not piece:
            return b"", b""
        data += piece
    head, _, rest = data.partition(END)
    return head + END, rest


def _pump(source: socket.socket, target: socket.socket, *, close: bool = True) -> None:
    """Pass on until the source ends; then end the visitor's connection too."""
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    if close:
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
