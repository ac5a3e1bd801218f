"""matricule journal: verify the journal, count it, accept it after a restore."""

import argparse
import json

SAYS = {
    "changed": "entry {entry} of {month} was changed",
    "missing": "entry {entry} of {month} is missing",
    "added": "entry {entry} of {month} was added",
    "cut": "everything after entry {after} was cut: seal {seal} is missing",
    "seal_missing": "seal {seal} is missing",
    "seal_changed": "seal {seal} was changed",
    "seal_out_of_place": "seal {seal} covers what another covers",
    "dropped_too_early": "the month {month} was dropped too early",
    "dropped_but_present": "the month {month} is said to be dropped and is there",
    "head_changed": "the head in the second place was changed",
    "head_missing": "the head in the second place is missing",
    "head_differs": "seal {seal} is not the one that the head remembers",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.add_argument(
        "what",
        choices=["verify", "accept-head"],
        help="verify every seal and entry; or, after a restore that you answer for, take the journal as it is",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Return 0 when the journal is whole, 1 when something is wrong with it."""
    from matricule.cli.runtime import service

    with service():
        from matricule.core import journal

        if args.what == "accept-head":
            journal.accept_head()
        report = journal.verify()
    if args.json:
        print(json.dumps(report.as_json(), indent=2))
    elif report.problem is None:
        print(
            f"The journal is whole: {report.entries} entries under {report.seals} seals; "
            f"{report.unsealed} of the last seconds are not sealed yet."
        )
    else:
        print("The journal is NOT whole: " + SAYS[report.problem.kind].format(**vars(report.problem)) + ".")
    return 0 if report.ok else 1
