"""Every page in every state, as ``tests.consistency.visits`` makes them, shown in Chromium and looked at closely.

The answers come from Django's test client with their own headers, content policy among them, and Chromium gets them
and the static files from here: no server, so that a state costs a second. An address that nobody visits fails
tests/consistency/test_pseudo_language.py. What only a script makes (progress, a conflict, the session's end) is looked
at by the journeys of this folder.
"""

import gzip
import mimetypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from matricule.core.i18n import in_language
from matricule.portals.components import errors
from tests.browser.inspect_page import BUDGET, FACTS, NARROW, OVER, SMALL, SQUEEZED, THUMB
from tests.browser.visitor import PATIENCE
from tests.consistency.visits import PAGES, World
from tests.support.promises import WHOLE

SITE = "https://matricule.test"
TROUBLE = "trouble"
"""The name here of the pages that say that something is in the way."""
NAMES = (*sorted(PAGES), TROUBLE)
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
COLOURS = ("light", "dark")
SCRIPTED = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="|javascript:""")
VERSION = re.compile(r"axe v(\d+\.\d+\.\d+)")
NO_LOAD = re.compile(r"the server responded with a status of [45]\d\d")
"""The page itself answers so on purpose (what it needs is served from here, never with such a status)."""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass
class Shown:
    """One state of one page: the answer, and where it says it lives."""

    name: str
    state: str
    status: int
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def where(self) -> str:
        """Return how a failure names it."""
        return f"{self.name}, {self.state} ({self.path})"


@dataclass
class Seen:
    """What was looked at of one page in one language; a check that was not run has no entry among the faults."""

    states: int = 0
    looks: list[tuple[int, str]] = field(default_factory=list)
    """The width and the colours of each time that axe ran."""
    walked: int = 0
    heaviest: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)

    def told(self, check: str, found: list[str], where: str) -> None:
        """Note that ``check`` was run at one place, and what it found there."""
        self.faults.setdefault(check, []).extend(f"{check}: {where}: {one}" for one in found)

    @property
    def all_faults(self) -> list[str]:
        """Return what a failure says."""
        return [one for found in self.faults.values() for one in found]

    def record(self) -> dict[str, Any]:
        """Return what the statement is told: figures as they were counted here."""
        return {
            "states": self.states,
            "axe": VERSION.search(Axe().axe_script).group(1),  # type: ignore[union-attr]
            "looks": len(self.looks),
            "widths": sorted({width for width, _ in self.looks}),
            "colours": sorted({colour for _, colour in self.looks}, reverse=True),
            "narrow": NARROW,
            "faults": {check: len(found) for check, found in self.faults.items()},
        }


def answers(name: str, language: str) -> Iterator[Shown]:
    """Yield the page ``name`` in its states; a fragment of a page stands in no window of its own and is left out."""
    for state, answer in _troubles(language) if name == TROUBLE else PAGES[name](World(language)):
        body = bytes(answer.content)
        if body.lstrip().lower().startswith(b"<!doctype"):
            asked = getattr(answer, "wsgi_request", None)
            yield Shown(
                name, state, answer.status_code, asked.path if asked else f"/{language}/", dict(answer.items()), body
            )


def _troubles(language: str) -> Iterator[tuple[str, Any]]:
    with in_language(language):
        for status in errors.STATUSES:
            yield str(status), errors.problem(RequestFactory().get(f"/{language}/"), status)
        yield "500 as it comes", errors.broken(RequestFactory().get(f"/{language}/"))


@cache
def static(path: str) -> tuple[bytes, str, int] | None:
    """Return a static file, its kind, and its bytes as they would travel; nothing where there is none."""
    file = finders.find(path.removeprefix("/static/"))
    if not file:
        return None
    kind = "font/woff2" if path.endswith(".woff2") else mimetypes.guess_type(path)[0] or "application/octet-stream"
    data = Path(file).read_bytes()
    packed = kind.startswith(("text/", "image/svg", "application/j"))
    return data, kind, len(gzip.compress(data)) if packed else len(data)


