"""Who is told what of a company's request: every member, as each chose, in words that name nobody (house.md 4.9).

The messages of the person's own dossier are put into those of a company here: a professional reads that something
waits, and finds the rest behind a link that only a signed-in member opens. The people of the request are written to
at their own addresses, in their own language: they have no space yet, so that each mail says which company files for
them and how what they send reaches the caisse (issue 5, section 3). No mail carries a number.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from matricule import notices
from matricule.accounts import organisation_notices
from matricule.core import clock
from matricule.dossiers import people
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.told import Told
from matricule.rules import catalogue, offices

CHANGED = "request_changed"
KINDS = {
    "request_receipt": "request_receipt",
    "request_sendable": "request_sendable",
    "request_person_added": "request_person_added",
    "request_title": "request_title",
    "request_confirmed": "request_confirmed",
    "documents_asked": "request_asked",
    "documents_reminder": "request_reminder",
    "provisional_number": "request_number",
    "definitive_number": "request_number",
    "provisional_number_ended": "request_ended",
    "request_turned_down": "request_ended",
    "closed_for_silence": "request_ended",
    "closed_by_caisse": "request_ended",
    "closed_with_reason": "request_ended",
    "request_withdrawn": "request_taken_back",
    "message_from_caisse": "request_message",
    "office_changed": "request_office",
}
"""The company's message for each message of a dossier; any other says that something changed."""

QUIET = frozenset({"documents_added", "draft_deleted", "certificate_ready", "certificate_ends", "space_closes"})
"""What a company is not written to about: its own acts, and letters that are the person's own."""

URGENT = frozenset({"request_asked", "request_reminder"})
"""A day runs: these leave at once, also to those who want one mail a day (a closure waits for their proof)."""

SAID = ("due_on", "end_on", "caisse")
"""What a message to a company says of the context beside its kind: days, and the name of an office."""

THEIRS = {
    "documents_asked": "employee_asked",
    "documents_reminder": "employee_reminder",
    "provisional_number": "employee_provisional",
    "definitive_number": "employee_number",
    "request_turned_down": "employee_ended",
    "provisional_number_ended": "employee_ended",
    "closed_for_silence": "employee_ended",
    "closed_by_caisse": "employee_ended",
    "closed_with_reason": "employee_ended",
    "request_withdrawn": "employee_taken_back",
    "rib_arrived": "employee_rib_arrived",
    "rib_not_arrived": "employee_rib_not_arrived",
    "office_changed": "employee_office",
}
"""The mail to the person concerned for each message of a dossier that they are told of."""

GUIDE = "/{language}/employee/"
"""Where their mails lead: the public page that says what an employee does (an address of matricule.site)."""

NO_ADDRESS = {
    "fr": "L’adresse postale de cette caisse est sur ameli.fr.",
    "en": "The postal address of this caisse is on ameli.fr.",
}


def company(dossier: Dossier, kind: str, context: Mapping[str, Any]) -> list[UUID]:
    """Tell the members of a request's company; return the ids of the mails that leave at once.

    Every member finds the message; the mail leaves for who wants it. A message with a day reaches somebody: where
    nobody wants mails, everybody gets it (accounts.organisation_notices).
    """
    if kind in QUIET or dossier.organisation_id is None:
        return []
    own = KINDS.get(kind, CHANGED)
    return organisation_notices.tell(
        dossier.organisation_id,
        own,
        {"path": path(dossier), **{name: context[name] for name in SAID if name in context}},
        dossier_id=dossier.pk,
        urgent=own in URGENT,
    )


def path(dossier: Dossier) -> str:
    """Return where a message leads: the page of the request, in the language of the reader's browser."""
    return f"/employer/requests/{dossier.pk}/"


def person(registrant: Registrant, kind: str, context: Mapping[str, Any]) -> UUID | None:
    """Tell somebody of a request what happened to their registration; return the mail's id, None without an address.

    ``context`` holds their ``given_name``.
    """
    return write(registrant, THEIRS[kind], {"given_name": context["given_name"]})


def documents(registrant: Registrant, kind: str, codes: Collection[str], context: Mapping[str, Any]) -> UUID | None:
    """Ask somebody for the documents that they send by post, or remind them; None without an address or documents."""
    if not codes:
        return None
    language = language_of(registrant)
    names = [catalogue.entry(registrant.dossier.route, code).name[language] for code in sorted(codes)]
    return write(registrant, THEIRS[kind], {**context, "documents": ", ".join(names), "post": post(registrant)})


def moved(registrant: Registrant, context: Mapping[str, Any]) -> UUID | None:
    """Tell somebody of a request which caisse has it now, and where their post goes; None without an address.

    Without this a RIB goes where an earlier mail said. ``context`` holds their ``given_name`` and the ``caisse``.
    """
    return write(registrant, THEIRS["office_changed"], {**context, "post": post(registrant)})


def post(registrant: Registrant) -> str:
    """Return where somebody of a request posts what they send themselves, in lines, in their language."""
    office = registrant.dossier.office
    lines = offices.postal_address(office, "employers") or (offices.name(office), NO_ADDRESS[language_of(registrant)])
    return "\n".join(lines)


def address_of(registrant: Registrant) -> str:
    """Return where somebody of a request is written to; "" without an address, and for a minor of the family."""
    return registrant.email if people.is_told(registrant) else ""


def language_of(registrant: Registrant) -> str:
    """Return the language in which somebody of a request is written to: what the company said, else its own."""
    company = registrant.dossier.organisation
    return registrant.language or (company.language if company is not None else "fr")


def write(registrant: Registrant, kind: str, context: Mapping[str, Any], link: Told | None = None) -> UUID | None:
    """Write one mail to somebody of a request in the current transaction; return its id, None without an address.

    ``link``: the row of a mail that carries one, which is saved with the mail's id.
    """
    dossier, address = registrant.dossier, address_of(registrant)
    if not address or dossier.organisation is None:
        return None
    language = language_of(registrant)
    said = {"path": GUIDE.format(language=language), "company": dossier.organisation.name, **context}
    row = link or Told(registrant=registrant, kind=kind, at=clock.now())
    row.mail_id = notices.copy(kind, address=address, language=language, context=said, dossier_id=dossier.pk)
    row.save(force_insert=True)
    return row.mail_id
