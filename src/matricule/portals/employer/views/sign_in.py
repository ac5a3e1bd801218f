"""Signing in for a company: a passkey first, else an e-mailed code with an app's; one of the two for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from matricule.accounts import backend, devices
from matricule.accounts.models import User
from matricule.accounts.organisation_notices import NOTIFICATIONS
from matricule.portals import gate
from matricule.portals.entrance.door import Door, local_path


def _enter(request: HttpRequest, user: User, method: str) -> None:
    strange = user.last_login is not None and not devices.known(request, user)
    backend.sign_in(request, user, method)
    if strange:
        devices.tell(user, NOTIFICATIONS)


DOOR = Door(
    purpose="employer",
    place="employer:sign-in",
    lands="employer:home",
    page="employer/sign-in.html",
    enrol_page="employer/enrol.html",
    admits=lambda user: user.email,
    apps=lambda: True,
    known_only=False,
    enter=_enter,
    wrong_passkey=_("This passkey was not recognised here. Try again, or use a code."),
    wrong_code=_(
        "This code opens nothing here. If you have a passkey, use it. Else ask for a new code: each is good for 10 "
        "minutes and 5 tries."
    ),
)


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a passkey, or lead to the first one, or to the app's code, by an e-mailed code."""
    if request.user.is_authenticated and backend.is_strong_session(request):
        return redirect(local_path(request.GET.get("next") or "") or "employer:home")
    response = DOOR.answer(request)
    if isinstance(request.user, User) and backend.is_strong_session(request):
        devices.remember(request, response, request.user)
    return response


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session; opened as a page, it ends nothing."""
    if request.method != "POST":
        return redirect("employer:home")
    backend.sign_out(request)
    response = redirect("public:start")
    response["Clear-Site-Data"] = '"cache"'
    return response
