"""What people are shown of a mail: sent or not, and why, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matricule.core.mailbox import masked
from matricule.core.outbox.models import Mail, State

WORDS: dict[str, dict[str, str]] = {
    "waiting": {"fr": "en attente d’envoi", "en": "waiting to be sent"},
    "later": {
        "fr": "en attente : votre messagerie ne l’a pas encore pris, nous réessayons",
        "en": "waiting: your mail provider has not taken it yet, we are trying again",
    },
    "unreachable": {
        "fr": "en attente : notre serveur de courrier ne répond pas, l’envoi partira dès son retour",
        "en": "waiting: our mail server does not answer, the e-mail leaves when it is back",
    },
    "sending": {"fr": "envoi en cours", "en": "being sent"},
    "sent": {"fr": "envoyé", "en": "sent"},
    "refused": {"fr": "refusé par votre messagerie", "en": "refused by your mail provider"},
    "bounced": {
        "fr": "revenu : cette adresse ne reçoit pas de courrier",
        "en": "came back: this address takes no e-mail",
    },
    "bounced_soft": {
        "fr": "revenu : la boîte est pleine ou ne répond pas",
        "en": "came back: the mailbox is full or does not answer",
    },
    "expired": {
        "fr": "non envoyé : il n’était plus utile à temps",
        "en": "not sent: it was no longer of use in time",
    },
}


@dataclass(frozen=True)
class MailState:
    """One mail as its recipient may see it. ``words`` has the keys fr and en; moments are wall time."""

    id: UUID
    kind: str
    subject: str
    state: str
    words: Mapping[str, str]
    to: str
    created_at: datetime
    sent_at: datetime | None

    @property
    def arrived(self) -> bool:
        """Whether the mail left and has not come back: what a closure for silence must be able to show."""
        return self.state == State.SENT


def state_of(mail: Mail) -> MailState:
    """Return what may be shown of ``mail``; its mailbox is masked."""
    return MailState(
        id=mail.pk,
        kind=mail.kind,
        subject=mail.subject,
        state=mail.state,
        words=WORDS[_word(mail)],
        to=masked(mail.to_address),
        created_at=mail.created_at,
        sent_at=mail.sent_at,
    )


def mails_for(dossier_id: UUID) -> list[MailState]:
    """Return the mails about one dossier, the latest first; two statements at most, no text decrypted."""
    mails = Mail.objects.filter(dossier_id=dossier_id).defer("body").order_by("-created_at", "-pk")
    return [state_of(mail) for mail in mails]


def _word(mail: Mail) -> str:
    if mail.state == State.BOUNCED and mail.last_error == "bounce_soft":
        return "bounced_soft"
    if mail.state == State.WAITING and mail.last_error:
        return "later" if mail.last_error.startswith("deferred") else "unreachable"
    return mail.state
