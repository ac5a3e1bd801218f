"""Signing in at the desk: a passkey; the first one is made after an e-mailed code (issue 4, section 2; house.md 4.11).

A code opens the desk by itself only where the setting lets staff use codes, and then with an authenticator app.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matricule.accounts import backend, codes, passkeys, staff, totp
from matricule.accounts.models import User
from matricule.accounts.network import network_of
from matricule.core import config
from matricule.portals import gate
from matricule.portals.student.forms import CodeForm, EmailForm
from matricule.portals.student.views.sign_in import local_path

TICKET, MADE_BY = "staff_ticket", "staff_enrols"
PURPOSE = "staff"


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a passkey; else lead to the first one by an e-mailed code, or to the app's code where that is allowed."""
    back = local_path(request, request.GET.get("next") or request.POST.get("next") or "")
    step = request.POST.get("step", "")
    steps = {"passkey": _passkey, "address": _address, "code": _code, "make": _make, "app": _app}
    if request.method == "POST" and step in steps:
        return steps[step](request, back)
    return _page(request, back)


def _page(request: HttpRequest, back: str, status: int = 200, **given: object) -> HttpResponse:
    context = {
        "next": back,
        "options": passkeys.request_options(request),
        "codes": config.current().staff_codes,
        "email_form": EmailForm(),
        "code_form": CodeForm() if TICKET in request.session else None,
        "problem": "",
        **given,
    }
    return render(request, "caseworker/sign-in.html", context, status=status)


def _passkey(request: HttpRequest, back: str) -> HttpResponse:
    try:
        user = passkeys.verify(request, request.POST.get("credential", ""))
    except passkeys.BadPasskey:
        return _page(
            request, back, 422, problem=_("This passkey was not recognised here. Try again, or ask your supervisor.")
        )
    if staff.post_of(user.pk) is None:
        return _page(
            request, back, 422, problem=_("This passkey was not recognised here. Try again, or ask your supervisor.")
        )
    return _open(request, user, "passkey", back)


def _open(request: HttpRequest, user: User, method: str, back: str) -> HttpResponse:
    backend.open_staff_session(request, user, method)
    return redirect(back or "caseworker:lists")


def _address(request: HttpRequest, back: str) -> HttpResponse:
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _page(request, back, 422, email_form=form)
    ticket = codes.request_code(
        form.cleaned_data["email"], language=(get_language() or "fr")[:2], network=network_of(request), purpose=PURPOSE
    )
    request.session[TICKET] = [ticket.code_id, ticket.secret]
    return redirect(_here(back))


def _here(back: str) -> str:
    return reverse("caseworker:sign-in") + ("?" + urlencode({"next": back}) if back else "")


def _code(request: HttpRequest, back: str) -> HttpResponse:
    """Take the code of a member of staff who has no passkey yet, or who may sign in with an app."""
    form = CodeForm(request.POST)
    if TICKET not in request.session or not form.is_valid():
        return _page(request, back, 422, code_form=form)
    user = codes.verify(
        codes.Ticket(*request.session[TICKET]), form.cleaned_data["code"],
        language=(get_language() or "fr")[:2], purpose=PURPOSE, known_only=True,
    )  # fmt: skip
    post = staff.post_of(user.pk) if user is not None else None
    apps = config.current().staff_codes
    if user is None or post is None or (passkeys.has_one(user.pk) and not apps):
        form.add_error("code", _("This code opens nothing here. Ask your supervisor, or use your passkey."))
        return _page(request, back, 422, code_form=form)
    request.session.pop(TICKET, None)
    request.session[MADE_BY] = str(user.pk)
    return _enrol_page(request, user, post, back)


def _enrol_page(request: HttpRequest, user: User, post: staff.Post, back: str, problem: str = "") -> HttpResponse:
    """Show how to make the passkey; where codes are allowed, the app too (its secret until it was proved once)."""
    context = {
        "next": back,
        "problem": problem,
        "options": passkeys.creation_options(request, user, post.name),
        "codes": config.current().staff_codes,
        "secret": "",
        "app_form": CodeForm(),
        "has_passkey": passkeys.has_one(user.pk),
    }
    if config.current().staff_codes and not totp.is_proved(user.pk):
        context["secret"] = totp.begin(user.pk)
    return render(request, "caseworker/enrol.html", context, status=422 if problem else 200)


def _enrolling(request: HttpRequest) -> tuple[User, staff.Post] | None:
    user = User.objects.filter(pk=str(request.session.get(MADE_BY, UUID(int=0))), is_active=True).first()
    post = staff.post_of(user.pk) if user is not None else None
    return (user, post) if user is not None and post is not None else None


def _make(request: HttpRequest, back: str) -> HttpResponse:
    """Keep the first passkey of a member of staff, and let them in with it."""
    found = _enrolling(request)
    if found is None:
        return redirect(_here(back))
    user, post = found
    if passkeys.has_one(user.pk):
        return redirect(_here(back))
    try:
        passkeys.register(request, user, request.POST.get("credential", ""))
    except passkeys.BadPasskey:
        return _enrol_page(
            request, user, post, back, _("The passkey was not made. It needs your PIN, finger or face.")
        )
    return _open(request, user, "passkey", back)


def _app(request: HttpRequest, back: str) -> HttpResponse:
    """Let a member of staff in with the code of their app, after the e-mailed one, where the setting allows it."""
    found = _enrolling(request)
    if found is None or not config.current().staff_codes:
        return redirect(_here(back))
    user, post = found
    form = CodeForm(request.POST)
    if form.is_valid() and totp.verify(user.pk, form.cleaned_data["code"]):
        return _open(request, user, "app", back)
    return _enrol_page(
        request, user, post, back, _("This is not the code that the app shows now. Wait for the next one.")
    )


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
        try:
            user = passkeys.verify(request, request.POST.get("credential", ""))
        except passkeys.BadPasskey:
            return _proof_page(request, _("This passkey was not recognised. Nothing was done."))
        if user.pk != request.user.pk:
            return _proof_page(request, _("This passkey was not recognised. Nothing was done."))
    elif method == "app" and config.current().staff_codes:
        if not totp.verify(request.post.user_id, request.POST.get("code", "")):
            return _proof_page(request, _("This is not the code that the app shows now. Nothing was done."))
    elif not (method == "demo" and config.current().demo):
        return _proof_page(request)
    request.session.cycle_key()
    backend.prove_again(request, method)
    return redirect(request.path)


def _proof_page(request: gate.DeskRequest, problem: str = "") -> HttpResponse:
    context = {
        "post": request.post,
        "options": passkeys.request_options(request),
        "codes": config.current().staff_codes,
        "demo": config.current().demo,
        "problem": problem,
        "app_form": CodeForm(),
    }
    return render(request, "caseworker/prove.html", context, status=422 if problem else 200)
