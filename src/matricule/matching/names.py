"""Names in the one spelling in which they are compared.

Case, accents and other scripts are folded to the letters A to Z (anyascii). Apostrophes and points go, hyphens are
spaces, as in the machine-readable zone of a passport (ICAO 9303-3, section 4.6). The particles stay: dropping them
belongs to a search that may be wrong, not to a comparison that must be exact.
"""

import unicodedata
from functools import lru_cache

from anyascii import anyascii

_SILENT = frozenset("'’ʼʻ`´.·′‘")
"""Signs inside a word, which passports leave out: O’Brien is OBRIEN, Pa.r.i is PARI."""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a name: capitals A to Z and digits only, in the order written, empty ones dropped."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(char for char in composed if char not in _SILENT)
    spaced = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in kept)
    plain = (anyascii(unicodedata.normalize("NFC", word)) for word in spaced.split())
    found = ("".join(char for char in word.upper() if char.isalnum()) for word in plain)
    return tuple(word for word in found if word)


def birth_name_key(text: str) -> str:
    """Return a birth name for comparison: its words joined, so that EL AMRANI, El-Amrani and ElAmrani are one name."""
    return "".join(words(text))


def given_names_key(text: str) -> str:
    """Return given names for comparison: their order and their number are kept, Jean-Pierre reads as Jean Pierre."""
    return " ".join(words(text))
