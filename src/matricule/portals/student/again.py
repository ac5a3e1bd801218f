"""After a refused form: the page is opened again by its own address, so that a reload sends nothing a second time.

What was typed waits in the registrant or in the person's session (both sealed), never in the address. ``?again=1``
asks the page to check it and to say what is wrong.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseRedirect

PREFIX = "refused:"


class SeeOther(HttpResponseRedirect):
    """Lead to a page that is opened with GET, whatever method brought here (303)."""

    status_code = 303


def back_to(address: str, request: HttpRequest, *keep: str) -> SeeOther:
    """Lead to ``address`` that shows the errors again, with the parameters ``keep`` of this address."""
    query = request.GET.copy()
    for name in [name for name in query if name not in keep]:
        del query[name]
    query["again"] = "1"
    return SeeOther(f"{address}?{query.urlencode()}")


def asked(request: HttpRequest) -> bool:
    """Tell whether the page is to show again what it refused."""
    return request.method != "POST" and "again" in request.GET


def keep(request: HttpRequest, page: str, typed: Mapping[str, str]) -> None:
    """Keep what was typed into ``page`` in the session until it is right."""
    request.session[PREFIX + page] = {name: value[:400] for name, value in typed.items()}


def kept(request: HttpRequest, page: str) -> dict[str, str] | None:
    """Return what was typed into ``page``, None when nothing waits."""
    return request.session.get(PREFIX + page) if asked(request) else None


def forget(request: HttpRequest, page: str) -> None:
    """Forget what was typed into ``page``."""
    request.session.pop(PREFIX + page, None)
