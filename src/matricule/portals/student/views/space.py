"""Step 4, "My personal space": status, information, documents, notifications (seed 003, four tabs)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.views.decorators.http import require_http_methods, require_safe

from matricule import notices
from matricule.accounts.operations import set_language
from matricule.core import outbox
from matricule.core.i18n import LANGUAGES
from matricule.dossiers import deadlines, queries
from matricule.portals import gate
from matricule.portals.student import summary
from matricule.portals.student.views.documents import page_context


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
    context["target"] = deadlines.first_decision_target(space.dossier)
    context["timeline"] = summary.timeline(space, context["target"])
    context["next"] = summary.next_step(space)
    context["lacking"] = summary.lacking(space)
    context["mail"] = next(
        (mail for mail in outbox.mails_for(space.dossier.pk) if mail.kind == "deposit_receipt"), None
    )
    return render(request, "student/status.html", context)


@gate.signed_in
@require_safe
def information(request: HttpRequest) -> HttpResponse:
    """Show what the person wrote, section by section."""
    space = _space(request)
    if space is None:
        return redirect("student:space")
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "identity")
    context = _context(request, space, "information")
    context["sections"] = summary.sections(space)
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
