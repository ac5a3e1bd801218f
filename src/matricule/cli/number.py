"""``matricule number check TEXT``: what number is this, and can it be used?"""

import argparse
import sys

from matricule.cli.output import print_json
from matricule.rules.numbers import Checked, check

_VERDICTS = {"valid": "can be used", "warning": "can be used, look again", "invalid": "cannot be used"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``number check TEXT [--json] [--language fr|en]``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = actions.add_parser("check", help="say what number TEXT is and whether it can be used")
    one.add_argument("text", metavar="TEXT", help="the number as you would paste it; - reads it from standard input")
    one.add_argument("--json", action="store_true", help="answer in JSON, with the reasons in French and English")
    one.add_argument("--language", choices=("fr", "en"), default="en", help="language of the sentences (default: en)")


def run(args: argparse.Namespace) -> int:
    """Print the answer; 0 whatever the verdict, because an answer was given."""
    text = sys.stdin.readline() if args.text == "-" else args.text
    answer = check(text)
    if args.json:
        print_json(answer.as_dict())
    else:
        print(_plain(answer, args.language))
    return 0


def _plain(answer: Checked, language: str) -> str:
    lines = [f"{answer.kind}: {_VERDICTS[answer.verdict]}", f"  {answer.formatted}"]
    return "\n".join(lines + [f"  - {item.text[language]}" for item in answer.reasons])
