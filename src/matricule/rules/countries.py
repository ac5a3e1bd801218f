"""Countries: of nationality, of birth (history included), of the authority that issued a document.

Source: facts.md 7 (INSEE COG 2025, ISO 3166, CLDR). A country is named by its ISO 3166 code of two letters, or,
when it has none (Czechoslovakia, East Germany), by its INSEE code of five digits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from matricule.rules import data
from matricule.rules.errors import InputError
from matricule.rules.text import fold, rank

FILE = "countries.csv"
COLUMNS = ("code", "iso3", "cog", "fr", "en", "kind", "union", "languages", "aliases", "source", "valid_from")
FORMER_FILE = "former_states.csv"
FORMER_COLUMNS = ("fr", "en", "codes", "source", "valid_from")
KINDS = {"current", "french_territory", "historical", "place", "superseded"}
"""``place``: a code of INSEE's for a part of a State or a territory, which no certificate gives as a country."""
_OTHER_CODES = {"UK": "GB", "EL": "GR"}
"""Codes that the European institutions write instead of ISO's."""


@dataclass(frozen=True, slots=True)
class Country:
    """One country or territory. ``cog`` is INSEE's code; ``languages`` are the official ones, by ISO 639 code."""

    code: str
    iso3: str
    cog: str
    names: dict[str, str] = field(hash=False)
    kind: str
    union: str
    languages: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def french(self) -> bool:
        """Whether this is France or one of its overseas territories."""
        return self.code == "FR" or self.kind == "french_territory"

    @property
    def free_movement(self) -> bool:
        """Whether this is a State of the EU or the EEA, or Switzerland (France included)."""
        return bool(self.union) or self.french

    @property
    def historical(self) -> bool:
        """Whether this country exists no more, or is a part of one: a country of birth, not of nationality."""
        return self.kind in {"historical", "place"}


@cache
def table() -> dict[str, Country]:
    """Return every country by code, superseded INSEE codes included; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return {country.code: country for country in data.build_rows(FILE, rows, _country, lambda c: c.code)}


def _country(row: dict[str, str]) -> Country:
    if row["kind"] not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
    if row["union"] not in {"", "EU", "EEA", "CH"}:
        raise ValueError("union must be EU, EEA, CH or empty")
    if not row["cog"].isdigit() or len(row["cog"]) not in (3, 5):
        raise ValueError("cog must be 5 digits (3 for a French territory)")
    return Country(
        code=row["code"],
        iso3=row["iso3"],
        cog=row["cog"],
        names=data.both(row),
        kind=row["kind"],
        union=row["union"],
        languages=tuple(filter(None, row["languages"].split("|"))),
        aliases=tuple(filter(None, row["aliases"].split("|"))),
    )


def find(code: str) -> Country | None:
    """Return the country of an ISO code of two letters or an INSEE code of five digits, or None.

    Capitals do not matter; UK and EL are understood. An INSEE code that several ISO codes share gives the first.
    """
    wanted = code.strip().upper()
    wanted = _OTHER_CODES.get(wanted, wanted)
    if wanted in table():
        return table()[wanted]
    shared = by_cog(wanted)
    return shared[0] if shared else None


def get(code: str, *, field: str = "country") -> Country:
    """Return the country of ``code``; raises ``InputError`` on ``field`` when there is none."""
    country = find(code)
    if country is None:
        raise InputError(
            field,
            fr="Ce code de pays n’est pas dans la liste. Écrivez deux lettres, comme BR pour le Brésil.",
            en="This country code is not in the list. Write two letters, like BR for Brazil.",
        )
    return country


def by_cog(cog: str) -> tuple[Country, ...]:
    """Return every country of INSEE's ``cog`` (several territories share one code), superseded codes included."""
    return _cogs().get(cog, ())


@cache
def _cogs() -> dict[str, tuple[Country, ...]]:
    found: dict[str, tuple[Country, ...]] = {}
    for country in table().values():
        found[country.cog] = (*found.get(country.cog, ()), country)
    return found


@cache
def nationalities(language: str) -> tuple[Country, ...]:
    """Return the countries that a nationality can be, in the order of their names in ``language`` (fr or en)."""
    return _ordered((c for c in table().values() if c.kind == "current"), language)


@cache
def former_states() -> tuple[Country, ...]:
    """Return the States that are gone, by the name that certificates give, with the code that stands for them today.

    INSEE keeps no code of its own for some (Yugoslavia, the USSR): a birth there is coded by the State of today, so
    such a State comes once for each successor, "Yougoslavie (aujourd’hui Serbie)" with the code RS. Raises
    ``RulesError`` when the file is wrong.
    """
    rows = data.build_rows(FORMER_FILE, data.read_csv(FORMER_FILE, FORMER_COLUMNS), _successors)
    return tuple(country for row in rows for country in row)


def _successors(row: dict[str, str]) -> tuple[Country, ...]:
    names = data.both(row)
    known = [table()[code] for code in row["codes"].split("|")]  # KeyError: no such country
    return tuple(replace(country, names=_former_names(names, country), kind="historical") for country in known)


def _former_names(names: dict[str, str], today: Country) -> dict[str, str]:
    if today.historical:
        return names
    return {
        "fr": f"{names['fr']} (aujourd’hui {today.names['fr']})",
        "en": f"{names['en']} (today {today.names['en']})",
    }


@cache
def birth_countries(language: str) -> tuple[Country, ...]:
    """Return what a list of countries of birth offers, ordered by name: countries, French territories, history.

    A code comes again under each name of ``former_states``.
    """
    return _ordered((*_born(), *former_states()), language)


def _born() -> Iterable[Country]:
    return (country for country in table().values() if country.kind not in {"superseded", "place"})


def search(query: str, language: str, *, historical: bool = True, limit: int = 8) -> list[Country]:
    """Return the countries that ``query`` finds by name in either language, alias or code, best first."""
    found = []
    for country in _born():
        if country.historical and not historical:
            continue
        place = rank(query, (country.names[language], *country.names.values(), *country.aliases, country.code))
        if place is not None:
            found.append((place, country.historical, fold(country.names[language]), country))
    return [row[-1] for row in sorted(found, key=lambda row: row[:3])[:limit]]


def _ordered(countries: Iterable[Country], language: str) -> tuple[Country, ...]:
    return tuple(sorted(countries, key=lambda c: fold(c.names[language])))
