"""The outermost edges: addresses that do not exist, logs that must not tell, health that must not lie."""

import ipaddress
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import config
from matricule.site import database, edges, health, logs, middleware, prepare, server, uploads
from matricule.vision import Limits

# --- addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/", "/fr/admin/", "/accounts/login/", "/media/x", "/debug/"])
def test_addresses_that_strangers_try_do_not_exist(path: str, client: Any) -> None:
    assert client.get(path).status_code == 404


def test_the_server_listens_where_the_settings_say_and_writes_no_addresses() -> None:
    assert server.bind == f"127.0.0.1:{config.current().port}"
    assert server.accesslog is None and server.forwarded_allow_ips == ""
    assert server.workers == 1 and server.worker_class == "matricule.site.web_worker.Worker"
    assert server.graceful_timeout < server.timeout


# --- uploads ----------------------------------------------------------------------------------------------------


def test_what_is_received_agrees_with_what_is_shown() -> None:
    """The longest file is the same everywhere, and a whole document fits into one request."""
    limits = Limits()
    assert limits.file_bytes == uploads.FILE_LIMIT
    assert limits.document_bytes + limits.file_bytes < uploads.REQUEST_LIMIT


def test_a_file_at_the_limit_is_kept_in_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FILE_LIMIT", 10)
    handler = uploads.AnonymousFileHandler()
    handler.new_file("files", "a", "application/pdf", None)
    for piece in (b"01234", b"56789"):
        handler.receive_data_chunk(piece, 0)
    found = handler.file_complete(10)
    assert (found.too_long, found.read()) == (False, b"0123456789")


def test_each_file_has_its_own_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FILE_LIMIT", 10)
    handler = uploads.AnonymousFileHandler()
    for name in ("a", "b"):
        handler.new_file("files", name, "application/pdf", None)
        handler.receive_data_chunk(b"01234567", 0)
        assert handler.file_complete(8).read() == b"01234567", name


# --- logs -------------------------------------------------------------------------------------------------------


@given(st.ip_addresses(v=6))
def test_no_address_of_the_newer_kind_passes(address: ipaddress.IPv6Address) -> None:
    """However short it is written; the machine's own address names nobody."""
    if address.is_loopback or address.is_unspecified:
        return
    assert str(address) not in logs.masked(f"from {address} came")


@given(st.ip_addresses(v=4))
def test_no_address_of_the_older_kind_passes(address: ipaddress.IPv4Address) -> None:
    text = str(address)
    assert text.startswith("127.") or text == "0.0.0.0" or text not in logs.masked(f"from {text} came")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to <a.b+c@sub.example.org>", "mail to <[address]>"),
        ("two a@b.fr and c@d.fr", "two [address] and [address]"),
        ("+33 6 39 98 01 14", "+[number]"),
        ("12345678", "12345678"),
        ("123456789", "[number]"),
        ("GB33 BUKB 2020 1555 5555 55", "[iban]"),
        ("to MT84 MALT 0110 0001 2345 MTLC AST0 01S.", "to [iban]."),
        ("NL91ABNA0417164300", "[iban]"),
        ("[::1]:8000", "[::1]:8000"),
        ("::ffff:cb00:714d", "[ip]"),
        ("a::b", "[ip]"),
        ("?email=x", "?[query]"),
        ("what? nothing", "what?[query] nothing"),
        ("", ""),
    ],
)
def test_what_is_masked_and_what_stays(text: str, masked: str) -> None:
    assert logs.masked(text) == masked


def test_only_texts_are_masked_and_names_of_our_own_stay() -> None:
    event = {"path": "/fr/123456789", "file": "a@b.fr", "count": 123456789, "level": "info"}
    assert logs.mask(None, "", dict(event)) == event | {"file": "[address]"}


def test_an_error_of_the_installation_is_masked_too() -> None:
    event = logs.exception_without_text(None, "", {"event": "x", "exc_info": config.ConfigError("write to a@b.fr")})
    assert event["exception"]["text"] == "write to [address]"


