"""The summary of the proofs."""

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


def test_the_floor_in_a_test_run_and_the_whole_in_a_proof(monkeypatch):
    monkeypatch.setattr(promises, "WHOLE", False)
    assert promises.bulk(2, 50) == 2
    monkeypatch.setattr(promises, "WHOLE", True)
    assert promises.bulk(2, 50) == 50
