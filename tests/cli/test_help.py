"""Every command of the product explains itself, and answers programs in JSON where it answers anything."""

import argparse
import importlib

import pytest

from matricule.cli import COMMANDS, main

ANSWERS = (
    "number",
    "requirements",
    "translation",
    "check-settings",
    "journal",
    "reconcile",
    "outbox",
    "statuses",
    "staff",
    "repertoire",
    "demo",
)
"""Commands that say something which a program may want; the others start, write or make something."""


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command, as the dispatcher makes it."""
    path, _, function = COMMANDS[name].target.partition(":")
    module = importlib.import_module(path)
    describe = getattr(module, f"{function}_arguments" if function else "add_arguments", None)
    parser = argparse.ArgumentParser(prog=name)
    if describe is not None:
        describe(parser)
    return parser


def every_parser(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Return a parser and those of its sub-commands."""
    found = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [one for child in action.choices.values() for one in every_parser(child)]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_given_with_the_summary_and_a_good_exit_code(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"usage: matricule {name}")
    assert COMMANDS[name].summary[1:] in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    for parser in every_parser(parser_of(name)):
        for action in parser._actions:
            silent = isinstance(action, argparse._SubParsersAction) or (action.choices and not action.option_strings)
            assert silent or (action.help or "").strip(), (parser.prog, action.dest)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_answers_answers_programs_too(name: str) -> None:
    options = {text for parser in every_parser(parser_of(name)) for a in parser._actions for text in a.option_strings}
    assert "--json" in options


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_does_not_exist_is_bad_input(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--no-such-option"]) == 2
    assert "usage: matricule" in capsys.readouterr().err
