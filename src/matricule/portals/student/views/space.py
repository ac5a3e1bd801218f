"""Step 4, "My personal space": status, information, documents, notifications (seed 003, four tabs)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.views.decorators.http import require_http_methods, require_safe

from matricule import notices
from matricule.accounts import address_changes
from matricule.accounts.operations import set_language
from matricule.core import outbox
from matricule.core.i18n import LANGUAGES
from matricule.dossiers import following, letters, measures, queries, states
from matricule.dossiers.access import Actor
from matricule.dossiers.models import Dossier
from matricule.portals import gate
from matricule.portals.student import summary, turns
from matricule.portals.student.views.documents import page_context
from matricule.rules import offices
from matricule.rules.numbers import masked


def _space(request: HttpRequest) -> queries.Space | None:
    actor = gate.actor_of(request)
    dossier = queries.open_dossier(actor)
    return queries.space(actor, dossier.pk) if dossier else None


def _context(request: HttpRequest, space: queries.Space, tab: str) -> dict:
    return {
        "space": space,
        "dossier": space.dossier,
        "registrant": space.registrant,
        "step": summary.step(space),
        "tabs": summary.tabs(space, tab, notices.unread_count(gate.user_id(request))),
    }


@gate.signed_in
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show where the dossier is and who acts now."""
    space = _space(request)
    if space is None:
        return render(request, "student/no-dossier.html")
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "status")
    context = _context(request, space, "status")
    if space.dossier.submitted_at is None:
        context |= {"next": summary.next_step(space), "earlier": _earlier(gate.actor_of(request), space)}
        return render(request, "student/status.html", context)
    follow = following.of(space.dossier, space.registrant)
    if follow.closed:
        return render(request, "student/closed.html", {**context, **_where_letters_go(space)})
    context |= {
        "follow": follow,
        "turn": turns.card(follow),
        "timeline": turns.timeline(follow),
        "conditions": turns.conditions(follow),
        "certificate": turns.certificate(follow),
        "running": follow.cover.running,
        "over": states.all_ended([follow.state]),
        "number": _number(follow),
        "papers": letters.of_registrant(space.registrant),
        "usual": measures.usual_delay(),
        "mail": _receipt_mail(space),
        "earlier": _earlier(gate.actor_of(request), space),
        "withdrawable": follow.number is None and states.may("withdraw", follow.state),
        **_where_letters_go(space),
    }
    return render(request, "student/status.html", context)


def _earlier(actor: Actor, space: queries.Space) -> list[Dossier]:
    """Return the person's other requests that were sent: one that was withdrawn keeps its receipt."""
    mine = queries.person_list(actor)
    return [dossier for dossier in mine if dossier.pk != space.dossier.pk and dossier.submitted_at is not None]


def _receipt_mail(space: queries.Space) -> outbox.MailState | None:
    found = outbox.mails_for(space.dossier.pk)
    return next((mail for mail in found if mail.kind == "deposit_receipt"), None)


def _number(follow: following.Follow) -> dict | None:
    number = follow.number
    if number is None:
        return None
    return {"masked": masked(number.value), "kind": number.kind, "certified_at": number.certified_at}


def _where_letters_go(space: queries.Space) -> dict:
    office = space.dossier.office
    return {"office": offices.name(office), "office_address": offices.postal_address(office)}


@gate.signed_in
@require_safe
def information(request: HttpRequest) -> HttpResponse:
    """Show what the person wrote, section by section, and what was changed since."""
    space = _space(request)
    if space is None:
        return redirect("student:space")
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "identity")
    context = _context(request, space, "information")
    sent = space.dossier.submitted_at is not None
    follow = following.of(space.dossier, space.registrant) if sent else None
    context["sections"] = summary.sections(space, changes=follow is None or not follow.closed)
    context["corrections"] = summary.corrections(follow) if follow else []
    context["address_change"] = address_changes.waiting(gate.user_id(request))
    context["languages"] = [{"code": "fr", "name": "français"}, {"code": "en", "name": "English"}]
    return render(request, "student/information.html", context)


@gate.signed_in
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Show the documents and take more of them."""
    space = _space(request)
    if space is None:
        return redirect("student:space")
    if space.dossier.submitted_at is None:
        return redirect("student:documents", space.dossier.pk)
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "documents")
    return render(
        request,
        "student/my-documents.html",
        {**page_context(request, space), **_context(request, space, "documents")},
    )


@gate.signed_in
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Show every message of the service, whatever became of its e-mail."""
    space = _space(request)
    if space is None:
        return redirect("student:space")
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "notifications")
    rows = notices.for_recipient(gate.user_id(request))
    context = _context(request, space, "notifications")
    context["notices"] = rows
    return render(request, "student/notifications.html", context)


@gate.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    if request.method == "POST":
        notices.mark_read(gate.user_id(request))
    return redirect("student:notifications")


@gate.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the person's messages, and show the space in it."""
    chosen = request.POST.get("language", "")  # empty when the address is opened as a page
    if chosen in LANGUAGES:
        set_language(gate.user_id(request), chosen)
        return redirect(translate_url(reverse("student:information"), chosen))
    return redirect("student:information")
