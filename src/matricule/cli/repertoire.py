"""``matricule repertoire load FILE``: people who already have a number, so that nobody gets a second one."""

import argparse
from dataclasses import asdict
from pathlib import Path

from matricule.cli.errors import CommandError
from matricule.cli.output import print_json

ACTOR = "system:cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument("what", choices=["load"], help="load: add the people of a CSV file, once")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV in UTF-8, first line: number,birth_name,…")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Load the file; return 1 when rows were wrong, which are named by their place and a code."""
    from matricule.cli.runtime import service

    with service():
        from matricule import repertoire
        from matricule.repertoire.loading import BadFile

        try:
            loaded = repertoire.load(args.file, actor=ACTOR)
        except BadFile as error:
            raise CommandError(str(error)) from None
    if args.json:
        print_json({**asdict(loaded), "faults": [{"row": row, "code": code} for row, code in loaded.faults]})
    else:
        for row, code in loaded.faults:
            print(f"row {row}: {code}")
        print(f"{loaded.added} people added, {loaded.kept} were there already, {loaded.wrong} rows are wrong.")
    return 1 if loaded.wrong else 0
