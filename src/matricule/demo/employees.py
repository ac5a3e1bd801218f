"""What the invented company has filed, read from ``requests.toml``: who, with which papers, and what became of it.

Nobody here exists. An employee is drawn as the people of ``demo.people`` are: their Person holds the company where a
student's holds the school, and the job where it holds the course.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from matricule.demo import company
from matricule.demo.people import Address, IdentityPaper, Owned, Parent, Person, Record, School, Stay, build

Label = Literal[
    "draft", "in_progress", "awaiting", "reminded", "provisional", "partial", "registered", "rejected", "closed"
]
KINDS = {"identity": "passport", "civil_status": "birth_record", "marriage": "marriage_record"}
"""How a document of a request is drawn where its kind has another name."""

PICTURES = frozenset({"identity"})
"""Documents sent as pictures; the others as PDF."""

LABELS = {"csp": "SALARIÉ", "cst": "SALARIÉ", "csp_passeport_talent": "PASSEPORT TALENT"}
"""What is printed on the card, by the code of the title (rules/data/permits.csv)."""


@dataclass(frozen=True)
class Employee:
    """One person of a request, as ``requests.toml`` has them. ``until``: days that are left of the title."""

    role: Literal["principal", "spouse", "child"]
    birth_name: str
    given_names: str
    sex: Literal["F", "M"]
    birth_date: date
    birth_place: str
    country: str
    language: str
    mother: tuple[str, str]
    father: tuple[str, str]
    paper: str
    look: Mapping[str, str | bool]
    documents: tuple[str, ...]
    title: str = ""
    until: int = 0
    job: str = ""
    spouse: str = ""
    email: str = ""
    writes: str = "fr"


@dataclass(frozen=True)
class Filed:
    """One request. ``contract``: days from the load to the first day of work; ``sent_back``, ``turned_down`` name the
    person by place (1 is the employee)."""

    key: str
    state: Label
    category: str
    by: str
    own_reference: str
    contract: int
    street: str
    postcode: str
    city: str
    people: tuple[Employee, ...]
    sent_back: Mapping[str, Any] = field(default_factory=dict)
    turned_down: Mapping[str, Any] = field(default_factory=dict)


@cache
def load_requests() -> tuple[Filed, ...]:
    """Give what the company filed. Raises ValueError with the request's key and what is wrong with it."""
    raw = tomllib.loads(files(__package__).joinpath("requests.toml").read_text("utf-8"))
    return tuple(_request(row) for row in raw["request"])


def _request(row: Mapping[str, Any]) -> Filed:
    try:
        people = tuple(build(Employee, one) for one in row["people"])
        filed: Filed = build(Filed, {**row, "people": people})
    except (TypeError, KeyError) as fault:
        raise ValueError(f"requests.toml, {row.get('key')}: {fault}") from fault
    if filed.state not in get_args(Label):
        raise ValueError(f"requests.toml, {filed.key}: unknown state {filed.state!r}")
    return filed


def papers(employee: Employee) -> list[Owned]:
    """Return what this person sends: ``requirement``, ``requirement:kind`` or ``requirement!flaw`` each."""
    found = []
    for text in employee.documents:
        rest, _, flaw = text.partition("!")
        requirement, _, kind = rest.partition(":")
        fmt: Literal["pdf", "jpeg"] = "jpeg" if requirement in PICTURES else "pdf"
        found.append(Owned(requirement, kind or KINDS.get(requirement, requirement), fmt, flaw or None))  # type: ignore[arg-type]
    return found


def drawn(filed: Filed, employee: Employee, *, today: date) -> Person:
    """Return this person as the drawings take one; ``today`` is the day of the load, from which days are counted."""
    start = today + timedelta(days=filed.contract)
    born = employee.birth_date
    title = Stay(
        "card",
        f"F{employee.paper[-6:]}K",
        today - timedelta(days=200),
        today + timedelta(days=employee.until),
        LABELS.get(employee.title, ""),
    )
    return Person(
        key=filed.key,
        state="none",
        language=employee.writes,
        story={},
        email=employee.email,
        phone="",
        birth_name=employee.birth_name,
        usage_name="",
        given_names=employee.given_names,
        sex=employee.sex,
        birth_date=born,
        birth_place=employee.birth_place,
        birth_country=employee.country,
        nationality=employee.country,
        parents=(_parent("mother", employee), _parent("father", employee)),
        address=Address(filed.street, filed.postcode, filed.city),
        school=_workplace(employee.job),
        arrival=start - timedelta(days=20),
        courses_start=start,
        paper=IdentityPaper("passport", employee.paper, date(2023, 5, 2), date(2033, 5, 1), employee.birth_place),
        record=_record(employee),
        iban="",
        bic="",
        look=employee.look,
        documents=(),
        stay=title if employee.title else None,
        spouse=employee.spouse,
    )


def _workplace(job: str) -> School:
    home = company.ADDRESS
    return School(home["name"], "", home["street"], f"{home['postcode']} {home['city']}", job, "", "")


def _record(employee: Employee) -> Record:
    born = employee.birth_date
    return Record(
        employee.language,
        f"{born:%j}/{born.year}",
        born + timedelta(days=9),
        f"État civil, {employee.birth_place}",
        "L’officier de l’état civil",
        date(2026, 4, 14),
    )


def _parent(role: Literal["mother", "father"], employee: Employee) -> Parent:
    birth_name, given_names = employee.mother if role == "mother" else employee.father
    born = employee.birth_date
    return Parent(
        role, birth_name, given_names, date(born.year - 29, 6, 12), employee.birth_place, employee.country, "—"
    )
