"""Handing a file over to another office."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from matricule.dossiers import desk
from matricule.dossiers.operations import handing
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.forms import HandOverForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor
from matricule.portals.caseworker.views.frame import frame
from matricule.rules import offices


def _proper(name: str) -> SafeString:
    """Return the name of an office, which no browser translates."""
    return format_html('<span translate="no">{}</span>', name)


@gate.desk
@require_http_methods(READ_OR_ACT)
def hand_over(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Give the file to another office where somebody works; it leaves the lists of this one."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    choices = [(code, _proper(offices.name(code))) for code in handing.open_to(case.dossier.office)]
    form = HandOverForm(request.POST or None, offices=choices, initial={"version": case.dossier.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        handing.hand_over(actor(request), dossier_id, given["office"], given["why"], expects=given["version"])
        return redirect("caseworker:lists")
    context = frame(request, case) | {"form": form, "offices": choices}
    return render(request, "caseworker/hand-over.html", context, status=422 if form.errors else 200)
