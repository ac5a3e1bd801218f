"""A row as the mail that leaves: plain text, one recipient, the same bytes at every attempt."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from matricule.core import config, mail_settings
from matricule.core.mailbox import one_mailbox
from matricule.core.outbox.models import Mail


def sender() -> Address:
    """Return the name and mailbox that mails come from (setting ``email_from``: ``Name <mailbox>`` or a mailbox)."""
    return mail_settings.sender(config.current().sender)


def new_message_id(mail: UUID) -> str:
    """Return the Message-ID that every copy of this mail carries."""
    return f"<{mail}@{sender().domain}>"


def return_path(mail: UUID) -> str:
    """Return the envelope sender: the return mailbox with the mail's identifier, so that a bounce names its mail."""
    mailbox = config.current().email_return
    if not mailbox:
        return sender().addr_spec
    local, _, domain = one_mailbox(mailbox).rpartition("@")
    return f"{local}+{mail.hex}@{domain}"


def build(mail: Mail) -> bytes:
    """Return the mail as bytes; the date is that of the row, so that a second copy is the same to the byte."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender()
    message["To"] = Address(addr_spec=one_mailbox(mail.to_address))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
    # after the text: setting it removes every header about content
    message["Content-Language"] = mail.language
    return message.as_bytes()
