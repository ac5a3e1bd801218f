"""Who may be registered: asked before anything of a request exists (seed 000; issue 5, section 2)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matricule.dossiers import past
from matricule.dossiers.operations import requesting
from matricule.dossiers.operations.door import AlreadyDone
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.forms import WhoForm
from matricule.rules.employer import eligibility
from matricule.rules.employer.eligibility import Decision


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: gate.MemberRequest) -> HttpResponse:
    """Ask who the person is to France; open the request, ask one thing more, or say what to do instead."""
    form = WhoForm(request.POST if request.method == "POST" else None)
    decision = None
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        decision = eligibility.decide(form.situation())
        if decision.goes_on:
            return _opened(request, form, decision)
    asks = decision.asks if decision is not None else ""
    context = {
        **frame(request, "home"),
        "form": form,
        "fields": form.shown(asks),
        "decision": decision,
        "page_form": True,
    }
    stopped = decision is not None and decision.stops
    template = "requests/stopped.html" if stopped else "requests/who.html"
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _opened(request: gate.MemberRequest, form: WhoForm, decision: Decision) -> HttpResponse:
    """Open the request; what was said of the person is not asked again. A typed number is not kept.

    The answer is kept by its codes: the next page says it, and what a payroll number is, for instance.
    """
    try:
        dossier_id = requesting.open_request(
            shown.actor_of(request),
            request.member.company.id,
            "",
            {},
            key=form.cleaned_data["idempotency_key"],
            typed=form.typed(),
            past=past.told(form.situation(), decision),
        ).pk
    except AlreadyDone as done:
        if done.dossier_id is None:
            raise
        dossier_id = done.dossier_id
    return redirect("requests:category", dossier_id)
