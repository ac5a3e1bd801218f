"""``matricule demo``: load the invented people, or make many (registered by name: nothing imports demo)."""

import argparse
import json
import time

from matricule.cli.errors import CommandError
from matricule.core import config

PAUSE = 10.0
"""Seconds after which a load says again how far it is."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "what", nargs="?", choices=["load"], help="load: the invented people and their documents, once"
    )
    parser.add_argument(
        "--volume", type=int, metavar="N", help="make N more dossiers with history, without their files"
    )
    parser.add_argument("--seed", type=int, default=1, help="with --volume: another seed, other people")
    parser.add_argument("--company", action="store_true", help="with --volume: requests of one company, with families")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Load the people and say what became of each, or make a volume and say how far it is."""
    if (args.what is None) == (args.volume is None):
        raise CommandError("say either `load` or `--volume N`")
    if args.company and args.volume is None:
        raise CommandError("--company goes with --volume")
    if args.volume is not None and args.volume < 1:
        raise CommandError("--volume takes a number above 0")
    if not config.current().demo:
        print("The demo loads only in demo mode: matricule run --demo, or MATRICULE_DEMO=1.")  # noqa: T201
        return 2
    from matricule.cli.runtime import refuse_database_of_other_mode, service

    with service():
        refuse_database_of_other_mode()
        if args.volume is not None:
            return _volume(args)
        return _load(args)


def _load(args: argparse.Namespace) -> int:
    from matricule.demo import loading

    found = []
    for row in loading.load():
        found.append(row)
        if not args.json:
            print(f"{row.email:45} {row.became}", flush=True)  # noqa: T201
    if args.json:
        print(json.dumps([{"key": row.key, "email": row.email, "became": row.became} for row in found]))  # noqa: T201
    return 0


def _volume(args: argparse.Namespace) -> int:
    from matricule.demo import volume

    begun = said = time.monotonic()
    made = 0
    make = volume.make_requests if args.company else volume.make
    for made in make(args.volume, args.seed):
        now = time.monotonic()
        if not args.json and (made % 10_000 == 0 or now - said >= PAUSE):
            print(f"{made} dossiers, {now - begun:.0f} s", flush=True)  # noqa: T201
            said = now
    seconds = round(time.monotonic() - begun, 1)
    answer = json.dumps({"made": made, "seconds": seconds}) if args.json else f"{made} dossiers made in {seconds} s."
    print(answer)  # noqa: T201
    return 0