def test_an_exception_may_come_in_each_of_its_forms() -> None:
    error = ValueError("Diallo")
    for info in (error, (ValueError, error, None)):
        found = logs.exception_without_text(None, "", {"event": "x", "exc_info": info})
        assert found["exception"] == {"class": "ValueError", "places": []}
    try:
        raise error
    except ValueError:
        found = logs.exception_without_text(None, "", {"event": "x", "exc_info": True})
    assert found["exception"]["class"] == "ValueError"


def test_only_the_last_places_of_a_long_way_are_told() -> None:
    def deeper(left: int) -> None:
        if left:
            deeper(left - 1)
        raise LookupError

    try:
        deeper(40)
    except LookupError as error:
        found = logs.exception_without_text(None, "", {"event": "x", "exc_info": error})
    assert len(found["exception"]["places"]) == 12
    assert all("/" not in place for place in found["exception"]["places"]), "no path of this machine"


# --- headers and paths ------------------------------------------------------------------------------------------


def test_headers_of_a_view_win() -> None:
    given_headers = {"Permissions-Policy": "camera=()", "Cross-Origin-Resource-Policy": "cross-origin"}
    response = middleware.headers(lambda _: HttpResponse(headers=given_headers))(RequestFactory().get("/"))
    assert {name: response[name] for name in given_headers} == given_headers
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("value", "logged"),
    [
        ("birth_record", True), ("M26-7KQ4-92HX", True), ("1234", True), ("12345", False), ("Nguyen", False),
        ("m26-7kq4-92hx", False), ("a b", False), ("é", False), ("", False), ("birth_record\n", False),
        ("01a2005c-c8d1-7b93-8df4-cf5b4632a204", True), ("01a2005c-c8d1-7b93-8df4-cf5b4632a20", False),
    ],
)  # fmt: skip
def test_only_what_looks_like_an_id_is_logged(value: str, logged: bool) -> None:
    request: Any = SimpleNamespace(
        path=f"/x/{value}", resolver_match=SimpleNamespace(args=(value,), kwargs={}, route="x/<str:it>")
    )
    assert middleware.loggable_path(request) == (f"/x/{value}" if logged else "/x/<str:it>")


# --- the database's address -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host", "port", "options"),
    [
        ("postgres://u:p@h/db", "h", "", {}),
        ("postgresql://u:p@h/db?port=6000", "h", "6000", {}),
        ("postgresql://u:p@[::1]:5/db", "::1", "5", {}),
        ("postgresql:///db?host=/run&port=7&sslmode=require&connect_timeout=3", "/run", "7",
         {"sslmode": "require", "connect_timeout": "3"}),
    ],
)  # fmt: skip
def test_every_form_of_address(url: str, host: str, port: str, options: dict[str, str]) -> None:
    found = database.parse(url)
    assert (found["HOST"], found["PORT"], found["OPTIONS"], found["NAME"]) == (host, port, options, "db")


def test_the_owner_falls_back_on_the_application_only_to_migrate() -> None:
    one = config.load({"DATABASE_URL": "postgresql://app@db/x", "MATRICULE_PROCESS": "owner"})
    both = config.load(
        {
            "DATABASE_URL": "postgresql://app@db/x",
            "DATABASE_OWNER_URL": "postgresql://owner@db/x",
            "MATRICULE_PROCESS": "web",
        }
    )
    assert database.address(one) == database.address(both) == "postgresql://app@db/x"


def test_options_of_the_address_are_kept_beside_the_time_outs() -> None:
    entry = database.settings(config.load({"DATABASE_URL": "postgresql://app@db/x?sslmode=verify-full"}))
    assert entry["OPTIONS"]["sslmode"] == "verify-full"
    assert "statement_timeout" in entry["OPTIONS"]["options"]
    assert entry["ATOMIC_REQUESTS"] is False and entry["CONN_HEALTH_CHECKS"] is True


