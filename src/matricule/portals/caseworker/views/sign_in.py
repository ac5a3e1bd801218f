"""Signing in at the desk: a passkey; the first one is made after an e-mailed code (issue 4, section 2; house.md 4.11).

A code opens the desk by itself only where the setting lets staff use codes, and then with an authenticator app.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from matricule.accounts import backend, passkeys, staff, totp
from matricule.accounts.models import User
from matricule.core import config
from matricule.portals import gate
from matricule.portals.entrance.door import Door
from matricule.portals.entrance.forms import AppCodeForm


def _name(user: User) -> str | None:
    post = staff.post_of(user.pk)
    return post.name if post is not None else None


DOOR = Door(
    purpose="staff",
    place="caseworker:sign-in",
    lands="caseworker:lists",
    page="caseworker/sign-in.html",
    enrol_page="caseworker/enrol.html",
    admits=_name,
    apps=lambda: config.current().staff_codes,
    known_only=True,
    enter=backend.open_staff_session,
    wrong_passkey=gettext_lazy("This passkey was not recognised here. Try again, or ask your supervisor."),
    wrong_code=gettext_lazy("This code opens nothing here. Ask your supervisor, or use your passkey."),
)


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a passkey; else lead to the first one by an e-mailed code, or to the app's code where that is allowed."""
    return DOOR.answer(request)


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session; opened as a page, it ends nothing."""
    if request.method != "POST":
        return redirect("caseworker:lists")
    backend.sign_out(request)
    response = redirect("caseworker:sign-in")
    response["Clear-Site-Data"] = '"cache"'
    return response


def prove_first(request: gate.DeskRequest) -> HttpResponse | None:
    """Return the page that asks for a fresh proof, or None when there is one of the last five minutes.

    The act that it stood before is not carried out: its page comes again afterwards.
    """
    if request.POST.get("step") == "prove":
        return _prove(request)
    if backend.stepped_up(request):
        return None
    return _proof_page(request)


def _prove(request: gate.DeskRequest) -> HttpResponse:
    method = request.POST.get("method", "")
    if method == "passkey":
        if not _own_passkey(request):
            return _proof_page(request, _("This passkey was not recognised. Nothing was done."))
    elif method == "app" and config.current().staff_codes:
        if not totp.verify(request.post.user_id, request.POST.get("code", "")):
            return _proof_page(request, _("This is not the code that the app shows now. Nothing was done."))
    elif not (method == "demo" and config.current().demo):
        return _proof_page(request)
    request.session.cycle_key()
    backend.prove_again(request, method)
    return redirect(request.get_full_path())


def _own_passkey(request: gate.DeskRequest) -> bool:
    """Tell whether the passkey that was used is one of whoever is signed in."""
    try:
        return passkeys.verify(request, request.POST.get("credential", "")).pk == request.user.pk
    except passkeys.BadPasskey:
        return False


def _proof_page(request: gate.DeskRequest, problem: str = "") -> HttpResponse:
    context = {
        "post": request.post,
        "options": passkeys.request_options(request),
        "codes": config.current().staff_codes,
        "demo": config.current().demo,
        "problem": problem,
        "app_form": AppCodeForm(),
    }
    return render(request, "caseworker/prove.html", context, status=422 if problem else 200)
