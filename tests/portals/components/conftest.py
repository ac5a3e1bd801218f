"""Tools of the component tests: render a snippet as a page would, and read the outcome as a tree."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from lxml import html as lxml_html

from matricule.core.i18n import compile_catalogs, in_language

Tree = lxml_html.HtmlElement
HOST = "http://matricule.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    compile_catalogs()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with in_language("en"):
        yield


@pytest.fixture
def request_of(rf: RequestFactory) -> Callable[..., HttpRequest]:
    def make(path: str = "/en/", **attributes: Any) -> HttpRequest:
        request = rf.get(path)
        for name, value in attributes.items():
            setattr(request, name, value)
        return request

    return make


@pytest.fixture
def draw(request_of) -> Callable[..., str]:
    """Render a snippet that has loaded the tags; keyword arguments are its context."""

    def render(source: str, request: HttpRequest | None = None, **context: Any) -> str:
        template = engines["django"].from_string("{% load matricule i18n %}" + source)
        return template.render(context, request or request_of())

    return render


@pytest.fixture
def tree(draw) -> Callable[..., Tree]:
    """Render a snippet and parse it; fails on unbalanced or unknown markup as far as lxml sees it."""

    def parse(source: str, request: HttpRequest | None = None, **context: Any) -> Tree:
        return lxml_html.fragment_fromstring(draw(source, request, **context), create_parent="div")

    return parse


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    if os.environ.get("NO_BROWSER") == "1":
        pytest.skip("NO_BROWSER=1")
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, filter(None, names))), None)
    assert found, "Chromium is missing: install the package chromium, or set NO_BROWSER=1"
    driver = request.getfixturevalue("playwright")  # one driver for all browser tests: a second one cannot start
    started = driver.chromium.launch(executable_path=found, args=["--headless", "--no-sandbox"])
    yield started
    started.close()


class Site:
    """The pages and answers that the browser meets, what it asked for, and what it complained about."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.complaints: list[str] = []

    def handle(self, route: Any, request: Any) -> None:
        path = request.url.removeprefix(HOST).split("?")[0].split("#")[0]
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            if not found:
                return route.fulfill(status=404)
            return route.fulfill(path=found, content_type=TYPES[Path(found).suffix])
        body = request.post_data_buffer or b""
        self.asked.append((request.method, path, body.decode("utf-8", "replace")))
        if path in self.answers:
            return self.answers[path](route)
        return route.fulfill(
            body=self.pages.get(path, ""), content_type="text/html", headers={"Content-Security-Policy": POLICY}
        )


@pytest.fixture
def site() -> Site:
    return Site()


def words(element: Tree) -> str:
    """Return the text of an element, its spaces folded."""
    return " ".join(element.text_content().replace("\u00a0", " ").split())
