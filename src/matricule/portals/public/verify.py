"""Whether a certificate or a proof of filing stands: a code is typed here, or comes with the address of its QR code.

Anybody may ask. The page says initials, kind and dates, and the same of an unknown code as of a text that is none.
The code is no personal data (attestations.verification): it may stand in an address.
"""

from datetime import date

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matricule import attestations
from matricule.accounts.network import network_of
from matricule.attestations.verification import PROOF
from matricule.core import clock, crypto, i18n
from matricule.portals import gate
from matricule.portals.components import errors
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.public.forms import VerifyForm

PER_NETWORK = 60
WINDOW = 60
"""Codes that one network may ask for in so many seconds, counted in the memory of each process of the web server. A
code cannot be guessed (74 random bits): the limit only keeps a machine from asking all day."""


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and say what stands behind it; the code travels in the body."""
    form = VerifyForm(request.POST or None)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        return _answer(request, form.cleaned_data["code"])
    return render(request, "public/verify.html", {"form": form, "page_form": True}, status=422 if form.errors else 200)


@gate.public
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say what stands behind the code of an address, as the QR code of a certificate opens it."""
    return _answer(request, code)


def _answer(request: HttpRequest, code: str) -> HttpResponse:
    if _too_many(request):
        return errors.problem(request, 429)
    verdict = attestations.look_up(code)
    context = {"form": VerifyForm(), "page_form": False, "verdict": verdict, "facts": _facts(verdict)}
    context["proof"] = verdict.kind == PROOF
    context["begins_later"] = verdict.starts_on is not None and verdict.starts_on > clock.today()
    response = render(request, "public/verify.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _facts(verdict: attestations.Verdict) -> list[dict[str, str | bool]]:
    if verdict.starts_on is None:
        return []
    kinds = {
        "provisional_certificate": _("Provisional certificate of cover"),
        "definitive_certificate": _("Certificate of cover"),
        PROOF: _("Proof of filing"),
    }
    start, end = verdict.starts_on, verdict.ends_on
    if verdict.kind == PROOF:
        when, days = _("Filed on"), i18n.format_date(start)
    else:
        when, days = _("Dates"), i18n.format_span(start, end) if end else _since(start)
    return [
        {"label": _("Initials"), "value": verdict.initials, "own": True},
        {"label": _("Kind"), "value": kinds[verdict.kind]},
        {"label": when, "value": days},
    ]


def _since(start: date) -> str:
    return _("from %(day)s") % {"day": i18n.format_date(start)}


def _too_many(request: HttpRequest) -> bool:
    key = "verify:" + crypto.blind_index("verify-network", network_of(request)).hex()
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) > PER_NETWORK
    except ValueError:  # the window ended between the two lines: a new one begins
        return False
