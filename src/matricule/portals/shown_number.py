"""The page that shows a whole number: for two minutes, copied with and without its key, then it goes back by itself.

Issue 4, section 3. The operation journals the look; here is what both portals show of it.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from matricule.core import clock
from matricule.rules.numbers import format_nir

SHOWN_FOR = timedelta(minutes=2)
"""How long a number stays on the screen."""
KEY = 2
"""Digits of the key, at the end of a number."""


def page(request: HttpRequest, template: str, value: str, context: dict[str, Any], *, back: str) -> HttpResponse:
    """Return the page that shows the number ``value`` of 15 characters; when its time is over it leads to ``back``."""
    shown = {
        "value": format_nir(value),
        "plain": value,
        "without_key": value[:-KEY],
        "until": clock.wall() + SHOWN_FOR,
    }
    response = render(request, template, context | shown)
    response["Refresh"] = f"{int(SHOWN_FOR.total_seconds())}; url={back}"
    return response
