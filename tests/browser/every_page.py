"""Every page in every state, as ``tests.consistency.visits`` makes them, shown in Chromium and looked at closely.

The answers come from Django's test client with their own headers, content policy among them, and Chromium gets them
and the static files from here: no server, so that a state costs a second. An address that nobody visits fails
tests/consistency/test_pseudo_language.py. What only a script makes (progress, a conflict, the session's end) is looked
at by the journeys of this folder.
"""

import fcntl
import gzip
import json
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from matricule.core import clock
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
        return f"{self.name}, {self.state}"


@dataclass
class Found:
    """What was looked at in one language: states by page, and how often axe ran."""

    states: dict[str, int] = field(default_factory=dict)
    looks: int = 0
    walked: int = 0
    heaviest: int = 0


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


class Window:
    """One context of Chromium that is served from here; notes what consoles complain about and what is loaded."""

    def __init__(self, chromium: Any, language: str) -> None:
        """Open it at the width of a phone."""
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

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not NO_LOAD.search(message.text):
            self.complaints.append(message.text)

    def _serve(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request() and self.shown is not None:
            headers = {name: value for name, value in self.shown.headers.items() if name.lower() != "content-length"}
            self.loaded[path] = len(gzip.compress(self.shown.body))
            route.fulfill(status=self.shown.status, headers=headers, body=self.shown.body)
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            data = Path(file).read_bytes()
            packed = kind.startswith(("text/", "image/svg", "application/j"))
            self.loaded[path] = len(gzip.compress(data)) if packed else len(data)
            route.fulfill(body=data, content_type="font/woff2" if path.endswith(".woff2") else kind)
        elif route.request.resource_type == "image":
            route.fulfill(body=PIXEL, content_type="image/png")
        else:
            route.fulfill(status=204, body="")  # what a script asks for by itself

    def show(self, shown: Shown) -> None:
        """Load the page at the width of a phone, in light colours."""
        self.shown = shown
        self.complaints.clear()
        self.loaded.clear()
        self.has_axe = False
        self.page.goto(SITE + shown.path, wait_until="load")

    def size(self, width: str) -> None:
        """Make the window as wide as a phone or a desk."""
        self.page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        self.seen_as = (width, self.seen_as[1])

    def look(self, width: str, colour: str) -> None:
        """Fail on anything that axe finds at this width in these colours."""
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
        told = [f"{one['id']}: {one['nodes']}" for one in found]
        assert told == [], f"{self._where}, {width}, {colour}: {told}"

    def promises(self) -> None:
        """Fail when the page breaks what every page promises beside axe."""
        shown = self.shown
        assert shown is not None
        answer = shown.body.decode()
        assert SCRIPTED.findall(answer) == [], f"{self._where}: inline style or script in the answer"
        facts = self.page.evaluate(FACTS)
        assert (len(facts["h1"]), facts["inline"], facts["handlers"], facts["ids"]) == (1, [], 0, []), self._where
        assert facts["title"].endswith(" – Matricule"), self._where
        self.size("phone")
        small = self.page.evaluate(SMALL, THUMB)
        assert small == [], f"{self._where}: too small for a thumb: {small}"
        squeezed = self.page.evaluate(SQUEEZED)
        assert squeezed == [], f"{self._where}: a letter a line: {squeezed}"
        self.page.set_viewport_size({"width": NARROW, "height": 844})
        self.seen_as = ("", self.seen_as[1])
        over = self.page.evaluate(OVER)
        assert over == 0, f"{self._where}: {over} px stick out at {NARROW} px"
        assert self.complaints == [], f"{self._where}: {self.complaints}"

    def walk(self) -> int:
        """Go through the page with the Tab key as far as it goes; return over how many stops.

        Each stop shows its focus, lies in the window, and comes in the order of the page; none is passed over, and the
        way leads out again.
        """
        self.size("desk")
        self.page.evaluate("document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0)")
        expected = self.page.evaluate(STOPS)
        seen: list[int] = []
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
            assert stop["shown"], f"{self._where}: no focus to see on {stop['what']}"
            assert stop["inside"], f"{self._where}: outside the window: {stop['what']}"
            seen.append(stop["place"])
        assert _in_order(seen), f"{self._where}: not in the order of the page: {seen}"
        missed = [stop["what"] for stop in expected if stop["place"] not in seen]
        assert missed == [], f"{self._where}: the keyboard does not reach {missed}"
        return len(seen)

    @property
    def _where(self) -> str:
        assert self.shown is not None
        return f"{self.shown.where} ({self.shown.path})"


def _in_order(seen: list[int]) -> bool:
    """Tell whether the walk followed the page, from wherever the page had put the focus, and went once round."""
    least = seen.index(min(seen)) if seen else 0
    turned = seen[least:] + seen[:least]
    return turned == sorted(turned)


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


def examine(window: Window, shown: Shown, found: Found, *, whole: bool = WHOLE, turn: int = 0) -> None:
    """Look at one state; ``whole``: at both widths in both colours, else at one of the four, by ``turn``."""
    window.show(shown)
    found.heaviest = max(found.heaviest, sum(window.loaded.values()))
    combinations = [("desk", "light"), ("desk", "dark"), ("phone", "dark"), ("phone", "light")]
    for width, colour in combinations if whole else [combinations[turn % 4]]:
        window.look(width, colour)
        found.looks += 1
    window.promises()
    found.states[shown.name] = found.states.get(shown.name, 0) + 1


def weigh(window: Window, shown: Shown) -> None:
    """Fail when a first view, with nothing kept from before, is heavier than the budget."""
    assert sum(window.loaded.values()) <= BUDGET, (shown.where, window.loaded)


FRAGMENTS = frozenset({"student:schools", "student:file-act", "student:add"})
"""Addresses that answer with a piece of a page only."""
TESTED = Path(__file__).resolve().parents[2] / "src" / "matricule" / "portals" / "public" / "tested.json"
"""What the accessibility statement says was looked at; written by ``make accessibility``."""


def write_down(language: str, name: str, states: int) -> None:
    """Write in how many states a page held in one language into the file that the statement reads; 0 takes it out."""
    with TESTED.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = json.loads(file.read() or "{}")
        kept |= {
            "day": clock.wall().date().isoformat(),
            "axe": VERSION.search(Axe().axe_script).group(1),  # type: ignore[union-attr]
            "widths": [size[0] for size in WIDTHS.values()],
            "narrow": NARROW,
            "colours": list(COLOURS),
            "violations": 0,
        }
        pages = kept.setdefault("pages", {}).setdefault(language, {})
        pages[name] = states
        for gone in [page for page, count in pages.items() if not count or page not in NAMES]:
            del pages[gone]
        file.seek(0)
        file.truncate()
        file.write(json.dumps(kept, indent=2, sort_keys=True) + "\n")
