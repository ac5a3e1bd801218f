"""Telling a company's people: each as they chose, the shared mailbox as well (issue 5, section 1).

Every member finds every message on the page. At once: a mail with it. Daily: one mail a day says how many there are.
None: no mail. What a deadline hangs on goes out at once to whoever reads mails, to all where nobody wants any, since
somebody must be able to answer.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from matricule import notices
from matricule.accounts.organisations import Delivery, Member, Organisation, members

NOTIFICATIONS = "/employer/"
"""Where a message of a company leads: its start page, in the language of the reader's browser."""

READERS = frozenset({Delivery.AT_ONCE, Delivery.DAILY})
"""Who reads mails: a message that a deadline hangs on does not wait for the mail of the day."""


def tell(
    organisation_id: UUID,
    kind: str,
    context: Mapping[str, Any],
    *,
    dossier_id: UUID | None = None,
    administrators: bool = False,
    urgent: bool = False,
) -> list[UUID]:
    """Write a notice for each member in the current transaction; return the ids of the mails that leave at once.

    ``administrators``: for those only, without the shared mailbox. ``urgent``: a deadline hangs on it.
    The texts name nobody: a mail to a company carries a link that only a signed-in member opens (house.md 4.9).
    """
    said = {"path": NOTIFICATIONS, **context}
    told = [one for one in members(organisation_id) if one.administers or not administrators]
    silent = urgent and all(one.delivery == Delivery.NONE for one in told)
    mails = [
        _one(
            one, kind, said, dossier_id, at_once=silent or one.delivery in (READERS if urgent else {Delivery.AT_ONCE})
        )
        for one in told
    ]
    if not administrators:
        mails.append(_shared(organisation_id, kind, said, dossier_id))
    return [mail for mail in mails if mail is not None]


def _one(
    member: Member, kind: str, context: Mapping[str, Any], dossier_id: UUID | None, *, at_once: bool
) -> UUID | None:
    sent = notices.send(
        kind,
        recipient_id=member.user_id,
        address=member.email,
        language=member.language,
        context=context,
        dossier_id=dossier_id,
        organisation_id=member.company.id,
        mailed=at_once,
        digest=not at_once and member.delivery == Delivery.DAILY,
    )
    return sent.mail_id if sent is not None else None


def _shared(organisation_id: UUID, kind: str, context: Mapping[str, Any], dossier_id: UUID | None) -> UUID | None:
    """Send the copy to the shared mailbox, once it was confirmed; nobody's page keeps a notice of it."""
    row = Organisation.objects.filter(pk=organisation_id).exclude(shared_mailbox_proved_at=None).first()
    if row is None:
        return None
    return notices.copy(
        kind, address=row.shared_mailbox, language=row.language, context=context, dossier_id=dossier_id
    )  # fmt: skip
