"""What happened, for each member: the list, and how they want to learn of it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from matricule import notices
from matricule.accounts import members
from matricule.dossiers import access, queries, requests
from matricule.portals import gate
from matricule.portals.employer.forms import DeliveryForm
from matricule.portals.employer.frame import frame


@gate.for_company
@require_safe
def notifications(request: gate.MemberRequest) -> HttpResponse:
    """Show every message with the person it is about, and how the member is written to.

    A mail names nobody (closed decision 9); this page does, and leaves its entry in the journal as a list does (R70).
    """
    member = request.member
    found = notices.for_recipient(member.user_id, organisation_id=member.company.id)
    about = requests.named(member.company.id, {one.dossier_id for one in found if one.dossier_id is not None})
    if about:
        queries.note_list(access.member(member.user_id), "notifications", len(about))
    context = {
        **frame(request, "notifications"),
        "notices": [{"notice": one, "about": about.get(one.dossier_id) if one.dossier_id else None} for one in found],
        "form": DeliveryForm(initial={"delivery": member.delivery}),
    }
    return render(request, "employer/notifications.html", context)


@gate.for_company
@require_POST
def read(request: gate.MemberRequest) -> HttpResponse:
    """Mark every message as read."""
    notices.mark_read(request.member.user_id, organisation_id=request.member.company.id)
    return redirect("employer:notifications")


@gate.for_company
@require_POST
def delivery(request: gate.MemberRequest) -> HttpResponse:
    """Choose how to be written to."""
    form = DeliveryForm(request.POST)
    if not form.is_valid():
        raise Http404
    members.choose_delivery(request.member.user_id, request.member.company.id, form.cleaned_data["delivery"])
    return redirect("employer:notifications")
