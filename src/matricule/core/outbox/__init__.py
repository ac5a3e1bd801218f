"""Outbox: what must leave, until it is proved gone.

    outbox.enqueue_mail(kind=…, to=…, subject=…, body=…, language=…)    # inside the operation's transaction

The row and its job are part of the caller's transaction. A job sends it at once; a round each minute takes what the
job could not send, with growing pauses, for days (reliability.md 1.2, F11 and F12; 5.7).
"""

from matricule.core.mailbox import BadAddressError, masked, one_mailbox
from matricule.core.outbox.bounces import bounce, read_return_mailbox
from matricule.core.outbox.models import Mail, State
from matricule.core.outbox.queue import BadMailError, enqueue_mail
from matricule.core.outbox.relay import again, deliver, deliver_due, drop_expired
from matricule.core.outbox.states import MailState, mails_for, state_of

__all__ = [
    "BadAddressError",
    "BadMailError",
    "Mail",
    "MailState",
    "State",
    "again",
    "bounce",
    "deliver",
    "deliver_due",
    "drop_expired",
    "enqueue_mail",
    "mails_for",
    "masked",
    "one_mailbox",
    "read_return_mailbox",
    "state_of",
]
