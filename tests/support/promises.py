"""What the long proofs say: one line a promise, printed at the end of a run, and how much of a proof to do.

A proof has a floor, run by every ``make test``, and its whole, run by ``make prove``: ``rounds = bulk(2, 50)``. When
it held, it says so with its figures: ``promise("submit twice", "200 at once x 50: 50 dossiers")``. A proof that
failed says nothing; pytest shows it.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

WHOLE = os.environ.get("MATRICULE_PROVE") == "1"


def bulk(floor: int, whole: int) -> int:
    """Return how many rounds, files or kills this run does."""
    return whole if WHOLE else floor


def _lines() -> Path:
    return Path(os.environ["MATRICULE_TEST_FOLDER"]) / "promises.txt"


def keep(name: str, figures: str) -> None:
    """Write the line of a promise that held; safe from several processes at once."""
    with _lines().open("a", encoding="utf-8") as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        lines.write(f"{name}: {figures}\n")


@pytest.fixture
def promise() -> Callable[[str, str], None]:
    """Give ``promise(name, figures)``: what this proof showed, in one line of the summary."""
    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what held, one line a promise."""
    if _lines().exists():
        terminalreporter.section("promises that held")
        for line in sorted(_lines().read_text(encoding="utf-8").splitlines()):
            terminalreporter.write_line(line)
