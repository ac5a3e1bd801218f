"""What goes into the repertoire and what comes out, as values; none of them prints a name or a number."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from matricule.matching import Comparison
from matricule.rules import countries
from matricule.rules.dates import PartialDate
from matricule.rules.numbers import format_nir, masked

Kind = Literal["nia", "nir"]
AnswerKind = Literal["certified", "refused", "needs_document", "known"]


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """The civil status of one person.

    ``sex`` is M or F, ``birth_date`` YYYY-MM-DD with 00 for an unknown day or month, ``birth_country`` an ISO code of
    two letters or INSEE's code of a former State, ``passport`` a number when one is known, ``birth_commune`` INSEE's
    code, for a birth in France or overseas. Raises ``rules.errors.InputError`` for a date or country that is none.
    """

    birth_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_country: str
    birth_place: str = ""
    passport: str = ""
    birth_commune: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "birth_date", str(PartialDate.parse(self.birth_date)))
        object.__setattr__(self, "birth_country", countries.get(self.birth_country, field="birth_country").code)

    @property
    def born(self) -> PartialDate:
        """The birth date with what is unknown in it."""
        return PartialDate.parse(self.birth_date)

    def as_json(self) -> dict[str, str]:
        """What the table seals."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> "Identity":
        """Return the identity that the table sealed."""
        return cls(**value)

    def __repr__(self) -> str:
        return "Identity(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A number and its state: ``kind`` is "nia" or "nir", which the digits never say (facts.md 0.2)."""

    number: str
    kind: Kind
    since: datetime

    @property
    def body(self) -> str:
        """The 13 characters without the key."""
        return self.number[:13]

    @property
    def key(self) -> str:
        """The two digits of the key."""
        return self.number[13:]

    @property
    def formatted(self) -> str:
        """The number in groups, key included: ``2 04 03 99 243 001 42``."""
        return format_nir(self.number)

    @property
    def masked(self) -> str:
        """The number with its last ten characters hidden: ``2 04 03 •• ••• ••• ••``."""
        return masked(self.number)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Issued({self.kind})"


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """Somebody whom the repertoire holds and who is the person asked for.

    ``by`` says why ("names_date_country", "passport"), ``comparison`` what agrees and what differs, ``active`` whether
    the number is in use (False: it was deactivated).
    """

    subject_id: UUID
    identity: Identity
    number: Issued
    by: tuple[str, ...]
    comparison: Comparison
    active: bool

    def __repr__(self) -> str:
        return f"Known({self.subject_id}, {self.by})"


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending to the repertoire: when, when its answer is expected, and the last day that the law gives it."""

    id: UUID
    sent_at: datetime
    due_at: datetime
    limit: date


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the repertoire answered.

    ``reason`` is the code of a refusal, ``document`` the code of the requirement that it needs, ``text`` the sentence
    in both languages (empty when certified), ``number`` the person's other number when they are known under one.
    """

    id: UUID
    subject_id: UUID
    kind: AnswerKind
    sent_at: datetime
    due_at: datetime
    reason: str = ""
    document: str = ""
    text: Mapping[str, str] | None = None
    number: Issued | None = None

    def __repr__(self) -> str:
        return f"Answer({self.id}, {self.kind})"


def as_text(detail: Mapping[str, Any]) -> dict[str, str]:
    """Return the sentence that an answer's detail holds; empty sentences when it has none."""
    return {"fr": detail.get("fr", ""), "en": detail.get("en", "")}
