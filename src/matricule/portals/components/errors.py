"""The pages shown when something is in the way: what happened, in plain words, and what to do next (wording.md 6)."""

import logging
import secrets
import sys
from typing import Any

import structlog
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

STATUSES = (400, 403, 404, 409, 413, 429, 500, 503)
RETRY_AFTER = 5
"""Seconds after which a request is worth sending again when the database was away or too busy."""
_log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400, or 413 to a request with more files or more text than any form of ours has.

    A form sent twice at once may find its session replaced by the first sending, at sign-in: the second one is led to
    the same page, which the browser's new session then answers. A session that the database was too busy to keep says
    the same in Django: that one is 503, and sent again nothing of it is lost.
    """
    if isinstance(exception, SessionInterrupted) and _database_away(exception, implied=True):
        return _come_back()
    if isinstance(exception, SessionInterrupted) and request.method == "POST":
        return HttpResponseRedirect(request.path)
    return problem(request, 413 if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return problem(request, 403)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is missing or too old (setting CSRF_FAILURE_VIEW)."""
    return problem(request, 403, form=True, back=request.path)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: also for an object that this person may not see, in the same words."""
    return problem(request, 404)


def limit_reached(request: HttpRequest) -> HttpResponse:
    """Answer 409 to an act that a limit of the document or of the dossier stops."""
    return problem(request, 409, conflict=gettext("The limits of this document are reached: remove something first."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the reference that the log gave this request; the page needs neither session nor database.

    When it is the database that is away, or that let a statement or a lock wait too long, answer 503: the same request
    is worth sending again (docs/operations.md, "What runs").
    """
    if _database_away(sys.exc_info()[1]):
        return _come_back()
    reference = structlog.contextvars.get_contextvars().get("request_id")
    if not reference:
        reference = secrets.token_hex(4)
        _log.error("shown to the visitor as reference %s", reference)
    text = render_to_string("500.html", {"reference": reference, "status": 500})
    return HttpResponse(text, status=500)


def _come_back() -> HttpResponse:
    text = render_to_string("503.html", {"status": 503})
    return HttpResponse(text, status=503, headers={"Retry-After": str(RETRY_AFTER)})


def _database_away(error: BaseException | None, *, implied: bool = False) -> bool:
    """Tell whether ``error``, or what it was raised from, is the database that cannot answer now.

    ``implied``: what was being handled when it was raised counts too (Django's sessions name no cause).
    """
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return True
        error = error.__cause__ or (error.__context__ if implied else None)
    return False


def problem(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """Answer with one of STATUSES; ``context``: ``conflict`` (409: what the other person did), ``back`` (address)."""
    values = {"status": status, "conflict": "", "back": "", "form": False, **context}
    values["token_problem"] = values.pop("form")
    return render(request, f"{status}.html", values, status=status)
