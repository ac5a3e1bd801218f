"""``matricule employer``: whom an employer may register, the six categories, and the office of each place."""

import argparse

from matricule.cli.errors import CommandError
from matricule.cli.output import print_json
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import categories, eligibility, offices
from matricule.rules.employer.eligibility import Decision, Situation
from matricule.rules.employer.offices import Placed
from matricule.rules.errors import InputError

_OPTIONS = {"birth_country": "--born", "nationality": "--nationality", "nationality_2": "--second-nationality"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``may``, ``office`` and ``table``, each with ``--json`` and ``--language fr|en``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    may = actions.add_parser("may", help="say whether this person may be registered by an employer")
    may.add_argument("--born", required=True, metavar="XX", help="country of birth (ISO code)")
    may.add_argument("--nationality", required=True, metavar="XX", help="nationality (ISO code)")
    may.add_argument("--second-nationality", default="", metavar="XX", help="second nationality")
    for name, about in (
        ("ever-in-france", "has ever worked, studied or been insured in France"),
        ("has-number", "is said to have a French number"),
        ("number-kind", "what the employer says the number is"),
        ("returning", "a French person who comes back after being insured in France"),
    ):
        may.add_argument(f"--{name}", default="", choices=eligibility.CHOICES[name.replace("-", "_")], help=about)
    may.add_argument("--number", default="", help="the number as typed")
    may.add_argument("--where", default="", help="where in France the person was")
    may.add_argument("--when", default="", help="in which years")
    office = actions.add_parser("office", help="say which office examines a request")
    office.add_argument("--category", required=True, choices=CATEGORIES, help="category of the person")
    office.add_argument("--postcode", required=True, help="where the person lives")
    office.add_argument("--head-office", default="", metavar="POSTCODE", help="the employer's head office")
    office.add_argument("--no-order", action="store_true", help="a language assistant without arrêté de nomination")
    office.add_argument("--local", action="store_true", help="a language assistant recruited locally")
    table = actions.add_parser("table", help="list the offices of the six categories for one or more postcodes")
    table.add_argument("postcodes", nargs="+", metavar="POSTCODE", help="where people live")
    for action in (may, office, table):
        action.add_argument("--json", action="store_true", help="answer in JSON, in French and English")
        action.add_argument("--language", choices=("fr", "en"), default="en", help="language of the sentences")


def run(args: argparse.Namespace) -> int:
    """Print the answer; a country or a word that does not exist is bad input."""
    return {"may": _may, "office": _office, "table": _table}[args.action](args)


def _may(args: argparse.Namespace) -> int:
    situation = Situation(
        birth_country=args.born,
        nationality=args.nationality,
        nationality_2=args.second_nationality,
        ever_in_france=args.ever_in_france,
        has_number=args.has_number,
        number=args.number,
        number_kind=args.number_kind,
        where=args.where,
        when=args.when,
        returning=args.returning,
    )
    try:
        answer = eligibility.decide(situation)
    except InputError as error:
        raise CommandError(f"{_OPTIONS.get(error.field, error.field)}: {error.en}") from error
    if args.json:
        print_json(answer.as_dict())
    else:
        print(_decided(answer, args.language))
    return 0


def _office(args: argparse.Namespace) -> int:
    placed = offices.for_request(
        args.category,
        args.postcode,
        head_office_postcode=args.head_office,
        has_appointment_order=not args.no_order,
        local_recruit=args.local,
    )
    if args.json:
        print_json(placed.as_dict())
    else:
        print(_placed(placed, args.language))
    return 0


def _table(args: argparse.Namespace) -> int:
    rows = {
        category.code: {code: offices.for_request(category.code, code) for code in args.postcodes}
        for category in categories.all_categories()
    }
    if args.json:
        print_json({name: {code: placed.as_dict() for code, placed in row.items()} for name, row in rows.items()})
        return 0
    for name, row in rows.items():
        print(categories.get(name).name[args.language])
        for code, placed in row.items():
            print(f"  {code}: {', '.join(office.label for office in placed.offices) or placed.reason[args.language]}")
    return 0


def _decided(answer: Decision, language: str) -> str:
    verdict = "go on" if answer.goes_on else "stop" if answer.stops else f"answer {answer.asks}"
    lines = [f"{answer.code}: {verdict}", f"  {answer.title[language]}"]
    lines += [f"  {text[language]}" for text in answer.body]
    lines += [f"  - {step.text[language]}" for step in answer.steps]
    lines += [f"  ({note.text[language]})" for note in answer.notes]
    lines += [f"  ({item.text[language]})" for item in answer.reasons]
    return "\n".join([*lines, f"  Rule: {answer.rule.text[language]} [{answer.rule.source}]"])


def _placed(placed: Placed, language: str) -> str:
    lines = [placed.reason[language]]
    for office in placed.offices:
        lines += [f"  {office.code} {office.label}", *(f"      {line}" for line in office.address)]
    if placed.choice:
        lines.append(placed.choice[language])
    if placed.to_confirm:
        lines.append(f"  To confirm: {placed.to_confirm[language]}")
    return "\n".join([*lines, f"Source: {placed.source}"])
