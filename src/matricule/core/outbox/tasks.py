"""The jobs of the outbox."""

from uuid import UUID

from matricule.core import jobs
from matricule.core.outbox import bounces, relay


@jobs.task(name="core.outbox.send", retries=3)
def send(mail_id: str) -> None:
    """Try to send one mail at once; what does not leave now is taken by the round of each minute.

    A mail server that refuses is no failure of the job: the row says when to try again. Its retries are for a database
    that dies meanwhile; a mail that was claimed by then is left to the round.
    """
    relay.deliver(UUID(mail_id))


@jobs.periodic(cron="* * * * *", name="core.outbox.deliver_due")
def deliver_due() -> None:
    """Send what is due; the queue may have lost its job, the row remains."""
    relay.deliver_due()


@jobs.periodic(cron="*/5 * * * *", name="core.outbox.read_returns")
def read_returns() -> None:
    """Read the return mailbox."""
    bounces.read_return_mailbox()
