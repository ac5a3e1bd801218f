"""What happened, for each member: the list, and how they want to learn of it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from matricule import notices
from matricule.accounts import members
from matricule.portals import gate
from matricule.portals.employer.forms import DeliveryForm
from matricule.portals.employer.frame import frame


@gate.for_company
@require_safe
def notifications(request: gate.MemberRequest) -> HttpResponse:
    """Show every message, whatever became of its e-mail, and how the member is written to."""
    member = request.member
    context = {
        **frame(request, "notifications"),
        "notices": notices.for_recipient(member.user_id, organisation_id=member.company.id),
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
