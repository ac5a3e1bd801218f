"""What a check answers, and the sentence that goes with it: what is wrong, and how to mend it, in both languages.

Voice and shape: wording.md sections 5 and 6. The sentences are data: screens pick the language, they never write their
own.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from matricule.vision.limits import MB, Limits

ACCEPTED_KINDS = ("pdf", "jpeg", "png", "heic")

_TEXT: dict[str, Any] = tomllib.loads(Path(__file__).with_name("verdicts.toml").read_text(encoding="utf-8"))
SENTENCES: Mapping[str, Mapping[str, str]] = _TEXT["sentence"]
SEEN: Mapping[str, Mapping[str, str]] = _TEXT["seen"]
FOUND: Mapping[str, Mapping[str, str]] = _TEXT["found"]
ACCEPTED_CODES = frozenset({"ok", "active_content_cleaned"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the structure of one file shows.

    `ok`: it may be deposited. `code`: a key of SENTENCES. `kind`: pdf, jpeg, png, heic, or None when it was not
    recognised.
    `pages`: width and height of each page as seen (turned by its own mark): points for PDF, pixels for images.
    `details`: numbers and short codes, never text of the file. `needs_clean`: viewers get `clean_copy`, not the file
    itself.
    `has_exif_turn`: the photo says that it must be turned (every rendering here does it).
    """

    ok: bool
    code: str
    kind: str | None = None
    pages: tuple[tuple[int, int], ...] = ()
    details: Mapping[str, int | str] = field(default_factory=dict)
    needs_clean: bool = False
    has_exif_turn: bool = False

    @property
    def message(self) -> dict[str, str]:
        """The sentence of this verdict, {"fr": …, "en": …}: what is wrong and how to mend it."""
        return {language: text.format(**_words(self.details)) for language, text in SENTENCES[self.code].items()}

    @property
    def notice(self) -> dict[str, str] | None:
        """For an accepted file whose name says another type: a sentence that says so. None otherwise."""
        if not self.ok or "declared" not in self.details:
            return None
        return {
            language: text.format(**_words(self.details)) for language, text in _TEXT["notice"]["other_name"].items()
        }

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column; `from_json` reads it back."""
        return {**asdict(self), "pages": [list(page) for page in self.pages], "details": dict(self.details)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build a verdict from `to_json`, or from what the parser sent. Raises ValueError, KeyError, TypeError,
        OverflowError on a wrong shape."""
        code, kind = data["code"], data.get("kind")
        if code not in SENTENCES or kind not in (*ACCEPTED_KINDS, None):
            raise ValueError("unknown code or kind")
        details = {str(name): _small(value) for name, value in dict(data.get("details") or {}).items()}
        return cls(
            ok=code in ACCEPTED_CODES,
            code=code,
            kind=kind,
            pages=tuple((int(width), int(height)) for width, height in data.get("pages") or ()),
            details=details,
            needs_clean=bool(data.get("needs_clean")),
            has_exif_turn=bool(data.get("has_exif_turn")),
        )


def refusal(code: str, kind: str | None = None, **details: int | str) -> Verdict:
    """A verdict that is not about pages."""
    return Verdict(ok=code in ACCEPTED_CODES, code=code, kind=kind, details=details)


def too_large(size: int, limits: Limits) -> Verdict:
    """The verdict on `size` bytes, more than a file may have."""
    return refusal("too_large", size=size, limit=limits.file_bytes)


def megabytes(size: int, over: int | None = None) -> dict[str, str]:
    """A size as wording.md section 3 writes it, to the nearest tenth, as the pages do (core.i18n.format_size).

    A size just ``over`` a limit is rounded up instead, so that a refused size never looks allowed.
    """
    tenths = (size * 10 + MB // 2) // MB
    if over is not None and size > over and tenths <= (over * 10 + MB // 2) // MB:
        tenths = math.ceil(size * 10 / MB)
    whole, rest = divmod(tenths, 10)
    number = f"{whole}.{rest}" if rest else f"{whole}"
    return {"fr": f"{number.replace('.', ',')}\u00a0Mo", "en": f"{number}\u00a0MB"}


def _small(value: object) -> int | str:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= 40:
        return value
    raise ValueError("a detail is a number or a short code")


def _words(details: Mapping[str, int | str]) -> dict[str, str]:
    """The variables of the sentences, in both languages, from the numbers and codes of the details."""
    seen = SEEN.get(str(details.get("seen", "unknown")), SEEN["unknown"])
    found = [text for code, text in FOUND.items() if details.get(code)] or [FOUND["other"]]
    words = {"declared": str(details.get("declared", ""))}
    for language, last in (("fr", " et "), ("en", " and ")):
        words[f"seen_{language}"] = seen[language]
        words[f"mend_{language}"] = _TEXT["mend"][seen["mend"]][language]
        words[f"found_{language}"] = _list([text[language] for text in found], last)
    for name in ("size", "limit", "count"):
        shown = _shown(name, details)
        words |= {f"{name}_{language}": text for language, text in shown.items()}
    return words


def _shown(name: str, details: Mapping[str, int | str]) -> dict[str, str]:
    value, limit = (found if isinstance(found, int) else 0 for found in (details.get(name, 0), details.get("limit")))
    if "size" in details:
        return megabytes(value, over=limit if name == "size" else None)
    grouped = f"{math.ceil(value / 1_000_000) if 'pixels' in details else value:,}"
    return {"fr": grouped.replace(",", "\u202f"), "en": grouped}


def _list(parts: list[str], last: str) -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
