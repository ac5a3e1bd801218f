"""What caseworker and person say to each other, private notes, and who did what on a dossier."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.core.ids import uuid7
from matricule.dossiers import desk, queries
from matricule.dossiers.operations import talking
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.forms import TextForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor, back
from matricule.portals.caseworker.views.frame import form_page, frame
from matricule.portals.components import history as words
from matricule.portals.components.forms import acting


@gate.desk
@require_http_methods(READ_OR_ACT)
def note(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Keep a private note; colleagues of the office read it."""
    return _text_page(request, dossier_id, "note")


@gate.desk
@require_http_methods(READ_OR_ACT)
def write(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Write to the person; the messages so far stand on the same page."""
    return _text_page(request, dossier_id, "message")


def _text_page(request: gate.DeskRequest, dossier_id: UUID, kind: str) -> HttpResponse:
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    form = TextForm(request.POST or None, initial={"idempotency_key": uuid7()})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        if kind == "note":
            talking.note(actor(request), dossier_id, given["text"], key=given["idempotency_key"])
            return back(dossier_id, shown.who(case))
        language = case.dossier.owner.language
        talking.write(actor(request), dossier_id, given["text"], language=language, key=given["idempotency_key"])
        return redirect(reverse("caseworker:write", args=[dossier_id]) + shown.who(case))
    return form_page(
        request, "caseworker/text.html", case, form,
        kind=kind,
        messages=[{"row": row, "who": case.names.get(row.by, "")} for row in case.messages],
        notes=[{"row": row, "who": case.names.get(row.by, "")} for row in case.notes],
    )  # fmt: skip


@gate.desk
@require_POST
def handle(request: gate.DeskRequest, dossier_id: UUID, message_id: UUID) -> HttpResponse:
    """Note that what a person asked for was done."""
    talking.handle(actor(request), dossier_id, message_id)
    return redirect("caseworker:write", dossier_id)


@gate.desk
@require_safe
def history(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show who did and read what on a dossier."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    queries.note_reading(actor(request), dossier_id, "history")
    entries = desk.history(dossier_id)
    names = desk.names_in(dossier_id, entries)
    context = {
        **frame(request, case), "lines": [words.line(entry, names) for entry in entries],
    }  # fmt: skip
    return render(request, "caseworker/history.html", context)
