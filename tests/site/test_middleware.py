"""The log line of a request, and the headers that Django has no setting for."""

from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from matricule.site import middleware

FILE_ID = "01a2005c-c8d1-7b93-8df4-cf5b4632a204"


def matched(path: str, route: str, **kwargs: object) -> HttpRequest:
    request = RequestFactory().get(path)
    request.resolver_match = SimpleNamespace(args=(), kwargs=kwargs, route=route)  # type: ignore[assignment]
    return request


@pytest.mark.parametrize(
    ("path", "kwargs"),
    [
        ("/fr/", {}),
        (f"/fr/files/{FILE_ID}/2", {"file_id": FILE_ID, "page": 2}),
        ("/fr/dossiers/M26-7KQ4-92HX", {"reference": "M26-7KQ4-92HX"}),
        ("/fr/documents/birth_record", {"code": "birth_record"}),
    ],
)
def test_a_path_of_ids_is_logged_as_it_is(path: str, kwargs: dict[str, object]) -> None:
    assert middleware.loggable_path(matched(path, "a/<route>", **kwargs)) == path


@pytest.mark.parametrize("typed", ["Amara Diallo", "amara@example.org", "185057800608491", "Éloïse", "x" * 60])
def test_a_path_that_a_visitor_typed_is_logged_as_its_pattern(typed: str) -> None:
    assert middleware.loggable_path(matched(f"/fr/find/{typed}", "fr/find/<str:text>", text=typed)) == (
        "/fr/find/<str:text>"
    )


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/Diallo/Amara?nir=185057800608491", "(no such page)"),
        ("/static/app.css", "/static/"),
        ("/health/full", "/health/"),
    ],
)
def test_what_no_view_answers_is_named_without_its_path(path: str, logged: str) -> None:
    assert middleware.loggable_path(RequestFactory().get(path)) == logged


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", headers={"Cache-Control": "max-age=3"})


def test_one_request_is_one_line_with_an_id_that_the_answer_carries() -> None:
    with structlog.testing.capture_logs() as lines:
        response = middleware.request_log(answer)(matched("/fr/?email=amara@example.org", "fr/"))
    (line,) = lines
    assert (line["method"], line["path"], line["status"]) == ("GET", "/fr/", 200)
    assert isinstance(line["milliseconds"], int)
    assert "amara" not in str(line)
    assert "127.0.0.1" not in str(line)
    assert len(response["X-Request-Id"]) == 36


def test_static_files_and_health_are_not_logged() -> None:
    with structlog.testing.capture_logs() as lines:
        middleware.request_log(answer)(RequestFactory().get("/static/app.css"))
        middleware.request_log(answer)(RequestFactory().get("/health/alive"))
    assert lines == []


def test_the_id_is_forgotten_when_the_view_breaks() -> None:
    def broken(_request: HttpRequest) -> HttpResponse:
        assert "request_id" in structlog.contextvars.get_contextvars()
        raise LookupError

    with pytest.raises(LookupError):
        middleware.request_log(broken)(RequestFactory().get("/fr/"))
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_headers_are_added_and_those_of_the_view_are_kept() -> None:
    response: Any = middleware.headers(answer)(RequestFactory().get("/"))
    assert response["Cache-Control"] == "max-age=3"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    features = response["Permissions-Policy"].split(", ")
    assert len(features) == len(set(features)) > 20
    assert all(feature.endswith("=()") for feature in features)
