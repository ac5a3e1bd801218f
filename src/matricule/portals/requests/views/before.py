"""Whether France knows somebody of a draft: answered again where the first answer was not the last (issue 5, 2)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matricule.dossiers import past, people, requests
from matricule.dossiers.operations import requesting
from matricule.dossiers.queries import Space
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import known, shown
from matricule.portals.requests.forms import BeforeForm
from matricule.portals.requests.views.draft import of_draft
from matricule.rules.employer import eligibility
from matricule.rules.employer.eligibility import Decision

NAME = "before"
"""The name of the page among those of a person that are done."""


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def before(request: gate.MemberRequest, dossier_id: UUID, found: requests.Request, person_id: UUID) -> HttpResponse:
    """Show what was said of one person's past in France, and take it again; a number found says what to do."""
    space = found.person(person_id)
    person = space.registrant
    if request.method == "POST":
        return _taken(request, space)
    said = past.of(person)
    kept = {name: person.typed.get(name) or said.get(name, "") for name in (*BeforeForm.ABOUT, *past.KEPT)}
    return _page(request, space, BeforeForm(initial=kept, person=person), past.decision(person))


def _taken(request: gate.MemberRequest, space: Space) -> HttpResponse:
    """Keep a whole answer, whatever it leads to; what is still asked is asked on the same page. No number is kept."""
    person = space.registrant
    raws = [name for name in BeforeForm(person=person).fields if name in {*BeforeForm.ABOUT, *past.KEPT}]
    typed = {raw: known.merged(request.POST, person.typed, raw) for raw in raws}
    data = request.POST.copy()
    for raw, (_before, value) in typed.items():
        data[raw] = value
    form = BeforeForm(data, person=person)
    if switching(request):
        return _page(request, space, unvalidated(form), None)
    if not form.is_valid():
        return _page(request, space, form, None)
    decision = eligibility.decide(form.situation(), family=person.role != people.PRINCIPAL)
    if decision.asks:
        return _page(request, space, form, decision)
    checked = {"past": past.told(form.situation(), decision)}
    try:
        requesting.save_section(shown.actor_of(request), space.dossier.pk, person.pk, NAME, typed, checked)
    except requesting.Clash as clash:
        return _page(request, space, form, None, clash.fields)
    if decision.stops:
        return redirect(shown.href("before", space))
    return redirect(shown.check_page(space) if request.GET.get("back") == "check" else shown.next_page(space))


def _page(
    request: gate.MemberRequest,
    space: Space,
    form: BeforeForm,
    decision: Decision | None,
    clash: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the page; ``decision``: what the answers lead to, ``clash``: what a colleague changed meanwhile."""
    requests.note_reading(shown.actor_of(request), space.dossier.pk, "identity")
    asks = decision.asks if decision is not None else ""
    fields = form.shown(asks)
    held = {**space.registrant.typed, **(clash or {})}
    context: dict[str, Any] = {
        **frame(request, "home"),
        "dossier": space.dossier,
        "who": shown.name_of(space.registrant),
        "role": shown.role_beside(space.registrant),
        "form": form,
        "fields": fields,
        "decision": decision,
        "family": space.registrant.role != people.PRINCIPAL,
        "remove": shown.href("remove-person", space),
        "autosave": shown.href("autosave", space),
        "base": known.base([field.name for field in fields if field.name in past.KEPT], held),
        "clash": [shown.answer(form, name, value) for name, value in (clash or {}).items()],
        "page_form": True,
    }
    status = 409 if clash else 422 if form.is_bound and form.errors else 200
    return render(request, "requests/before.html", context, status=status)
