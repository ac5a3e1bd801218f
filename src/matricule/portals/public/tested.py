"""What the accessibility statement says was looked at: written by the proof, never by hand (``make accessibility``).

A page that the proof has not seen makes tests/portals/public/test_tested.py fail, so that the statement never speaks
of fewer or other pages than there are.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("tested.json")


@dataclass(frozen=True)
class Tested:
    """The figures of the last whole look; ``states`` counts a page once for each state that people may see."""

    day: date
    axe: str
    languages: tuple[str, ...]
    pages: int
    states: int
    widths: tuple[int, ...]
    narrow: int
    violations: int


@cache
def last() -> Tested:
    """Return the last whole look; its counts are those of the language with fewer states."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return Tested(
        day=date.fromisoformat(kept["day"]),
        axe=kept["axe"],
        languages=tuple(sorted(kept["pages"])),
        pages=min(len(states) for states in kept["pages"].values()),
        states=min(sum(states.values()) for states in kept["pages"].values()),
        widths=tuple(kept["widths"]),
        narrow=kept["narrow"],
        violations=kept["violations"],
    )
