"""What the accessibility statement says was looked at: written by the proof, never by hand (``make accessibility``).

A page that the proof has not seen makes tests/portals/public/test_tested.py fail, and so does a page of more or fewer
states, so that the statement never speaks of fewer or other pages than there are.

The file holds one record for each page and language (its states, the widths and colours in which axe ran, how often,
and the faults that each check counted), one for the contrast of each theme, one for each journey. Each has its day.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("tested.json")


@dataclass(frozen=True)
class Tested:
    """What holds for every page; ``states`` counts a page once for each state that people may see."""

    day: date | None
    """The oldest day of all records: nothing here was looked at before it."""
    axe: str
    languages: tuple[str, ...]
    pages: int
    states: int
    widths: tuple[int, ...]
    colours: tuple[str, ...]
    narrow: int | None
    checks: frozenset[str]
    """The checks that were run on every page."""
    faults: Mapping[str, int]
    """How many faults each check counted, wherever it was run."""
    contrast: tuple[str, ...]
    """The themes whose pairs of colours were compared."""
    journeys: frozenset[str]

    def holds(self, check: str) -> bool:
        """Tell whether ``check`` was run on every page and found nothing."""
        return check in self.checks and not self.faults[check]


@cache
def last() -> Tested:
    """Return what the file tells; its counts are those of the language with fewer pages or states."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    by_language: dict[str, dict[str, Any]] = {name: pages for name, pages in kept.get("pages", {}).items() if pages}
    pages = [page for found in by_language.values() for page in found.values()]
    contrast, journeys = kept.get("contrast", {}), kept.get("journeys", {})
    days = [date.fromisoformat(record["day"]) for record in (*pages, *contrast.values(), *journeys.values())]
    narrow = {page.get("narrow") for page in pages}
    return Tested(
        day=min(days, default=None),
        axe=", ".join(sorted({page["axe"] for page in pages})),
        languages=tuple(sorted(by_language)),
        pages=min((len(found) for found in by_language.values()), default=0),
        states=min((sum(page["states"] for page in found.values()) for found in by_language.values()), default=0),
        widths=tuple(sorted(_everywhere(page["widths"] for page in pages))),
        colours=tuple(sorted(_everywhere(page["colours"] for page in pages), reverse=True)),
        narrow=narrow.pop() if len(narrow) == 1 else None,
        checks=_everywhere(page["faults"] for page in pages),
        faults=_faults(pages, contrast.values()),
        contrast=tuple(sorted(contrast, reverse=True)),
        journeys=frozenset(journeys),
    )


def _everywhere(sets: Iterable[Iterable[Any]]) -> frozenset[Any]:
    """Return what is in every one of them; of none at all, nothing."""
    found = [frozenset(one) for one in sets]
    return frozenset.intersection(*found) if found else frozenset()


def _faults(pages: Iterable[Mapping[str, Any]], contrast: Iterable[Mapping[str, Any]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for page in pages:
        counted.update(page["faults"])
    counted["contrast"] = sum(theme["poor"] for theme in contrast)
    return counted
