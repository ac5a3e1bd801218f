"""``matricule requirements``: the documents that a person owes."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from matricule.cli.errors import CommandError
from matricule.cli.output import print_json
from matricule.rules.answers import ROUTES
from matricule.rules.dates import today
from matricule.rules.errors import InputError
from matricule.rules.requirements import RequirementRule, answers_schema, requirements_for

_PHASES = {1: "Phase 1, provisional rights", 2: "Phase 2, definitive number", 3: "Phase 3, reimbursements"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``--route student --answers FILE.json [--on DATE] [--json]`` and ``--schema``."""
    parser.add_argument("--route", required=True, choices=ROUTES, help="what the person registers as")
    parser.add_argument("--answers", metavar="FILE.json", help="the answers, as --schema describes; - reads them here")
    parser.add_argument("--on", metavar="DATE", help="day of the request, like 2026-09-01 (default: today in Paris)")
    parser.add_argument("--json", action="store_true", help="answer in JSON, in French and English")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the answers of this route")


def run(args: argparse.Namespace) -> int:
    """Print the list or the schema; a file or an answer that cannot be used is bad input."""
    if args.schema:
        print_json(answers_schema(args.route))
        return 0
    if args.answers is None:
        raise CommandError("give the answers with --answers FILE.json; --schema describes them.")
    try:
        found = requirements_for(args.route, _read(args.answers), on=_day(args.on))
    except InputError as error:
        raise CommandError(f"{error.field}: {error.en}") from error
    if args.json:
        print_json([item.as_dict() for item in found])
    else:
        print(_plain(found))
    return 0


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        answers = json.loads(text)
    except OSError as error:
        raise CommandError(f"the answers cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError("the answers are not text in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise CommandError(f"the answers are not JSON: look at line {error.lineno}, column {error.colno}.") from error
    if not isinstance(answers, dict):
        raise CommandError('the answers are one JSON object, like {"nationality": "BR"}.')
    return answers


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise CommandError("--on: write the date like 2026-09-01.") from error


def _plain(found: list[RequirementRule]) -> str:
    lines: list[str] = []
    for phase, title in _PHASES.items():
        chosen = [item for item in found if item.phase == phase]
        lines += [title] if chosen else []
        for item in chosen:
            lines += [f"  {item.code}: {item.label['en']}", f"      {item.reason['en']} ({item.source})"]
    return "\n".join(lines)
