"""The NTT, the number that an employer's payroll uses meanwhile: sex, SIREN, then 1 to 30 letters or digits.

Source: facts.md 1.4 (seed 000; net-entreprises). It is made by the employer and opens no right.
"""

from dataclasses import dataclass
from typing import Self

from matricule.rules.numbers.business import is_siren
from matricule.rules.numbers.reasons import NumberError, Reason, reason, verdict
from matricule.rules.numbers.shape import clean, grouped

SHORTEST, LONGEST = 11, 40


@dataclass(frozen=True, slots=True, repr=False)
class Ntt:
    """A payroll number. Made by ``parse``."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an NTT as people paste it; raises ``NumberError`` when it cannot be one."""
        value = clean(text)
        if not fits(value):
            raise NumberError([reason("not_recognised")])
        reasons = check(value)
        if verdict(reasons) == "invalid":
            raise NumberError(reasons)
        return cls(value)

    @property
    def sex(self) -> str:
        """M or F."""
        return "M" if self.value[0] == "1" else "F"

    @property
    def siren(self) -> str:
        """The nine digits of the employer's SIREN."""
        return self.value[1:10]

    @property
    def own(self) -> str:
        """The part that the employer chose."""
        return self.value[10:]

    def format(self) -> str:
        """Return the number in groups: ``1 732829320 ABC0001``."""
        return format_ntt(self.value)

    def masked(self) -> str:
        """Return the number with the employer's own part hidden."""
        return format_ntt(self.value[:10] + "•" * len(self.own))

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return "Ntt(…)"


def fits(value: str) -> bool:
    """Whether a cleaned text has the shape of an NTT: 1 or 2, then 10 to 39 letters or digits."""
    return SHORTEST <= len(value) <= LONGEST and value[0] in "12" and value.isascii() and value.isalnum()


def check(value: str, *, employer_siren: str | None = None) -> list[Reason]:
    """Return what there is to say of a cleaned number as an NTT, and whether its SIREN is the employer's."""
    reasons = []
    if not (value.isascii() and value.isalnum()):
        reasons.append(reason("ntt_characters"))
    if not is_siren(value[1:10]):
        reasons.append(reason("ntt_siren"))
    elif employer_siren is not None and value[1:10] != employer_siren:
        reasons.append(reason("ntt_employer"))
    if len(value) in (14, 16, 17) and value.isdigit():
        reasons.append(reason("maybe_nir", count=len(value)))
    return [*reasons, reason("ntt_payroll_only")]


def format_ntt(value: str) -> str:
    """Return an NTT in groups: sex, SIREN, the employer's own part."""
    return grouped(value, 1, 9)
