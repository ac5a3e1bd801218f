"""Cleaning what people paste."""

import unicodedata

_DROPPED_CATEGORIES = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
"""Spaces, line ends, invisible marks and every hyphen or dash."""


def clean(text: str) -> str:
    """Return ``text`` without spaces, dots and hyphens, letters upper-cased (issue 2, section 3).

    Full-width digits and other compatibility forms become plain ones; nothing else is corrected.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = (char for char in plain if char != "." and unicodedata.category(char) not in _DROPPED_CATEGORIES)
    return unicodedata.normalize("NFC", "".join(char.upper() if char.isascii() else char for char in kept))


def digits(text: str) -> bool:
    """Whether ``text`` is made of one or more of the digits 0 to 9."""
    return text.isascii() and text.isdigit()


def grouped(text: str, *sizes: int) -> str:
    """Return ``text`` cut in groups of ``sizes`` characters (the last group takes the rest), with single spaces."""
    groups = []
    for size in sizes:
        groups.append(text[:size])
        text = text[size:]
    return " ".join(group for group in [*groups, text] if group)
