"""The employee's side of a company's request, without an account (issue 5, sections 1 and 3).

One page says what an employee does; another one opens by the link of a mail and takes their word on the company.
Opening a link does nothing, a button does; a link that is unknown, used or over gives one and the same answer.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from matricule.dossiers.operations import confirming
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.public.forms import BirthDateForm
from matricule.rules import offices


@gate.public
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Say what somebody does whose employer files for them: before, meanwhile, with the number, after a refusal."""
    return render(request, "public/employee.html")


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest, token: str) -> HttpResponse:
    """Show who asks what, and take the employee's word: "it is my employer", or "I do not know this company"."""
    asked = confirming.asked_by(token)
    if asked is None:
        return _over(request)
    confirms = request.method == "POST" and request.POST.get("step") == "confirm" and asked.proves
    form = BirthDateForm(request.POST if confirms else None)
    wrong = False
    if switching(request):
        unvalidated(form)
    elif request.POST.get("step") == "disown":
        return _page(request, {"disowned": True}) if confirming.disown(token) else _over(request)
    elif confirms and form.is_valid():
        said = confirming.confirm(token, str(form.cleaned_data["birth_date"]))
        if said == "over":
            return _over(request)
        if said == "confirmed":
            return _page(request, {"confirmed": True, "asked": asked})
        wrong = True
    context = {
        "asked": asked,
        "form": form,
        "page_form": asked.proves,
        "wrong": wrong,
        "office": offices.name(asked.office),
        "address": offices.postal_address(asked.office, "employers"),
    }
    return _page(request, context, 422 if wrong or (form.is_bound and form.errors) else 200)


def _over(request: HttpRequest) -> HttpResponse:
    return _page(request, {"over": True}, 404)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "public/employee-word.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
