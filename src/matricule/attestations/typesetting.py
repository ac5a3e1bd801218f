"""Facts to PDF, through typst: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same facts.

The facts go in as JSON, never into the text of the template, so that no fact is ever read as markup (R29). Fonts come
from the PyPI packages only: every machine sets the same letter. One compiler a thread: a shared one raises
(stack.md, section 6).
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

KINDS = (
    "deposit_receipt", "request_receipt", "proof_of_filing", "provisional_certificate", "definitive_certificate",
    "number_letter", "vitale_request",
)  # fmt: skip
TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: tuple[Literal["1.7", "ua-1", "a-2a"], ...] = ("1.7", "ua-1", "a-2a")

_local = threading.local()


class LetterError(Exception):
    """The facts do not fit the template; the message holds no fact."""


@dataclass(frozen=True)
class SetLetter:
    """A letter before its seal."""

    pdf: bytes
    pages: int


def compose(kind: str, facts: Mapping[str, Any], *, dated: datetime) -> SetLetter:
    """Return the PDF of a letter; ``dated`` is the only clock it knows. Raises LetterError."""
    if kind not in KINDS:
        raise LetterError(f"there is no letter of kind {kind!r}")
    inputs = {"facts": json.dumps({**facts, "dated": dated.isoformat(timespec="seconds")}, ensure_ascii=False)}
    try:
        pdf = _compiler(kind).compile(
            format="pdf", sys_inputs=inputs, pdf_standards=[*STANDARDS], timestamp=int(dated.timestamp())
        )
    except typst.TypstError as error:
        raise LetterError(f"{kind}: the template refuses these facts") from error
    if not isinstance(pdf, bytes):
        raise LetterError(f"{kind}: no single document came out")
    return SetLetter(pdf, pdf.count(b"/Type /Page\n") or pdf.count(b"/Type/Page/") or 1)


def _compiler(kind: str) -> "typst.Compiler":
    kept: dict[str, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if kind not in kept:
        source = TEMPLATES / f"{kind}.typ"
        kept[kind] = typst.Compiler(source, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    return kept[kind]


@cache
def _fonts() -> list[Path]:
    import font_rhd
    import font_source_sans_pro

    found = (font_source_sans_pro.SourceSansPro, font_rhd.RedHatDisplayBold)
    return sorted({Path(path).parent for path in found})
