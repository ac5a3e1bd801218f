"""The cast of every access test, the routes of the service, and what lies in the database.

The people of companies have a company and a request, the caseworkers a post. Providers come with a later issue: they
are people without a right who sign in as strongly as anybody, so that each route denies them from its first day on
(issue 2, section 4).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from matricule.accounts import members, staff
from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.dossiers import access
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support import factories as make

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
"""Every method that a browser or a program may send."""


def _post(office: str, role: str) -> Callable[[User], None]:
    def take(user: User) -> None:
        staff.appoint(by="system:tests", user=user, name="Camille Roy", office=office, role=role)

    return take


def _nothing(user: User) -> None:
    """Sign in, and that is all."""


def _administrator(siret: str = company.SIRET) -> Callable[[User], None]:
    def open_account(user: User) -> None:
        place = company.a_company(user, siret=siret)
        firm.a_request(Organisation.objects.get(pk=place.company.id), user)

    return open_account


def _member(*, removed: bool = False) -> Callable[[User], None]:
    def come_in(user: User) -> None:
        chief = company.a_company()
        company.a_colleague(chief, user=user)
        firm.a_request(Organisation.objects.get(pk=chief.company.id), user)
        if removed:
            members.remove(chief.user_id, chief.company.id, user.pk)

    return come_in


CAST: dict[str, Callable[[User], None]] = {
    "other_student": _nothing,
    "employer_administrator": _administrator(),
    "employer_member": _member(),
    "removed_member": _member(removed=True),
    "other_company": _administrator(company.OTHER_SIRET),
    "provider_with_mandate": _nothing,
    "provider_without_mandate": _nothing,
    "caseworker_of_this_office": _post(caisse.DOUBS, "caseworker"),
    "caseworker_of_another_office": _post(caisse.PARIS, "caseworker"),
    "supervisor": _post(caisse.DOUBS, "supervisor"),
}
"""Everybody who is signed in and does not own the dossier, and what makes them what they are. A role is one row."""

OUTSIDERS = tuple(CAST)
STAFF = frozenset({"caseworker_of_this_office", "caseworker_of_another_office", "supervisor"})
WEAK = frozenset({"other_student"})
"""Who signs in with an e-mailed code alone; everybody else but the staff with a passkey."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def somebody(role: str) -> User:
    """Return the person who plays ``role``."""
    user = make.a_user(f"{role.replace('_', '-')}@example.org")
    CAST[role](user)
    return user


def browser(user: User | None = None, **options: Any) -> Client:
    """Return a browser, signed in as ``user`` when one is given; an exception of a view is an answer, as outside."""
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


def signed_in(role: str) -> Client:
    """Return the browser of whoever plays ``role``, signed in as that role does: at the desk, or with a passkey."""
    user = somebody(role)
    if role in STAFF:
        return caisse.desk(access.caseworker(user.pk))
    return company.browser(user.pk, method="code" if role in WEAK else "passkey")


def shows(answer: Any, traits: list[str]) -> bool:
    """Tell whether an answer shows a name, a number or an image of a person."""
    kind = answer.get("Content-Type", "")
    if answer.status_code < 300 and kind.startswith(("image/jpeg", "application/pdf", "application/zip")):
        return True
    return not answer.streaming and any(trait in answer.content.decode("utf-8", "replace") for trait in traits)


@dataclass(frozen=True)
class Route:
    """One address of the service: its name, its view, its variable parts."""

    name: str
    view: Any = field(compare=False)
    parts: tuple[str, ...]


DESK, COMPANY = "caseworker:", ("employer:", "requests:")


def routes() -> list[Route]:
    """Return every route of the service but the caisse's desk and the companies', by walking the resolver."""
    return [
        route for route in _walk(get_resolver().url_patterns, "", ()) if not route.name.startswith((DESK, *COMPANY))
    ]


def company_routes() -> list[Route]:
    """Return every route of the employers' portal."""
    return [route for route in _walk(get_resolver().url_patterns, "", ()) if route.name.startswith(COMPANY)]


def desk_routes() -> list[Route]:
    """Return every route of the caisse's desk."""
    return [route for route in _walk(get_resolver().url_patterns, "", ()) if route.name.startswith(DESK)]


def _walk(patterns: list[URLPattern | URLResolver], space: str, parts: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        here = (*parts, *getattr(entry.pattern, "converters", {}))
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, inner, here)
        else:
            yield Route(f"{space}{entry.name}", entry.callback, here)


def plain(response: Any) -> tuple[int, dict[str, str], str]:
    """Return what a visitor can tell apart of an answer: request ids, tokens and the ids they sent left out."""
    headers = {
        name: _UUID.sub("ID", value)
        for name, value in response.items()
        if name.lower() not in {"x-request-id", "content-length"}
    }
    text = response.content.decode("utf-8", "replace")
    return response.status_code, headers, _UUID.sub("ID", _TOKEN.sub("", text))


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block did to the database, so that the next act finds what this one found."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' order by 1"
        )
        return [row[0] for row in cursor.fetchall()]


def everything_stored() -> str:
    """Return every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"select row_to_json(t)::text from {table} t")
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def fingerprint(leave_out: tuple[str, ...] = ("journal", "accounts_session", "core_seal")) -> dict[str, str]:
    """Return a digest of each table's rows, in any order, but of those that ``leave_out`` names in part."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if any(word in table for word in leave_out):
                continue
            cursor.execute(
                f"select md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) from {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


def last_entry() -> int:
    """Return the number of the journal's last entry."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from core_journal")
        return cursor.fetchone()[0]


def entries_since(number: int) -> list[tuple[str, str]]:
    """Return (action, outcome) of the journal's entries after ``number``, in order."""
    with connection.cursor() as cursor:
        cursor.execute("select action, outcome from core_journal where id > %s order by id", [number])
        return cursor.fetchall()
