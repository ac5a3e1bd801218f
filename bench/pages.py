"""What the main pages cost: CPU of the web processes for a GET, and the bytes of a first view.

CPU is utime + stime of gunicorn (clock ticks of 10 ms over all its GETs, after a warm-up), the person signed in, one
kept connection. A first view is what a browser with an empty cache asks for, as it goes over the wire: the page, its
sheet, scripts, icons, fonts and images in view (loading="lazy" below the fold included: the figure is the most).
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parent))

from deposit import Desk, cpu, journey, warm

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
LINKS = re.compile(r'(?:<link[^>]*\bhref|<script[^>]*\bsrc|<img[^>]*\bsrc|<use[^>]*\bhref)="([^"#]+)')
IN_SHEET = re.compile(rb"url\((['\"]?)([^'\")]+)\1\)")


def main() -> None:
    """Print one line for each page."""
    folder = Path(tempfile.mkdtemp(prefix="matricule-bench-"))
    desk = Desk(folder / "data")
    try:
        warm(desk)
        browser, dossier = desk.browser()
        base = f"/fr/student/dossier/{dossier}/"
        way = journey.deposit(browser, dossier, journey.papers())
        pages = {
            "start": "/fr/",
            "documents to prepare": "/fr/prepare/",
            "question": "/fr/student/questions/",
            "civil status, empty": base + "identify/civil_status/",
        }
        print(f"{'page':26}{'CPU ms':>8}{'HTML kB':>9}{'first view kB':>15}")
        _measure(desk, browser, pages)
        for step in way:
            if step == "open check":
                filled = {
                    "civil status, filled": base + "identify/civil_status/",
                    "documents, three sent": base + "documents/",
                    "read again": base + "check/",
                }
                _measure(desk, browser, filled)
        desk.settle()
        space = {name: f"/fr/student/space/{path}" for name, path in SPACE.items()}
        _measure(desk, browser, {"receipt": base + "receipt/", **space})
    finally:
        desk.service.stop()
        shutil.rmtree(folder, ignore_errors=True)


SPACE = {"space, status": "", "space, documents": "documents/", "space, notifications": "notifications/"}


def _measure(desk: Desk, browser: "journey.Browser", pages: dict[str, str]) -> None:
    for name, path in pages.items():
        if _raw(browser, path)[0] != 200:
            print(f"{name:26}{'not served':>8}")
            continue
        for _ in range(5):
            browser.get(path)
        before = cpu(desk.parts()["web"])
        for _ in range(ROUNDS):
            browser.get(path)
        spent = (cpu(desk.parts()["web"]) - before) / ROUNDS
        page, whole = _weigh(browser, path)
        print(f"{name:26}{spent:8.1f}{page / 1000:9.1f}{whole / 1000:15.1f}")


def _weigh(browser: "journey.Browser", path: str) -> tuple[int, int]:
    """Return the bytes of the page and of everything that a first view of it asks for, compressed as sent."""
    text = browser.get(path).text
    page = _raw(browser, path)[1]
    found: dict[str, int] = {}
    sheets: list[tuple[str, bytes]] = []
    for address in dict.fromkeys(LINKS.findall(text)):
        place = urljoin(path, address)
        found[place] = _raw(browser, place)[1]
        if place.endswith(".css"):
            sheets.append((place, browser.get(place).text.encode()))
    for place in _fonts(sheets):
        found.setdefault(place, _raw(browser, place)[1])
    return page, page + sum(found.values())


def _fonts(sheets: Iterable[tuple[str, bytes]]) -> list[str]:
    return [urljoin(place, match[1].decode()) for place, sheet in sheets for match in IN_SHEET.findall(sheet)]


def _raw(browser: "journey.Browser", path: str) -> tuple[int, int]:
    """Return status and length of the body as it is sent to a browser that takes gzip."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    status, _headers, body = browser.send("GET", path, b"", {"Accept-Encoding": "gzip, br", "Cookie": cookies})
    return status, len(body)


if __name__ == "__main__":
    main()
