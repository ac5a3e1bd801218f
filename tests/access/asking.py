"""How the access tests ask: every address × language × method, and two sets of answers side by side (R49, R70)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.test import Client

from tests.support import cast

EVERYTHING = dict.fromkeys(("fr", "en"), cast.METHODS)
"""Every method in both languages: what ``make prove`` asks with."""

Where = Callable[[cast.Route, str], list[str]]
"""Give the addresses of a route in a language, with the identifiers of one thing."""


def calls(
    client: Client,
    where: Where,
    routes: Sequence[cast.Route],
    methods: Mapping[str, Sequence[str]],
    typed: Mapping[str, str] | None = None,
) -> Iterator[tuple[tuple[str, str, str], Any]]:
    """Call every route by every method in every language; yield what was asked and the answer.

    ``typed``: what a form brings, with each POST.
    """
    for route in routes:
        for language in methods:
            for address in where(route, language):
                for method in methods[language]:
                    given = (typed,) if method == "post" and typed else ()
                    yield (route.name, address, method), getattr(client, method)(address, *given)


def alike(
    client: Client,
    several: Sequence[Where],
    absent: Where,
    routes: Sequence[cast.Route],
    methods: Mapping[str, Sequence[str]],
    *,
    statuses: frozenset[int] = frozenset({404, 405}),
    typed: Mapping[str, str] | None = None,
) -> int:
    """Compare the answers for each of ``several`` things with those for one that does not exist.

    Status, headers, body and the rows in the journal must be the same, and no row but a refusal. Returns how many
    answers hid a thing that exists, of 404 or of a door where ``statuses`` has one.
    """
    mark = cast.last_entry()
    missing = [cast.plain(answer) for _, answer in calls(client, absent, routes, methods, typed)]
    refusals, hidden = cast.entries_since(mark), 0
    assert {outcome for _, outcome in refusals} <= {"refused"}
    for where in several:
        mark = cast.last_entry()
        for (what, answer), expected in zip(calls(client, where, routes, methods, typed), missing, strict=True):
            assert cast.plain(answer) == expected, what
            assert answer.status_code in statuses, what
            hidden += answer.status_code != 405
        assert cast.entries_since(mark) == refusals, "what is there leaves the refusals of what is not"
    return hidden
