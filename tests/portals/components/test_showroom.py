"""Every component in a real browser: both languages, light and dark, phone and desk."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import RequestFactory

from matricule.core.i18n import in_language
from matricule.portals.components import errors, samples
from tests.portals.components.conftest import HOST, Site

pytestmark = pytest.mark.browser


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def showroom(site: Site, language: str) -> Site:
    from django.shortcuts import render

    request = RequestFactory().get(f"/{language}/_components")
    with in_language(language):
        context = {**samples.everything(), "sample": samples.SampleForm(samples.TYPED), "page_form": True}
        site.pages["/components"] = render(request, "components/showroom.html", context).content.decode()
        site.pages["/trouble"] = errors.problem(request, 404).content.decode()
    return site


def show(chromium: Any, site: Site, path: str, width: int, scheme: str = "light") -> Any:
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.on("console", lambda message: site.complaints.append(message.text))
    page.route("**/*", site.handle)
    page.goto(HOST + path)
    return page


@pytest.mark.parametrize("path", ["/components", "/trouble"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")])
def test_axe_finds_nothing(chromium, showroom, path: str, width: int, scheme: str) -> None:
    page = show(chromium, showroom, path, width, scheme)
    found = Axe().run(page)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()
    assert [said for said in showroom.complaints if "utofocus" not in said] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1920])
def test_nothing_sticks_out(chromium, showroom, width: int) -> None:
    page = show(chromium, showroom, "/components", width)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert over == 0


def test_no_target_is_too_small_for_a_thumb(chromium, showroom) -> None:
    page = show(chromium, showroom, "/components", 390)
    small = page.evaluate(
        """[...document.querySelectorAll("button, .btn, .input, .choice, summary, .tabs a")]
        .map(e => [e.getBoundingClientRect(), e])
        .filter(([r, e]) => r.width && !e.closest(".lang, .drop, .saved, [aria-hidden]"))
        .filter(([r]) => r.height < 36).map(([r, e]) => e.outerHTML.slice(0, 90))"""
    )
    page.context.close()
    assert small == []
