"""A service with real settings behind a TLS proxy: what it answers, not what its settings file says.

Sources: reliability.md 5.2 and 5.6, R02, R31, R36, R41, R47, R57, R63. The settings themselves: test_settings.py.
"""

import re
import time
from collections.abc import Iterator
from email.message import Message
from hashlib import sha256

import pytest
from tests.site.test_settings import DIRECTIVES, TWO_YEARS
from tests.support.served import HOST, Answer, Served, Visitor, serving
from tests.support.tls_proxy import VISITOR

from matricule.site.uploads import REQUEST_LIMIT

TO_HOST = f"Host: {HOST}\r\n".encode()
SIGN_IN = "/fr/student/sign-in/"
OURS = re.compile(r"__Host-[a-z]+=[^;]*; .*")
LEAKS = re.compile(
    r"Traceback|DEBUG = |DJANGO_SETTINGS|site-packages|/src/matricule|django/\d|gunicorn/|Python/|psycopg|PostgreSQL|"
    r"\b\d+\.\d+\.\d+\b",
    re.IGNORECASE,
)
WORDLIST = (
    "/.git/HEAD", "/.env", "/.git/config", "/.svn/entries", "/.DS_Store", "/admin/", "/admin/login/", "/debug/",
    "/__debug__/", "/metrics", "/server-status", "/status", "/phpinfo.php", "/wp-login.php", "/api/docs", "/docs/",
    "/swagger.json", "/openapi.json", "/graphql", "/media/", "/media/x.pdf", "/static/", "/static/../keys.toml",
    "/static/%2e%2e/keys.toml", "/static//etc/passwd", "/var/", "/vault/", "/backup.sql", "/dump.sql", "/config.json",
    "/settings.py", "/requirements.txt", "/actuator/health", "/console", "/fr/demo/", "/en/demo/mailbox/",
    "/fr/_components", "/fr/_components/", "/health/full", "/health/", "/.well-known/", "/id_rsa", "/keys.toml",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The one service of this file; nobody else's settings reach it."""
    with serving(tmp_path_factory.mktemp("real")) as running:
        yield running


@pytest.fixture
def visitor(served: Served) -> Visitor:
    return served.visitor()


def assert_headers(answer: Answer, where: str) -> None:
    """Check what stands on every answer of the service, whatever its status (R57)."""
    expected = {
        "strict-transport-security": f"max-age={TWO_YEARS}; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "server": "gunicorn",
    }
    assert {name: answer.one(name) for name in expected} == expected, where
    assert {part.strip() for part in answer.one("content-security-policy").split(";")} == DIRECTIVES, where
    features = answer.one("permissions-policy").split(", ")
    assert len(features) > 20 and all(feature.endswith("=()") for feature in features), where
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(features), where
    assert not {"access-control-allow-origin", "x-powered-by", "via"} & set(answer.headers), where


def assert_bare(answer: Answer, where: str) -> None:
    """Check an answer to what is no request: nothing quoted, nothing told, nothing to keep or to frame."""
    assert answer.one("x-content-type-options") == "nosniff", where
    assert answer.one("x-frame-options") == "DENY", where
    assert answer.one("cache-control") == "no-store", where
    assert answer.one("strict-transport-security").startswith(f"max-age={TWO_YEARS}"), where
    assert "default-src 'none'" in answer.one("content-security-policy"), where
    assert len(answer.body) < 60 and b"zebra" not in answer.body, where


# --- headers on every kind of answer ----------------------------------------------------------------------------


def test_every_kind_of_answer_has_every_header(served: Served, visitor: Visitor, promise) -> None:
    big = {"Content_Length": str(REQUEST_LIMIT + 1), "Content_Type": "application/octet-stream"}
    calls = {
        "302 root": visitor.ask("/"),
        "200 page": visitor.ask("/fr/"),
        "200 english": visitor.ask("/en/help/"),
        "200 form": visitor.ask(SIGN_IN),
        "200 static": visitor.ask("/static/matricule/matricule.css"),
        "200 health": visitor.ask("/health/alive"),
        "200 ready": visitor.ask("/health/ready"),
        "200 robots": visitor.ask("/robots.txt"),
        "200 security": visitor.ask("/.well-known/security.txt"),
        "200 svg": visitor.ask("/fr/poster/address.svg"),
        "302 gate": visitor.ask("/fr/student/space/"),
        "304 static": visitor.ask(
            "/static/matricule/matricule.css",
            If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT",
        ),
        "400 host": visitor.ask("/fr/", Host="evil.example"),
        "403 no token": visitor.ask(SIGN_IN, "POST", b"email=a%40example.org"),
        "404 page": visitor.ask("/fr/nothing-here/"),
        "404 static": visitor.ask("/static/nothing.css"),
        "404 hook": visitor.ask("/hooks/bounces/", "POST", b"{}"),
        "404 health": visitor.ask("/health/full"),
        "405 method": visitor.ask("/fr/", "DELETE"),
        "405 trace": visitor.ask("/fr/", "TRACE"),
        "405 unknown": visitor.ask("/fr/", "FROB"),
        "411 chunked": visitor.raw(
            f"POST {SIGN_IN} HTTP/1.1\r\n".encode() + TO_HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        "413 too long": visitor.ask(SIGN_IN, "POST", **big),
    }
    for name, answer in calls.items():
        # CSRF is asked before the method: a DELETE without a token is forbidden either way
        assert str(answer.status) == name[:3] or (name == "405 method" and answer.status in {403, 405}), name
        if answer.status != 304:
            assert_headers(answer, name)
        assert not LEAKS.search(answer.text if "svg" not in name and "static" not in name else ""), name
    promise("headers on real answers", f"{len(calls)} kinds of answer behind TLS, 9 headers each")


def test_a_page_is_not_kept_and_a_static_file_is(visitor: Visitor) -> None:
    for path in ("/fr/", SIGN_IN, "/fr/nothing/", "/health/alive", "/"):
        assert visitor.ask(path).one("cache-control") == "private, no-store", path
    assert "max-age" in visitor.ask("/static/matricule/matricule.css").one("cache-control")
    page = visitor.ask("/fr/").text
    hashed = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert hashed, "the page names its sheet by its content"
    assert "immutable" in visitor.ask(hashed.group(1)).one("cache-control")


def test_plain_http_is_sent_to_https_and_only_health_answers_it(served: Served) -> None:
    from http.client import HTTPConnection

    def plain(path: str, **headers: str) -> tuple[int, str]:
        link = HTTPConnection("127.0.0.1", served.service.port, timeout=20)
        link.request("GET", path, headers={"Host": HOST, **headers})
        answer = link.getresponse()
        answer.read()
        link.close()
        return answer.status, answer.getheader("Location", "")

    assert plain("/fr/") == (301, f"https://{HOST}/fr/")
    assert plain("/fr/", **{"X-Forwarded-Ssl": "on", "Front-End-Https": "on"})[0] == 301
    assert plain("/health/alive")[0] == 200
    assert plain("/health/full")[0] == 404, "behind a proxy only the token opens it"


# --- what is no request -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /zebra HTTP/1.1\r\n" + TO_HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 400),
        (b"POST /zebra HTTP/1.1\r\n" + TO_HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        (b"POST /zebra HTTP/1.1\r\n" + TO_HOST + b"Content-Length: -3\r\n\r\nabc", 400),
        (b"POST /zebra HTTP/1.1\r\n" + TO_HOST + b"Transfer-Encoding: zebra\r\n\r\nabc", 501),
        (b"GET /zebra HTTP/1.1\r\n" + TO_HOST + TO_HOST + b"\r\n", 400),
        (b"GET /zebra HTTP/9.9\r\n" + TO_HOST + b"\r\n", 400),
        (b"GET /zebra\x00 HTTP/1.1\r\n" + TO_HOST + b"\r\n", 400),
        (b"zebra\r\n\r\n", 400),
        (b"GET /" + b"zebra" * 2000 + b" HTTP/1.1\r\n" + TO_HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + TO_HOST + b"X-A: " + b"zebra" * 2000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + TO_HOST + b"X-A: zebra\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + TO_HOST + b"X A: zebra\r\n\r\n", 400),
    ],
    ids=["length and chunks", "two lengths", "negative", "unknown coding", "two hosts", "version", "zero", "no words",
         "long line", "long header", "many headers", "bad name"],
)  # fmt: skip
def test_what_is_no_request_is_answered_barely(visitor: Visitor, request_bytes: bytes, status: int) -> None:
    answer = visitor.raw(request_bytes)
    assert answer.status == status
    assert_bare(answer, str(status))


def test_a_whole_address_in_the_first_line_is_refused(visitor: Visitor) -> None:
    answer = visitor.raw(b"GET https://evil.example/fr/ HTTP/1.1\r\n" + TO_HOST + b"\r\n")
    assert answer.status == 400
    assert_headers(answer, "absolute form")


@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "localhost",
                                  "127.0.0.1", "", f"{HOST}:443:443", "[::1]"])  # fmt: skip
