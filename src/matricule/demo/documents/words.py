"""The words that a document is filled with: names in their own script, dates in the document's language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date

from matricule.demo.people import Parent, Person


class Day(date):
    """A date that a template writes as it wants: `{day:fr}` in words of a language, `{day:/}` in figures."""

    @classmethod
    def of(cls, day: date) -> "Day":
        """Take over a plain date."""
        return cls(day.year, day.month, day.day)

    def __format__(self, spec: str) -> str:
        """Write day, month and year with the sign given, or in the long form of the language given."""
        if len(spec) <= 1:
            return self.strftime(f"%d{spec or ' '}%m{spec or ' '}%Y")
        if spec.startswith("%"):
            return self.strftime(spec)
        words = format_date(self, "long", locale={"en": "en_GB"}.get(spec, spec))
        return words.replace("1 ", "1er ", 1) if spec == "fr" and self.day == 1 else words


@dataclass(frozen=True)
class Country:
    """How a country is called on documents: code of three letters, names, the holder's nationality in its language."""

    iso3: str
    fr: str
    en: str
    local: str
    citizen: str
    language: str
    theme: str


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """Read one of the TOML files beside this module."""
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


def country(code: str) -> Country:
    """Give the words of a country by ISO code of two letters. Raises KeyError for one that nobody here needs."""
    return Country(**read_data("countries.toml")[code])


def single(person: Person) -> str:
    """Write given names then birth name, or the single name alone."""
    return f"{person.given_names} {person.birth_name}".strip()


def context(person: Person) -> dict[str, Any]:
    """Give every word that the templates may use about a person. Values are strings and `Day`s."""
    home, birth = country(person.nationality), country(person.birth_country)
    first = person.courses_start.year - (person.courses_start.month < 7)
    words: dict[str, Any] = {
        "name": single(person),
        "birth_name": person.birth_name,
        "BIRTH_NAME": person.birth_name.upper(),
        "usage_name": person.usage_name or "—",
        "given_names": person.given_names or "—",
        "sex": person.sex,
        "birth_date": Day.of(person.birth_date),
        "birth_place": person.birth_place,
        "birth_country": birth.fr,
        "birth_country_en": birth.en,
        "nationality": home.fr,
        "nationality_en": home.en,
        "e": "e" if person.sex == "F" else "",
        "madam": "Madame" if person.sex == "F" else "Monsieur",
        "phone": person.phone,
        "email": person.email,
        "year": f"{first}-{first + 1}",
        "year_end": Day(first + 1, 8, 31),
        "arrival": Day.of(person.arrival),
        "courses_start": Day.of(person.courses_start),
        "iban": " ".join(person.iban[index : index + 4] for index in range(0, len(person.iban), 4)),
        "bic": person.bic,
        "spouse": person.spouse or "—",
    }
    return words | _account(person.iban) | _gendered(person) | _about(person) | _parents(person)


def _account(iban: str) -> dict[str, str]:
    """Take apart a French IBAN as a RIB prints it; another country's has no such parts."""
    parts = {"bank": iban[4:9], "branch": iban[9:14], "account": iban[14:25], "rib_key": iban[25:]}
    return parts if iban.startswith("FR") else dict.fromkeys(parts, "—")


def _about(person: Person) -> dict[str, Any]:
    home = person.address
    words: dict[str, Any] = {
        "street": home.street,
        "postcode": home.postcode,
        "city": home.city,
        "town": f"{home.postcode} {home.city}",
        "door": ", ".join(part for part in (home.building, home.apartment) if part) or home.street,
        "letter_box": home.letter_box,
        "school": person.school.name,
        "school_street": person.school.street,
        "school_city": person.school.city,
        "school_town": person.school.city.split(" ", 1)[1],
        "programme": person.school.programme,
        "level": person.school.level,
        "student_number": person.school.student_number,
        "paper": person.paper.number,
        "paper_issued": Day.of(person.paper.issued),
        "paper_expires": Day.of(person.paper.expires),
        "record_number": person.record.number,
        "record_office": person.record.office,
        "registered": Day.of(person.record.registered),
        "registrar": person.record.registrar,
        "issued": Day.of(person.record.issued),
        "translator": person.record.translator or "Jeanne Lemoine",
        "court": person.record.court or "cour d’appel de Besançon",
        "translated": Day.of(person.record.translated or person.record.issued),
        "language": read_data("countries.toml")["languages"][person.record.language],
    }
    return words | _titles(person)


def _titles(person: Person) -> dict[str, Any]:
    stay, cover = person.stay, person.cover
    first = person.courses_start.year
    return {
        "stay_number": stay.number if stay else "000000000",
        "stay_starts": Day.of(stay.starts if stay else person.arrival),
        "stay_ends": Day.of(stay.ends if stay else date(first + 1, 8, 31)),
        "stay_label": stay.label if stay else "ÉTUDIANT",
        "entered": Day.of((stay and stay.entered) or person.arrival),
        "validated": Day.of((stay and stay.validated) or date(first, 9, 30)),
        "receipt_ends": Day(first + 1, 3, 29),
        "cover_number": cover.number if cover else "99000000000000000000",
        "institution": cover.institution if cover else f"Assurance Spécimen ({country(person.nationality).fr})",
        "institution_code": cover.institution_code if cover else "999900",
        "cover_until": Day.of(cover.until if cover else date(first + 1, 8, 31)),
    }


def _gendered(person: Person) -> dict[str, str]:
    woman = person.sex == "F"
    return {
        "sex_vi": "Nữ" if woman else "Nam",
        "sex_pt": "feminino" if woman else "masculino",
        "sex_uk": "жіноча" if woman else "чоловіча",
        "sex_ru": "женский" if woman else "мужской",
        "sex_de": "weiblich" if woman else "männlich",
        "sex_es": "mujer" if woman else "varón",
        "sex_en": "Female" if woman else "Male",
        "sex_fr": "féminin" if woman else "masculin",
        "child_fr": "sa fille" if woman else "son fils",
        "citizen": country(person.nationality).citizen,
        "native_name": person.native.get("birth_name", person.birth_name),
        "native_given": person.native.get("given_names", person.given_names or person.birth_name),
        "native_patronymic": person.native.get("patronymic", "—"),
        "native_place": person.native.get("birth_place", person.birth_place),
    }


def _parents(person: Person) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for role in ("mother", "father"):
        parent = person.parent(role)
        words |= _parent(role, parent) if parent else {}
    return words


def _parent(role: str, parent: Parent) -> dict[str, Any]:
    home = country(parent.nationality)
    return {
        role: f"{parent.given_names} {parent.birth_name}".strip(),
        f"{role}_date": Day.of(parent.birth_date),
        f"{role}_place": parent.birth_place,
        f"{role}_country": home.fr,
        f"{role}_citizen": home.citizen,
        f"{role}_work": parent.occupation,
        f"{role}_native": f"{parent.native.get('birth_name', parent.birth_name)} "
        f"{parent.native.get('given_names', parent.given_names)}".strip(),
        f"{role}_native_place": parent.native.get("birth_place", parent.birth_place),
    }