class Window:
    """One context of Chromium that is served from here; notes what consoles complain about and what is loaded.

    It is kept from page to page: a new one costs a process of Chromium each time. Nothing is kept in it: its cookies
    go, and a context with routes keeps no file that it loaded.
    """

    def __init__(self, chromium: Any, language: str) -> None:
        """Open it; ``begin`` before each page."""
        self.context = chromium.new_context(locale=language, reduced_motion="reduce")
        self.context.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        self.loaded: dict[str, int] = {}
        self.shown: Shown | None = None
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.route("**/*", self._serve)
        self.page = self.context.new_page()
        self.axe, self.has_axe = Axe().axe_script, False
        self.seen_as = ("", "")

    def begin(self) -> None:
        """Be as a new window: without cookies, as wide as a desk, in light colours."""
        self.context.clear_cookies()
        self.size("desk")
        self.page.emulate_media(color_scheme="light")
        self.seen_as = ("desk", "light")

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not NO_LOAD.search(message.text):
            self.complaints.append(message.text)

    def _serve(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request() and self.shown is not None:
            headers = {name: value for name, value in self.shown.headers.items() if name.lower() != "content-length"}
            self.loaded[path] = len(gzip.compress(self.shown.body))
            route.fulfill(status=self.shown.status, headers=headers, body=self.shown.body)
        elif path.startswith("/static/") and (file := static(path)):
            data, kind, self.loaded[path] = file
            route.fulfill(body=data, content_type=kind)
        elif route.request.resource_type == "image":
            route.fulfill(body=PIXEL, content_type="image/png")
        else:
            route.fulfill(status=204, body="")  # what a script asks for by itself

    def show(self, shown: Shown) -> None:
        """Load the page, at the width and in the colours that the window has."""
        self.shown = shown
        self.complaints.clear()
        self.loaded.clear()
        self.has_axe = False
        self.page.goto(SITE + shown.path, wait_until="load")

    def size(self, width: str) -> None:
        """Make the window as wide as a phone or a desk."""
        self.page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        self.seen_as = (width, self.seen_as[1])

    def look(self, width: str, colour: str) -> list[str]:
        """Return what axe finds at this width in these colours."""
        if self.seen_as[0] != width:
            self.size(width)
        if self.seen_as[1] != colour:
            self.page.emulate_media(color_scheme=colour)
            self.seen_as = (self.seen_as[0], colour)
        if not self.has_axe:
            self.page.evaluate(self.axe)
            self.has_axe = True
        # in the dark only what reads colours: the rest was found out in the light, at the same width
        only = "" if colour == "light" else "runOnly: ['color-contrast', 'link-in-text-block'], "
        found = self.page.evaluate(AXE % only)
        return [f"{width}, {colour}: {one['id']}: {one['nodes']}" for one in found]

    def promises(self) -> dict[str, list[str]]:
        """Return what breaks the promises that every page makes beside axe, by check."""
        shown = self.shown
        assert shown is not None
        facts = self.page.evaluate(FACTS)
        found = {
            "inline": [f"in the answer: {one}" for one in SCRIPTED.findall(shown.body.decode())] + facts["inline"],
            "outline": [f"id twice: {one}" for one in facts["ids"]],
        }
        if facts["handlers"]:
            found["inline"].append(f"{facts['handlers']} inline handlers")
        if len(facts["h1"]) != 1:
            found["outline"].append(f"h1: {facts['h1']}")
        if not facts["title"].endswith(" – Matricule"):
            found["outline"].append(f"title: {facts['title']}")
        self.size("phone")
        found["thumb"] = self.page.evaluate(SMALL, THUMB)
        found["squeezed"] = self.page.evaluate(SQUEEZED)
        self.page.set_viewport_size({"width": NARROW, "height": 844})
        self.seen_as = ("", self.seen_as[1])
        over = self.page.evaluate(OVER)
        found["narrow"] = [f"{over} px stick out at {NARROW} px"] if over else []
        found["console"] = list(self.complaints)
        return found

    def walk(self) -> tuple[int, list[str]]:
        """Go through the page with the Tab key as far as it goes; return over how many stops, and what was wrong.

        Each stop shows its focus, lies in the window, and comes in the order of the page; none is passed over, and the
        way leads out again.
        """
        self.size("desk")
        self.page.evaluate("document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0)")
        expected = self.page.evaluate(STOPS)
        seen: list[int] = []
        wrong: list[str] = []
        outside = 0
        for _ in range(2 * len(expected) + 10):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if stop is None:  # past the last one: the way begins anew, once
                outside += 1
                if outside > 1:
                    break
                continue
            if stop["place"] in seen:
                break
            if not stop["shown"]:
                wrong.append(f"no focus to see on {stop['what']}")
            if not stop["inside"]:
                wrong.append(f"outside the window: {stop['what']}")
            seen.append(stop["place"])
        if not _in_order(seen):
            wrong.append(f"not in the order of the page: {seen}")
        wrong += [f"the keyboard does not reach {stop['what']}" for stop in expected if stop["place"] not in seen]
        return len(seen), wrong


def _in_order(seen: list[int]) -> bool:
    """Tell whether the walk followed the page, from wherever the page had put the focus, and went once round."""
    least = seen.index(min(seen)) if seen else 0
    turned = seen[least:] + seen[:least]
    return turned == sorted(turned)


@dataclass
class Found:
    """What was looked at in one language, by page, and the window that it is looked at in."""

    pages: dict[str, Seen] = field(default_factory=dict)
    kept: Window | None = None

    def total(self, what: Callable[[Seen], int]) -> int:
        """Add a figure up over the pages."""
        return sum(map(what, self.pages.values()))

    @contextmanager
    def window(self, chromium: Any, language: str) -> Iterator[Window]:
        """Give the window of this language as if it were new; one in which a look broke off is not given again."""
        given, self.kept = self.kept or Window(chromium, language), None
        try:
            given.begin()
            yield given
            self.kept = given
        finally:
            if self.kept is None:
                given.context.close()

    def close(self) -> None:
        """Close the window."""
        if self.kept is not None:
            self.kept.context.close()


AXE = """new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  .then(() => axe.run({%sresultTypes: ['violations']}))
  .then(found => found.violations.map(v => ({id: v.id, nodes: v.nodes.slice(0, 3).map(n => n.target.join(' '))})))"""
_REACHED = """const all = [...document.querySelectorAll('*')];
  const stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, ' +
    'summary, [tabindex]')].filter(e => !e.disabled && e.tabIndex >= 0 &&
    e.checkVisibility({visibilityProperty: true}) && !e.closest('dialog:not([open])'));
  const groups = new Set();
  const single = e => e.type !== 'radio' || (k => !groups.has(k) && groups.add(k))(e.name + (e.form ? e.form.id : ''));
  const what = e => e.tagName + ' ' + (e.id || e.name || e.textContent.trim().slice(0, 30));"""
STOPS = f"""() => {{ {_REACHED}
  const checked = new Set([...document.querySelectorAll('input[type=radio]:checked')].map(e => e.name));
  return stops.filter(e => e.type === 'radio' && checked.has(e.name) ? e.checked : single(e))
    .map(e => ({{place: all.indexOf(e), what: what(e)}})); }}"""
STOP = f"""() => {{ {_REACHED}
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const marks = n => {{ const s = getComputedStyle(n);
    return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none'; }};
  const box = (e.closest('label') || e).getBoundingClientRect();
  return {{place: all.indexOf(e), what: what(e),
    shown: [e, e.parentElement, e.closest('label'), e.nextElementSibling].some(n => n && marks(n)),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth}}; }}"""


def examine(window: Window, shown: Shown, seen: Seen, *, whole: bool = WHOLE, turn: int = 0) -> None:
    """Look at one state; ``whole``: at both widths in both colours, else at one of the four, by ``turn``."""
    window.show(shown)
    seen.heaviest = max(seen.heaviest, sum(window.loaded.values()))
    combinations = [("desk", "light"), ("desk", "dark"), ("phone", "dark"), ("phone", "light")]
    for width, colour in combinations if whole else [combinations[turn % 4]]:
        seen.told("axe", window.look(width, colour), shown.where)
        seen.looks.append((WIDTHS[width][0], colour))
    for check, found in window.promises().items():
        seen.told(check, found, shown.where)
    seen.states += 1


def examine_first(window: Window, shown: Shown, seen: Seen, *, walked: bool) -> None:
    """Look at what only a page's first state is looked at for: its weight when nothing is kept, the Tab key."""
    heavy = sum(window.loaded.values()) > BUDGET
    seen.told("weight", [f"over the budget: {window.loaded}"] if heavy else [], shown.where)
    if walked:
        stops, wrong = window.walk()
        seen.walked += stops
        seen.told("keyboard", wrong, shown.where)


FRAGMENTS = frozenset({"student:schools", "student:file-act", "student:add"})
"""Addresses that answer with a piece of a page only."""
