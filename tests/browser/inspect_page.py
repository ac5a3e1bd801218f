"""What every page must hold, whatever it shows: nothing for axe, one title, no sideways scroll, nothing inline."""

import gzip
import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.support.promises import WHOLE

WIDTHS = (390, 1280)
"""Widths in CSS pixels at which every page is looked at."""
NARROW = 320
"""Width in CSS pixels without sideways scroll (WCAG 1.4.10)."""
THUMB = 44
"""Least height in CSS pixels of what a thumb must hit on a phone, in its own line."""
BUDGET = 150_000
"""Bytes of a first view, compressed (design.md, section 3)."""
CONTRAST = {"runOnly": ["color-contrast"]}

FACTS = """() => ({
  title: document.title, language: document.documentElement.lang,
  h1: [...document.querySelectorAll('h1')].map(h => h.textContent.trim()),
  inline: [...document.querySelectorAll('[style]:not([style=""]), style, script:not([src])')]
    .map(e => e.outerHTML.slice(0, 120)),
  handlers: [...document.querySelectorAll('*')]
    .filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
  ids: (all => all.filter((id, i) => all.indexOf(id) !== i))([...document.querySelectorAll('[id]')].map(e => e.id)),
})"""
DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Waits until the page was drawn again, for example in other colours."""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """(least) => [...document.querySelectorAll(
  'main a.btn, main button, main input:not([type=hidden]), main select, main summary')]
  .filter(e => !e.closest('[hidden], .visually-hidden') && e.getClientRects().length)
  .map(e => (e.closest('label.choice') || e))
  .filter(e => e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().height < least)
  .map(e => (e.textContent.trim() || e.name || e.type) + ' ' + Math.round(e.getBoundingClientRect().height))"""

SQUEEZED = """() => {
  const size = e => parseFloat(getComputedStyle(e).fontSize), box = e => e.getBoundingClientRect();
  const unseen = e => e && (getComputedStyle(e).clipPath !== 'none' || unseen(e.parentElement));
  return [...document.querySelectorAll('main th, main td, main p, main li, main dt, main dd, main label, main legend')]
    .filter(e => e.textContent.trim().length > 5 && e.getClientRects().length)
    .filter(e => box(e).width < 3 * size(e) && box(e).height > 4 * size(e) && !unseen(e))
    .map(e => e.textContent.trim().slice(0, 40)); }"""
"""Texts that stand a letter or two a line: nobody reads them, and axe does not see it."""


class Inspector:
    """Looks at pages; the slow looks only once for each page, language and kind of visitor."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, bool]] = set()

    def look(self, page: Any, name: str, *, script: bool = True) -> None:
        """Fail when the page breaks a promise that all pages make. ``name`` tells its kind and state."""
        facts = page.evaluate(FACTS)
        where = f"{name} ({facts['language']}): {facts['title']}"
        assert len(facts["h1"]) == 1 and facts["h1"][0], f"{where}: h1 {facts['h1']}"
        assert facts["title"].endswith(" – Matricule") and len(facts["title"]) > 14, where
        assert facts["inline"] == [], f"{where}: inline {facts['inline']}"
        assert facts["handlers"] == 0, f"{where}: inline handlers"
        assert facts["ids"] == [], f"{where}: ids twice {facts['ids']}"
        key = (name, facts["language"], script)
        if key in self.seen:
            return
        self.seen.add(key)
        keep(page, name, facts["language"])
        self._fits(page, where)
        if script:
            self._axe(page, where)

    def _fits(self, page: Any, where: str) -> None:
        size = page.viewport_size
        if size["width"] < 500:
            small = page.evaluate(SMALL, THUMB)
            assert small == [], f"{where}: too small for a thumb: {small}"
        page.set_viewport_size({"width": NARROW, "height": size["height"]})
        over = page.evaluate(OVER)
        page.set_viewport_size(size)
        assert over == 0, f"{where}: {over} px stick out at {NARROW} px"

    def _axe(self, page: Any, where: str) -> None:
        """Run axe at the visitor's width; in ``make prove`` at that of a phone and of a desk."""
        size = page.viewport_size
        for width in WIDTHS if WHOLE else (size["width"],):
            page.set_viewport_size({"width": width, "height": size["height"]})
            self._in_both_colours(page, f"{where} ({width} px)")
        page.set_viewport_size(size)

    def _in_both_colours(self, page: Any, where: str) -> None:
        axe = Axe()
        light = axe.run(page)
        assert light.violations_count == 0, f"{where}:\n{light.generate_report()}"
        page.emulate_media(color_scheme="dark")
        page.evaluate(DRAWN)
        dark = axe.run(page, options=CONTRAST)
        page.emulate_media(color_scheme="light")
        assert dark.violations_count == 0, f"{where}, dark:\n{dark.generate_report()}"


def keep(page: Any, name: str, language: str) -> None:
    """Keep a picture of the page when ``BROWSER_SHOTS`` names a folder for them."""
    if folder := os.environ.get("BROWSER_SHOTS"):
        file = f"{re.sub('[^a-z0-9]+', '-', name).strip('-')}-{language}-{page.viewport_size['width']}.png"
        page.screenshot(path=Path(folder) / file, full_page=True)


class Scales:
    """Weighs what a context loads: the bytes of each answer as they would travel, compressed."""

    def __init__(self, page: Any) -> None:
        self.answers: list[Any] = []
        page.on("response", lambda answer: self.answers.append(answer))

    def weight(self) -> dict[str, int]:
        """Return the bytes of each answer by address; text is compressed here when the server did not."""
        found = {}
        for answer in self.answers:
            if answer.status != 200:
                continue
            body = answer.body()
            packed = answer.headers.get("content-type", "").startswith(("text/", "image/svg", "application/j"))
            found[answer.url] = len(gzip.compress(body)) if packed else len(body)
        return found
