"""Specimens of the documents that students send: drawn by this project, of invented people, marked SPÉCIMEN.

Nothing here needs Django. `draw` gives a file; `python -m matricule.demo.documents KIND PERSON FILE` writes one.
"""

from matricule.demo.documents import output
from matricule.demo.documents.cards import zone_lines
from matricule.demo.documents.kinds import KINDS, Flaw, Format, draw_pages
from matricule.demo.people import Person

__all__ = ["KINDS", "Flaw", "Format", "draw", "zone_lines"]


def draw(
    kind: str, person: Person, *, seed: int, fmt: Format = "pdf", flaw: Flaw | None = None, desk: bool = False
) -> bytes:
    """Draw a document of a person as a file; the same arguments give the same bytes.

    `kind` is one of `KINDS`; `desk` photographs the paper on a desk instead of scanning it; `flaw` spoils the picture.
    Raises ValueError for an unknown kind, format or flaw.
    """
    pages, dots = draw_pages(kind, person, seed)
    if desk:
        pages = [output.photograph(page, seed) for page in pages]
    if flaw:
        pages = [output.spoil(page, flaw, seed) for page in pages]
    return output.encode(pages, fmt, dots)
