"""Signing in at the desk: a passkey; the first one is made after an e-mailed code (issue 4, section 2; house.md 4.11).

A code opens the desk by itself only where the setting lets staff use codes, and then with an authenticator app.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from matricule.accounts import backend, staff
from matricule.accounts.models import User
from matricule.core import config
from matricule.portals import gate
from matricule.portals.entrance.door import Door
from matricule.portals.entrance.proving import Again


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
AGAIN = Again(apps=lambda: config.current().staff_codes)


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


def prove_first(request: gate.DeskRequest, *, reading: bool = False) -> HttpResponse | None:
    """Return the page that asks for a fresh proof, or None when there is one of the last five minutes.

    ``reading``: opening the page needs none, only sending its form does.
    """
    return AGAIN.first(request, request.post.user_id, reading=reading)
