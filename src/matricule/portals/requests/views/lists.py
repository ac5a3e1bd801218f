"""What is to do today; the list: filters, orders, search, views under a name, files of it (seed 000; issue 5, 3)."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.accounts import invitations, organisations
from matricule.core import clock, i18n
from matricule.core.ids import uuid7
from matricule.dossiers import keeping, labels, posted, queries, requests
from matricule.dossiers.listing import LATEST, View
from matricule.dossiers.operations import exporting, viewing
from matricule.dossiers.operations.door import AlreadyDone
from matricule.portals import downloads, gate
from matricule.portals.components.states import is_nia
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.forms import ORDERS, ExportForm, NameForm, ViewForm
from matricule.portals.student import again
from matricule.rules.employer import labels as words


@gate.for_company
@require_safe
def listed(request: gate.MemberRequest) -> HttpResponse:
    """Show what is to do today, then the requests under one of the nine filters, or a view under its name."""
    company = request.member.company.id
    kept = keeping.views_of(request.member.user_id, company)
    which, view, saved = _asked(request, kept)
    page = requests.listed(company, view, request.GET.get("after", ""))
    queries.note_list(shown.actor_of(request), "requests", len(page.rows))
    context = {
        **_context(request, view, page),
        "which": which,
        "saved": saved,
        "kept": [{"name": one.name, "href": _href(saved=one.id), "current": one == saved} for one in kept],
        "filters": _filters(company, which, view.order),
        "meaning": words.meaning(which) if which not in {words.ALL, ""} else None,
        "first": not request.GET,
        "next": _href(saved=saved.id, after=page.after) if saved else _href(which, view.order, after=page.after),
        "heads": _heads(which, view) if not saved else {},
    }
    if context["first"]:
        context |= _today(request)
    return render(request, "requests/list.html", context)


def _asked(request: gate.MemberRequest, kept: list[keeping.SavedView]) -> tuple[str, View, keeping.SavedView | None]:
    """Return the filter, the view and the kept view that an address names; 404 for what there is not."""
    wanted = request.GET.get("saved")
    if wanted is not None:
        saved = next((one for one in kept if str(one.id) == wanted), None)
        if saved is None:
            raise Http404
        return "", saved.view, saved
    which = request.GET.get("label", words.ALL)
    if which not in {row.code for row in words.filters()}:
        raise Http404
    order = request.GET.get("order", LATEST)
    return which, View("" if which == words.ALL else which, order if order in ORDERS else LATEST), None


def _filters(company: UUID, which: str, order: str) -> list[dict[str, Any]]:
    counts = labels.counts(company)
    return [
        {
            "code": row.code,
            "name": row.name,
            "n": counts.get(row.code, 0),
            "current": row.code == which,
            "href": _href(row.code, order),
        }
        for row in words.filters()
    ]


def _heads(which: str, view: View) -> dict[str, dict[str, str]]:
    """Return, for each column that orders the list, the address of its order, and which way it orders now."""
    found = {}
    for name, first in (("person", ""), ("label", ""), ("turn", ""), ("opened", "-"), ("changed", "-")):
        now = view.order in {name, f"-{name}"}
        other = name if view.order.startswith("-") else f"-{name}"
        way = ("descending" if view.order.startswith("-") else "ascending") if now else ""
        found[name] = {"href": _href(which, other if now else first + name), "sort": way}
    return found


def _href(which: str = "", order: str = LATEST, **more: Any) -> str:
    """Return the address of a list; what is usual is left out."""
    said = {"label": which if which != words.ALL else "", "order": order if order != LATEST else "", **more}
    query = urlencode({name: value for name, value in said.items() if value})
    return reverse("requests:list") + (f"?{query}" if query else "")


def _context(request: gate.MemberRequest, view: View, page: requests.Listed) -> dict[str, Any]:
    """Return what the list and a search show alike: the rows, and what can be done with them."""
    rows = [shown.row(row) for row in page.rows]
    return {
        **frame(request, "home"),
        "rows": rows,
        "nia": any(is_nia(row["label"]) for row in rows),
        "after": page.after,
        "capped": page.capped,
        "view": view,
        "orders": [{"code": code, "name": name, "current": code == view.order} for code, name in ORDERS.items()],
        "key": uuid7(),
    }


def _today(request: gate.MemberRequest) -> dict[str, Any]:
    """Return what is to do today; who has not set up their sign-in is for the administrators to see."""
    member = request.member
    found = requests.to_do(member.company.id)
    ribs = posted.days_of([row.dossier.pk for row in found.asked])
    return {
        "asked": [{**shown.row(row), "rib_on": ribs.get(row.dossier.pk)} for row in found.asked],
        "sendable": [shown.row(row) for row in found.sendable],
        "titles": [
            {
                "name": shown.name_of(person),
                "until": person.title_until,
                "href": reverse("requests:request", args=[person.dossier_id]),
            }
            for person in found.titles
        ],
        "invited": _without_sign_in(member) if member.administers else [],
    }


def _without_sign_in(member: organisations.Member) -> list[dict[str, Any]]:
    """Return who was invited and cannot sign in yet: who did not come in, and who has neither passkey nor app."""
    team = organisations.members(member.company.id)
    ready = organisations.with_sign_in([one.user_id for one in team])
    waiting = [
        {"name": one.address, "until": one.expires_at, "over": one.is_over}
        for one in invitations.still_open(member.company.id)
    ]
    return waiting + [
        {"name": one.name, "until": None, "over": False}
        for one in team
        if one.user_id not in ready and one.user_id != member.user_id
    ]


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: gate.MemberRequest) -> HttpResponse:
    """Find requests by a name, a reference or the payroll's number; what is looked for is in no address."""
    order = request.POST.get("order", LATEST)
    text = request.POST.get("q", "").replace("\0", "")[:120]
    view = View("", order if order in ORDERS else LATEST, text)
    page = requests.Listed([], "")
    if view.words:
        page = requests.listed(request.member.company.id, view, request.POST.get("after", ""))
        queries.note_list(shown.actor_of(request), "search", len(page.rows))
    context = {**_context(request, view, page), "q": text, "searching": True}
    return render(request, "requests/search.html", context)


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: gate.MemberRequest) -> HttpResponse:
    """Show the views that the person keeps; on POST, keep the one that was shown."""
    form = ViewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            view_id = viewing.keep(
                shown.actor_of(request), request.member.company.id, given["name"], form.view(),
                key=given["idempotency_key"],
            )  # fmt: skip
            return redirect(_href(saved=view_id))
        except AlreadyDone:
            return redirect("requests:views")
        except viewing.TooMany:
            form.add_error("name", gettext("You keep as many views as one can: remove one first."))
    return _views_page(request, form)


