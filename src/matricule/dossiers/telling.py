"""Who is told what of a company's request: every member, as each chose, in words that name nobody (house.md 4.9).

The messages of the person's own dossier are put into those of a company here: a professional reads that something
waits, and finds the rest behind a link that only a signed-in member opens.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from matricule.accounts import organisation_notices
from matricule.dossiers.models import Dossier

CHANGED = "request_changed"
KINDS = {
    "request_receipt": "request_receipt",
    "request_sendable": "request_sendable",
    "request_person_added": "request_person_added",
    "documents_asked": "request_asked",
    "documents_reminder": "request_reminder",
    "provisional_number": "request_number",
    "definitive_number": "request_number",
    "provisional_number_ended": "request_ended",
    "request_turned_down": "request_ended",
    "closed_for_silence": "request_ended",
    "closed_by_caisse": "request_ended",
    "message_from_caisse": "request_message",
}
"""The company's message for each message of a dossier; any other says that something changed."""

QUIET = frozenset({"documents_added", "draft_deleted", "certificate_ready", "certificate_ends", "space_closes"})
"""What a company is not written to about: its own acts, and letters that are the person's own."""

URGENT = frozenset({"request_asked", "request_reminder"})
"""A day runs: these leave at once, also to those who want one mail a day (a closure waits for their proof)."""

DUE = "due_on"


def company(dossier: Dossier, kind: str, context: Mapping[str, Any]) -> UUID | None:
    """Tell the members of a request's company; return the first mail's id, None when no mail leaves at once.

    Every member finds the message; the mail leaves for who wants it. A message with a day reaches somebody: where
    nobody wants mails, everybody gets it (accounts.organisation_notices).
    """
    if kind in QUIET or dossier.organisation_id is None:
        return None
    own = KINDS.get(kind, CHANGED)
    mails = organisation_notices.tell(
        dossier.organisation_id,
        own,
        {"path": path(dossier), **{name: context[name] for name in (DUE,) if name in context}},
        dossier_id=dossier.pk,
        urgent=own in URGENT,
    )
    return mails[0] if mails else None


def path(dossier: Dossier) -> str:
    """Return where a message leads: the page of the request, in the language of the reader's browser."""
    return f"/employer/requests/{dossier.pk}/"
