"""The dispatcher: lazy, forgiving with names, strict with exit codes."""

import argparse
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import matricule
import matricule.cli as cli
from matricule.cli import COMMANDS, Command, CommandError, main

SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def scratch(monkeypatch):
    """Register a module of commands under a name of our own."""
    module = types.ModuleType("scratch_commands")
    module.__spec__ = types.SimpleNamespace(name="scratch_commands")  # find_spec reads it from sys.modules
    monkeypatch.setitem(sys.modules, "scratch_commands", module)

    def register(name, target, **functions):
        for key, value in functions.items():
            setattr(module, key, value)
        monkeypatch.setitem(COMMANDS, name, Command(target, "do a thing for the test"))

    return register


def test_the_list_names_the_pure_commands(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("number", "requirements", "translation"):
        assert f"  {name} " in out


def test_without_a_word_the_list_is_shown_and_the_code_says_that_nothing_was_done(capsys):
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().out


def test_a_whole_module_serves_one_command(scratch):
    seen = []
    scratch(
        "thing",
        "scratch_commands",
        add_arguments=lambda parser: parser.add_argument("--count", type=int),
        run=lambda args: seen.append(args.count) or 0,
    )
    assert main(["thing", "--count", "3"]) == 0
    assert seen == [3]


def test_one_module_serves_several_commands_by_function_name(scratch):
    seen = []
    scratch("first", "scratch_commands:one", one=lambda args: seen.append("one") or 0)
    scratch(
        "second",
        "scratch_commands:two",
        two=lambda args: seen.append(args.word) or 1,
        two_arguments=lambda parser: parser.add_argument("word"),
    )
    assert main(["first"]) == 0
    assert main(["second", "hello"]) == 1
    assert seen == ["one", "hello"]


def test_bad_arguments_return_two_and_never_leave_the_process(scratch, capsys):
    scratch("thing", "scratch_commands", run=lambda args: 0)
    assert main(["thing", "--nope"]) == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_help_of_one_command_uses_its_summary(scratch, capsys):
    scratch("thing", "scratch_commands", run=lambda args: 0)
    assert main(["thing", "--help"]) == 0
    assert "Do a thing for the test." in capsys.readouterr().out


def test_a_command_error_is_a_sentence_on_stderr(scratch, capsys):
    def run(args):
        raise CommandError("the file is empty. Give another.")

    scratch("thing", "scratch_commands", run=run)
    assert main(["thing"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "matricule thing: the file is empty. Give another.\n"


def test_an_unknown_command_suggests_the_nearest(capsys):
    assert main(["nubmer"]) == 2
    assert "'number'" in capsys.readouterr().err


def test_a_name_that_resembles_nothing_gets_no_suggestion(capsys):
    assert main(["qqqqqq"]) == 2
    assert "Did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize("target", ["matricule.demo.not_written", "not_a_package.commands"])
def test_a_module_that_is_not_there_is_left_out(monkeypatch, capsys, target):
    monkeypatch.setitem(COMMANDS, "absent", Command(target, "nothing"))
    assert main(["--help"]) == 0
    assert "absent" not in capsys.readouterr().out
    assert main(["absent"]) == 2
    assert "absent" not in capsys.readouterr().err.partition(":")[2], "what is not there is not suggested"


def test_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"matricule {matricule.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+([a-z]+\d+)?", matricule.__version__)


def test_every_summary_fits_in_the_list():
    for name, command in COMMANDS.items():
        assert 0 < len(command.summary) <= 80, name
        assert not command.summary.endswith("."), name


def test_help_lists_without_importing_any_command():
    code = (
        "import sys, matricule.cli as c; c.main(['--help']); "
        "bad = ('django', 'stdnum', 'matricule.rules', 'matricule.cli.number'); "
        "sys.exit(any(m.startswith(bad) for m in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(SRC)}, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_a_reader_that_leaves_is_no_error():
    code = "import sys; from matricule.cli import main; sys.exit(main(['thing']))"
    setup = (
        "import matricule.cli as c, types, sys\n"
        "m = types.ModuleType('m'); m.__spec__ = types.SimpleNamespace(name='m')\n"
        "def run(args):\n    for _ in range(100000): print('x' * 80)\n    return 0\n"
        "m.run = run; sys.modules['m'] = m; c.COMMANDS['thing'] = c.Command('m', 'x')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", setup + code],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    assert process.wait() == 0, error
    assert error == b""


def test_commands_receive_a_namespace(scratch):
    scratch("thing", "scratch_commands", run=lambda args: 0 if isinstance(args, argparse.Namespace) else 1)
    assert cli.main(["thing"]) == 0
