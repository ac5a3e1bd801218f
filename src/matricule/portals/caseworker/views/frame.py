"""What every page of a dossier on the desk carries; showing it is a reading, noted once a page (R70)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from matricule.dossiers import desk, queries
from matricule.dossiers.access import caseworker
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.components.forms import Form, switching, unvalidated


def frame(request: gate.DeskRequest, case: desk.Case) -> dict[str, Any]:
    """Return the context of a page that shows this case, and note that it was looked at."""
    queries.note_reading(caseworker(request.post.user_id), case.dossier.pk, "case")
    return {
        "post": request.post,
        "tabs": shown.tabs(request.post, ""),
        "case": case,
        "dossier": case.dossier,
        "person": case.person,
        "bar": shown.bar(case),
        "number": shown.number(case),
        "who": shown.who(case),
        "whom": shown.whom(case),
        "people": shown.people_of(case),
    }


def form_page(
    request: gate.DeskRequest, template: str, case: desk.Case, form: Form, *others: Form, **more: Any
) -> HttpResponse:
    """Answer with the page of a form; a change of the language keeps what was typed and checks nothing.

    ``others``: more forms that stand in the same ``page-form``. The answer is 422 when something is wrong.
    """
    if switching(request):
        for one in (form, *others):
            unvalidated(one)
    wrong = any(one.is_bound and one.errors for one in (form, *others))
    context = frame(request, case) | {"form": form, "page_form": True} | more
    return render(request, template, context, status=422 if wrong else 200)
