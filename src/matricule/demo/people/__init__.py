"""The invented people of the demo: who they are, what they hold, what the demo does with them. Nobody here exists.

Telephone numbers come from the ranges that ARCEP keeps for fiction (decision 2018-0881), addresses of e-mail from
example.org (RFC 2606), IBANs from bank code 99999, which no bank holds.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

State = Literal[
    "none", "draft", "submitted", "ready", "asked", "reminded", "closed", "rejected", "certified", "lapsed",
    "at_register", "returned", "registered",
]  # fmt: skip
"""What the demo makes of a student: only an account, a draft, a sent file, or what the caisse and the calendar did
with it since (``demo.stories`` plays each)."""


@dataclass(frozen=True)
class Parent:
    """A parent as the birth record names them; `native` holds names and place in the record's own script."""

    role: Literal["mother", "father"]
    birth_name: str
    given_names: str
    birth_date: date
    birth_place: str
    nationality: str
    occupation: str
    native: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """An address in France, line by line as the form asks for it."""

    street: str
    postcode: str
    city: str
    building: str = ""
    apartment: str = ""
    letter_box: str = ""


@dataclass(frozen=True)
class School:
    """Where and what the person studies; the name and the UAI are those of the list of institutions."""

    name: str
    uai: str
    street: str
    city: str
    programme: str
    level: str
    student_number: str


@dataclass(frozen=True)
class IdentityPaper:
    """The passport or the national identity card."""

    kind: Literal["passport", "id_card"]
    number: str
    issued: date
    expires: date
    authority: str


@dataclass(frozen=True)
class Stay:
    """The title to stay: a VLS-TS, a visa D with a card to ask for, or a card."""

    kind: Literal["vls_ts", "visa_d", "card"]
    number: str
    starts: date
    ends: date
    label: str
    entered: date | None = None
    validated: date | None = None


@dataclass(frozen=True)
class Record:
    """The birth record: language (ISO 639-1, or "multi" for a plurilingual extract), number, date and office.

    `translator`, `court` and `translated` are filled where a sworn translation goes with it.
    """

    language: str
    number: str
    registered: date
    office: str
    registrar: str
    issued: date
    translator: str = ""
    court: str = ""
    translated: date | None = None


@dataclass(frozen=True)
class Cover:
    """Health cover at home: a European card (CEAM) or an S1."""

    kind: Literal["ceam", "s1"]
    number: str
    institution: str
    institution_code: str
    until: date


@dataclass(frozen=True)
class Owned:
    """A document that the person sends: for which requirement, drawn as which kind, in which format, spoiled how.

    `says` holds what it says otherwise than the person did.
    """

    requirement: str
    kind: str
    fmt: Literal["pdf", "jpeg", "png"] = "pdf"
    flaw: Literal["blurred", "cut"] | None = None
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the file in which it is sent."""
        return f"{self.kind.replace('_', '-')}.{self.fmt.replace('jpeg', 'jpg')}"


@dataclass(frozen=True)
class Person:
    """One invented student. Countries are ISO 3166-1 alpha-2, languages ISO 639-1, `sex` "F" or "M".

    `state` says what the demo makes of them; "none" is an account that meets the questionnaire only (it turns them
    away or elsewhere). `sent_ago` is how many days ago they sent it, where no story says it; `sent_back` and
    `turned_down` are what the caisse did (demo.stories). `story` presents them in one sentence, in both
    languages.
    """

    key: str
    state: State
    language: str
    story: Mapping[str, str]
    email: str
    phone: str
    birth_name: str
    usage_name: str
    given_names: str
    sex: Literal["F", "M"]
    birth_date: date
    birth_place: str
    birth_country: str
    nationality: str
    parents: tuple[Parent, ...]
    address: Address
    school: School
    arrival: date
    courses_start: date
    paper: IdentityPaper
    record: Record
    iban: str
    bic: str
    look: Mapping[str, str | bool]
    documents: tuple[Owned, ...]
    stay: Stay | None = None
    cover: Cover | None = None
    sent_back: Mapping[str, Any] = field(default_factory=dict)
    turned_down: Mapping[str, Any] = field(default_factory=dict)
    sent_ago: int = 0
    spouse: str = ""
    status: str = ""
    native: Mapping[str, str] = field(default_factory=dict)

    def parent(self, role: str) -> Parent | None:
        """Give the mother or the father, None when the record names none."""
        return next((parent for parent in self.parents if parent.role == role), None)


_PARTS: dict[str, type] = {
    "address": Address,
    "school": School,
    "paper": IdentityPaper,
    "record": Record,
    "stay": Stay,
    "cover": Cover,
}
_LISTS: dict[str, type] = {"parents": Parent, "documents": Owned}


@cache
def load_people() -> tuple[Person, ...]:
    """Give every invented person, in the order of their keys. Raises ValueError naming file and fault."""
    folder = files(__name__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(read_person(name.removesuffix(".toml"), (folder / name).read_text("utf-8")) for name in names)


def get_person(key: str) -> Person:
    """Give one invented person by key. Raises KeyError when there is none."""
    for person in load_people():
        if person.key == key:
            return person
    raise KeyError(key)


def read_person(key: str, text: str) -> Person:
    """Read one person from TOML. Raises ValueError with the key of the file and what is wrong with it."""
    try:
        raw = tomllib.loads(text)
        for name, part in _PARTS.items():
            if name in raw:
                raw[name] = build(part, raw[name])
        for name, part in _LISTS.items():
            raw[name] = tuple(build(part, row) for row in raw[name])
        person: Person = build(Person, {"key": key, **raw})
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as fault:
        raise ValueError(f"people/{key}.toml: {fault}") from fault
    if person.state not in get_args(State):
        raise ValueError(f"people/{key}.toml: unknown state {person.state!r}")
    return person


def build(part: type, row: Mapping[str, Any]) -> Any:
    """Make one part of a row of TOML, its lists as tuples. Raises TypeError naming what the part does not know."""
    unknown = set(row) - {entry.name for entry in fields(part)}
    if unknown:
        raise TypeError(f"{part.__name__} does not know {sorted(unknown)}")
    return part(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
