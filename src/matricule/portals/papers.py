"""What is done to a file or a page that was sent, by the word in its address: the same in every portal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from matricule.dossiers import queries, uploads
from matricule.dossiers.access import Actor
from matricule.dossiers.models import File, Page
from matricule.dossiers.operations import files, pages
from matricule.portals import downloads

SIZES = {"thumb": (160, "thumbnail"), "view": (1200, "page_image")}
"""Width of a page's image in pixels, and what the journal calls it: in the list, and where the page can be read."""


def file_act(actor: Actor, dossier_id: UUID, file_id: UUID, action: str) -> Callable[[], Any]:
    """Return the act on a file: remove, restore, keep, earlier, later; raises Http404 for another word."""
    acts: dict[str, Callable[[], Any]] = {
        "remove": lambda: files.remove_file(actor, dossier_id, file_id),
        "restore": lambda: files.restore_file(actor, dossier_id, file_id),
        "keep": lambda: files.keep_file(actor, dossier_id, file_id),
        "earlier": lambda: files.move_file(actor, dossier_id, file_id, earlier=True),
        "later": lambda: files.move_file(actor, dossier_id, file_id, earlier=False),
    }
    return _of(acts, action)


def page_act(actor: Actor, dossier_id: UUID, page_id: UUID, action: str) -> Callable[[], Any]:
    """Return the act on a page: turn, remove, restore, earlier, later; raises Http404 for another word."""
    acts: dict[str, Callable[[], Any]] = {
        "turn": lambda: pages.turn_page(actor, dossier_id, page_id),
        "remove": lambda: pages.remove_page(actor, dossier_id, page_id),
        "restore": lambda: pages.restore_page(actor, dossier_id, page_id),
        "earlier": lambda: pages.move_page(actor, dossier_id, page_id, earlier=True),
        "later": lambda: pages.move_page(actor, dossier_id, page_id, earlier=False),
    }
    return _of(acts, action)


def _of(acts: dict[str, Callable[[], Any]], action: str) -> Callable[[], Any]:
    if action not in acts:
        raise Http404
    return acts[action]


def sheet(found: File) -> dict[str, Any]:
    """Return what the page of one file shows of it: its pages, those taken out, and what may still be done."""
    rows = list(found.pages.order_by("position"))
    free = not found.version.decision and found.version.replaced_at is None
    return {
        "file": found,
        "pages": [page for page in rows if page.removed_at is None],
        "removed": [page for page in rows if page.removed_at is not None],
        "can_change": free and found.removed_at is None,
        "can_restore": free,
    }


def picture(request: HttpRequest, actor: Actor, dossier_id: UUID, page: Page, size: str) -> HttpResponse:
    """Return the picture of a page, drawn from the original without its metadata; each one served is journaled.

    ``size`` is a word of SIZES.
    """
    width, what = SIZES[size]
    response = downloads.image(request, uploads.page_image(page.file, page.number, page.rotation, width))
    if response.status_code == 200:
        queries.note_reading(actor, dossier_id, what)
    return response
