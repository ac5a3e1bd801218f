"""One dossier on one screen: its documents, the page images, what was typed, the checks, the acts."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matricule.dossiers import desk, queries, standing, uploads
from matricule.dossiers.access import caseworker
from matricule.dossiers.operations import examining
from matricule.portals import downloads, gate
from matricule.portals.caseworker import checks, doubts, shown
from matricule.portals.caseworker.forms import AcceptForm
from matricule.portals.caseworker.views.frame import frame
from matricule.portals.components.forms import acting, switching, unvalidated

WIDTHS = {"thumb": 160, "view": 1200, "large": 2400}
"""Widths of the page images in pixels: a thumbnail, the screen, and the zoom."""


@gate.desk
@require_safe
def dossier(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Open a dossier at the document to look at first."""
    case = desk.case(caseworker(request.post.user_id), dossier_id, shown.person_id(request))
    first = case.first
    if first is None:
        raise Http404
    return redirect(shown.address(case, first))


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def half(request: gate.DeskRequest, dossier_id: UUID, slot: str, part: str) -> HttpResponse:
    """Show one document beside what was typed, with the acts on it and on the dossier.

    A change of the language keeps what was typed into the acceptance.
    """
    if acting(request):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    case = desk.case(caseworker(request.post.user_id), dossier_id, shown.person_id(request))
    found = case.half(slot, part)
    if found is None or not switching(request):
        return page(request, case, slot, part)
    return page(request, case, slot, part, form=unvalidated(accept_form(case, found, request.POST)))


def page(
    request: gate.DeskRequest,
    case: desk.Case,
    slot: str,
    part: str,
    *,
    form: AcceptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of one half; ``form`` is an acceptance that lacks something."""
    found = case.half(slot, part)
    if found is None:
        raise Http404
    return render(request, "caseworker/examine.html", context(request, case, found, form), status=status)


def context(request: gate.DeskRequest, case: desk.Case, half: standing.Half, form: AcceptForm | None) -> dict:
    """Return what the page of one half shows."""
    pages = desk.pages(half)
    number = _page_number(request, len(pages))
    decided = half.decision is not None
    return {
        **frame(request, case),
        "half": half,
        "half_name": shown.name_of(half, case),
        "wanted": shown.wanted(case, half),
        "doubts": doubts.rows(case, half),
        "chosen": doubts.chosen(case),
        "documents": shown.documents(case, half),
        "account_of": shown.account_of(case, half),
        "page": pages[number - 1] if pages else None,
        "said": shown.said_of(pages[number - 1] if pages else None),
        "page_number": number,
        "page_count": len(pages),
        "previous": number - 1 if number > 1 else 0,
        "next": number + 1 if number < len(pages) else 0,
        "zoom": request.GET.get("zoom") == "1",
        "image_size": "large" if request.GET.get("zoom") == "1" else "view",
        "turn": _turn(request),
        "next_turn": (_turn(request) + 90) % 360,
        "typed": shown.typed(case, half),
        "checks": shown.checks(case, half),
        "can_decide": half.state == "to_examine",
        "form": form or accept_form(case, half),
        "page_form": half.state == "to_examine" and half.code in examining.TIMED | examining.NUMBERED,
        "sentence": shown.sentence(half, case) if decided else "",
        "mine": case.dossier.caseworker_id == request.post.user_id,
        "returned": shown.returned(case),
        "can_end_number": shown.number_can_end(case),
        "can_close": shown.can_close(case),
        "ending": shown.ending(case),
        "category": shown.category(case),
        "category_checks": checks.rows(case),
        "before": checks.before(case),
        "open_messages": [row for row in case.messages if not row.from_caisse and row.done_at is None],
        "asked_changes": [row for row in case.corrections if row.state in {"asked", "objected"}],
        "impossible": [row for row in case.impossibilities if row.answer == "open"],
    }


def accept_form(case: desk.Case, half: standing.Half, data: object = None) -> AcceptForm:
    """Return the form of an acceptance: the last day of a stay document, the number of an identity document."""
    return AcceptForm(
        data,
        timed=half.code in examining.TIMED,
        numbered=half.code in examining.NUMBERED,
        initial={"version": case.dossier.version, "paper_number": case.person.paper_number},
    )


def _turn(request: gate.DeskRequest) -> int:
    """Return by how much the caseworker turned the page to read it; the person's own file is not changed."""
    return {"90": 90, "180": 180, "270": 270}.get(request.GET.get("turn", ""), 0)


def _page_number(request: gate.DeskRequest, count: int) -> int:
    try:
        wanted = int(request.GET.get("page", "1"))
    except ValueError:
        wanted = 1
    return min(max(wanted, 1), max(count, 1))


@gate.desk
@require_safe
def image(request: gate.DeskRequest, dossier_id: UUID, page_id: UUID, size: str) -> HttpResponse:
    """Serve the picture of one page, turned as the person turned it and as ``?turn`` asks."""
    if size not in WIDTHS:
        raise Http404
    actor = caseworker(request.post.user_id)
    found = queries.page_of(actor, dossier_id, page_id)
    queries.note_reading(actor, dossier_id, "page_image")
    turned = (found.rotation + _turn(request)) % 360
    data = uploads.page_image(found.file, found.number, turned, WIDTHS[size])
    return downloads.image(request, data)


@gate.desk
@require_safe
def original(request: gate.DeskRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Serve the bytes as they were sent, as a download only."""
    actor = caseworker(request.post.user_id)
    found = queries.file_of(actor, dossier_id, file_id)
    queries.note_reading(actor, dossier_id, "original")
    return downloads.attachment(uploads.original(found), found.name, found.kind)
