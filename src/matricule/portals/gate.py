"""The rule of every address: who may come in, and what a refusal looks like (house.md; reliability.md R49).

Each view of a portal carries one of these decorators; a test walks every address and fails on one without a rule.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from matricule import vision
from matricule.accounts import backend, organisations, staff
from matricule.accounts.organisation_door import NotTheirs
from matricule.dossiers import desk as desk_reading
from matricule.dossiers.access import Actor, NotFound, caseworker, person
from matricule.dossiers.operations.door import Conflict, note_refusal
from matricule.dossiers.operations.files import TooMuch
from matricule.dossiers.operations.pace import TooOften
from matricule.dossiers.states import IllegalMove
from matricule.portals.components import errors, history

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Let everybody in."""
    view.rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let a signed-in person in; send others to sign in and back."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            keep = getattr(view, "keep", None)
            if keep is not None and request.method == "POST":
                keep(request, *args, **kwargs)
            return _to_sign_in(request, back=keep is not None)
        return _with_answers(view, request, *args, **kwargs)

    gate.rule = "dossier"  # type: ignore[attr-defined]
    return gate


def _with_answers(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Call a view of somebody's dossier; answer what it refuses, and journal it (R70)."""
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
    except TooOften:
        return errors.problem(request, 429)
    except (vision.Busy, vision.Unavailable):
        return _later(request)
    except vision.Refused:
        raise Http404 from None


COMPANY = "company"
"""Where the session keeps for which company a person acts who has several."""


def for_company(view: View) -> View:
    """Let somebody in who signed in strongly and, today, acts for a company; the views read ``request.member``.

    The place is read at each request: a removed member is out at the next one (R51). Who has none is led to the page
    that opens an account; for them every dossier answers like one that does not exist.
    """

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or not backend.is_strong_session(request):
            return _to_sign_in(request, door="employer:sign-in")
        member = member_of(request)
        if member is None:
            if kwargs.get("dossier_id") is not None:
                note_refusal(actor_of(request), f"read.{view.__name__}", kwargs["dossier_id"])
            if kwargs:
                raise Http404
            return redirect("employer:register")
        request.member = member  # type: ignore[attr-defined]
        try:
            return _with_answers(view, request, *args, **kwargs)
        except NotTheirs:
            raise Http404 from None

    gate.rule = "company"  # type: ignore[attr-defined]
    return gate


def strongly(view: View) -> View:
    """Let somebody in who signed in strongly, whether they act for a company yet or not."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or not backend.is_strong_session(request):
            return _to_sign_in(request, door="employer:sign-in")
        return view(request, *args, **kwargs)

    gate.rule = "strongly"  # type: ignore[attr-defined]
    return gate


def member_of(request: HttpRequest) -> organisations.Member | None:
    """Return for which company the signed-in person acts: the one chosen in this session while it is theirs."""
    chosen = request.session.get(COMPANY)
    found = organisations.membership_of(user_id(request), UUID(chosen)) if chosen else None
    return found or organisations.membership_of(user_id(request))


class MemberRequest(HttpRequest):
    """A request that came through ``for_company``: it knows who acts for which company."""

    member: organisations.Member


def desk(view: View) -> View:
    """Let a member of the caisse's staff in, signed in as staff; for everybody else there is no such page.

    A dossier of another office does not exist. A page that is out of date answers 409 and shows what was done since.
    The views read the post from ``request.post``.
    """

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            query = "?" + urlencode({"next": request.path}) if request.method == "GET" else ""
            return redirect(reverse("caseworker:sign-in") + query)
        post = staff.post_of(user_id(request))
        if post is None or not backend.is_staff_session(request):
            if "dossier_id" in kwargs:
                note_refusal(actor_of(request), f"read.{view.__name__}", kwargs["dossier_id"])
            raise Http404
        request.post = post  # type: ignore[attr-defined]
        try:
            return view(request, *args, **kwargs)
        except NotFound as refusal:
            if not refusal.noted and "dossier_id" in kwargs:
                note_refusal(caseworker(post.user_id), f"read.{view.__name__}", kwargs["dossier_id"])
            raise Http404 from None
        except (Conflict, IllegalMove):
            return _done_meanwhile(request, post.user_id, kwargs["dossier_id"])
        except (vision.Busy, vision.Unavailable):
            return _later(request)
        except vision.Refused:
            raise Http404 from None

    gate.rule = "desk"  # type: ignore[attr-defined]
    return gate


def _done_meanwhile(request: HttpRequest, me: UUID, dossier_id: UUID) -> HttpResponse:
    """Show what was done on a dossier since the page was made: the last acts of others, and the way back to it."""
    acts = [entry for entry in desk_reading.history(dossier_id) if not entry.action.startswith("read.")]
    names = desk_reading.names_in(dossier_id, acts)
    said = [history.line(entry, names) for entry in acts[:5]]
    context = {"acts": said, "back": reverse("caseworker:dossier", args=[dossier_id]), "status": 409}
    return render(request, "caseworker/conflict.html", context, status=409)


class DeskRequest(HttpRequest):
    """A request that came through ``desk``: it knows where its member of staff works."""

    post: staff.Post


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


def _to_sign_in(request: HttpRequest, *, back: bool = False, door: str = "student:sign-in") -> HttpResponse:
    """Send to the sign-in page, and back to this page afterwards when it was being read or keeps what it was sent."""
    query = "?" + urlencode({"next": request.path}) if back or request.method == "GET" else ""
    if any(name in request.headers for name in ("X-Matricule-Fragment", "HX-Request")):
        return HttpResponse(status=401)
    return redirect(reverse(door) + query)
