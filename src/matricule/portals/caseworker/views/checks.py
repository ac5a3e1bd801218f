"""Answering the checks of a category: each holds, or is not needed and why (issue 5, section 4)."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from matricule.dossiers import desk
from matricule.dossiers.operations import checking
from matricule.portals import gate
from matricule.portals.caseworker import checks, shown
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor, back
from matricule.portals.caseworker.views.frame import form_page
from matricule.portals.components.forms import acting


@gate.desk
@require_http_methods(READ_OR_ACT)
def answer(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show the checks of one person of a company's request, and take what was found of each."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    if not case.category_checks:
        raise Http404
    initial = {"version": case.dossier.version}
    form = checks.ChecksForm(request.POST or None, items=case.category_checks, initial=initial)
    if acting(request) and form.is_valid():
        expects = form.cleaned_data["version"]
        checking.answer_checks(actor(request), dossier_id, case.person.pk, expects=expects, found=form.found())
        return back(dossier_id, shown.who(case))
    return form_page(request, "caseworker/checks.html", case, form, rows=checks.asked(case, form))
