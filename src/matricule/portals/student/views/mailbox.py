"""A mailbox that is lost: the way back through the caisse, asked for without signing in (issue 4, section 1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matricule.accounts.network import network_of
from matricule.dossiers.operations import recovering
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.student.address_forms import LostMailboxForm


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """Say what to do, and take the request; the answer is the same whether there is such a file or not."""
    form = LostMailboxForm(request.POST if request.method == "POST" else None)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        recovering.ask(form.said(), network=network_of(request))
        return redirect("student:lost-mailbox-sent")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "student/lost-mailbox.html", {"form": form, "page_form": True}, status=status)


@gate.public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next, to everybody alike."""
    return render(request, "student/lost-mailbox-sent.html")
