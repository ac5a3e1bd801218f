"""Signing in with an e-mailed code, and starting a dossier from the questionnaire's answers (seed 003, step 2)."""

from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matricule.accounts import addresses, backend, codes, devices
from matricule.accounts.network import network_of
from matricule.dossiers import queries
from matricule.dossiers.operations import deposit
from matricule.dossiers.operations.door import SPACE
from matricule.portals import answers as signed_answers
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.entrance.door import local_path
from matricule.portals.entrance.forms import MailedCodeForm as CodeForm
from matricule.portals.student import again
from matricule.portals.student.forms import EmailForm
from matricule.portals.student.views.identify import LATER, save_kept

TICKET, WAITING, ADDRESS = "code_ticket", "waiting_answers", "code_address"


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a registration with the answers of the questionnaire; they wait in the session for the code."""
    if request.method != "POST":
        return redirect("public:questionnaire")
    try:
        found = signed_answers.answers_of(request.POST.get("answers", ""))
    except signing.BadSignature:
        return redirect("public:questionnaire")
    if request.user.is_authenticated:
        return _open(request, found)
    request.session[WAITING] = found
    return redirect("student:sign-in")


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address; the answer is the same whether it is known or not."""
    back = local_path(request.GET.get("next") or request.POST.get("next") or "")
    if request.user.is_authenticated:
        return redirect(back or "student:space")
    typed = again.kept(request, "sign-in")
    form = EmailForm(request.POST if request.method == "POST" else typed)
    context = {
        "form": form,
        "next": back,
        "starting": WAITING in request.session,
        "kept": LATER in request.session,
        "page_form": True,
    }
    if switching(request):
        unvalidated(form)
    elif request.method == "POST":
        return _take_address(request, form, back)
    elif form.is_valid():
        address = form.cleaned_data["email"]
        context |= {"better": addresses.suggestion(address), "typed": address}
    return render(request, "student/sign-in.html", context, status=_status(form))


def _take_address(request: HttpRequest, form: EmailForm, back: str) -> HttpResponse:
    """Send a code to a good address; open the page again for one that is wrong or looks misspelt."""
    query = "?" + urlencode({"next": back}) if back else ""
    if form.is_valid():
        address = form.cleaned_data["email"]
        if not addresses.suggestion(address) or request.POST.get("as_typed") == address:
            again.forget(request, "sign-in")
            _send_code(request, address)
            return redirect(reverse("student:code") + query)
    again.keep(request, "sign-in", {"email": request.POST.get("email", "")})
    return again.SeeOther(request.path + (query + "&" if query else "?") + "again=1")


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code, in the browser that asked for it."""
    back = local_path(request.GET.get("next") or request.POST.get("next") or "")
    if request.user.is_authenticated:
        return redirect(back or "student:space")
    if TICKET not in request.session:
        return redirect("student:sign-in")
    query = "?" + urlencode({"next": back}) if back else ""
    if "again" in request.POST:
        _send_code(request, request.session[ADDRESS])
        request.session["code_again"] = True
        return redirect(request.path + query)
    form = CodeForm(request.POST if request.method == "POST" else again.kept(request, "code"))
    if switching(request):
        unvalidated(form)
    elif request.method == "POST":
        if form.is_valid():
            ticket = codes.Ticket(*request.session[TICKET])
            user = codes.verify(ticket, form.cleaned_data["code"], language=_language())
            if user is not None:
                return _welcome(request, user, back)
        again.keep(request, "code", {"code": request.POST.get("code", "")})
        return again.SeeOther(request.path + (query + "&" if query else "?") + "again=1")
    elif form.is_valid():  # well written, so it was the wrong one
        wrong = _(
            "This code is not the latest one, its 10 minutes are over, or it was tried 5 times. Ask for a new code."
        )
        form.add_error("code", wrong)
    context = {"form": form, "address": request.session[ADDRESS], "next": back, "page_form": True}
    context["again"] = request.session.pop("code_again", False)
    return render(request, "student/code.html", context, status=_status(form))


@gate.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session; opened as a page, it ends nothing."""
    if request.method != "POST":
        return redirect("student:space")
    backend.sign_out(request)
    response = redirect("public:start")
    response["Clear-Site-Data"] = '"cache"'
    return response


@gate.public
@require_safe
def to_space(request: HttpRequest) -> HttpResponse:
    """Lead from the address that messages carry to the space, in the visitor's language."""
    return redirect("student:space")


def _send_code(request: HttpRequest, address: str) -> None:
    ticket = codes.request_code(
        address, language=_language(), network=network_of(request), browser=devices.people(request)
    )
    again.forget(request, "code")
    request.session[TICKET] = [ticket.code_id, ticket.secret]
    request.session[ADDRESS] = address


def _welcome(request: HttpRequest, user, back: str) -> HttpResponse:
    waiting = request.session.get(WAITING)
    again.forget(request, "code")
    for name in (TICKET, ADDRESS, WAITING):
        request.session.pop(name, None)
    strange = user.last_login is not None and not devices.known(request, user)
    backend.sign_in(request, user, "code")
    if strange:
        devices.tell(user, SPACE)
    save_kept(request)
    response = _open(request, waiting) if waiting is not None else redirect(back or "student:space")
    devices.remember(request, response, user)
    return response


def _open(request: HttpRequest, found: dict) -> HttpResponse:
    actor = gate.actor_of(request)
    dossier = deposit.open_draft(actor, gate.user_id(request), "student", found)
    if dossier.submitted_at is not None:
        return redirect("student:space")
    section = queries.first_open_section(dossier.registrants.get(position=1))
    return redirect("student:identify", dossier.pk, section) if section else redirect("student:documents", dossier.pk)


def _language() -> str:
    return (get_language() or "fr")[:2]


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
