"""One file: its pages to look at, turn, order and take out; the original as a download; the joined PDF."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from matricule.dossiers import queries, uploads
from matricule.dossiers.operations import pages
from matricule.portals import downloads, gate
from matricule.portals.student import pieces, summary

SIZES = {"thumb": (160, "thumbnail"), "view": (1200, "page_image")}
"""Width of a page's image in pixels, and what the journal calls it: in the list, and where the page can be read."""


@gate.dossier
@require_safe
def file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Show the pages of one file with their tools."""
    actor = gate.actor_of(request)
    found = queries.file_of(actor, dossier_id, file_id)
    queries.note_reading(actor, dossier_id, "file")
    space = queries.space(actor, dossier_id)
    rows = list(found.pages.order_by("position"))
    open_version = not found.version.decision and found.version.replaced_at is None
    context = {
        "dossier": space.dossier,
        "step": summary.step(space),
        "file": found,
        "slot_title": pieces.title(found.version.document.slot, space),
        "slot": found.version.document.slot,
        "pages": [page for page in rows if page.removed_at is None],
        "removed": [page for page in rows if page.removed_at is not None],
        "can_change": open_version and found.removed_at is None,
        "can_restore": open_version,
    }
    return render(request, "student/file.html", context)


@gate.dossier
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, dossier_id: UUID, page_id: UUID, action: str) -> HttpResponse:
    """Do one act on a page: turn, remove, restore, earlier, later."""
    actor = gate.actor_of(request)
    acts = {
        "turn": lambda: pages.turn_page(actor, dossier_id, page_id),
        "remove": lambda: pages.remove_page(actor, dossier_id, page_id),
        "restore": lambda: pages.restore_page(actor, dossier_id, page_id),
        "earlier": lambda: pages.move_page(actor, dossier_id, page_id, earlier=True),
        "later": lambda: pages.move_page(actor, dossier_id, page_id, earlier=False),
    }
    if action not in acts:
        raise Http404
    page = queries.page_of(actor, dossier_id, page_id)
    if request.method == "POST":
        acts[action]()
    return redirect("student:file", dossier_id, page.file_id)


@gate.dossier
@require_safe
def image(request: HttpRequest, dossier_id: UUID, page_id: UUID, size: str) -> HttpResponse:
    """Serve the picture of one page, drawn from the original without its metadata; each one served is journaled."""
    if size not in SIZES:
        raise Http404
    actor = gate.actor_of(request)
    page = queries.page_of(actor, dossier_id, page_id)
    width, what = SIZES[size]
    response = downloads.image(request, uploads.page_image(page.file, page.number, page.rotation, width))
    if response.status_code == 200:
        queries.note_reading(actor, dossier_id, what)
    return response


@gate.dossier
@require_safe
def original(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Serve the bytes as they were sent, as a download only."""
    actor = gate.actor_of(request)
    found = queries.file_of(actor, dossier_id, file_id)
    queries.note_reading(actor, dossier_id, "original")
    return downloads.attachment(uploads.original(found), found.name, found.kind)


@gate.dossier
@require_safe
def joined(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Serve one PDF of everything in a document, the original first."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    row = next((row for row in space.slots if row.slot == slot and row.version and row.live), None)
    if row is None or row.version is None:
        raise Http404
    queries.note_reading(actor, dossier_id, "document")
    title = pieces.title(slot, space)
    data = uploads.joined(row.version, title=title, language=(get_language() or "fr")[:2])
    return downloads.attachment(data, f"{title}.pdf", "pdf")
