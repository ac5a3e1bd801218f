"""What a person finds under "My notifications"."""

from django.db import models

from matricule.core.fields import EncryptedJSONField
from matricule.core.ids import uuid7
from matricule.core.outbox import Mail


class Notice(models.Model):
    """One message to one person, kept as its kind and variables and put into words when it is shown.

    ``created_at`` is business time, like every date that a person reads. A code is never in ``context``.
    ``organisation_id``: the company for which the person receives it; None for what is the person's own.
    ``waits_for_digest``: no mail was sent with it; the mail of the day counts it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient_id = models.UUIDField()
    dossier_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    context = EncryptedJSONField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="+")
    waits_for_digest = models.BooleanField(default=False)

    class Meta:
        app_label = "notices"
        indexes = [
            models.Index(fields=["recipient_id", "-created_at"], name="notice_of_recipient"),
            models.Index(
                fields=["recipient_id", "organisation_id"],
                condition=models.Q(waits_for_digest=True),
                name="notice_for_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"notice:{self.pk}"
