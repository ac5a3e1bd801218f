"""The command line of the product.

Commands are listed by name and loaded only when they are called, so that the pure ones (number, requirements,
translation) import no Django and answer within half a second (issue 2, section 3).

To add a command, add one line to ``COMMANDS``. A target is either

- ``"package.module"``: the module offers ``run(args) -> int`` and, if it takes arguments, ``add_arguments(parser)``;
- ``"package.module:name"``: the module offers ``name(args) -> int`` and, if it takes arguments,
  ``name_arguments(parser)``, so that one module may serve several commands.

A module that is not there (demo, in an installation without it) is left out of the list. A command reports bad input
by raising ``CommandError``: its text goes to stderr and the exit code is 2.
"""

import argparse
import difflib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import matricule
from matricule.cli.errors import CommandError

__all__ = ["COMMANDS", "Command", "CommandError", "main"]

BAD_INPUT = 2
"""Exit code of bad input; 0 is an answer, 1 a command that could not do its work."""


class Command(NamedTuple):
    """Where a command lives, and what the list of commands says of it."""

    target: str
    summary: str


COMMANDS: dict[str, Command] = {
    "number": Command("matricule.cli.number", "check and explain a social security number (NIR, NIA, NNP, MIG, NTT)"),
    "requirements": Command("matricule.cli.requirements", "list the documents that a person owes"),
    "employer": Command("matricule.cli.employer", "say whom an employer may register, as what, and with which office"),
    "translation": Command("matricule.cli.translation", "say whether a civil-status document needs a translation"),
    "run": Command("matricule.cli.runtime:run", "start everything: database, web, worker, calendar"),
    "web": Command("matricule.cli.runtime:web", "start the web server alone"),
    "worker": Command("matricule.cli.runtime:worker", "start the worker and its calendar alone"),
    "migrate": Command("matricule.cli.runtime:migrate", "bring the database to this version"),
    "check-settings": Command("matricule.cli.settings:check_settings", "say which settings are missing or unsafe"),
    "settings-doc": Command("matricule.cli.settings:settings_doc", "write docs/settings.md from the settings module"),
    "rotate-keys": Command("matricule.cli.vault:rotate_keys", "replace a key while the service runs"),
    "make-keys": Command("matricule.cli.settings:make_keys", "make a new key file"),
    "journal": Command("matricule.cli.journal", "verify and read the journal"),
    "reconcile": Command("matricule.cli.vault:reconcile", "compare the vault with the database"),
    "outbox": Command("matricule.cli.outbox", "show what waits to be sent"),
    "retention": Command("matricule.cli.dossiers:retention", "erase what was removed long ago, or count it"),
    "statuses": Command("matricule.cli.dossiers:statuses", "rebuild the cached states and compare them"),
    "staff": Command("matricule.cli.staff", "name and dismiss the people of a caisse's office"),
    "repertoire": Command("matricule.cli.repertoire", "load people who already have a number"),
    "demo": Command("matricule.demo.commands", "load the invented people and documents"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` names (default: the process's arguments) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0 if words else BAD_INPUT
    if words[0] == "--version":
        print(f"matricule {matricule.__version__}")
        return 0
    try:
        return _dispatch(words[0], words[1:])
    except CommandError as error:
        print(f"matricule {words[0]}: {error}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # The reader (head, less) left: what follows has no reader, and closing stdout again would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _dispatch(name: str, words: list[str]) -> int:
    run, add_arguments = _load(name)
    parser = argparse.ArgumentParser(prog=f"matricule {name}", description=_sentence(COMMANDS[name].summary))
    if add_arguments is not None:
        add_arguments(parser)
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else BAD_INPUT
    return run(args)


def _load(name: str) -> tuple[Callable[[argparse.Namespace], int], Callable[[argparse.ArgumentParser], None] | None]:
    if name not in COMMANDS or not _present(COMMANDS[name]):
        raise CommandError(_unknown(name))
    path, _, function = COMMANDS[name].target.partition(":")
    module = importlib.import_module(path)
    if not function:
        return module.run, getattr(module, "add_arguments", None)
    return getattr(module, function), getattr(module, f"{function}_arguments", None)


def _present(command: Command) -> bool:
    try:
        return importlib.util.find_spec(command.target.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def _unknown(name: str) -> str:
    here = [other for other, command in COMMANDS.items() if other != name and _present(command)]
    near = difflib.get_close_matches(name, here, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"there is no such command here.{hint} `matricule --help` lists them."


def _overview() -> str:
    rows = [f"  {name:<16}{command.summary}" for name, command in COMMANDS.items() if _present(command)]
    return "\n".join(
        [
            "usage: matricule COMMAND [ARGUMENTS]",
            "",
            "Commands:",
            *rows,
            "",
            "`matricule COMMAND --help` explains one.",
        ]
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
