"""The NNP (old provisional number, replaced by the NIA) and the MIG (person passing through).

Source: facts.md 1.3 (CNAM nir-validation: ``[78][12]`` or, before 2012, ``[78]0``; ``[56][12]``; then three digits of
the caisse and eight of order; no key).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from matricule.rules.numbers.reasons import NumberError, Reason, reason, verdict
from matricule.rules.numbers.shape import clean, digits, grouped

LENGTH = 13


@dataclass(frozen=True, slots=True, repr=False)
class _Provisional:
    """Thirteen digits: sex, creation, caisse, order. Made by ``parse``."""

    value: str

    first: ClassVar[str] = ""
    shape: ClassVar[str] = ""
    told: ClassVar[str] = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the number as people paste it; raises ``NumberError`` when it cannot be one."""
        value = clean(text)
        reasons = cls.check(value)
        if verdict(reasons) == "invalid":
            raise NumberError(reasons)
        return cls(value)

    @classmethod
    def check(cls, value: str) -> list[Reason]:
        """Return what there is to say of a cleaned number of this kind."""
        if len(value) != LENGTH or not digits(value):
            return [reason("length_13", count=len(value))]
        if value[0] not in cls.first or not cls._second(value[1]):
            return [reason(cls.shape)]
        return [*cls._old(value[1]), reason(cls.told)]

    @classmethod
    def _second(cls, digit: str) -> bool:
        return digit in "12"

    @classmethod
    def _old(cls, digit: str) -> list[Reason]:
        return []

    @property
    def sex(self) -> str:
        """M or F: the first of the two first digits is a man's."""
        return "M" if self.value[0] == self.first[0] else "F"

    @property
    def caisse(self) -> str:
        """The three digits of the caisse that made the number."""
        return self.value[2:5]

    def format(self) -> str:
        """Return the number in groups: ``7 1 123 12345678``."""
        return format_provisional(self.value)

    def masked(self) -> str:
        """Return the number with its order hidden."""
        return format_provisional(self.value[:5] + "•" * 8)

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Nnp(_Provisional):
    """An old provisional number. It is recognised to be told apart: ask for the number that begins with 1 or 2."""

    first = "78"
    shape = "nnp_shape"
    told = "nnp_obsolete"

    @classmethod
    def _second(cls, digit: str) -> bool:
        return digit in "012"

    @classmethod
    def _old(cls, digit: str) -> list[Reason]:
        return [reason("nnp_before_2012")] if digit == "0" else []


class Mig(_Provisional):
    """The number of a person passing through (migrant de passage)."""

    first = "56"
    shape = "mig_shape"
    told = "mig_passing"


def format_provisional(value: str) -> str:
    """Return 13 digits in the groups of an NNP: sex, creation, caisse, order."""
    return grouped(value, 1, 1, 3)
