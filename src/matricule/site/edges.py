"""What is refused before anything is read: methods that nobody needs, and bodies that no page would take.

Sources: reliability.md R02 (a body over the limit is refused before it is read) and R31 (TRACE and unknown methods).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from matricule.portals.components import errors
from matricule.site.uploads import REQUEST_LIMIT

Next = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods that a view may know; each view says which of them it takes."""


def edges(get_response: Next) -> Next:
    """Answer 405 to other methods, 413 to a body over REQUEST_LIMIT, 411 to one that does not tell its length.

    400 when the first line names a whole address: its host may be another than the Host header's.

    A browser always tells the length. A body in chunks would reach no view (WSGI reads as much as was announced): its
    sender is told so, instead of being answered as if nothing had been sent.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not request.META.get("RAW_URI", "/").startswith("/"):
            return errors.problem(request, 400)
        length = request.META.get("CONTENT_LENGTH") or ""
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return HttpResponse(status=411)
        if length.isascii() and length.isdigit() and int(length) > REQUEST_LIMIT:
            return errors.problem(request, 413)
        return get_response(request)

    return respond
