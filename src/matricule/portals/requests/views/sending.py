"""Reading everything again, declaring, sending; the receipt and the proof of filing (issue 5, section 2)."""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import outbox
from matricule.dossiers import deadlines, people, placing, queries, receipts, requests
from matricule.dossiers.operations import deposit, requesting
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove
from matricule.portals import downloads, gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import shown, turns
from matricule.portals.requests.forms import SendForm
from matricule.portals.student import again


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Show everything to read again; on POST, send it once."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is not None:
        return redirect("requests:receipt", dossier_id)
    placed = placing.of(found.dossier, found.principal.registrant)
    fresh = {"version": found.dossier.version, "idempotency_key": uuid4()}
    titled = any(people.has_title(space.registrant) for space in found.people)
    form = SendForm(request.POST if request.method == "POST" else None, initial=fresh, placed=placed, titled=titled)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        return _sent(request, found, form)
    queries.note_reading(shown.actor_of(request), dossier_id, "summary")
    return _page(request, found, form)


def _page(request: gate.MemberRequest, found: requests.Request, form: SendForm) -> HttpResponse:
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "page_form": True,
        "obstacles": shown.obstacles(found.obstacles, found),
        "waits": people.only_waits(found.obstacles),
        "sendable_on": found.dossier.sendable_on,
        "told": shown.told(found.dossier),
        "category": shown.category_name(found.dossier.category),
        "office": shown.office(found),
        "check": turns.prefecture(found.principal.registrant),
        "people": [shown.to_read_again(space) for space in found.people],
    }
    return render(request, "requests/check.html", context, status=422 if form.is_bound and form.errors else 200)


def _sent(request: gate.MemberRequest, found: requests.Request, form: SendForm) -> HttpResponse:
    """Send once; what is not complete leads back to the page that says so."""
    given, dossier_id = form.cleaned_data, found.dossier.pk
    try:
        requesting.send(
            shown.actor_of(request),
            dossier_id,
            expects=given["version"],
            key=given["idempotency_key"],
            office=given.get("office", ""),
        )
    except deposit.NotReady:
        return again.SeeOther(request.path)
    except AlreadyDone:
        return redirect("requests:receipt", dossier_id)
    except (Conflict, IllegalMove):
        if requests.read(shown.actor_of(request), dossier_id).dossier.submitted_at is None:
            raise
    return redirect("requests:receipt", dossier_id)


@gate.for_company
@require_safe
def receipt(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Show the receipt of a request that was sent, with the delivery state of the member's e-mail."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is None:
        return redirect("requests:check", dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "receipt")
    mails = [mail for mail in outbox.mails_for(dossier_id) if mail.kind == "request_receipt"]
    said = receipts.facts(found.dossier)
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "facts": said,
        "told": receipts.told(said),
        "received_at": found.dossier.submitted_at,
        "pdf_url": reverse("requests:receipt-pdf", args=[dossier_id]),
        "proof_url": reverse("requests:proof-pdf", args=[dossier_id]),
        "target": deadlines.first_decision_target(found.dossier),
        "mails": mails,
    }
    return render(request, "requests/receipt.html", context)


@gate.for_company
@require_safe
def receipt_pdf(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Serve the sealed receipt; made now when the worker has not made it yet."""
    found = _submitted(request, dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "receipt_pdf")
    return downloads.attachment(receipts.pdf(dossier_id), f"{found.dossier.reference}.pdf", "pdf")


@gate.for_company
@require_safe
def proof_pdf(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Serve the sealed proof of filing; made now when the worker has not made it yet."""
    found = _submitted(request, dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "proof_pdf")
    return downloads.attachment(receipts.proof_pdf(dossier_id), f"{found.dossier.reference}-preuve.pdf", "pdf")


def _submitted(request: gate.MemberRequest, dossier_id: UUID) -> requests.Request:
    """Return a request of the company that was sent; 404 for a draft, which has no letter."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is None:
        raise Http404
    return found
