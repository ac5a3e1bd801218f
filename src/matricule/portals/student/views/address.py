"""Another e-mail address for the space: the code to the new one, the 24 hours, and how to stop it (issue 4, 1)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matricule.accounts import address_changes, addresses, codes
from matricule.accounts.models import User
from matricule.accounts.network import network_of
from matricule.dossiers.operations import recovering
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.entrance.forms import MailedCodeForm as CodeForm
from matricule.portals.student.address_forms import NewAddressForm

READ_OR_ACT = ["GET", "HEAD", "POST"]
PURPOSE = "address"
TICKET, ADDRESS = "address_ticket", "new_address"


@gate.signed_in
@require_http_methods(READ_OR_ACT)
def change(request: HttpRequest) -> HttpResponse:
    """Take the new address and send a code to it; what is typed wrong is asked about first."""
    if address_changes.waiting(gate.user_id(request)) is not None:
        return redirect("student:information")
    form = NewAddressForm(request.POST if request.method == "POST" else None, current=_me(request).email)
    context: dict[str, Any] = {"form": form, "page_form": True}
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        better = addresses.suggestion(address)
        if not better or request.POST.get("as_typed") == address:
            _send_code(request, address)
            return redirect("student:address-code")
        context |= {"better": better, "typed": address}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "student/address.html", context, status=status)


def _me(request: HttpRequest) -> User:
    """Return the person who is signed in; the gate let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _send_code(request: HttpRequest, address: str) -> None:
    """Send a code to the new address; the ticket stays in this browser's session."""
    ticket = codes.request_code(
        address, language=_me(request).language, network=network_of(request), purpose=PURPOSE, kind="address_code"
    )
    request.session[TICKET] = [ticket.code_id, ticket.secret]
    request.session[ADDRESS] = address


@gate.signed_in
@require_http_methods(READ_OR_ACT)
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that the new address got; then the old one has 24 hours to object."""
    if TICKET not in request.session:
        return redirect("student:address")
    if "again" in request.POST:
        _send_code(request, request.session[ADDRESS])
        request.session["address_again"] = True
        return redirect("student:address-code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        problem = _begin(request, form.cleaned_data["code"])
        if problem is None:
            return redirect("student:information")
        form.add_error("code", problem)
    context = {"form": form, "address": request.session[ADDRESS], "page_form": True}
    context["again"] = request.session.pop("address_again", False)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "student/address-code.html", context, status=status)


def _begin(request: HttpRequest, typed: str) -> str | None:
    """Begin the change when the code is right; return what is in its way."""
    me = gate.user_id(request)
    address = codes.prove(codes.Ticket(*request.session[TICKET]), typed, actor=f"user:{me}", purpose=PURPOSE)
    if address is None:
        return _(
            "This code is not the latest one, its 10 minutes are over, or it was tried 5 times. Ask for a new code."
        )
    try:
        address_changes.begin(me, address, by=f"user:{me}")
    except address_changes.CannotChange as why:
        if why.reason == "taken":
            return _("This address opens another space already. Choose another one, or write to the caisse.")
    for name in (TICKET, ADDRESS):
        del request.session[name]
    return None


@gate.signed_in
@require_http_methods(READ_OR_ACT)
def stop(request: HttpRequest) -> HttpResponse:
    """Stop one's own change; opened as a page, it stops nothing."""
    row = address_changes.waiting(gate.user_id(request)) if request.method == "POST" else None
    if row is not None:
        address_changes.stop(row.pk, by=f"user:{row.user_id}", keep_session=request.session.session_key)
    return redirect("student:information")


@gate.public
@require_safe
def to_objection(request: HttpRequest, change_id: UUID, mark: str) -> HttpResponse:
    """Lead from the address that messages carry to the page of the objection, in the visitor's language."""
    return redirect("student:objection", change_id, mark)


@gate.public
@require_http_methods(READ_OR_ACT)
def objection(request: HttpRequest, change_id: UUID, mark: str) -> HttpResponse:
    """Stop a change from its old address, without signing in: a page with one button, which works once.

    What is named is a change of the person's own, or one that the caisse was asked for. A mail program that opens
    links by itself stops nothing.
    """
    if not address_changes.is_mark(change_id, mark):
        raise Http404
    stopped = False
    if request.method == "POST" and not switching(request):
        stopped = recovering.stop(change_id) or address_changes.stop(change_id, by="anonymous")
    waits = recovering.still_waits(change_id) or address_changes.still_waits(change_id)
    context = {"stopped": stopped, "waits": waits}
    return render(request, "student/objection.html", context)
