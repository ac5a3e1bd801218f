"""Who the many people of a volume are: made of syllables, answered like the invented people of the demo.

Each takes the answers, the documents and the school of one of them, so that the rules ask of each what they would ask
of a real person. Addresses of e-mail end with ``DOMAIN`` (RFC 2606), so that everybody can be told from the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from matricule.core import clock
from matricule.demo import loading
from matricule.demo.people import load_people
from matricule.rules import caisses, orientation
from matricule.rules.requirements import RequirementRule, requirements_for

DOMAIN = "volume.example.org"
DOUBS = "251"
AT_HOME = 0.4
"""The share of people who live in the Doubs, where the demo's caisse is; the others live all over France."""
IN_PONTARLIER = 0.05
"""The share of them who live in the smaller of two towns."""

STARTS = ("Al", "Bra", "Car", "Dov", "El", "Fen", "Gor", "Hal", "Is", "Jor", "Kal", "Lor", "Mar", "Nov", "Or", "Pel")
MIDDLES = ("a", "an", "ber", "do", "en", "fi", "ga", "il", "le", "mi", "no", "ra", "sa", "to", "ve", "zi")
ENDS = ("ba", "dour", "esco", "ghi", "ka", "lin", "mann", "ne", "ov", "ris", "sen", "tal", "vic", "wen", "you", "zade")
GIVEN = {
    "F": ("Aïcha", "Bérénice", "Chloé", "Dalia", "Émilie", "Farida", "Ginevra", "Hoa", "Inès", "Joana", "Léonie"),
    "M": ("Adam", "Bilal", "César", "Diego", "Élie", "Florian", "Gaspard", "Hugo", "Idris", "João", "Karim"),
}
STREETS = ("rue des Lilas", "avenue de la Gare", "rue du Moulin", "place du Marché", "rue des Écoles")


@dataclass(frozen=True)
class Profile:
    """What people of one situation answer, type and owe."""

    key: str
    language: str
    answers: Mapping[str, Any]
    columns: Mapping[str, Any]
    rules: tuple[RequirementRule, ...]


@dataclass(frozen=True)
class Invented:
    """One person: their situation, and what tells them apart."""

    email: str
    profile: Profile
    columns: Mapping[str, Any]
    office: str
    iban: str

    @property
    def answers(self) -> dict[str, Any]:
        """Return the questionnaire's answers, which agree with what is typed."""
        return {**self.profile.answers, "birth_date": self.columns["birth_date"]}


@cache
def profiles() -> tuple[Profile, ...]:
    """Return the situations: those of the demo's people who register, but for the minor, whose age decides."""
    made, today = [], clock.today()
    for person in load_people():
        if person.state == "none":
            continue
        answers = loading.answers_of(person)
        facts = orientation.load("student").facts(answers, on=today)
        rules = tuple(requirements_for("student", facts, on=today))
        if any(rule.code == "parental_authorisation" for rule in rules):
            continue
        columns: dict[str, Any] = {}
        for page in loading.sections_of(person).values():
            columns |= page
        made.append(Profile(person.key, person.language, answers, columns, rules))
    return tuple(made)


def address(seed: int, number: int | None) -> str:
    """Return the address of the person of this number of a seed; None: what all addresses of the seed begin with."""
    start = f"invented-{seed}-"
    return start if number is None else f"{start}{number:08d}@{DOMAIN}"


def number_in(email: str) -> int:
    """Return the number in an address that ``address`` made."""
    return int(email.partition("@")[0].rpartition("-")[2])


def invent(rng: Random, seed: int, number: int) -> Invented:
    """Return the person that ``rng`` says."""
    profile = rng.choice(profiles())
    sex = rng.choice("FM")
    family = family_name(rng)
    office, postcode, city = home(rng)
    columns = {
        **profile.columns,
        "birth_name": family,
        "usage_name": "",
        "original_names": "",
        "given_names": " ".join(rng.sample(GIVEN[sex], rng.choice((1, 2)))),
        "sex": sex,
        "birth_date": (date(1990, 1, 1) + timedelta(days=rng.randrange(365 * 17))).isoformat(),
        "parent1_birth_name": family_name(rng),
        "parent2_birth_name": family,
        "phone": f"+3363998{rng.randrange(10000):04d}",
        "street": f"{rng.randrange(1, 120)} {rng.choice(STREETS)}",
        "building": "",
        "apartment": "",
        "letter_box": family,
        "postcode": postcode,
        "city": city,
    }
    return Invented(address(seed, number), profile, columns, office, iban(rng.randrange(10**11)))


def family_name(rng: Random) -> str:
    """Return a family name of syllables."""
    return rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)


def home(rng: Random) -> tuple[str, str, str]:
    """Return the office of residence, a postcode of it and its town."""
    drawn = rng.random()
    if drawn < AT_HOME:
        in_pontarlier = drawn < AT_HOME * IN_PONTARLIER
        return (DOUBS, "25300", "Pontarlier") if in_pontarlier else (DOUBS, "25000", "Besançon")
    department = rng.choice(_departments())
    first = caisses.for_department(department)[0]
    return first.code, f"{department}000", first.city.split(" CEDEX")[0].title()


@cache
def _departments() -> tuple[str, ...]:
    known = {caisse.department for caisse in caisses.table().values()}
    return tuple(sorted(code for code in known if len(code) == 2 and code.isdigit() and code != "20"))


def iban(account: int) -> str:
    """Return a French IBAN of bank 99999, which no bank holds, with its two keys right (ISO 13616)."""
    bank, branch = 99999, 25
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    body = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    return f"FR{98 - int(f'{body}152700') % 97:02d}{body}"
