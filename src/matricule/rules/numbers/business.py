"""SIREN and SIRET, the numbers of companies and of their establishments.

Source: facts.md 1.4 (Luhn key; La Poste, 356000000, sums the digits of its SIRETs to a multiple of 5). The keys are
computed by python-stdnum.
"""

from dataclasses import dataclass

from matricule.rules.numbers.answer import Answer, no, yes
from matricule.rules.numbers.shape import clean, digits, grouped


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    length: int


_SIREN = _Kind("SIREN", 9)
_SIRET = _Kind("SIRET", 14)


def is_siren(value: str) -> bool:
    """Whether nine digits carry a good Luhn key and number a company: zeros have a key that fits, and number none."""
    from stdnum import luhn

    return len(value) == 9 and digits(value) and bool(value.strip("0")) and luhn.is_valid(value)


def check_siren(text: str) -> Answer:
    """Check a SIREN as people type it; the formatted value is in three groups."""
    value = clean(text)
    refused = _length(value, _SIREN) or (None if is_siren(value) else _key(_SIREN))
    return refused or yes(value, grouped(value, 3, 3))


def check_siret(text: str) -> Answer:
    """Check a SIRET as people type it; the formatted value is ``912 345 675 00017``."""
    from stdnum.fr import siret

    value = clean(text)
    good = is_siren(value[:9]) and siret.is_valid(value)
    refused = _length(value, _SIRET) or (None if good else _key(_SIRET))
    return refused or yes(value, grouped(value, 3, 3, 3))


def _length(value: str, kind: _Kind) -> Answer | None:
    if not digits(value):
        return no(
            "characters",
            f"Un {kind.name} n’a que des chiffres, {kind.length} en tout. Retirez les autres signes.",
            f"A {kind.name} has only digits, {kind.length} in all. Remove the other signs.",
        )
    if len(value) != kind.length:
        return no(
            "length",
            f"Un {kind.name} a {kind.length} chiffres, et il y en a {len(value)} ici. Recopiez-le en entier.",
            f"A {kind.name} has {kind.length} digits, and there are {len(value)} here. Copy all of it.",
        )
    return None


def _key(kind: _Kind) -> Answer:
    return no(
        "key",
        f"Un chiffre de ce {kind.name} est sans doute mal recopié\u00a0: la clé ne va pas. Relisez-les un à un.",
        f"A digit of this {kind.name} was probably copied wrong: the key does not fit. Read them one by one.",
    )
