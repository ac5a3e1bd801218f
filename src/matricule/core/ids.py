"""Row identifiers and public references.

Rows are named by UUIDv7 (RFC 9562), so that an index grows at one end. A dossier's public reference cannot be
guessed, has no look-alike characters and can be said on the phone (house.md, closed decision 12).
"""

import os
import secrets
import time
import uuid

ALPHABET = "0123456789ACDEFGHJKLMNPQRTUVWXY"
"""31 characters: digits and letters without B, I, O, S, Z, which read like 8, 1, 0, 5, 2."""
LOOK_ALIKES = str.maketrans("OIBSZ", "01852")
CODE = 16
"""Characters of a code, its check character included."""


def uuid7() -> uuid.UUID:
    """Return a new UUID version 7: 48 bits of milliseconds, then random bits (RFC 9562, 5.7)."""
    return uuid7_of(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def uuid7_of(milliseconds: int, bits: int) -> uuid.UUID:
    """Return the UUID version 7 of a moment (Unix time in milliseconds) and 80 bits, of which 74 stay."""
    value = milliseconds << 80 | bits
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_reference(year: int) -> str:
    """Return a new reference for a dossier opened in ``year``, for example ``M26-7KQ4-92HX``.

    M, two digits of the year, seven random characters of 31, one check character.
    """
    return reference_of(year, "".join(secrets.choice(ALPHABET) for _ in range(7)))


def reference_of(year: int, chosen: str) -> str:
    """Return the reference of ``year`` with seven characters that somebody chose, for example for invented people."""
    body = f"{year % 100:02d}{chosen}"
    return _format(body + _check(body))


def parse_reference(text: str) -> str | None:
    """Return the canonical form of a reference typed by a person, or None when it is not one.

    Spaces and hyphens are dropped, letters upper-cased, and the look-alikes O, I, B, S and Z are read as digits.
    """
    raw = "".join(c for c in text.upper() if c.isalnum())
    raw = raw.translate(LOOK_ALIKES)
    if len(raw) != 11 or raw[0] != "M" or not set(raw[1:]) <= set(ALPHABET):
        return None
    return _format(raw[1:]) if _check(raw[1:-1]) == raw[-1] else None


def new_code() -> str:
    """Return a new code that proves nothing but that its holder saw it, for example ``7KQ4-92HX-M3TD-5VAC``.

    Fifteen random characters of 31 (74 bits) and one check character: it can be typed, and cannot be guessed.
    """
    body = "".join(secrets.choice(ALPHABET) for _ in range(CODE - 1))
    return _fours(body + _check(body))


def parse_code(text: str) -> str | None:
    """Return the canonical form of a code typed by a person, or None when it is not one (as ``parse_reference``)."""
    raw = "".join(c for c in text[:100].upper() if c.isalnum()).translate(LOOK_ALIKES)
    if len(raw) != CODE or not set(raw) <= set(ALPHABET):
        return None
    return _fours(raw) if _check(raw[:-1]) == raw[-1] else None


def _fours(raw: str) -> str:
    return "-".join(raw[place : place + 4] for place in range(0, len(raw), 4))


def _format(body: str) -> str:
    return f"M{body[:2]}-{body[2:6]}-{body[6:]}"


def _check(body: str) -> str:
    """Weighted sum modulo 31 (a prime): finds any single wrong character and any swap of two neighbours."""
    total = sum((position + 1) * ALPHABET.index(char) for position, char in enumerate(body))
    return ALPHABET[total % 31]
