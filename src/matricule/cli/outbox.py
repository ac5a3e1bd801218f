"""``matricule outbox``: what waits to be sent, what came back, and another chance for one mail."""

import argparse
import json
from uuid import UUID

from matricule.cli.errors import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("action", nargs="?", choices=["status", "deliver", "again"], default="status")
    parser.add_argument("mail", nargs="?", help="identifier of the mail to send again")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Show the outbox by state and reason, send what is due now, or give one refused mail another chance."""
    from matricule.cli.runtime import service

    with service():
        answer = {"status": _status, "deliver": _deliver, "again": _again}[args.action](args)
    print(json.dumps(answer) if args.json else "\n".join(f"{key:<32}{value}" for key, value in answer.items()))
    return 0


def _status(args: argparse.Namespace) -> dict[str, int]:
    """Return how many mails there are of each state, and of each reason where one is known; no address, no text."""
    from django.db.models import Count

    from matricule.core.outbox import Mail

    counted = Mail.objects.values_list("state", "last_error").annotate(n=Count("pk")).order_by("state", "last_error")
    return {f"{state} ({reason})" if reason else state: n for state, reason, n in counted}


def _deliver(args: argparse.Namespace) -> dict[str, int]:
    from dataclasses import asdict

    from matricule.core import outbox

    return asdict(outbox.deliver_due())


def _again(args: argparse.Namespace) -> dict[str, int]:
    from matricule.core import outbox

    try:
        mail_id = UUID(args.mail or "")
    except ValueError:
        raise CommandError("name the mail by its identifier: matricule outbox again 01890a5d-…") from None
    if not outbox.again(mail_id):
        raise CommandError("this mail was neither refused nor returned, or is of no use any more")
    return {"again": 1}
