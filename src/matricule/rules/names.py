"""Names as a passport can carry them, and as people really are called.

Single names, 60 characters, apostrophes, hyphens and every Latin accent are welcome; a name in another script is asked
for in the passport's spelling, and the original is kept beside (issue 2, section 2.3). Parents, places and letter
boxes follow the same rule.
"""

import unicodedata

JOINERS = frozenset("'’ʼʻ`´-‐‑ .,·")
"""Signs that names really hold: apostrophes, hyphens, spaces, points, commas between names, the Catalan point."""


def tidy(text: str) -> str:
    """Return ``text`` in composed form (NFC), outer spaces dropped and inner runs of spaces made one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def stranger(text: str) -> str | None:
    """Return the first character of ``text`` that a French register cannot carry in a name, or None.

    Welcome: Latin letters with any accent, and the signs of JOINERS. A digit, a symbol or a letter of another script
    is a stranger.
    """
    for char in unicodedata.normalize("NFC", text):
        if char in JOINERS or unicodedata.category(char) == "Mn":
            continue
        if not (char.isalpha() and unicodedata.name(char, "").startswith(("LATIN ", "MODIFIER LETTER"))):
            return char
    return None


def is_other_script(text: str) -> bool:
    """Tell whether ``text`` holds a letter of another script than the Latin one (the original to keep beside)."""
    return any(char.isalpha() and not unicodedata.name(char, "").startswith(("LATIN ", "MODIFIER")) for char in text)


def has_letter(text: str) -> bool:
    """Tell whether ``text`` holds at least one letter."""
    return any(char.isalpha() for char in text)
