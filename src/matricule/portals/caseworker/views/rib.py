"""A RIB that came by post: noting it, and taking that back (issue 5, section 2; seed 003)."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from matricule.core import clock
from matricule.dossiers import desk
from matricule.dossiers.operations import posting
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.rib_form import RibForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor, back, version
from matricule.portals.caseworker.views.frame import form_page
from matricule.portals.components.forms import acting
from matricule.rules.dates import PartialDate


@gate.desk
@require_http_methods(READ_OR_ACT)
def by_post(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show what is known of a person's bank details, and note a RIB that came by post."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    today = PartialDate.parse(clock.today().isoformat())
    form = RibForm(request.POST or None, initial={"version": case.dossier.version, "arrived_on": today})
    if acting(request) and form.is_valid():
        posting.note_rib(actor(request), dossier_id, case.person.pk, **form.given())
        return back(dossier_id, shown.who(case))
    return form_page(request, "caseworker/rib.html", case, form, rib=shown.rib(case))


@gate.desk
@require_POST
def undo(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Take back that a RIB came by post: it was noted by error."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    posting.undo_rib(actor(request), dossier_id, case.person.pk, expects=version(request))
    return back(dossier_id, shown.who(case))
