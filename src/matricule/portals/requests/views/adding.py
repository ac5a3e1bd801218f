"""Somebody who is added to a request that was sent: read again, declare, receipt; by post once it is too late.

Source: issue 5, section 2.
"""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import outbox
from matricule.dossiers import access, deadlines, people, queries, receipts, requests
from matricule.dossiers.operations import deposit, requesting
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.portals import downloads, gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import by_post as post
from matricule.portals.requests import shown
from matricule.portals.requests.forms import SendForm
from matricule.portals.student import again
from matricule.rules import offices


def _added(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> tuple[requests.Request, queries.Space]:
    """Return a request that was sent and one person of it; 404 for a draft, whose people are sent together."""
    found = requests.read(shown.actor_of(request), dossier_id)
    space = found.person(person_id)
    if found.dossier.submitted_at is None:
        raise Http404
    return found, space


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Show everything of the person who is added, to read again; on POST, send it once."""
    found, space = _added(request, dossier_id, person_id)
    if space.registrant.is_sent or not found.may_be_added:
        return redirect("requests:request", dossier_id)
    fresh = {"version": found.dossier.version, "idempotency_key": uuid4()}
    titled = people.has_title(space.registrant)
    form = SendForm(request.POST if request.method == "POST" else None, initial=fresh, titled=titled)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        return _sent(request, space, form)
    queries.note_reading(shown.actor_of(request), dossier_id, "summary")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "page_form": True,
        "added_to": found.dossier.submitted_at,
        "obstacles": shown.obstacles(people.obstacles(found.dossier, [space.registrant]), found),
        "category": shown.category_name(found.dossier.category),
        "office_name": offices.name(found.dossier.office),
        "people": [shown.to_read_again(space)],
    }
    return render(request, "requests/check.html", context, status=422 if form.is_bound and form.errors else 200)


def _sent(request: gate.MemberRequest, space: queries.Space, form: SendForm) -> HttpResponse:
    """Send once; what is not complete, or decided meanwhile, leads back to the page that says so."""
    given, actor = form.cleaned_data, shown.actor_of(request)
    try:
        requesting.send_person(
            actor,
            space.dossier.pk,
            space.registrant.pk,
            expects=given["version"],
            key=given["idempotency_key"],
        )
    except (deposit.NotReady, requesting.Decided):
        return again.SeeOther(request.path)
    except AlreadyDone:
        pass
    except Conflict:
        if not requests.read(actor, space.dossier.pk).person(space.registrant.pk).registrant.is_sent:
            raise
    return redirect(shown.href("person-receipt", space))


@gate.for_company
@require_safe
def receipt(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Show the receipt of a person who was added, with the delivery state of the member's e-mails."""
    found, space = _added(request, dossier_id, person_id)
    if space.registrant.added_at is None:
        return redirect("requests:request", dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "receipt")
    told = space.registrant.receipt.get("mails", [])
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "facts": space.registrant.receipt,
        "told": receipts.told(space.registrant.receipt),
        "received_at": space.registrant.added_at,
        "added": True,
        "pdf_url": shown.href("person-receipt-pdf", space),
        "target": deadlines.first_decision_target(found.dossier, since=space.registrant.added_at),
        "mails": [mail for mail in outbox.mails_for(dossier_id) if str(mail.id) in told],
    }
    return render(request, "requests/receipt.html", context)


@gate.for_company
@require_safe
def receipt_pdf(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Serve the sealed receipt of a person who was added; made now when the worker has not made it yet."""
    found, space = _added(request, dossier_id, person_id)
    if space.registrant.added_at is None:
        raise Http404
    queries.note_reading(shown.actor_of(request), dossier_id, "receipt_pdf")
    return downloads.attachment(receipts.pdf_of_person(person_id), f"{found.dossier.reference}.pdf", "pdf")


@gate.for_company
@require_safe
def by_post(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID | None = None) -> HttpResponse:
    """List what goes on forms S1106 and S3705 for a member of this family, filled from what is known; to print."""
    found = requests.read(shown.actor_of(request), dossier_id)
    space = found.person(person_id) if person_id is not None else None
    queries.note_reading(shown.actor_of(request), dossier_id, "by_post")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "who": shown.name_of(space.registrant) if space is not None else "",
        "employee": shown.name_of(found.principal.registrant),
        **post.page(found, space, proved=access.shows_numbers(found.dossier)),
    }
    return render(request, "requests/by-post.html", context)
