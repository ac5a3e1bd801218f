"""``matricule translation``: does a civil-status document need a translation?"""

import argparse

from matricule.cli.errors import CommandError
from matricule.cli.output import print_json
from matricule.rules.errors import InputError
from matricule.rules.translation import Translation, decide


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the document: who issued it, in which language, with which form."""
    parser.add_argument("--country", required=True, metavar="XX", help="country that issued the document (ISO code)")
    parser.add_argument("--language", required=True, metavar="yy", help="language of the document (ISO 639 code)")
    parser.add_argument("--multilingual-form", action="store_true", help="the EU multilingual form comes with it")
    parser.add_argument("--plurilingual-extract", action="store_true", help="it is a plurilingual (CIEC) extract")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(args: argparse.Namespace) -> int:
    """Print the answer; a code that does not exist is bad input."""
    try:
        answer = decide(
            args.country,
            args.language,
            multilingual_form=args.multilingual_form,
            plurilingual_extract=args.plurilingual_extract,
        )
    except InputError as error:
        option = {"document_country": "--country", "document_language": "--language"}[error.field]
        raise CommandError(f"{option}: {error.en}") from error
    if args.json:
        print_json(answer.as_dict())
    else:
        print(_plain(answer))
    return 0


def _plain(answer: Translation) -> str:
    lines = [answer.reason["en"], answer.translators["en"] if answer.translators else "", f"Source: {answer.source}"]
    return "\n".join(line for line in lines if line)
