"""The rule of every address: who may come in, and what a refusal looks like (house.md; reliability.md R49).

Each view of a portal carries one of these decorators; a test walks every address and fails on one without a rule.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matricule import vision
from matricule.dossiers.access import Actor, NotFound, person
from matricule.dossiers.operations.door import Conflict, note_refusal
from matricule.dossiers.operations.files import TooMuch
from matricule.dossiers.states import IllegalMove
from matricule.portals.components import errors

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let everybody in."""
    view.rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let a signed-in person in; send others to sign in and back."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    gate.rule = "signed_in"  # type: ignore[attr-defined]
    return gate


def keeps(keep: Callable[..., None]) -> Callable[[View], View]:
    """Let ``keep(request, …)`` save what a form brought from a person whose session had ended, before they sign in."""

    def mark(view: View) -> View:
        view.keep = keep  # type: ignore[attr-defined]
        return view

    return mark


def dossier(view: View) -> View:
    """Let a signed-in person act on a dossier: ``access`` decides, and a stranger's dossier does not exist.

    A page that is out of date answers 409 and shows where the dossier stands now. Every refusal is journaled (R70).
    """

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            keep = getattr(view, "keep", None)
            if keep is not None and request.method == "POST":
                keep(request, *args, **kwargs)
            return _to_sign_in(request, back=keep is not None)
        try:
            return view(request, *args, **kwargs)
        except NotFound as refusal:
            if not refusal.noted and "dossier_id" in kwargs:
                note_refusal(actor_of(request), f"read.{view.__name__}", kwargs["dossier_id"])
            raise Http404 from None
        except (Conflict, IllegalMove):
            return errors.problem(request, 409, back=request.path)
        except TooMuch:
            return errors.limit_reached(request)
        except (vision.Busy, vision.Unavailable):
            return _later(request)
        except vision.Refused:
            raise Http404 from None

    gate.rule = "dossier"  # type: ignore[attr-defined]
    return gate


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of a signed-in request."""
    return person(user_id(request))


def user_id(request: HttpRequest) -> UUID:
    """Return the identifier of the person who signed in."""
    found = request.user.pk
    if found is None:
        raise NotFound
    return found


def _later(request: HttpRequest) -> HttpResponse:
    """Ask to come back: the parser is looking at other files, or is starting again."""
    response = errors.problem(request, 503)
    response["Retry-After"] = "5"
    return response


def _to_sign_in(request: HttpRequest, *, back: bool = False) -> HttpResponse:
    """Send to the sign-in page, and back to this page afterwards when it was being read or keeps what it was sent."""
    query = "?" + urlencode({"next": request.path}) if back or request.method == "GET" else ""
    if any(name in request.headers for name in ("X-Matricule-Fragment", "HX-Request")):
        return HttpResponse(status=401)
    return redirect(reverse("student:sign-in") + query)
