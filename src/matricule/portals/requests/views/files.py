"""One file of one person: its pages to look at, turn, order and take out; the original; the joined PDF."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from matricule.dossiers import queries, uploads
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import File, Page
from matricule.portals import downloads, gate, papers
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.views.papers import space_of
from matricule.portals.student import pieces


def _file(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, file_id: UUID) -> File:
    found = queries.file_of(shown.actor_of(request), dossier_id, file_id)
    if found.version.document.registrant_id != person_id:
        raise NotFound
    return found


def _page(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, page_id: UUID) -> Page:
    found = queries.page_of(shown.actor_of(request), dossier_id, page_id)
    if found.file.version.document.registrant_id != person_id:
        raise NotFound
    return found


@gate.for_company
@require_safe
def file(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, file_id: UUID) -> HttpResponse:
    """Show the pages of one file with their tools."""
    found = _file(request, dossier_id, person_id, file_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "file")
    space = space_of(request, dossier_id, person_id)
    slot = found.version.document.slot
    context = {
        **frame(request, "home"),
        "dossier": space.dossier,
        "person_id": person_id,
        "who": shown.name_of(space.registrant),
        "back": shown.href("documents", space) + f"#{slot}",
        **papers.sheet(found),
        "slot_title": pieces.title(slot, space),
    }
    return render(request, "requests/file.html", context)


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, page_id: UUID, action: str) -> HttpResponse:
    """Do one act on a page: turn, remove, restore, earlier, later."""
    actor = shown.actor_of(request)
    do = papers.page_act(actor, dossier_id, page_id, action)
    page = _page(request, dossier_id, person_id, page_id)
    if request.method == "POST":
        do()
    return redirect("requests:file", dossier_id, person_id, page.file_id)


@gate.for_company
@require_safe
def image(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, page_id: UUID, size: str) -> HttpResponse:
    """Serve the picture of one page, drawn from the original without its metadata; each one served is journaled."""
    if size not in papers.SIZES:
        raise Http404
    page = _page(request, dossier_id, person_id, page_id)
    return papers.picture(request, shown.actor_of(request), dossier_id, page, size)


@gate.for_company
@require_safe
def original(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, file_id: UUID) -> HttpResponse:
    """Serve the bytes as they were sent, as a download only."""
    found = _file(request, dossier_id, person_id, file_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "original")
    return downloads.attachment(uploads.original(found), found.name, found.kind)


@gate.for_company
@require_safe
def joined(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, slot: str) -> HttpResponse:
    """Serve one PDF of everything in a document, the original first."""
    space = space_of(request, dossier_id, person_id)
    row = next((row for row in space.slots if row.slot == slot and row.version and row.live), None)
    if row is None or row.version is None:
        raise Http404
    queries.note_reading(shown.actor_of(request), dossier_id, "document")
    title = pieces.title(slot, space)
    data = uploads.joined(row.version, title=title, language=(get_language() or "fr")[:2])
    return downloads.attachment(data, f"{title}.pdf", "pdf")
