"""Writing to somebody of a request again, at the address that the company may correct (issue 5, section 1)."""

from contextlib import suppress
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matricule.dossiers import people, requests, telling
from matricule.dossiers.operations import confirming
from matricule.dossiers.operations.door import AlreadyDone
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown
from matricule.portals.requests.forms import WriteToForm


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def write_to(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Ask for the address, then write to it with a new link; the link before opens nothing any more."""
    found = requests.read(shown.actor_of(request), dossier_id)
    space = found.person(person_id)
    person = space.registrant
    if not (person.is_sent and people.is_told(person)):
        raise Http404
    known = {"email": person.email, "language": telling.language_of(person), "idempotency_key": uuid4()}
    form = WriteToForm(request.POST if request.method == "POST" else None, initial=known)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with suppress(AlreadyDone):
                confirming.write_again(
                    shown.actor_of(request), dossier_id, person_id, given["email"],
                    key=given["idempotency_key"], language=given["language"],
                )  # fmt: skip
            return redirect("requests:request", dossier_id)
        except confirming.CannotWrite:
            form.add_error("email", _("No other e-mail is sent: three were, or the company is confirmed already."))
    requests.note_reading(shown.actor_of(request), dossier_id, "identity")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "name": shown.name_of(person),
        "first": not person.email,
        "form": form,
        "page_form": True,
    }
    return render(request, "requests/write-to.html", context, status=422 if form.is_bound and form.errors else 200)