# --- health -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given_token", ["", "Bearer ", "Bearer secre", "Bearer secret2", "Basic secret", "Bearer é"])
def test_half_a_token_opens_nothing(given_token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.config, "current", lambda: config.Config(health_token="secret"))
    request: Any = SimpleNamespace(headers={"Authorization": given_token}, META={"REMOTE_ADDR": "203.0.113.9"})
    assert health.may_see_all(request) is False
    request.headers = {"Authorization": "Bearer secret"}
    assert health.may_see_all(request) is True


@pytest.mark.parametrize(
    ("address", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("", False), ("unix:", False)],
)
def test_this_machine_is_known_by_its_address(address: str, here: bool) -> None:
    assert health._is_loopback(address) is here


@pytest.mark.parametrize(("found", "status"), [({"a": "ok", "b": "ok"}, 200), ({"a": "ok", "b": "slow"}, 503)])
def test_one_part_that_does_not_move_is_no_health(
    found: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.health, "run", lambda checks: found)
    answer = health.full(RequestFactory().get("/health/full"))
    assert answer.status_code == status
    assert json.loads(answer.content) == {"healthy": status == 200, "checks": found}
    assert json.loads(health.ready(RequestFactory().get("/health/ready")).content) == {"ready": status == 200}


@pytest.mark.parametrize("path", ["/health/", "/health/alive/", "/health/other", "/Health/alive"])
def test_other_addresses_of_health_are_passed_on(path: str) -> None:
    passed = health.addresses(lambda request: HttpResponse("passed"))
    assert passed(RequestFactory().get(path)).content == b"passed"


# --- preparing --------------------------------------------------------------------------------------------------


def test_fonts_need_their_builder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the builder ships its fonts: nothing is imported."""
    monkeypatch.setattr(prepare, "FONT_FILES", tmp_path)
    monkeypatch.setattr(prepare.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(prepare.importlib, "import_module", lambda name: pytest.fail("imported"))
    prepare.build_missing_fonts()


def test_a_catalogue_is_fresh_when_it_is_not_older(tmp_path: Any) -> None:
    import os

    made, source = tmp_path / "a.mo", tmp_path / "a.po"
    source.touch()
    assert not prepare._is_fresh(made, source)
    made.touch()
    for moment, fresh in ((5, False), (6, True), (7, True)):
        os.utime(source, (6, 6))
        os.utime(made, (moment, moment))
        assert prepare._is_fresh(made, source) is fresh


def test_no_address_takes_free_text() -> None:
    """No pattern takes a whole path: an address never carries what a person wrote."""
    routes = [str(pattern.pattern) for pattern in _all(get_resolver().url_patterns)]
    assert not [route for route in routes if "<path:" in route]


def _all(patterns: Any) -> Any:
    for pattern in patterns:
        yield from _all(pattern.url_patterns) if hasattr(pattern, "url_patterns") else (pattern,)


# --- before anything is read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "environ", "status"),
    [
        ("GET", {}, 200),
        ("OPTIONS", {}, 200),
        ("TRACE", {}, 405),
        ("CONNECT", {}, 405),
        ("get", {}, 405),
        ("POST", {"CONTENT_LENGTH": str(uploads.REQUEST_LIMIT)}, 200),
        ("POST", {"CONTENT_LENGTH": str(uploads.REQUEST_LIMIT + 1)}, 413),
        ("POST", {"CONTENT_LENGTH": ""}, 200),
        ("POST", {"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ("GET", {"RAW_URI": "/fr/"}, 200),
        ("GET", {"RAW_URI": "https://evil.example/fr/"}, 400),
        ("OPTIONS", {"RAW_URI": "*"}, 400),
    ],
)
def test_what_no_view_would_take_is_refused_first(method: str, environ: dict[str, str], status: int) -> None:
    request = RequestFactory().get("/fr/", **environ)
    request.method = method
    assert edges.edges(lambda _: HttpResponse("passed"))(request).status_code == status
