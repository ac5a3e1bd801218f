"""The digits of a new NIA: what the birth says, an order number, and the key (facts.md 1.1 and 1.2).

The first ten characters come from the birth and are shared by everybody born in the same month and place; the order
number (001 to 999) tells them apart. Places: 99 and INSEE's code of the country; before its independence, Algeria 91,
Morocco 95, Tunisia 96 (data/numbers.toml) with the three digits of the country, since the communes of that time are
in no table of ours; overseas, the territory's three digits and the commune's last two; in France, INSEE's code of the
commune, with 20 for Corsica before 1976.
"""

import re
from datetime import date
from functools import cache

from matricule.rules import countries, data
from matricule.rules.countries import Country
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError, RulesError
from matricule.rules.numbers import departments
from matricule.rules.numbers.nir import FILE, key_of, maghreb

HIGHEST_ORDER = 999

_SEX = {"M": "1", "F": "2"}
_COMMUNE = re.compile(r"(?:[0-9]{2}|2A|2B)[0-9]{3}", re.ASCII)


def prefix(sex: str, birth_date: PartialDate, birth_country: str, commune: str = "") -> str:
    """Return the first ten characters of a number: sex, year, month, department, place.

    ``sex`` is M or F, ``birth_country`` an ISO or INSEE code, ``commune`` INSEE's five characters, needed for a birth
    in France and wanted for one overseas. Raises ``InputError`` (fields sex, birth_country, birth_place) for what no
    number can be made of.
    """
    if sex not in _SEX:
        raise InputError(
            "sex",
            fr="Le sexe de l’état civil manque\u00a0: un numéro commence par lui.",
            en="The sex of the civil status is missing: a number begins with it.",
        )
    month = f"{birth_date.month:02d}" if birth_date.month else settings()["unknown_month"]
    place = _place(countries.get(birth_country, field="birth_country"), birth_date, commune.strip().upper())
    return f"{_SEX[sex]}{birth_date.year % 100:02d}{month}{place}"


def number(first: str, order: int) -> str:
    """Return the 15 characters of the number of this order (1 to 999) behind ten characters of ``prefix``.

    Raises ``ValueError`` for another order, or for characters that can have no key.
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError("an order number goes from 1 to 999")
    body = f"{first}{order:03d}"
    key = key_of(body)
    if len(first) != 10 or key is None:
        raise ValueError("a number begins with ten characters of a birth")
    return body + key


def _place(country: Country, birth_date: PartialDate, commune: str) -> str:
    if country.code == "FR":
        return _in_france(birth_date, commune)
    if country.french:
        fits = commune.startswith(country.cog) and len(commune) == 5 and commune.isdigit()
        return commune if fits else country.cog + settings()["unknown_commune"]
    for department, (cog, until) in sorted(maghreb().items()):
        if cog == country.cog and birth_date.earliest < until:
            return department + cog[2:]
    return country.cog


def _in_france(birth_date: PartialDate, commune: str) -> str:
    if not _COMMUNE.fullmatch(commune) or commune[2:] == "000" or commune[:2] not in departments.table():
        raise InputError(
            "birth_place",
            fr="Une naissance en France a besoin du code Insee de la commune\u202f; en général, le numéro existe.",
            en="A birth in France needs INSEE’s code of the commune; as a rule, the number exists.",
        )
    if commune[:2] in {"2A", "2B"} and birth_date.earliest < date.fromisoformat(settings()["corsica_since"]):
        return "20" + commune[2:]
    return commune


@cache
def settings() -> dict[str, str]:
    """Return what a number holds where the birth is silent; raises ``RulesError`` when the row is wrong."""
    row = data.read_toml(FILE).get("attribution", {})
    try:
        month, commune, since = row["unknown_month"], row["unknown_commune"], row["corsica_since"]
        date.fromisoformat(since)
        if not (re.fullmatch(r"20|3[0-9]|4[0-2]|[5-9][0-9]", month) and re.fullmatch(r"[0-9]{2}", commune)):
            raise ValueError("unknown_month is 20, 30-42 or 50-99, unknown_commune two digits")
        return {"unknown_month": month, "unknown_commune": commune, "corsica_since": since}
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(FILE, "attribution", f"is wrong ({error})") from error
