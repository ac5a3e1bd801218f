"""docs/seeds.md answers every demand of the founding documents once, and cites only tests that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")
ASKED = {"S0": 28, "S1": 14, "S2": 11, "S3": 38, "S4": 12}
"""How many demands each founding document makes: 103 in all, numbered once and for all."""

STATES = {"done", "in part", "not yet", "not ours"}
TOUCHED = {*(f"S3-{number}" for number in range(1, 21)), "S3-32"}
"""What the students' deposit must answer with a test."""

Row = tuple[str, str, str, str]


def rows() -> list[Row]:
    """Return the rows of the tables: id, state, answer, tests."""
    found = re.findall(r"^\| (S\d-\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", PAGE, re.MULTILINE)
    return [(one, state.strip(), answer.strip(), tests.strip()) for one, state, answer, tests in found]


def cited(tests: str) -> list[str]:
    return re.findall(r"`([^`]+)`", tests)


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def test_every_demand_is_answered_once() -> None:
    wanted = Counter(f"{seed}-{number}" for seed, count in ASKED.items() for number in range(1, count + 1))
    assert Counter(row[0] for row in rows()) == wanted
    assert sum(wanted.values()) == 103


def test_every_state_is_one_of_the_four() -> None:
    assert {state for _one, state, _answer, _tests in rows()} <= STATES


def test_every_cited_test_exists() -> None:
    missing = []
    for one, _state, _answer, tests in rows():
        for name in cited(tests):
            path, _colons, function = name.partition("::")
            there = names_in(path)
            if not there or (function and function not in there):
                missing.append(f"{one}: {name}")
    assert missing == []


def test_what_works_is_proved() -> None:
    assert [one for one, state, _answer, tests in rows() if state in {"done", "in part"} and not cited(tests)] == []


def test_what_this_stage_touches_is_answered() -> None:
    assert [one for one, state, _answer, _tests in rows() if one in TOUCHED and state not in {"done", "in part"}] == []


def test_what_is_not_there_says_when_it_comes() -> None:
    late = [row for row in rows() if row[1] == "not yet"]
    assert [one for one, _state, answer, _tests in late if "comes with" not in answer.lower()] == []


def test_every_deposit_demand_cites_a_test_by_name() -> None:
    assert [one for one, _s, _a, tests in rows() if one in TOUCHED and "::" not in tests] == []
