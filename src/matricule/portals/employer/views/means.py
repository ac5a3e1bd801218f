"""How a member signs in: one more passkey, another app, one taken away, after a fresh proof (issue 5, section 1)."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matricule.accounts import means, passkeys, totp
from matricule.accounts.models import User
from matricule.portals import gate
from matricule.portals.components.forms import acting, sent
from matricule.portals.employer.frame import frame
from matricule.portals.entrance.door import app_context
from matricule.portals.entrance.forms import AppCodeForm
from matricule.portals.entrance.proving import Again

AGAIN = Again(apps=lambda: True)


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_means(request: gate.MemberRequest) -> HttpResponse:
    """Show the means after a fresh proof; add one, or take one away that is not the last."""
    asked = AGAIN.first(request, request.member.user_id)
    if asked is not None:
        return asked
    given = sent(request)
    step = given.get("step", "") if given is not None else ""
    acts = {"make": _add_passkey, "app": _prove_app, "remove": _remove}
    problem = ""
    if acting(request) and step in acts:
        problem = acts[step](request)
        if not problem:
            return redirect("employer:sign-in-means")
    return _page(request, problem, choosing=step == "app" or "app" in request.GET)


def _add_passkey(request: gate.MemberRequest) -> str:
    try:
        means.add_passkey(request, request.member.user_id, request.POST.get("credential", ""))
    except passkeys.BadPasskey:
        return _("The passkey was not made. It needs your PIN, finger or face, and a device that has none here yet.")
    return ""


def _prove_app(request: gate.MemberRequest) -> str:
    form = AppCodeForm(request.POST)
    if form.is_valid() and means.prove_app(request.member.user_id, form.cleaned_data["code"]):
        return ""
    return _("This is not the code that the app shows now. Wait for the next one.")


def _remove(request: gate.MemberRequest) -> str:
    member, what, session = request.member, request.POST.get("what", ""), request.session.session_key
    try:
        if what == "app":
            means.remove_app(member.user_id, keep_session=session)
        else:
            means.remove_passkey(member.user_id, UUID(what), keep_session=session)
    except means.LastMeans:
        return _("This is the last one: add another way to sign in first.")
    except (means.NoSuchMeans, ValueError):
        raise Http404 from None
    return ""


def _page(request: gate.MemberRequest, problem: str, *, choosing: bool) -> HttpResponse:
    member = request.member
    user = User.objects.get(pk=member.user_id)
    secret = totp.begin_another(user.pk) if choosing else ""
    context = {
        **frame(request, "people"),
        "means": means.of(user.pk),
        "removable": means.removable(user.pk),
        "options": passkeys.creation_options(request, user, member.email),
        **app_context(secret, member.email),
        "problem": problem,
    }
    return render(request, "employer/means.html", context, status=422 if problem else 200)
