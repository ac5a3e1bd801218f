"""IBAN: key, country of the SEPA area, length of that country.

Sources: ISO 13616 (key and structure, by python-stdnum); list of the SEPA countries in ``data/sepa.csv`` (European
Payments Council). Sentences after wording.md 6.
"""

from dataclasses import dataclass
from functools import cache

from matricule.rules import data
from matricule.rules.numbers.answer import Answer, no, yes
from matricule.rules.numbers.shape import clean, grouped

FILE = "sepa.csv"
COLUMNS = ("code", "length", "source", "valid_from")


@dataclass(frozen=True, slots=True)
class Zone:
    """One country of the SEPA area, and how many characters its IBANs have."""

    code: str
    length: int


@cache
def sepa() -> dict[str, Zone]:
    """Return the countries of the SEPA area by code; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return {zone.code: zone for zone in data.build_rows(FILE, rows, _zone, lambda zone: zone.code)}


def _zone(row: dict[str, str]) -> Zone:
    length = int(row["length"])
    if not 15 <= length <= 34:
        raise ValueError("an IBAN has 15 to 34 characters")
    return Zone(row["code"], length)


def check(text: str) -> Answer:
    """Check an IBAN as people paste it, the word IBAN in front included; the formatted value is in groups of four."""
    value = clean(text).removeprefix("IBAN").removeprefix(":")
    refused = _country(value) or _length(value) or _key(value)
    return refused or yes(value, grouped(value, *[4] * 8))


def masked(value: str) -> str:
    """Return a clean IBAN by four, hidden but for its last four characters (wording.md 3)."""
    hidden = "•" * (len(value) - 4) + value[-4:]
    return grouped(hidden, *[4] * 8)


def _country(value: str) -> Answer | None:
    code = value[:2]
    if not (value.isascii() and value.isalnum() and code.isalpha() and len(code) == 2 and value[2:4].isdigit()):
        return no(
            "shape",
            "Un IBAN commence par deux lettres et deux chiffres, comme FR76. Recopiez celui du RIB, pas la carte.",
            "An IBAN begins with two letters and two digits, like FR76. Copy it from the RIB, not the card number.",
        )
    if code not in sepa():
        return no(
            "country",
            "La caisse rembourse sur un compte de l’espace SEPA (Europe). Donnez l’IBAN d’un compte de cette zone.",
            "The caisse pays into accounts of the SEPA area (Europe). Give the IBAN of an account in that area.",
        )
    return None


def _length(value: str) -> Answer | None:
    expected, found = sepa()[value[:2]].length, len(value)
    if found == expected:
        return None
    missing = expected - found
    if missing == 1:
        fr, en = "Un caractère semble manquer", "One character seems to be missing"
    elif missing > 1:
        fr, en = f"{missing} caractères semblent manquer", f"{missing} characters seem to be missing"
    elif missing == -1:
        fr, en = "Il y a un caractère de trop", "There is one character too many"
    else:
        fr, en = f"Il y a {-missing} caractères de trop", f"There are {-missing} characters too many"
    return no(
        "length",
        f"{fr}\u00a0: {found} au lieu de {expected}. Recopiez l’IBAN du RIB, pas le numéro de carte.",
        f"{en}: {found} instead of {expected}. Copy the IBAN, not the card number.",
    )


def _key(value: str) -> Answer | None:
    from stdnum import iban

    if iban.is_valid(value):
        return None
    return no(
        "key",
        "Un caractère est sans doute mal recopié\u00a0: la clé de l’IBAN ne va pas. Relisez-le par groupes de quatre.",
        "A character was probably copied wrong: the key of the IBAN does not fit. Read it again four by four.",
    )
