"""``matricule staff``: who works at an office. The first supervisor is named here; supervisors name the others."""

import argparse
from uuid import UUID

from matricule.cli.errors import CommandError
from matricule.cli.output import print_json

ACTOR = "system:cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands."""
    parts = parser.add_subparsers(dest="what", required=True)
    appoint = parts.add_parser("appoint", help="give a person a post at an office")
    appoint.add_argument("--email", required=True, help="the person's own work address, not a shared mailbox")
    appoint.add_argument("--name", required=True, help="as colleagues and dossiers show it")
    appoint.add_argument("--office", required=True, help="code of the caisse, three characters (251: CPAM du Doubs)")
    appoint.add_argument(
        "--role",
        choices=["caseworker", "supervisor"],
        default="caseworker",
        help="a supervisor names and dismisses the others",
    )
    dismiss = parts.add_parser("dismiss", help="end a person's post, and every session of theirs")
    dismiss.add_argument("--email", required=True, help="the address of the post that ends")
    forget = parts.add_parser("forget-passkeys", help="let a person make a new passkey: theirs are lost")
    forget.add_argument("--email", required=True, help="the address whose passkeys are lost")
    shown = parts.add_parser("list", help="who works at an office")
    shown.add_argument("--office", required=True, help="code of the caisse, three characters")
    shown.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Do one act; raises CommandError for an address, an office or a person that is none."""
    from matricule.cli.runtime import service

    with service():
        acts = {"appoint": _appoint, "dismiss": _dismiss, "forget-passkeys": _forget, "list": _list}
        return acts[args.what](args)


def _appoint(args: argparse.Namespace) -> int:
    from matricule.accounts import addresses, staff
    from matricule.accounts.models import User
    from matricule.rules import offices

    address = addresses.parse(args.email)
    if address is None:
        raise CommandError("this is not one e-mail address")
    if not offices.name(args.office):
        raise CommandError("there is no caisse of this code")
    user = User.objects.for_address(address, "fr")
    staff.appoint(by=ACTOR, user=user, name=args.name.strip()[:80], office=args.office, role=args.role)
    print(f"Appointed at the {offices.name(args.office)}. The passkey is made at the first sign-in: /desk/sign-in/")
    return 0


def _dismiss(args: argparse.Namespace) -> int:
    from matricule.accounts import staff

    user_id = _person(args.email)
    office = staff.office_of(user_id)
    if office is None:
        raise CommandError("this person has no post")
    try:
        staff.dismiss(by=ACTOR, user_id=user_id, office=office)
    except staff.LastSupervisor:
        raise CommandError("an office keeps a supervisor: name another one first") from None
    print("The post is ended, and so is every session.")
    return 0


def _forget(args: argparse.Namespace) -> int:
    from matricule.accounts import passkeys

    passkeys.forget_all(by=ACTOR, user_id=_person(args.email))
    print("The passkeys are gone. A new one is made at the next sign-in, after a code sent to this address.")
    return 0


def _list(args: argparse.Namespace) -> int:
    from matricule.accounts import passkeys, staff

    rows = [
        {"name": post.name, "role": post.role, "passkey": passkeys.has_one(post.user_id)}
        for post in staff.colleagues(args.office)
    ]
    if args.json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['name']:<30} {row['role']:<11} {'passkey' if row['passkey'] else 'no passkey yet'}")
    return 0


def _person(email: str) -> UUID:
    from matricule.accounts.models import User

    user_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    if user_id is None:
        raise CommandError("nobody has this address")
    return user_id
