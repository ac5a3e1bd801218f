"""Handing a file over to another office."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from matricule.dossiers import desk
from matricule.dossiers.operations import handing
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.forms import HandOverForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor
from matricule.portals.caseworker.views.frame import form_page
from matricule.portals.components.forms import acting
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
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        handing.hand_over(actor(request), dossier_id, given["office"], given["why"], expects=given["version"])
        return redirect("caseworker:lists")
    return form_page(request, "caseworker/hand-over.html", case, form, offices=choices)
