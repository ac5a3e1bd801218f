"""The link of an invitation: who invites, and coming in."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from matricule.accounts import backend, invitations
from matricule.accounts.models import User
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.forms import PersonForm


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show which company invites; let the invited person in once they signed in with the invited address."""
    user = request.user if isinstance(request.user, User) and backend.is_strong_session(request) else None
    asked = invitations.asked_by(token)
    if asked is None:
        accepted = invitations.accepted(user.pk, token) if user is not None else None
        if accepted is None:
            return render(request, "employer/invitation-over.html", {}, status=404)
        request.session[gate.COMPANY] = str(accepted)
        return redirect("employer:home")
    fits = user is not None and user.email == asked.address
    form = PersonForm(request.POST if request.method == "POST" and fits else None)
    if switching(request) and fits:
        unvalidated(form)
    elif fits and user is not None and form.is_valid():
        try:
            company_id = invitations.accept(user.pk, token, form.cleaned_data["person"])
        except invitations.BadInvitation:
            return render(request, "employer/invitation-over.html", {}, status=404)
        request.session[gate.COMPANY] = str(company_id)
        return redirect("employer:home")
    context = {
        "asked": asked,
        "form": form,
        "signed_in": user is not None,
        "fits": fits,
        "door": reverse("employer:sign-in") + "?" + urlencode({"next": request.path}),
    }
    return render(request, "employer/invitation.html", context, status=422 if form.errors else 200)
