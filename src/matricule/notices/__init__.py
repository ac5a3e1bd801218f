"""Notices: every message that leaves, in every language (house.md, section 1).

    notices.send("deposit_receipt", recipient_id=…, address=…, language="fr", context={"given_name": …})

writes, in the caller's transaction, the notice that the person finds under "My notifications" and the mail that says
so. A mail carries a link and at most a first name, never an attachment or another personal detail (closed decision 9).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matricule.notices.desk import (
        Shown,
        copy,
        for_digest,
        for_recipient,
        mark_read,
        send,
        take_for_digest,
        unread_count,
    )

__all__ = ["Shown", "copy", "for_digest", "for_recipient", "mark_read", "send", "take_for_digest", "unread_count"]


def __getattr__(name: str) -> Any:
    """Load the desk at first use: this package is imported before Django knows any model."""
    if name in __all__:
        return getattr(import_module("matricule.notices.desk"), name)
    raise AttributeError(name)
