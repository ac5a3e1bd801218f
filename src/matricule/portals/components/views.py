"""The living page of the components (design.md 10): each one in each of its states, from the real templates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from matricule.core import config
from matricule.portals.components import samples
from matricule.portals.components.forms import switching, unvalidated


@require_http_methods(["GET", "HEAD", "POST"])
def showroom(request: HttpRequest) -> HttpResponse:
    """Show every component; outside demo mode the page does not exist."""
    if not config.current().demo:
        raise Http404
    form = samples.SampleForm(request.POST or samples.TYPED)
    if switching(request):
        form = unvalidated(form)
    return render(request, "components/showroom.html", {**samples.everything(), "sample": form, "page_form": True})


showroom.rule = "public"  # type: ignore[attr-defined]
