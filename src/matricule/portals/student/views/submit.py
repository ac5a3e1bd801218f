"""Reading everything again, declaring, submitting; the receipt; deleting a draft (issue 2, section 2.5)."""

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import outbox
from matricule.dossiers import access, deadlines, queries, receipts
from matricule.dossiers.operations import deposit
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove
from matricule.portals import downloads, gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.student import again, pieces, summary
from matricule.portals.student.forms import SubmitForm


@gate.dossier
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show everything to read again; on POST, submit it once."""
    actor = gate.actor_of(request)
    if request.method == "POST" and not switching(request):
        return _submitted(request, dossier_id)
    space = queries.space(actor, dossier_id)
    if space.dossier.submitted_at is not None:
        return redirect("student:receipt", dossier_id)
    fresh = {"version": space.dossier.version, "idempotency_key": uuid4()}
    form = SubmitForm(request.POST if request.method == "POST" else None, initial=fresh)
    if request.method == "POST":
        unvalidated(form)
    obstacles = space.obstacles
    if again.asked(request) and not obstacles:
        form = SubmitForm(fresh)
    queries.note_reading(actor, dossier_id, "summary")
    context = {
        "dossier": space.dossier,
        "space": space,
        "form": form,
        "page_form": True,
        "sections": summary.sections(space),
        "documents": [pieces.view(space, slot) for slot in space.asked],
        "obstacles": summary.obstacles(space, obstacles),
        "questions": any(slot.questions for slot in space.asked),
    }
    return render(request, "student/check.html", context, status=422 if form.is_bound and form.errors else 200)


def _submitted(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Submit once; what is not declared or not complete leads back to the page that says so."""
    actor, form = gate.actor_of(request), SubmitForm(request.POST)
    if not form.is_valid():
        if access.get(actor, dossier_id).submitted_at is not None:
            return redirect("student:receipt", dossier_id)
        return again.back_to(request.path, request)
    data = form.cleaned_data
    try:
        deposit.submit(actor, dossier_id, expects=data["version"], key=data["idempotency_key"])
    except deposit.NotReady:
        return again.SeeOther(request.path)
    except AlreadyDone:
        return redirect("student:receipt", dossier_id)
    except (Conflict, IllegalMove):
        if access.get(actor, dossier_id).submitted_at is None:
            raise
    return redirect("student:receipt", dossier_id)


@gate.dossier
@require_safe
def receipt(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the receipt of a submitted dossier, with the delivery state of its e-mail."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    if space.dossier.submitted_at is None:
        return redirect("student:check", dossier_id)
    queries.note_reading(actor, dossier_id, "receipt")
    context = {
        "dossier": space.dossier,
        "space": space,
        "facts": receipts.facts(space.dossier),
        "lacking": summary.lacking(space),
        "target": deadlines.first_decision_target(space.dossier),
        "mail": next((mail for mail in outbox.mails_for(dossier_id) if mail.kind == "deposit_receipt"), None),
    }
    return render(request, "student/receipt.html", context)


@gate.dossier
@require_safe
def receipt_pdf(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Serve the sealed receipt; made now when the worker has not made it yet."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    if space.dossier.submitted_at is None:
        raise Http404
    queries.note_reading(actor, dossier_id, "receipt_pdf")
    return downloads.attachment(receipts.pdf(dossier_id), f"{space.dossier.reference}.pdf", "pdf")


@gate.dossier
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Delete a draft after one confirmation."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    if space.dossier.submitted_at is not None:
        raise Http404
    if request.method == "POST":
        version = request.POST.get("version", "")
        deposit.delete_draft(actor, dossier_id, expects=int(version) if version.isdigit() else -1)
        return render(request, "student/deleted.html")
    return render(request, "student/delete.html", {"dossier": space.dossier, "space": space})
