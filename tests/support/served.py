"""A service with the settings of a real one, behind a proxy that ends TLS, and a visitor who writes raw requests."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from matricule.core import keys
from matricule.core.cluster import Cluster
from tests.core.mail_servers import Scripted, listening
from tests.support import tls_proxy
from tests.support.service import Service

HOST = "inscription.caisse.fr"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """One answer: its status, its headers in lower case, each with all its values, and its body."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def one(self, name: str) -> str:
        """Return the value of a header that stands exactly once, or nothing."""
        values = self.headers.get(name, [])
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else ""

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")


def parse(data: bytes) -> Answer:
    """Return what came over the wire as an answer; a body in chunks is put together."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    if "chunked" in headers.get("transfer-encoding", []):
        rest, body = body, b""
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            count = int(size or b"0", 16)
            body, rest = body + rest[:count], rest[count + 2 :]
    return Answer(int(first.split(" ")[1]), headers, body)


@dataclass
class Visitor:
    """Somebody outside: speaks TLS to the proxy, keeps cookies, believes only the proxy's certificate."""

    port: int
    certificate: Path
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    def connect(self) -> ssl.SSLSocket:
        """Return an open connection."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        link = socket.create_connection(("127.0.0.1", self.port), timeout=90)
        return context.wrap_socket(link, server_hostname=HOST)

    def raw(self, request: bytes) -> Answer:
        """Send these bytes and return the answer to them."""
        with self.connect() as link:
            link.sendall(request)
            return parse(read(link))

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send a request of a browser, with the cookies that it has, and keep those that come."""
        given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body or method == "POST":
            given.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
        answer = self.raw("\r\n".join(lines).encode() + body)
        for line in answer.headers.get("set-cookie", []):
            self.set_cookies.append(line)
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def post(self, path: str, source: str = "", **values: str) -> Answer:
        """Fill the form of ``source`` (default: the same address) and send it as a browser does."""
        token = TOKEN.search(self.ask(source or path).text)
        assert token, f"no form on {source or path}"
        body = urlencode({"csrfmiddlewaretoken": token.group(1), **values}).encode()
        form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        return self.ask(path, "POST", body, Referer=f"https://{HOST}{source or path}", **form)


def read(link: socket.socket) -> bytes:
    """Return everything until the other side ends."""
    data = b""
    while piece := link.recv(65536):
        data += piece
    return data


class Session:
    """A session of the database that stays open between statements, for example to hold a lock."""

    def __init__(self, cluster: Cluster) -> None:
        """Connect as the superuser."""
        self.connection = psycopg.connect(cluster.url("postgres"), autocommit=True)

    def write(self, statements: str) -> None:
        """Run statements; a transaction that they begin stays open."""
        self.connection.execute(statements)

    @property
    def held(self) -> bool:
        """Tell whether the session is still inside its transaction."""
        return self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS

    def end(self) -> None:
        """Close the session; what it held is free."""
        self.connection.close()


@dataclass
class Served:
    """The running service, what it sends by mail, its database, and where visitors come in."""

    service: Service
    proxy: tls_proxy.Proxy
    mail: Scripted

    def visitor(self) -> Visitor:
        """Return somebody who has never been here."""
        return Visitor(self.proxy.port, self.proxy.certificate)

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """Open a session of the superuser that lasts as long as the block."""
        session = Session(self.cluster)
        try:
            yield session
        finally:
            session.end()

    @property
    def cluster(self) -> Cluster:
        """Return the service's private PostgreSQL."""
        return Cluster(self.service.data)

    def sql(self, script: str) -> str:
        """Run a script as the superuser of the service's database; return what it printed."""
        return self.cluster.sql(script, "matricule").strip()


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Served]:
    """Start all of it, with the settings that docs/operations.md asks for and no other, and ``settings``."""
    keys.make(folder / "keys.toml")
    certificate, key = tls_proxy.make_certificate(folder, HOST)
    mail = Scripted()
    with listening(mail) as port:
        service = Service(
            folder / "var",
            settings={
                "MATRICULE_KEYS_FILE": str(folder / "keys.toml"),
                "MATRICULE_SITE_URL": f"https://{HOST}",
                "MATRICULE_EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=none",
                "MATRICULE_EMAIL_FROM": "inscription@caisse.fr",
                "MATRICULE_CONTACT_ADDRESS": "contact@caisse.fr",
                "MATRICULE_PROXY_SSL_HEADER": "1",
                "MATRICULE_PROXIES": "1",
                **settings,
            },
        )
        proxy = tls_proxy.Proxy(service.port, certificate, key)
        proxy.start()
        try:
            service.start()
            yield Served(service, proxy, mail)
        finally:
            proxy.stop()
            service.stop()
