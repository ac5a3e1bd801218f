"""Putting a mail in the outbox, in the transaction of the act that it tells about."""

import re
from datetime import datetime
from unicodedata import category
from uuid import UUID

from matricule.core import clock, config, jobs
from matricule.core.batch import Batch
from matricule.core.ids import uuid7
from matricule.core.mailbox import one_mailbox
from matricule.core.outbox import message
from matricule.core.outbox.models import Mail

SUBJECT_MAX = 200
BREAKS = {"Cc", "Cs", "Zl", "Zp"}
"""Categories of characters that some program takes for the end of a header."""
_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


class BadMailError(ValueError):
    """The mail must not leave as it is; the message says why, without the mail's text."""


def enqueue_mail(
    *,
    kind: str,
    to: str,
    subject: str,
    body: str,
    language: str,
    recipient_id: UUID | None = None,
    dossier_id: UUID | None = None,
    expires_at: datetime | None = None,
    batch: Batch | None = None,
) -> Mail:
    """Write the mail and its sending job in the current transaction; return the row.

    ``batch``: what the act writes together at its end; the mail and its job join it.

    ``to`` is exactly one mailbox (BadAddressError, R28). Every link in ``body`` begins with the service's configured
    address, whatever host the request named (BadMailError, R41). ``expires_at`` (wall time) is for a mail that is
    useless later: it is never sent after that moment.
    """
    if not subject or len(subject) > SUBJECT_MAX or any(category(c) in BREAKS for c in subject):
        raise BadMailError("the subject is empty, too long, or has a control character")
    home = config.current().address
    if any(link != home and not link.startswith((home + "/", home + "?")) for link in _LINK.findall(body)):
        raise BadMailError("a link leads elsewhere than to this service")
    now = clock.wall()
    pk = uuid7()
    mail = Mail(
        pk=pk,
        kind=kind,
        to_address=one_mailbox(to),
        subject=subject,
        body=body,
        language=language,
        recipient_id=recipient_id,
        dossier_id=dossier_id,
        message_id=message.new_message_id(pk),
        next_at=now,
        created_at=now,
        expires_at=expires_at,
    )
    if batch is not None:
        batch.insert(mail)
        batch.defer("core.outbox.send", mail_id=pk)
        return mail
    mail.save(force_insert=True)
    jobs.defer("core.outbox.send", mail_id=pk)
    return mail
