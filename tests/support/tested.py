"""Write what was really looked at into the file that the accessibility statement reads (``make accessibility``).

Each record has the day of its own look. A place is emptied before its check begins and filled when the check is over,
so that what broke off is not in the file and the statement does not speak of it.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from matricule.core import clock
from matricule.portals.public import tested
from tests.support.promises import WHOLE

WRITES = WHOLE and os.environ.get("MATRICULE_WRITE_TESTED") == "1"
"""Whether this run writes; a run of a floor never does."""


def write(*place: str, record: dict[str, Any] | None) -> None:
    """Keep ``record`` and the day at a place such as ``pages, fr, public:start``; None takes it out."""
    with _opened() as kept:
        group = kept
        for key in place[:-1]:
            group = group.setdefault(key, {})
        if record is None:
            group.pop(place[-1], None)
        else:
            group[place[-1]] = record | {"day": clock.wall().date().isoformat()}


def forget(language: str, known: Iterable[str]) -> None:
    """Take out the pages of a language that are gone."""
    with _opened() as kept:
        pages = kept["pages"][language]
        for gone in set(pages) - set(known):
            del pages[gone]


def states(language: str, name: str) -> int:
    """Return in how many states a page is written down; 0 for one that is not."""
    kept = json.loads(tested.FILE.read_text(encoding="utf-8"))
    return int(kept["pages"][language].get(name, {"states": 0})["states"])


@contextmanager
def _opened() -> Iterator[dict[str, Any]]:
    """Give the file's content to be changed, to one process at a time."""
    with tested.FILE.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = json.loads(file.read() or "{}")
        yield kept
        file.seek(0)
        file.truncate()
        file.write(drawn(kept) + "\n")


def drawn(kept: dict[str, Any], inset: str = "") -> str:
    """Return the file's text: one line a record, so that a look at one page changes one line."""
    if "day" in kept or not kept:
        return json.dumps(kept, sort_keys=True)
    inner = inset + "  "
    rows = [f"{inner}{json.dumps(key)}: {drawn(kept[key], inner)}" for key in sorted(kept)]
    return "{\n" + ",\n".join(rows) + f"\n{inset}}}"


@contextmanager
def journey(name: str, language: str) -> Iterator[None]:
    """Write down that a journey of a person came to its end; one that fails is not in the file any more."""
    if WRITES:
        write("journeys", name, record=None)
    yield
    if WRITES:
        write("journeys", name, record={"language": language})
