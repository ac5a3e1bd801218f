"""What the long proofs say: one line a promise, printed at the end of a run, and how much of a proof to do.

A proof has a floor, run by every ``make test``, and its whole, run by ``make prove``: ``rounds = bulk(2, 50)``. When
it held, it says so with its figures: ``promise("submit twice", "200 times, 40 in flight, x 50: 50 dossiers")``.
A proof that failed says nothing; pytest shows it.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WHOLE = os.environ.get("MATRICULE_PROVE") == "1"
_EXAMPLES = re.compile(r"(\d+) passing,")


def bulk(floor: int, whole: int) -> int:
    """Return how many rounds, files or kills this run does."""
    return whole if WHOLE else floor


def _file(name: str) -> Path:
    return Path(os.environ["MATRICULE_TEST_FOLDER"]) / name


def _append(name: str, line: str) -> None:
    with _file(name).open("a", encoding="utf-8") as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        lines.write(line + "\n")


def keep(name: str, figures: str) -> None:
    """Write the line of a promise that held; safe from several processes at once."""
    _append("promises.txt", f"{name}: {figures}")


@pytest.fixture
def promise() -> Callable[[str, str], None]:
    """Give ``promise(name, figures)``: what this proof showed, in one line of the summary."""
    return keep


def in_one_line(name: str, parts: int) -> Any:
    """Return a fixture of one test file, ``part(figures)``: the line of the file stands when ``parts`` tests said it.

    A test says its figures last, so one that failed, or was not run, leaves the whole file without its line.
    """

    @pytest.fixture(scope="module", name="part")
    def collected() -> Iterator[Callable[[str], None]]:
        said: list[str] = []
        yield said.append
        if len(said) == parts:
            keep(name, "; ".join(said))

    return collected


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Count the examples of a property test that held, as the library itself counted them."""
    examples = sum(int(found) for found in _EXAMPLES.findall(getattr(item, "hypothesis_statistics", "")))
    if call.when == "call" and call.excinfo is None and examples:
        _append("properties.txt", f"{examples} {item.path.name}")


def _of_properties() -> list[str]:
    if not _file("properties.txt").exists():
        return []
    rows = [line.split(" ", 1) for line in _file("properties.txt").read_text(encoding="utf-8").splitlines()]
    examples, files = sum(int(count) for count, _ in rows), len({name for _, name in rows})
    return [f"property tests: {len(rows)} in {files} files held for {examples} drawn examples"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what held, one line a promise."""
    said = _file("promises.txt").read_text(encoding="utf-8").splitlines() if _file("promises.txt").exists() else []
    lines = sorted([*said, *_of_properties()])
    if lines:
        terminalreporter.section("promises that held")
        for line in lines:
            terminalreporter.write_line(line)
