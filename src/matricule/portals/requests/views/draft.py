"""A draft around its people: adding and removing somebody, deleting it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matricule.core import config
from matricule.dossiers import past, requests
from matricule.dossiers.access import NotFound
from matricule.dossiers.operations import deposit, requesting
from matricule.dossiers.operations.door import AlreadyDone, was_done
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.forms import PersonForm
from matricule.portals.requests.views import meanwhile
from matricule.rules.employer import eligibility

READ_OR_ACT = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]


def draft_or(late: Callable[..., HttpResponse]) -> Callable[[View], View]:
    """Give a view the request as ``found`` while it is a draft, or while the person of the page is one.

    A page of a request that was sent meanwhile leads to the request. What a form of such a page brings is answered by
    ``late``, with the request, the person (None: nobody's page) and what else the address names.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def gated(request: gate.MemberRequest, dossier_id: UUID, **kwargs: Any) -> HttpResponse:
            found = requests.read(shown.actor_of(request), dossier_id)
            person = found.person(kwargs["person_id"]).registrant if "person_id" in kwargs else None
            if not meanwhile.is_sent(found, person):
                return view(request, dossier_id, found=found, **kwargs)
            if request.method != "POST":
                return redirect("requests:request", dossier_id)
            rest = {name: value for name, value in kwargs.items() if name != "person_id"}
            return late(request, found, person, **rest)

        return gated

    return mark


of_draft = draft_or(meanwhile.page)
"""The forms that hold nothing worth keeping: 409, and who sent the request."""


def once(operation: str, place: str) -> Callable[[View], View]:
    """Lead the second click of a form whose first one took away what its page is about to ``place``."""

    def mark(view: View) -> View:
        @wraps(view)
        def gated(request: gate.MemberRequest, dossier_id: UUID, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, dossier_id, **kwargs)
            except (AlreadyDone, NotFound):
                key = _key(request)
                if key is None or not was_done(shown.actor_of(request), operation, key):
                    raise
            return redirect(place, *([dossier_id] if place != "requests:list" else []))

        return gated

    return mark


def _key(request: gate.MemberRequest) -> UUID | None:
    try:
        return UUID(request.POST["idempotency_key"])
    except (KeyError, ValueError):
        return None


@gate.for_company
@require_http_methods(READ_OR_ACT)
def add_person(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Add a spouse, a partner or a child of whom nothing stops; to a sent request while nobody is decided."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is not None and not found.may_be_added:
        return redirect("requests:by-post", dossier_id)
    form = PersonForm(request.POST if request.method == "POST" else None, initial={"idempotency_key": uuid4()})
    decision = None
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        decision = eligibility.decide(form.situation(), family=True)
        if decision.goes_on:
            return _added(request, dossier_id, form, decision)
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "fields": form.shown(decision.asks if decision is not None else ""),
        "decision": decision,
        "sent": found.dossier.submitted_at is not None,
        "adds_later": config.current().add_after_sending,
        "page_form": True,
    }
    template = "requests/stopped.html" if decision is not None and decision.stops else "requests/add.html"
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _added(
    request: gate.MemberRequest, dossier_id: UUID, form: PersonForm, decision: eligibility.Decision
) -> HttpResponse:
    """Add somebody of whom nothing stops, with what was said of them; lead to their first page."""
    given = form.cleaned_data
    try:
        person_id = requesting.add_person(
            shown.actor_of(request),
            dossier_id,
            given["role"],
            key=given["idempotency_key"],
            typed=form.typed(),
            past=past.told(form.situation(), decision),
        )
    except requesting.Decided:
        return redirect("requests:by-post", dossier_id)
    except (AlreadyDone, requesting.TooMany):
        return redirect("requests:request", dossier_id)
    return redirect("requests:identify", dossier_id, person_id, "civil_status")


@gate.for_company
@require_http_methods(READ_OR_ACT)
@once("remove_person", "requests:request")
@of_draft
def remove_person(
    request: gate.MemberRequest, dossier_id: UUID, found: requests.Request, person_id: UUID
) -> HttpResponse:
    """Take a family member out of a draft after one confirmation."""
    space = found.person(person_id)
    if space not in found.family:
        raise Http404
    if request.method == "POST" and not switching(request):
        requesting.remove_person(shown.actor_of(request), dossier_id, person_id, key=_key(request))
        return redirect("requests:request", dossier_id)
    requests.note_reading(shown.actor_of(request), dossier_id, "identity")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "name": shown.name_of(space.registrant),
        "key": uuid4(),
    }
    return render(request, "requests/remove.html", context)


@gate.for_company
@require_http_methods(READ_OR_ACT)
@once("delete_draft", "requests:list")
@of_draft
def delete(request: gate.MemberRequest, dossier_id: UUID, found: requests.Request) -> HttpResponse:
    """Delete a draft after one confirmation."""
    if request.method == "POST" and not switching(request):
        version = request.POST.get("version", "")
        deposit.delete_draft(
            shown.actor_of(request), dossier_id, expects=int(version) if version.isdigit() else -1, key=_key(request)
        )
        return redirect("requests:list")
    context = {**frame(request, "home"), "dossier": found.dossier, "key": uuid4()}
    return render(request, "requests/delete.html", context)
