"""Write one specimen to a file: `python -m matricule.demo.documents KIND PERSON FILE [--seed N] [--flaw FLAW]`."""

import argparse
from pathlib import Path
from typing import cast, get_args

from matricule.demo.documents import KINDS, Flaw, Format, draw
from matricule.demo.people import get_person, load_people

_ENDINGS = {"jpg": "jpeg", "heif": "heic"}


def main(argv: list[str] | None = None) -> int:
    """Read the arguments, write the file, give the exit code. The ending of the file's name chooses the format."""
    parser = argparse.ArgumentParser(prog="matricule.demo.documents", description="Draw a specimen document.")
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("person", choices=[person.key for person in load_people()])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flaw", choices=get_args(Flaw))
    parser.add_argument("--desk", action="store_true", help="photographed on a desk instead of scanned")
    said = parser.parse_args(argv)
    ending = said.file.suffix.lstrip(".").lower()
    fmt = _ENDINGS.get(ending, ending)
    if fmt not in get_args(Format):
        parser.error(f"the file's name must end in one of {', '.join(get_args(Format))}")
    person = get_person(said.person)
    made = draw(said.kind, person, seed=said.seed, fmt=cast(Format, fmt), flaw=said.flaw, desk=said.desk)
    said.file.write_bytes(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
