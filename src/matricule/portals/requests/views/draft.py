"""A draft around its people: the category, adding and removing somebody, deleting it."""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matricule.dossiers import requests
from matricule.dossiers.operations import deposit, requesting
from matricule.dossiers.operations.door import AlreadyDone
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.forms import CategoryForm, PersonForm
from matricule.rules.employer import categories

READ_OR_ACT = ["GET", "HEAD", "POST"]


def draft_of(request: gate.MemberRequest, dossier_id: UUID) -> requests.Request:
    """Return a request that was not sent yet; 404 for one that was."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is not None:
        raise Http404
    return found


@gate.for_company
@require_http_methods(READ_OR_ACT)
def category(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Choose the category; who fits none is shown the right door."""
    found = draft_of(request, dossier_id)
    known = {**found.dossier.answers, "category": found.dossier.category, "own_reference": found.dossier.own_reference}
    form = CategoryForm(request.POST if request.method == "POST" else None, initial=known)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        requesting.change_request(
            shown.actor_of(request),
            dossier_id,
            category=given["category"],
            answers=form.answers(),
            own_reference=given["own_reference"],
        )
        return redirect("requests:request", dossier_id)
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "page_form": True,
        "doors": categories.doors(),
    }
    return render(request, "requests/category.html", context, status=422 if form.is_bound and form.errors else 200)


@gate.for_company
@require_http_methods(READ_OR_ACT)
def add_person(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Add a spouse, a partner or a child, and lead to their first page."""
    found = draft_of(request, dossier_id)
    form = PersonForm(request.POST if request.method == "POST" else None, initial={"idempotency_key": uuid4()})
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person_id = requesting.add_person(
                shown.actor_of(request), dossier_id, given["role"], key=given["idempotency_key"]
            )
        except (AlreadyDone, requesting.TooMany):
            return redirect("requests:request", dossier_id)
        return redirect("requests:identify", dossier_id, person_id, "civil_status")
    context = {**frame(request, "home"), "dossier": found.dossier, "form": form, "page_form": True}
    return render(request, "requests/add.html", context, status=422 if form.is_bound and form.errors else 200)


@gate.for_company
@require_http_methods(READ_OR_ACT)
def remove_person(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Take a family member out of a draft after one confirmation."""
    found = draft_of(request, dossier_id)
    space = found.person(person_id)
    if space not in found.family:
        raise Http404
    if request.method == "POST" and not switching(request):
        requesting.remove_person(shown.actor_of(request), dossier_id, person_id)
        return redirect("requests:request", dossier_id)
    requests.note_reading(shown.actor_of(request), dossier_id, "identity")
    context = {**frame(request, "home"), "dossier": found.dossier, "name": shown.name_of(space.registrant)}
    return render(request, "requests/remove.html", context)


@gate.for_company
@require_http_methods(READ_OR_ACT)
def delete(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Delete a draft after one confirmation."""
    found = draft_of(request, dossier_id)
    if request.method == "POST" and not switching(request):
        version = request.POST.get("version", "")
        deposit.delete_draft(shown.actor_of(request), dossier_id, expects=int(version) if version.isdigit() else -1)
        return redirect("requests:list")
    context = {**frame(request, "home"), "dossier": found.dossier}
    return render(request, "requests/delete.html", context)
