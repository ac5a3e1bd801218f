"""One file: its pages to look at, turn, order and take out; the original as a download; the joined PDF."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from matricule.dossiers import queries, uploads
from matricule.portals import downloads, gate, papers
from matricule.portals.student import pieces, summary


@gate.dossier
@require_safe
def file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Show the pages of one file with their tools."""
    actor = gate.actor_of(request)
    found = queries.file_of(actor, dossier_id, file_id)
    queries.note_reading(actor, dossier_id, "file")
    space = queries.space(actor, dossier_id)
    context = {
        "dossier": space.dossier,
        "step": summary.step(space),
        **papers.sheet(found),
        "slot_title": pieces.title(found.version.document.slot, space),
        "slot": found.version.document.slot,
    }
    return render(request, "student/file.html", context)


@gate.dossier
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, dossier_id: UUID, page_id: UUID, action: str) -> HttpResponse:
    """Do one act on a page: turn, remove, restore, earlier, later."""
    actor = gate.actor_of(request)
    do = papers.page_act(actor, dossier_id, page_id, action)
    page = queries.page_of(actor, dossier_id, page_id)
    if request.method == "POST":
        do()
    return redirect("student:file", dossier_id, page.file_id)


@gate.dossier
@require_safe
def image(request: HttpRequest, dossier_id: UUID, page_id: UUID, size: str) -> HttpResponse:
    """Serve the picture of one page, drawn from the original without its metadata; each one served is journaled."""
    if size not in papers.SIZES:
        raise Http404
    actor = gate.actor_of(request)
    page = queries.page_of(actor, dossier_id, page_id)
    return papers.picture(request, actor, dossier_id, page, size)


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
