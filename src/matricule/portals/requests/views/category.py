"""The category of a draft and what goes with some of them, kept as typed; no colleague is written over."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matricule.dossiers import asked, past, requests
from matricule.dossiers.operations import requesting
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import known, shown
from matricule.portals.requests.forms import CategoryForm
from matricule.portals.requests.views import meanwhile
from matricule.portals.requests.views.draft import draft_or, of_draft
from matricule.portals.student import again
from matricule.rules.employer import categories

READ_OR_ACT = ["GET", "HEAD", "POST"]


@gate.for_company
@require_http_methods(READ_OR_ACT)
@of_draft
def category(request: gate.MemberRequest, dossier_id: UUID, found: requests.Request) -> HttpResponse:
    """Choose the category; who fits none is shown the right door."""
    if request.method == "POST":
        return _taken(request, found)
    form = _form(asked.typed(found.dossier))
    if not again.asked(request):
        unvalidated(form)
    return _page(request, found, form)


def _form(typed: Mapping[str, str]) -> CategoryForm:
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in typed.items() if value})
    return CategoryForm(data)


def _taken(request: gate.MemberRequest, found: requests.Request) -> HttpResponse:
    """Keep what the page brought; lead on when every answer is good, else to the page that says what is not."""
    held = asked.typed(found.dossier)
    sent = {name: known.merged(request.POST, held, name) for name in asked.NAMES}
    form = _form({name: value for name, (_before, value) in sent.items()})
    actor, good = shown.actor_of(request), not switching(request) and form.is_valid()
    try:
        if not good:
            requesting.save_asked(actor, found.dossier.pk, sent, whole=True)
        else:
            requesting.change_request(
                actor,
                found.dossier.pk,
                category=form.cleaned_data["category"],
                answers=form.answers(),
                own_reference=form.cleaned_data["own_reference"],
                typed=sent,
            )
    except requesting.Clash as clash:
        return _page(request, found, unvalidated(form), clash.fields)
    if switching(request):
        return again.SeeOther(request.get_full_path())
    if not good:
        return again.back_to(request.path, request, "back")
    return redirect("requests:check" if request.GET.get("back") == "check" else "requests:request", found.dossier.pk)


def _page(
    request: gate.MemberRequest, found: requests.Request, form: CategoryForm, clash: Mapping[str, str] | None = None
) -> HttpResponse:
    """Show the page; ``clash``: what a colleague changed meanwhile."""
    held = {**asked.typed(found.dossier), **(clash or {})}
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "page_form": True,
        "autosave": reverse("requests:category-autosave", args=[found.dossier.pk]),
        "base": known.base(asked.NAMES, held),
        "clash": _words(form, held, clash or {}),
        "categories": categories.all_categories(),
        "doors": categories.doors(),
        "decision": None if found.dossier.category else past.decision(found.principal.registrant),
    }
    status = 409 if clash else 422 if form.errors else 200
    return render(request, "requests/category.html", context, status=status)


def _words(form: CategoryForm, held: Mapping[str, str], clash: Mapping[str, str]) -> list[str]:
    """Return what a colleague answered where the page says something else, question by question."""
    found = []
    for name in dict.fromkeys(asked.HOLDER if name in asked.DAY else name for name in clash):
        value = held.get(name, "")
        if name == asked.HOLDER:
            value = " ".join(held[part] for part in asked.DAY if held[part])
        elif name in asked.BOXES:
            value = gettext("Yes") if value else gettext("No")
        elif name == "category":
            value = shown.category_name(value) or value
        found.append(shown.answer(form, name, value))
    return found


@gate.for_company
@require_http_methods(READ_OR_ACT)
@draft_or(meanwhile.saved)
def autosave(request: gate.MemberRequest, dossier_id: UUID, found: requests.Request) -> HttpResponse:
    """Keep the answers that changed since the page last knew them; say which a colleague changed meanwhile."""
    if request.method != "POST":
        return redirect("requests:request", found.dossier.pk)
    changes = known.changes(request.POST, asked.NAMES)
    return known.saved(requesting.save_asked(shown.actor_of(request), dossier_id, changes))
