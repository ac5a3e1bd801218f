"""Tools of the component tests: render a snippet as a page would, and read the outcome as a tree."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from lxml import html as lxml_html

from matricule.core.i18n import compile_catalogs, in_language

Tree = lxml_html.HtmlElement


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


def words(element: Tree) -> str:
    """Return the text of an element, its spaces folded."""
    return " ".join(element.text_content().replace("\u00a0", " ").split())
