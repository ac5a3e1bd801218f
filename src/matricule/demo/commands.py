"""``matricule demo``: load the invented people (registered by name: nothing imports demo)."""

import argparse
import json

from matricule.core import config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument("what", choices=["load"], help="load: the invented people and their documents, once")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Load the people and say what became of each."""
    if not config.current().demo:
        print("The demo loads only in demo mode: matricule run --demo, or MATRICULE_DEMO=1.")  # noqa: T201
        return 2
    from matricule.cli.runtime import refuse_database_of_other_mode, service

    with service():
        from matricule.demo import loading

        refuse_database_of_other_mode()
        found = []
        for row in loading.load():
            found.append(row)
            if not args.json:
                print(f"{row.email:45} {row.became}", flush=True)  # noqa: T201
    if args.json:
        print(json.dumps([{"key": row.key, "email": row.email, "became": row.became} for row in found]))  # noqa: T201
    return 0
