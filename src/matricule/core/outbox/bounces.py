"""Mails that come back: tied to their row, whatever way the news comes (reliability.md F41)."""

import email
import imaplib
import re
import ssl
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db.models import QuerySet

from matricule.core import config
from matricule.core.jobs import logs
from matricule.core.mail_settings import LOOPBACK, TransportSettingError
from matricule.core.outbox.models import Mail, State

HARD, SOFT = "hard", "soft"
TIMEOUT = 15.0
READ_MAX = 200_000
"""Bytes read of one returned mail: the report stands at its beginning, the rest is our own mail."""
ROUND_MAX = 200
_TOKEN = re.compile(r"\+([0-9a-f]{32})@")
_OURS = re.compile(r"(?im)^message-id:\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Report:
    """What one returned mail says: which mail, and whether the address is dead (hard) or out of reach (soft)."""

    mail_id: UUID
    kind: str


def bounce(message_id: str, *, kind: str) -> bool:
    """Write that the mail with this Message-ID came back, ``hard`` or ``soft``; return whether we know it.

    Twice is once, and a soft return never softens a hard one. Raises ValueError for another kind.
    """
    return _bounce(Mail.objects.filter(message_id=message_id), kind)


def bounce_mail(mail_id: UUID, *, kind: str) -> bool:
    """Write that this mail came back; as ``bounce``, by the row's identifier."""
    return _bounce(Mail.objects.filter(pk=mail_id), kind)


def _bounce(found: QuerySet[Mail], kind: str) -> bool:
    if kind not in {HARD, SOFT}:
        raise ValueError("a mail comes back hard or soft")
    open_to_news = found.exclude(state=State.BOUNCED, last_error="bounce_hard").exclude(state=State.EXPIRED)
    changed = open_to_news.update(state=State.BOUNCED, last_error=f"bounce_{kind}", lease_until=None)
    for pk in found.values_list("pk", flat=True)[: 1 if changed else 0]:
        logs.log.warning("mail_bounced mail=%s kind=%s", pk, kind)
    return found.exists()


def read_report(raw: bytes) -> Report | None:
    """Return what a returned mail says, or None for anything else: an answer by a person or a machine, a delay.

    The mail is named by the address that it was returned to (VERP) or by its own Message-ID. A final failure is hard
    when its status begins with 5 and soft when it begins with 4 (RFC 3464, 2.3.3 and 2.3.4; RFC 3463, 2).
    """
    message = email.message_from_bytes(raw, policy=compat32)
    mail_id = _token(message)
    fields = _delivery_fields(message)
    if mail_id is None or fields is None or fields.get("action", "").strip().lower() != "failed":
        return None
    status = _STATUS.search(fields.get("status", ""))
    return Report(mail_id, HARD if status is None or status[1] == "5" else SOFT)


def _token(message: Message) -> UUID | None:
    """Return the mail that was returned: by the address it came back to, else by the Message-ID that it quotes."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        for value in message.get_all(name, []):
            if found := _TOKEN.search(str(value).lower()):
                return UUID(hex=found[1])
    for part in message.walk():
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822"} and (found := _OURS.search(str(part))):
            return UUID(found[1])
    return None


def _delivery_fields(message: Message) -> dict[str, str] | None:
    """Return the fields about the recipient of a delivery report, in lower case, or None when it is not one."""
    if message.get_content_type() != "multipart/report":
        return None
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list) and len(blocks) > 1 and isinstance(blocks[1], Message):
                return {key.lower(): str(value) for key, value in blocks[1].items()}
    return None


def read_return_mailbox() -> int:
    """Read the unseen mails of the return mailbox (setting ``email_return_url``); return how many had bounced.

    A mail is marked seen after its bounce is committed: read twice at worst. Without the setting nothing is done.
    """
    url = config.current().email_return_url
    if not url:
        return 0
    written = 0
    with _open(url) as box:
        for number in box.search(None, "UNSEEN")[1][0].split()[:ROUND_MAX]:
            parts = box.fetch(number, f"(BODY.PEEK[]<0.{READ_MAX}>)")[1]
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            report = read_report(raw)
            if report is not None and bounce_mail(report.mail_id, kind=report.kind):
                written += 1
            box.store(number, "+FLAGS", "(\\Seen)")
    return written


def _open(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    if parts.scheme not in {"imaps", "imap"} or not parts.hostname or not parts.username:
        raise TransportSettingError("MATRICULE_EMAIL_RETURN_URL must look like imaps://user:password@host/INBOX")
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        raise TransportSettingError("MATRICULE_EMAIL_RETURN_URL: plain imap is for a server on this machine only")
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        secure = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(parts.hostname, parts.port or 993, ssl_context=secure, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=TIMEOUT)
    box.login(unquote(parts.username), unquote(parts.password or ""))
    box.select(unquote(parts.path.strip("/")) or "INBOX")
    return box
