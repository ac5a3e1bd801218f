"""What number is this? The kind is decided by shape, before validity (issue 2, section 3)."""

import re
from dataclasses import dataclass
from typing import Literal

from matricule.rules.numbers import nir, ntt
from matricule.rules.numbers.business import is_siren
from matricule.rules.numbers.provisional import Mig, Nnp, format_provisional
from matricule.rules.numbers.reasons import Reason, Verdict, reason, verdict
from matricule.rules.numbers.shape import clean, digits

Kind = Literal["NIR", "NNP", "MIG", "NTT", "unknown"]

_BODY = re.compile(r"[12][0-9]{4}(?:[0-9]{2}|2A|2B)[0-9]{6}")


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """The kind of a number, whether it can be used, why, and how it is written. ``value`` is the cleaned text."""

    kind: Kind
    verdict: Verdict
    reasons: tuple[Reason, ...]
    formatted: str
    value: str

    def as_dict(self) -> dict[str, object]:
        """What ``matricule number check --json`` prints."""
        return {
            "kind": self.kind,
            "verdict": self.verdict,
            "reasons": [item.as_dict() for item in self.reasons],
            "formatted": self.formatted,
        }

    def __repr__(self) -> str:
        return f"Checked({self.kind}, {self.verdict}, {[item.code for item in self.reasons]})"


def check(text: str) -> Checked:
    """Say what number ``text`` is, as people paste it, and whether it can be used. Never raises."""
    value = clean(text)
    kind = kind_of(value)
    reasons = _reasons(kind, value)
    return Checked(kind, verdict(reasons), tuple(reasons), _formatted(kind, value), value)


def kind_of(value: str) -> Kind:
    """Return the kind of a cleaned text, by its shape alone."""
    if len(value) == 15:
        return "NTT" if _company(value) and any(char.isalpha() for char in value[10:]) else "NIR"
    if _BODY.fullmatch(value):
        return "NIR"
    if len(value) == 13 and digits(value) and value[0] in "56789":
        return "MIG" if value[0] in "56" else "NNP"
    return "NTT" if ntt.fits(value) else "unknown"


def _company(value: str) -> bool:
    """Whether 15 characters can be an NTT: 1 or 2, no NIR key, and a SIREN behind."""
    return value[0] in "12" and not nir.has_key(value) and is_siren(value[1:10])


def _reasons(kind: Kind, value: str) -> list[Reason]:
    if kind == "NIR":
        reasons = nir.check(value)
        return [*reasons, reason("maybe_ntt")] if len(value) == 15 and digits(value) and _company(value) else reasons
    if kind == "NTT":
        return ntt.check(value)
    if kind == "unknown":
        return _unknown(value)
    return (Nnp if kind == "NNP" else Mig).check(value)


def _unknown(value: str) -> list[Reason]:
    if not value:
        return [reason("empty")]
    if digits(value) and value[0] in "12":
        return [reason("length", count=len(value))]
    if digits(value) and value[0] in "78" and 10 <= len(value) <= 14:
        return [reason("length_13", count=len(value))]
    return [reason("not_recognised")]


def _formatted(kind: Kind, value: str) -> str:
    if kind == "NIR":
        return nir.format_nir(value)
    if kind in {"NNP", "MIG"}:
        return format_provisional(value)
    return ntt.format_ntt(value) if kind == "NTT" else value
