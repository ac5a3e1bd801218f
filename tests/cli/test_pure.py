"""The pure commands answer without Django, without a database, without settings; heavy libraries stay away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
HEAVY = ("django", "psycopg", "schwifty", "babel", "holidays", "phonenumbers", "jsonschema", "numpy", "PIL")
PROGRAM = """
import json, sys
from matricule.cli import main
code = main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def run(*words):
    """Run one command in a process of its own with an empty environment; return its code, output and modules."""
    bare = {"PYTHONPATH": str(SRC), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=bare, capture_output=True, text=True, check=False, timeout=30
    )
    return done.returncode, done.stdout, json.loads(done.stderr.splitlines()[-1])


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text('{"nationality": "CN", "birth_date": "2004-00-00", "document_language": "zh"}')
    return str(path)


@pytest.mark.parametrize("command", ["number", "requirements", "schema", "translation"])
def test_no_heavy_module_is_imported_and_few_modules_in_all(command, answers):
    words = {
        "number": ["number", "check", "1 98 07 99 352 017 52", "--json"],
        "requirements": ["requirements", "--route", "student", "--answers", answers, "--json"],
        "schema": ["requirements", "--route", "employee", "--schema"],
        "translation": ["translation", "--country", "CN", "--language", "zh", "--json"],
    }[command]
    code, out, modules = run(*words)
    assert code == 0
    assert json.loads(out)
    loaded = {name.partition(".")[0] for name in modules}
    assert not loaded & set(HEAVY)
    # What makes a command slow is what it imports: this is a budget, not a measure of time.
    assert len(modules) < 260


def test_a_payroll_number_needs_only_the_luhn_key():
    code, out, modules = run("number", "check", "1732829320ABC0001", "--json")
    assert code == 0
    assert json.loads(out)["verdict"] == "valid"
    assert "stdnum.numdb" not in modules
    assert not any(name.startswith("stdnum.fr") for name in modules)


def test_the_module_runs_by_itself():
    done = subprocess.run(
        [sys.executable, "-m", "matricule.cli", "number", "check", "", "--json"],
        env={"PYTHONPATH": str(SRC), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["kind"] == "unknown"
