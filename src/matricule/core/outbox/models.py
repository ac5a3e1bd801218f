"""The rows of what must leave."""

from django.db import models

from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7


class State(models.TextChoices):
    """Where one mail stands; the last four are final, but a bounce may still follow a sending."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    EXPIRED = "expired"


class Mail(models.Model):
    """One mail to one mailbox, kept until it is proved gone (house.md, core).

    ``last_error`` is a code, never the other side's text. ``expires_at`` is set for a mail that is useless later (a
    sign-in code): it is dropped then, and its body emptied once it left. ``message_id`` is fixed here, so that a
    second copy can be recognised (reliability.md F12). All moments are wall time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    dossier_id = models.UUIDField(null=True)
    recipient_id = models.UUIDField(null=True)
    to_address = EncryptedTextField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    body = EncryptedTextField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    last_error = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["next_at"], name="mail_due", condition=models.Q(state__in=["waiting", "sending"])),
            models.Index(fields=["dossier_id", "created_at"], name="mail_of_dossier"),
        ]

    def __str__(self) -> str:
        return f"mail:{self.pk}"
