"""Whether a letter with a code is ours and still stands: what its code lets anybody know, and no more.

The letter carries a code that cannot be guessed; here only a blind index of it is kept, with what the public page may
say: initials, kind and dates (issue 4, section 4); of a proof of filing, the day of filing. The code is no personal
data, so it may stand in an address.
"""

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from matricule.attestations.models import Letter
from matricule.core import clock, config, crypto, ids
from matricule.rules import deadlines

PROOF = "proof_of_filing"
KINDS = frozenset({"provisional_certificate", "definitive_certificate", PROOF})
"""The letters that carry a code."""
PAGE = "/{language}/verify/"
"""The page that checks a code (an address of the public portal); the code behind it, as the QR code opens it."""
State = Literal["valid", "withdrawn", "expired", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """What the public page says of a code; everything but ``state`` is empty for a code that nobody knows."""

    state: State
    kind: str = ""
    initials: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    withdrawn_on: date | None = None


UNKNOWN = Verdict("unknown")


def look_up(text: str) -> Verdict:
    """Return what stands behind a code as somebody typed it. One statement and one answer for whatever is no code."""
    code = ids.parse_code(text)
    letter = Letter.objects.filter(code_index=index_of(code or "")).first()
    if letter is None or code is None:
        return UNKNOWN
    starts_on, ends_on = (_day(letter.shown[name]) for name in ("starts_on", "ends_on"))
    withdrawn_on = deadlines.paris_day(letter.withdrawn_at) if letter.withdrawn_at else None
    state: State = "valid"
    if withdrawn_on is not None:
        state = "withdrawn"
    elif ends_on is not None and ends_on < clock.today():
        state = "expired"
    return Verdict(state, letter.kind, letter.shown["initials"], starts_on, ends_on, withdrawn_on)


def index_of(code: str) -> bytes:
    """Return the blind index under which a code is kept."""
    return crypto.blind_index("letter-code", code)


def shown_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what the public page may say of a letter with these facts."""
    names = (facts["given_names"], facts["birth_name"])
    return {
        "initials": " ".join(filter(None, map(initial, names))),
        "starts_on": facts["starts_on"],
        "ends_on": facts["ends_on"],
    }


def initial(name: str) -> str:
    """Return the first letter of a name with its point, "" for a name without a letter."""
    letters = (char for char in unicodedata.normalize("NFC", name) if char.isalpha())
    return "".join(f"{char.upper()}." for char in list(letters)[:1])


def on_paper(code: str) -> dict[str, Any]:
    """Return what a letter carries of its code: the code, the page that checks it, and its QR code, by language."""
    pages = {language: config.current().address + PAGE.format(language=language) for language in ("fr", "en")}
    return {
        "code": code,
        "page": {language: page.split("//", 1)[-1] for language, page in pages.items()},
        "drawing": {language: drawing(f"{page}{code}/") for language, page in pages.items()},
    }


def drawing(address: str) -> str:
    """Return the QR code of an address as SVG: readable from paper (a quarter may be lost), made without a network."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False
    )
    return out.getvalue().decode()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
