"""The limits of a deposit, in one place: what is shown to people here is what the checks enforce.

Sources: issue 2 section 2.4 (25 MB and 40 pages a file, 100 MB and 60 pages a document, 100 files a dossier);
reliability.md R01, R05, R06 (50 megapixels; 512 MB, 10 s of CPU and 20 s of wall time for the parser child).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MB = 1_000_000
"""A megabyte of a file, as every page writes sizes: by thousands (wording.md 3)."""
MIB = 1024 * 1024
"""A megabyte of memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person may send. Sizes are in bytes, by the megabyte that the pages show: 25 MB is 25,000,000 bytes."""

    file_bytes: int = 25 * MB
    file_pages: int = 40
    pixels: int = 50_000_000
    document_bytes: int = 100 * MB
    document_pages: int = 60
    dossier_files: int = 100


@dataclass(frozen=True, slots=True)
class Fence:
    """What one parser child may use: bytes of data, seconds of CPU, seconds of wall time, bytes of answer."""

    memory: int = 512 * MIB
    cpu: int = 10
    wall: float = 20.0
    answer: int = 160 * MIB


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """One row of the public table of limits: a code, the enforced value and its sentence in both languages."""

    code: str
    value: int
    text: Mapping[str, str] = field(default_factory=dict)


def shown(limits: Limits | None = None) -> tuple[ShownLimit, ...]:
    """The table that people see (R01). Every value is read from the same object that the checks use."""
    given = limits or Limits()
    size, document = given.file_bytes // MB, given.document_bytes // MB
    megapixels = given.pixels // 1_000_000
    return (
        ShownLimit(
            "types",
            4,
            {"fr": "PDF, JPEG, PNG ou HEIC (photos d’iPhone)", "en": "PDF, JPEG, PNG or HEIC (iPhone photos)"},
        ),
        ShownLimit(
            "file_bytes", given.file_bytes, {"fr": f"{size}\u00a0Mo par fichier", "en": f"{size}\u00a0MB per file"}
        ),
        ShownLimit(
            "file_pages",
            given.file_pages,
            {"fr": f"{given.file_pages} pages par fichier", "en": f"{given.file_pages} pages per file"},
        ),
        ShownLimit(
            "pixels",
            given.pixels,
            {"fr": f"{megapixels} millions de pixels par photo", "en": f"{megapixels} million pixels per photo"},
        ),
        ShownLimit(
            "document_bytes",
            given.document_bytes,
            {
                "fr": f"{document}\u00a0Mo par pièce, tous fichiers réunis",
                "en": f"{document}\u00a0MB per document, all its files together",
            },
        ),
        ShownLimit(
            "document_pages",
            given.document_pages,
            {
                "fr": f"{given.document_pages} pages par pièce, tous fichiers réunis",
                "en": f"{given.document_pages} pages per document, all its files together",
            },
        ),
        ShownLimit(
            "dossier_files",
            given.dossier_files,
            {"fr": f"{given.dossier_files} fichiers par dossier", "en": f"{given.dossier_files} files per dossier"},
        ),
    )
