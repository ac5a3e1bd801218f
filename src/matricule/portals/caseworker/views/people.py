"""The office's people: a supervisor names and dismisses colleagues."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matricule.accounts import staff
from matricule.accounts.models import User
from matricule.core import config
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.people_form import AppointForm
from matricule.portals.caseworker.views.sign_in import prove_first
from matricule.portals.components.forms import acting, sent, switching, unvalidated


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: gate.DeskRequest) -> HttpResponse:
    """Show who works at the office; a supervisor appoints and dismisses, after a fresh proof of who acts."""
    post = request.post
    if acting(request) and not post.supervises:
        raise Http404
    asked = prove_first(request, reading=True)
    if asked is not None:
        return asked
    form, error = AppointForm(), ""
    if switching(request):
        form = unvalidated(AppointForm(sent(request)))
    elif request.method == "POST":
        by = f"user:{post.user_id}"
        if "dismiss" in request.POST:
            error = _dismiss(by, request.POST["dismiss"], post.office)
        else:
            form = AppointForm(request.POST)
            if form.is_valid():
                given = form.cleaned_data
                user = User.objects.for_address(given["email"], "fr")
                staff.appoint(by=by, user=user, name=given["name"], office=post.office, role=given["role"])
                return redirect("caseworker:people")
        if not error and not form.errors:
            return redirect("caseworker:people")
    context = {
        "post": post, "tabs": shown.tabs(post, ""), "form": form, "error": error,
        "page_form": post.supervises,
        "codes": config.current().staff_codes,
        "people": staff.colleagues(post.office), "passkeys": shown.with_passkey(post.office),
    }  # fmt: skip
    return render(request, "caseworker/people.html", context, status=422 if error or form.errors else 200)


def _dismiss(by: str, user_id: str, office: str) -> str:
    try:
        staff.dismiss(by=by, user_id=UUID(user_id), office=office)
    except ValueError:
        raise Http404 from None
    except staff.LastSupervisor:
        return gettext("An office keeps a supervisor: name another one first.")
    return ""