def test_other_hosts_are_refused_and_stand_in_no_answer(visitor: Visitor, host: str) -> None:
    for path in ("/", "/fr/", SIGN_IN, "/space/"):
        answer = visitor.ask(path, Host=host)
        assert answer.status == 400, path
        assert "evil" not in answer.text and "location" not in answer.headers


def test_a_forwarded_host_is_not_believed(visitor: Visitor) -> None:
    told = {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example", "X_Host": "evil.example"}
    for path in ("/", "/fr/", "/fr/poster/", "/fr/poster/address.svg", "/space/", SIGN_IN, "/robots.txt"):
        answer = visitor.ask(path, **told)
        assert answer.status < 400, path
        assert "evil" not in answer.text + str(answer.headers), path


def test_no_page_of_a_developer_and_nothing_of_the_machine(visitor: Visitor, promise) -> None:
    for path in WORDLIST:
        answer = visitor.ask(path)
        assert answer.status == 404, path
        assert_headers(answer, path)
        assert not LEAKS.search(answer.text), path
    promise("nothing lies about", f"{len(WORDLIST)} addresses that strangers try: 404 each, no version, no debug page")


# --- cookies and forms ------------------------------------------------------------------------------------------


def code_of(mail: Message) -> str:
    """Return the code that a mail carries."""
    text = mail.get_payload(0).get_payload(decode=True) if mail.is_multipart() else mail.get_payload(decode=True)
    found = re.search(rb"\b(\d{3}) ?(\d{3})\b", text)
    assert found
    return b"".join(found.groups()).decode()


def until(holds, seconds: float = 30.0):
    """Wait until ``holds()`` is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


def test_a_whole_sign_in_sets_only_cookies_of_this_host(served: Served, visitor: Visitor, promise) -> None:
    assert visitor.post(SIGN_IN, email="somebody@example.org").status == 302
    mail = until(lambda: served.mail.taken)[-1]
    assert f"https://{HOST}/" in mail.as_string() or "https://" not in mail.as_string()
    before = dict(visitor.cookies)
    assert visitor.post(SIGN_IN + "code/", code=code_of(mail)).status == 302
    assert visitor.cookies["__Host-sid"] != before["__Host-sid"], "the session's name changes with the sign-in (R43)"
    kept = served.sql("select session_key from accounts_session").split()
    cookie = visitor.cookies["__Host-sid"]
    assert cookie not in kept and sha256(cookie.encode()).hexdigest() in kept, "a copy of the table opens no session"
    assert visitor.ask("/fr/student/space/").status == 200
    away = visitor.post("/fr/student/sign-out/", source="/fr/student/space/")
    assert (away.status, away.one("clear-site-data")) == (302, '"cache"')
    assert visitor.ask("/fr/student/space/").status == 302, "nothing opens after signing out (R45)"
    names = set()
    for line in visitor.set_cookies:
        assert OURS.fullmatch(line), line
        parts = [part.strip().lower() for part in line.split(";")[1:]]
        needed = {"secure", "httponly", "path=/", "samesite=lax"}
        # one that is taken back holds nothing that a script could read
        assert needed - ({"httponly"} if "max-age=0" in parts else set()) <= set(parts), line
        assert not any(part.startswith("domain") for part in parts), line
        assert len(line) < 4096
        names.add(line.partition("=")[0])
    assert {"__Host-sid", "__Host-csrf", "__Host-device"} <= names
    promise(
        "cookies behind TLS", f"{len(visitor.set_cookies)} Set-Cookie of {len(names)} names, all __Host-, under 4 kB"
    )


def test_a_form_from_elsewhere_is_refused(visitor: Visitor) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.ask(SIGN_IN).text).group(1)
    body = f"csrfmiddlewaretoken={token}&email=a%40example.org".encode()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert visitor.ask(SIGN_IN, "POST", body, Origin="https://evil.example", **form).status == 403
    assert visitor.ask(SIGN_IN, "POST", body, Referer="https://evil.example/", **form).status == 403
    assert visitor.ask(SIGN_IN, "POST", body, **form).status == 403, "neither Origin nor Referer over TLS"
    assert visitor.ask(SIGN_IN, "POST", body, Origin=f"https://{HOST}", **form).status == 302


def test_addresses_that_a_visitor_makes_up_are_not_counted_as_his(served: Served, promise) -> None:
    before = served.sql("select count(*) from accounts_logincode")
    told = 12
    for number in range(told):
        visitor = served.visitor()
        visitor.ask(SIGN_IN)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.ask(SIGN_IN).text).group(1)
        made_up = f"198.51.{number}.1"
        answer = visitor.ask(
            SIGN_IN,
            "POST",
            f"csrfmiddlewaretoken={token}&email=spoof{number}%40example.org".encode(),
            Origin=f"https://{HOST}",
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=made_up,
            X_Real_IP=made_up,
            Forwarded=f"for={made_up}",
        )
        assert answer.status == 302
    count = int(served.sql("select count(*) from accounts_logincode")) - int(before)
    networks = served.sql("select count(distinct network_index) from accounts_logincode")
    assert (count, networks) == (told, "1"), f"all of {VISITOR}"
    promise("made-up X-Forwarded-For", f"{told} addresses in 3 headers each: counted as 1 network")


# --- bodies -----------------------------------------------------------------------------------------------------


def multipart(parts: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    """Return the body of a form with files and its content type."""
    lines = b""
    for name, file, data in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
        lines += b"--zebra\r\nContent-Disposition: " + disposition.encode() + b"\r\n\r\n" + data + b"\r\n"
    return lines + b"--zebra--\r\n", "multipart/form-data; boundary=zebra"


def test_a_body_over_the_limit_is_refused_before_it_is_read(visitor: Visitor) -> None:
    begin = time.monotonic()
    answer = visitor.raw(
        f"POST {SIGN_IN} HTTP/1.1\r\n".encode() + TO_HOST + f"Content-Length: {REQUEST_LIMIT + 1}\r\n\r\n".encode()
    )
    assert answer.status == 413
    assert time.monotonic() - begin < 15, "answered without waiting for a single byte of the body"


def test_a_body_in_chunks_ends_the_connection_and_reaches_nothing(visitor: Visitor) -> None:
    """The sender never stops: the connection is closed after the answer, not emptied."""
    chunk = b"10000\r\n" + b"z" * 0x10000 + b"\r\n"
    sent = 0
    with visitor.connect() as link:
        link.sendall(f"POST {SIGN_IN} HTTP/1.1\r\n".encode() + TO_HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            while sent < 64 * 1024 * 1024:
                link.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
    assert sent < 32 * 1024 * 1024


def test_sixty_files_are_read_and_one_more_is_too_many(visitor: Visitor) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.ask(SIGN_IN).text).group(1)
    for count, status in ((60, 422), (61, 413)):
        files = [("files", f"{number}.pdf", b"%PDF") for number in range(count)]
        body, kind = multipart([("csrfmiddlewaretoken", "", token.encode()), ("email", "", b""), *files])
        answer = visitor.ask(SIGN_IN, "POST", body, Content_Type=kind, Origin=f"https://{HOST}")
        if status == 422:
            assert answer.status in {302, 303, 422}, "read, and its empty field refused"
        else:
            assert answer.status == status
            assert_headers(answer, "61 files")


def test_too_many_fields_and_too_much_text_are_refused(visitor: Visitor) -> None:
    visitor.ask(SIGN_IN)
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
    assert visitor.ask(SIGN_IN, "POST", b"&".join(b"a=1" for _ in range(501)), **form).status == 400
    # told by its length, before the rest is sent
    assert visitor.ask(SIGN_IN, "POST", b"a=" + b"z" * 99, Content_Length="3000000", **form).status == 413


# --- the running database ---------------------------------------------------------------------------------------

KEEPS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_sync_retry": "off",
    "data_checksums": "on",
    "wal_sync_method": "fdatasync",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_error_statement": "panic",
    "server_encoding": "UTF8",
    "TimeZone": "UTC",
}
"""What the private PostgreSQL runs with (reliability.md 5.6; house.md 4.2)."""


def test_the_running_database_keeps_what_it_acknowledged(served: Served, promise) -> None:
    assert {name: served.sql(f"show {name}") for name in KEEPS} == KEEPS
    assert served.sql("select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = 'app'") == "f"
    # seals are added by the worker, entries only through core_journal_append
    for table, rights in {"core_journal": ("insert",), "core_journal_seal": ()}.items():
        for right in (*rights, "update", "delete", "truncate"):
            assert served.sql(f"select has_table_privilege('app', '{table}', '{right}')") == "f", (table, right)
    assert served.sql("select has_schema_privilege('app', 'public', 'create')") == "f"
    promise("PostgreSQL as it runs", f"{len(KEEPS)} settings by show; the application cannot change the journal")


def test_every_program_has_its_own_name_and_few_connections(served: Served) -> None:
    rows = served.sql(
        "select application_name, usename, count(*) from pg_stat_activity"
        " where datname = 'matricule' and application_name like 'matricule-%' group by 1, 2 order by 1"
    )
    found = {line.split("|")[0]: line.split("|")[1:] for line in rows.splitlines()}
    assert {"matricule-web", "matricule-worker"} <= set(found)
    assert {user for user, _ in found.values()} == {"app"}
    assert sum(int(count) for _, count in found.values()) < int(served.sql("show max_connections")) / 2


def lock_timeouts(served: Served) -> int:
    """Return how many statements the database has given up for a lock, by its log."""
    return "\n".join(served.service.lines).count("canceling statement due to lock timeout")


def test_a_request_does_not_wait_for_a_lock_that_nobody_gives_back(served: Served, visitor: Visitor) -> None:
    visitor.ask(SIGN_IN)
    before = lock_timeouts(served)
    with served.session() as other:
        other.write("begin; lock table accounts_logincode in access exclusive mode; select 'held';")
        answer = visitor.post(SIGN_IN, email="waits@example.org")
        assert other.held, "the lock was still there when the answer came"
    assert (answer.status, answer.one("retry-after")) == (503, "5")
    assert_headers(answer, "503")
    # lock_timeout ended it: without one statement_timeout would have, three seconds later, and 503 as well
    until(lambda: lock_timeouts(served) > before)
    assert visitor.post(SIGN_IN, email="waits@example.org").status == 302, "and the next one is served"


def test_a_connection_that_died_is_not_used_for_the_next_request(served: Served, visitor: Visitor) -> None:
    """CONN_HEALTH_CHECKS as it runs (reliability.md 5.2): a database that was away costs nobody an error."""
    assert visitor.ask(SIGN_IN).status == 200
    ended = served.sql(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'matricule-web'"
    )
    assert int(ended) >= 1
    assert visitor.post(SIGN_IN, email="healthy@example.org").status == 302


def test_only_the_service_itself_reads_what_it_keeps(served: Served) -> None:
    """FILE_UPLOAD_PERMISSIONS as it runs (reliability.md 5.2), and the same of everything in the data folder."""
    files = [path for path in served.service.data.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 100
    open_to_others = [str(path.relative_to(served.service.data)) for path in files if path.stat().st_mode & 0o077]
    assert open_to_others == []
