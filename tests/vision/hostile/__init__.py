"""Files that nobody should be able to hurt us with, made here, each with the verdicts that are right for it.

A case is one function marked ``@case(class, *codes)``, or one entry of a ``@family``. ``cases()`` gives them all,
built when asked. To add one, write one function: the tests and the proofs walk the list.
"""

from tests.vision.hostile import active, bombs, damaged, documents, images, others, photos, registry, strange
from tests.vision.hostile.others import LIARS
from tests.vision.hostile.photos import interlaced_png
from tests.vision.hostile.registry import Case, cases
from tests.vision.hostile.seeds import (
    chunk,
    encoded,
    heic,
    heic_of,
    jpeg,
    pages,
    pdf_file,
    picture,
    png,
    saved,
    scan_pdf,
)

__all__ = [
    "LIARS",
    "Case",
    "active",
    "bombs",
    "cases",
    "chunk",
    "damaged",
    "documents",
    "encoded",
    "heic",
    "heic_of",
    "images",
    "interlaced_png",
    "jpeg",
    "others",
    "pages",
    "pdf_file",
    "photos",
    "picture",
    "png",
    "registry",
    "saved",
    "scan_pdf",
    "strange",
]
