"""Search and order that ignore accents, capitals and punctuation, the way people type."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th"})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return ``text`` lower-cased, without accents, every run of other signs as one space: "Île-de-France" gives
    "ile de france"."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", small)
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def rank(query: str, names: Iterable[str]) -> int | None:
    """Return how well ``query`` finds the best of ``names``: 0 the whole name, 1 its beginning, 2 each word of the
    query begins a word of one name, 3 each word of the query is somewhere in the names; None when it does not."""
    wanted = fold(query)
    folded = [fold(name) for name in names if name]
    if not wanted or not folded:
        return None
    if wanted in folded:
        return 0
    if any(name.startswith(wanted) for name in folded):
        return 1
    words = wanted.split()
    if any(_begins(words, name.split()) for name in folded):
        return 2
    whole = " ".join(folded)
    return 3 if all(word in whole for word in words) else None


def _begins(words: Sequence[str], name: Sequence[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)
