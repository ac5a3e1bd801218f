"""The summary of the proofs."""

import ast
import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import promises


class Reporter:
    def __init__(self):
        self.lines = []

    def section(self, title):
        self.lines.append(f"== {title}")

    def write_line(self, line):
        self.lines.append(line)


def test_each_promise_is_one_line_in_order(monkeypatch, tmp_path, promise):
    monkeypatch.setenv("MATRICULE_TEST_FOLDER", str(tmp_path))
    promise("second", "2 kills, 0 lost")
    promise("first", "1 race, 1 winner")
    reporter = Reporter()
    promises.pytest_terminal_summary(reporter)
    assert reporter.lines == ["== promises that held", "first: 1 race, 1 winner", "second: 2 kills, 0 lost"]


def test_a_run_without_proofs_says_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("MATRICULE_TEST_FOLDER", str(tmp_path))
    reporter = Reporter()
    promises.pytest_terminal_summary(reporter)
    assert reporter.lines == []


class Item:
    path = Path("tests/rules/test_of_a_rule.py")
    hypothesis_statistics = """a test:
  - during reuse phase (0.01 seconds):
    - 3 passing, 0 failing, and 0 invalid test cases
  - during generate phase (0.10 seconds):
    - 97 passing, 0 failing, and 12 invalid test cases
"""


def ended(when, failed=None):
    return SimpleNamespace(when=when, excinfo=failed)


def test_the_examples_of_properties_are_counted_where_they_held(monkeypatch, tmp_path):
    monkeypatch.setenv("MATRICULE_TEST_FOLDER", str(tmp_path))
    for call in (ended("setup"), ended("call"), ended("teardown"), ended("call", "it did not hold"), ended("call")):
        promises.pytest_runtest_makereport(Item(), call)
    promises.pytest_runtest_makereport(SimpleNamespace(path=Item.path), ended("call"))
    reporter = Reporter()
    promises.pytest_terminal_summary(reporter)
    assert reporter.lines[1:] == ["property tests: 2 in 1 files held for 200 drawn examples"]


@pytest.mark.parametrize(
    ("said", "line"), [(["1 kill", "2 kills"], ["== promises that held", "a file: 1 kill; 2 kills"]), (["1 kill"], [])]
)
def test_a_file_says_its_line_when_all_its_tests_held(monkeypatch, tmp_path, said, line):
    monkeypatch.setenv("MATRICULE_TEST_FOLDER", str(tmp_path))
    running = inspect.unwrap(promises.in_one_line("a file", 2)._get_wrapped_function())()
    part = next(running)
    for figures in said:
        part(figures)
    assert next(running, "over") == "over"
    reporter = Reporter()
    promises.pytest_terminal_summary(reporter)
    assert reporter.lines == line


def test_the_floor_in_a_test_run_and_the_whole_in_a_proof(monkeypatch):
    monkeypatch.setattr(promises, "WHOLE", False)
    assert promises.bulk(2, 50) == 2
    monkeypatch.setattr(promises, "WHOLE", True)
    assert promises.bulk(2, 50) == 50


def asserted_after_its_line(test: ast.AST) -> list[int]:
    """Return the lines of the assertions that stand after the last line that a test says."""
    calls = [call for call in ast.walk(test) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)]
    said = [call.lineno for call in calls if call.func.id in {"promise", "part"}]
    return [one.lineno for one in ast.walk(test) if isinstance(one, ast.Assert) and said and one.lineno > max(said)]


def test_a_proof_says_its_line_when_nothing_is_left_to_fail():
    late = {}
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        if path == Path(__file__) or not ("promise(" in source or " part(" in source):
            continue
        for test in ast.parse(source).body:
            if isinstance(test, ast.FunctionDef) and (lines := asserted_after_its_line(test)):
                late[f"{path.name}: {test.name}"] = lines
    assert late == {}, "a proof that fails there would say that it held"


def test_what_is_asserted_after_the_line_is_seen():
    good, late = "def test_it(promise):\n    assert 1\n    promise('it', '1')\n", "    assert 2\n"
    assert asserted_after_its_line(ast.parse(good)) == []
    assert asserted_after_its_line(ast.parse(good + late)) == [4]
