"""``matricule repertoire load FILE``: what was added, what is wrong, and the exit code."""

import json
from contextlib import nullcontext

import pytest

from matricule import repertoire
from matricule.cli import main, runtime
from matricule.repertoire.loading import BadFile, Loaded


@pytest.fixture
def loading(monkeypatch):
    """Say what a load gives, without a database; return the calls."""
    calls = []

    def give(result):
        def load(path, *, actor):
            calls.append((path.name, actor))
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(runtime, "service", nullcontext)
        monkeypatch.setattr(repertoire, "load", load, raising=False)
        return calls

    return give


@pytest.mark.parametrize(
    ("loaded", "code", "said"),
    [
        (Loaded(6, 0, 0, ()), 0, ["6 people added, 0 were there already, 0 rows are wrong."]),
        (
            Loaded(1, 2, 1, ((4, "number"),)),
            1,
            ["row 4: number", "1 people added, 2 were there already, 1 rows are wrong."],
        ),
    ],
)
def test_the_command_says_what_became_of_the_rows(loading, capsys, loaded, code, said):
    calls = loading(loaded)
    assert main(["repertoire", "load", "people.csv"]) == code
    assert capsys.readouterr().out.splitlines() == said
    assert calls == [("people.csv", "system:cli")]


def test_it_answers_programs_in_json(loading, capsys):
    loading(Loaded(1, 0, 1, ((2, "sex"),)))
    assert main(["repertoire", "load", "people.csv", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "added": 1,
        "kept": 0,
        "wrong": 1,
        "faults": [{"row": 2, "code": "sex"}],
    }


def test_a_file_that_cannot_be_read_is_bad_input(loading, capsys):
    loading(BadFile("the file cannot be read (FileNotFoundError)"))
    assert main(["repertoire", "load", "nobody.csv"]) == 2
    assert "FileNotFoundError" in capsys.readouterr().err
