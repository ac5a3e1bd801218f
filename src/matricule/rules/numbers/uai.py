"""UAI, the number of a school: 7 digits and a check letter.

Source: facts.md 8 (the letter is number ``digits mod 23`` of the alphabet without I, O and Q; it holds for the 243
codes of the ministry's data set).
"""

import re

from matricule.rules.numbers.answer import Answer, no, yes
from matricule.rules.numbers.shape import clean, digits

ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ"

_SHAPE = re.compile(r"[0-9]{7}[A-Z]")


def letter_of(seven: str) -> str:
    """Return the check letter of seven digits; raises ``ValueError`` for anything else."""
    if len(seven) != 7 or not digits(seven):
        raise ValueError("a UAI has 7 digits before its letter")
    return ALPHABET[int(seven) % 23]


def check(text: str) -> Answer:
    """Check a UAI as people type it."""
    value = clean(text)
    if not _SHAPE.fullmatch(value):
        return no(
            "shape",
            "Un code UAI a 7 chiffres puis une lettre, comme 0251215K. Il figure sur le certificat de scolarité.",
            "A UAI code has 7 digits, then a letter, like 0251215K. It is on the school certificate.",
        )
    if letter_of(value[:7]) != value[7]:
        return no(
            "key",
            "La lettre ne va pas avec les 7 chiffres\u00a0: l’un d’eux est sans doute mal recopié. Relisez-les.",
            "The letter does not fit the 7 digits: one of them was probably copied wrong. Read them again.",
        )
    return yes(value, value)
