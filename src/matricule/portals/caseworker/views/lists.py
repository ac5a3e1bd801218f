"""The lists of the desk, oldest wait first, and the search by reference, name or number."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matricule.core import i18n
from matricule.dossiers import desk, queries
from matricule.dossiers.access import caseworker
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.components.forms import acting
from matricule.portals.components.states import is_nia
from matricule.portals.requests.shown import category_name
from matricule.rules.employer import categories, offices


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: gate.DeskRequest) -> HttpResponse:
    """Show one list of the caseworker's office. A change of the language keeps what was typed into the search."""
    if acting(request):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    which = request.GET.get("list", "to_take")
    only = request.GET.get("only", "").strip()[:24]
    page = desk.listed(request.post, which, request.GET.get("after", ""), only)
    queries.note_list(caseworker(request.post.user_id), f"list_{which}", len(page.rows))
    given = {"title": shown.LISTS[which], "after": page.after, "only": only, "q": request.POST.get("q", "")[:120]}
    return _page(request, page.rows, which, given | {"narrow": _narrowing(request.post.office, which, only)})


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: gate.DeskRequest) -> HttpResponse:
    """Find dossiers by reference, name or number; what is looked for is posted, so that no address holds a name."""
    if request.method != "POST":
        return redirect("caseworker:lists")
    wanted = request.POST.get("q", "")[:120]
    rows = desk.search(request.post, wanted)
    queries.note_list(caseworker(request.post.user_id), "search", len(rows))
    return _page(request, rows, "", {"title": "", "after": "", "only": "", "narrow": [], "q": wanted})


def _page(request: gate.DeskRequest, rows: list[desk.Row], which: str, given: dict[str, Any]) -> HttpResponse:
    """Show the rows of one list, or, where ``which`` is empty, of a search."""
    context = {
        "post": request.post,
        "tabs": shown.tabs(request.post, which),
        "rows": [_row(row) for row in rows],
        "nia": any(is_nia(row.dossier.label) for row in rows),
        "which": which,
        "searching": not which,
        "by_category": offices.examines_by_category(request.post.office),
        "page_form": True,
        **given,
    }
    return render(request, "caseworker/list.html", context)


def _narrowing(office: str, which: str, only: str) -> list[dict[str, Any]]:
    """Return the links to each category where the office examines by category; elsewhere a postcode is asked for."""
    if not offices.examines_by_category(office):
        return []
    here = reverse("caseworker:lists") + f"?list={which}"
    codes = [("", _("All categories"))]
    codes += [(row.code, i18n.pick(row.name)) for row in categories.all_categories()]
    codes += [(desk.STUDENTS, _("Students"))]
    return [
        {"name": name, "href": here + (f"&only={code}" if code else ""), "current": code == only}
        for code, name in codes
    ]


def _row(row: desk.Row) -> dict:
    dossier = row.dossier
    return {
        "category": category_name(dossier.category),
        "student": dossier.organisation_id is None,
        "place": f"{row.person.postcode} {row.person.city}".strip(),
        "id": dossier.pk,
        "name": row.name,
        "reference": dossier.reference,
        "label": dossier.label,
        "queue": shown.LISTS.get("mine" if dossier.queue == "taken" else dossier.queue, ""),
        "since": dossier.waiting_since,
        "days": desk.working_days_waiting(dossier),
        "caseworker": row.caseworker,
    }
