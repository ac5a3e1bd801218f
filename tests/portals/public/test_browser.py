"""The public pages in a real browser: axe, phone and computer, keyboard alone, script off. The database stays shut."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Page, sync_playwright

from tests.portals.public.test_pages import LANGUAGES, PATHS

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HARMLESS = ("Permissions-Policy", "/fonts/", "422", "utofocus", "404 (Not Found)")
ENDS = ("stay-first", "already-a-number", "employer", "ceam-covers-you", "register-with-visa")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Keep the report of the tests readable."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def in_browser() -> Iterator[Callable[..., Any]]:
    """Run a function of a page in a browser that lives in a thread of its own: one driver a thread is allowed."""
    if os.environ.get("NO_BROWSER") == "1":
        pytest.skip("NO_BROWSER=1")
    found = next(filter(None, map(shutil.which, filter(None, (os.environ.get("CHROMIUM", ""), *NAMES)))), None)
    assert found, "Chromium is missing: install the package chromium, or set NO_BROWSER=1"
    state: dict[str, Any] = {}

    def start() -> None:
        state["driver"] = sync_playwright().start()
        state["browser"] = state["driver"].chromium.launch(executable_path=found, args=["--headless", "--no-sandbox"])

    def stop() -> None:
        state["browser"].close()
        state["driver"].stop()

    def visit(act: Callable[[Page], Any], **options: Any) -> Any:
        context = state["browser"].new_context(**options)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        try:
            result = act(page)
        finally:
            context.close()
        assert [text for text in said if not any(word in text for word in HARMLESS)] == []
        return result

    with ThreadPoolExecutor(1) as thread:
        thread.submit(start).result()
        yield lambda act, **options: thread.submit(visit, act, **options).result()
        thread.submit(stop).result()


def go_on(page: Page) -> None:
    """Press "Continue" and wait for the page that answers: a click alone may come back before it."""
    with page.expect_navigation():
        page.get_by_role("button", name="Continue", exact=True).click()


def to_the_title(page: Page, site: str) -> None:
    """Answer in English until the stay title is asked."""
    page.goto(f"{site}/en/student/questions/")
    for name, value in (("situation", "study"), ("has_number", "no")):
        page.check(f"input[name={name}][value={value}]")
        go_on(page)
    for name in ("birth_country", "nationality"):
        page.select_option(f"select[name={name}]", "VN")
        go_on(page)
    for part, text in (("day", "9"), ("month", "4"), ("year", "2000")):
        page.fill(f"[name=birth_date_{part}]", text)
    go_on(page)
    page.wait_for_selector("input[name=residence_title]")


def to_the_end(page: Page, site: str) -> None:
    to_the_title(page, site)
    page.check("input[value=vls_ts]")
    go_on(page)
    page.select_option("select[name=document_language]", "vi")
    go_on(page)


def faults(page: Page, where: str) -> list[str]:
    """Return what axe finds on the page, and whether it can be scrolled sideways."""
    found = [f"{where}: {fault['id']}, {fault['help']}" for fault in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{where}: scrolls sideways")
    return found


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(in_browser, site, language, width, scheme):
    def act(page: Page) -> list[str]:
        found = []
        for path in (*PATHS.values(), *(f"student/outcome/{end}/" for end in ENDS)):
            page.goto(f"{site}/{language}/{path}")
            found += faults(page, path or "start")
        return found

    assert in_browser(act, viewport={"width": width, "height": 900}, color_scheme=scheme) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way_to_the_list(in_browser, site, width):
    def act(page: Page) -> list[str]:
        page.goto(f"{site}/en/student/questions/")
        go_on(page)
        found = faults(page, "error")
        to_the_title(page, site)
        page.check("input[value=unsure]")
        go_on(page)
        found += faults(page, "unsure")
        to_the_end(page, site)
        for summary in page.locator(".checklist summary").all():
            summary.click()
        return found + faults(page, "list")

    assert in_browser(act, viewport={"width": width, "height": 900}) == []


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_scrolls_sideways(in_browser, site, width):
    def act(page: Page) -> list[str]:
        wide = []
        for path in PATHS.values():
            page.goto(f"{site}/fr/{path}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(path)
        return wide

    assert in_browser(act, viewport={"width": width, "height": 900}) == []


SIDEWAYS = """() => {
    document.documentElement.style.fontSize = '200%';
    const edge = document.documentElement.clientWidth, out = [];
    if (document.documentElement.scrollWidth <= edge) return [];
    for (const el of document.querySelectorAll('body *')) {
        const box = el.getBoundingClientRect(), look = getComputedStyle(el);
        if (box.width > 2 && box.right > edge + 1 && look.visibility !== 'hidden') {
            out.push(el.tagName + '.' + el.className + ' ' + Math.round(box.right));
        }
    }
    return [document.documentElement.scrollWidth, ...out.slice(0, 8)];
}"""


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_lost_sideways_when_text_is_twice_as_large(in_browser, site, width):
    def act(page: Page) -> dict[str, list[str]]:
        wide = {}
        for path in (*PATHS.values(), *(f"student/outcome/{end}/" for end in ENDS)):
            page.goto(f"{site}/fr/{path}")
            wide[path] = page.evaluate(SIDEWAYS)
        to_the_title(page, site)
        return {**wide, "question": page.evaluate(SIDEWAYS)}

    found = in_browser(act, viewport={"width": width, "height": 900})
    assert {path: wide for path, wide in found.items() if wide} == {}


def test_the_whole_way_without_script(in_browser, site):
    def act(page: Page) -> tuple[str, int, int]:
        to_the_end(page, site)
        title = page.locator("h1").inner_text()
        hidden = page.locator("[data-copy]:visible, [data-print]:visible").count()
        with page.expect_navigation():
            page.get_by_role("button", name="Page to print").click()
        return title, hidden, page.locator(".checklist details[open]").count()

    title, hidden, opened = in_browser(act, java_script_enabled=False)
    assert (title, hidden, opened) == ("You can register here, as a student", 0, 7)


def test_enter_goes_on_instead_of_pressing_the_first_button_of_the_page(in_browser, site):
    """The language switch and the way back belong to the same form and stand before the field."""

    def act(page: Page) -> tuple[str, str]:
        to_the_title(page, site)
        with page.expect_navigation():
            page.get_by_role("button", name="Previous question").click()
        page.locator("[name=birth_date_year]").press("Enter")
        page.wait_for_selector("input[name=residence_title]")
        return page.url, page.locator("h1").inner_text()

    url, title = in_browser(act)
    assert url == f"{site}/en/student/questions/"
    assert title == "Which document lets you stay in France?"


def test_back_and_forward_of_the_browser_show_the_pages_again(in_browser, site):
    def act(page: Page) -> list[str]:
        to_the_title(page, site)
        seen = [page.locator("h1").inner_text()]
        for move in (page.go_back, page.go_back, page.go_back, page.go_forward):
            move()
            seen.append(page.locator("h1").inner_text())
        return seen

    title, date_of_birth, nationality, country, again = in_browser(act)
    assert title == "Which document lets you stay in France?"
    assert (date_of_birth, country) == ("What is your date of birth?", "In which country were you born?")
    assert nationality == again == "What is your nationality?"


def test_the_keyboard_alone_answers(in_browser, site):
    def act(page: Page) -> str:
        page.goto(f"{site}/en/student/questions/")
        for _press in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "situation":
                break
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('employer')")
        return page.locator("h1").inner_text()

    assert in_browser(act) == "Your employer asks for the number"


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(in_browser, site):
    def act(page: Page) -> str:
        page.goto(f"{site}/en/student/questions/")
        go_on(page)
        # the browser gives the focus, or the script a moment after the page is there
        page.wait_for_function("document.activeElement.closest('#error-summary') !== null")
        page.locator("#error-summary a").click()
        page.wait_for_function("document.activeElement.name === 'situation'")
        return str(page.evaluate("document.activeElement.name"))

    assert in_browser(act) == "situation"


def test_the_language_changes_in_the_middle_and_nothing_is_lost(in_browser, site):
    def act(page: Page) -> tuple[str, str, bool]:
        to_the_title(page, site)
        page.check("input[value=card]")
        page.locator(".lang button").click()
        page.wait_for_url("**/fr/**")
        return page.url, page.locator("h1").inner_text(), page.locator("input[value=card]").is_checked()

    url, title, kept = in_browser(act)
    assert url == f"{site}/fr/student/questions/"
    assert " ".join(title.split()) == "Quel document vous permet de rester en France ?"
    assert kept is True