def _views_page(request: gate.MemberRequest, form: NameForm, wrong: UUID | None = None) -> HttpResponse:
    kept = keeping.views_of(request.member.user_id, request.member.company.id)
    if kept:
        queries.note_list(shown.actor_of(request), "views", len(kept))
    filters = {row.code: row.name for row in words.filters()}
    context = {
        **frame(request, "home"),
        "form": form if wrong is None else None,
        "nia": any(is_nia(one.view.filter) for one in kept),
        "kept": [
            {
                "id": one.id,
                "name": one.name,
                "href": _href(saved=one.id),
                "filter": filters.get(one.view.filter or words.ALL),
                "order": ORDERS.get(one.view.order, ORDERS[LATEST]),
                "text": one.view.text,
                "typed": form.data.get("name", "") if one.id == wrong else one.name,
                "problem": form.errors["name"][0] if one.id == wrong else "",
            }
            for one in kept
        ],
    }
    return render(request, "requests/views.html", context, status=422 if form.is_bound and form.errors else 200)


@gate.for_company
@require_POST
def view_act(request: gate.MemberRequest, view_id: UUID, action: str) -> HttpResponse:
    """Rename or remove a view of the person's own."""
    actor, company = shown.actor_of(request), request.member.company.id
    if action == "remove":
        viewing.remove(actor, company, view_id)
    elif action == "rename":
        form = NameForm(request.POST)
        if not form.is_valid():
            return _views_page(request, form, wrong=view_id)
        viewing.rename(actor, company, view_id, form.cleaned_data["name"])
    else:
        raise Http404
    return again.SeeOther(reverse("requests:views"))


@gate.for_company
@require_POST
def export(request: gate.MemberRequest) -> HttpResponse:
    """Give the list as it is shown as a file: at once when it is short, else by a job."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        raise Http404
    actor, company, kind = shown.actor_of(request), request.member.company.id, form.cleaned_data["kind"]
    data = exporting.at_once(actor, company, form.view(), kind, i18n.language())
    if data is not None:
        return downloads.attachment(data, _file_name(kind), kind)
    with suppress(AlreadyDone, exporting.TooMany):  # the page says which files are being made
        exporting.ask(actor, company, form.view(), kind, i18n.language(), key=form.cleaned_data["idempotency_key"])
    return again.SeeOther(reverse("requests:exports"))


@gate.for_company
@require_safe
def exports(request: gate.MemberRequest) -> HttpResponse:
    """Show the files that the person asked for: how far each is, until when it can be fetched."""
    rows = keeping.exports_of(request.member.user_id, request.member.company.id)
    context = {
        **frame(request, "home"),
        "files": rows,
        "waits": any(row.state == row.State.WAITING for row in rows),
        "most": exporting.MOST,
    }
    return render(request, "requests/exports.html", context)


@gate.for_company
@require_safe
def export_file(request: gate.MemberRequest, export_id: UUID) -> HttpResponse:
    """Serve a file of the list to whoever asked for it."""
    row, data = exporting.fetch(shown.actor_of(request), request.member.company.id, export_id)
    return downloads.attachment(data, _file_name(row.kind), row.kind)


def _file_name(kind: str) -> str:
    return f"matricule-{clock.today().isoformat()}.{kind}"
