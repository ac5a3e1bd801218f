"""Who is told what of a company's request: every member, as each chose, in words that name nobody (house.md 4.9).

The messages of the person's own dossier are put into those of a company here: a professional reads that something
waits, and finds the rest behind a link that only a signed-in member opens.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from matricule import notices
from matricule.accounts import organisations
from matricule.accounts.organisations import Delivery, Member
from matricule.dossiers.models import Dossier

CHANGED = "request_changed"
KINDS = {
    "request_receipt": "request_receipt",
    "request_sendable": "request_sendable",
    "documents_asked": "request_asked",
    "documents_reminder": "request_reminder",
    "provisional_number": "request_number",
    "definitive_number": "request_number",
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
    """Tell the members of a request's company; return the first mail's id, None when nobody is written to.

    The mail leaves for who wants it. A message with a day reaches somebody: where nobody wants mails, everybody
    gets it.
    """
    if kind in QUIET or dossier.organisation_id is None:
        return None
    own = KINDS.get(kind, CHANGED)
    members = organisations.members(dossier.organisation_id)
    mailed = [member for member in members if _mailed(member, own)]
    first: UUID | None = None
    for member in mailed or (members if own in URGENT else []):
        sent = notices.send(
            own,
            recipient_id=member.user_id,
            address=member.email,
            language=member.language,
            context={"path": path(dossier), **{name: context[name] for name in (DUE,) if name in context}},
            dossier_id=dossier.pk,
        )
        if first is None and sent is not None:
            first = sent.mail_id
    return first


def path(dossier: Dossier) -> str:
    """Return where a message leads: the page of the request, in the language of the reader's browser."""
    return f"/employer/requests/{dossier.pk}/"


def _mailed(member: Member, kind: str) -> bool:
    if member.delivery == Delivery.NONE:
        return False
    return kind in URGENT or member.delivery == Delivery.AT_ONCE
