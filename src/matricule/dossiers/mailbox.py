"""A mailbox that a person lost: what was asked without signing in, and how two people answer (issue 4, section 1).

Only ``dossiers.operations`` writes these tables. Why it goes so: ADR 12.
"""

from django.db import models

from matricule.core.fields import EncryptedJSONField, EncryptedTextField
from matricule.core.ids import uuid7


class LostMailbox(models.Model):
    """What somebody wrote on the public page, until a job compared it with the dossiers; then only that it came.

    Written for every good form, whatever exists: the page does the same work and gives the same answer (R35).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    said = EncryptedJSONField(default=dict)
    network_index = models.BinaryField()
    at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["network_index", "at"], name="lost_mailbox_network")]

    def __str__(self) -> str:
        return f"lost_mailbox:{self.pk}"


class Recovery(models.Model):
    """One person's way to another address: asked, proposed by who checked the papers, confirmed by a colleague.

    ``change_id`` is the change of the account that the confirmation began (accounts.address_changes).
    """

    class State(models.TextChoices):
        """How it stands or ended."""

        ASKED = "asked"
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        STOPPED = "stopped"

    OPEN = (State.ASKED, State.PROPOSED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="recoveries")
    state = models.CharField(max_length=10, choices=State.choices)
    new_address = EncryptedTextField(default="")
    phone = EncryptedTextField(default="")
    words = EncryptedTextField(default="")
    asked_at = models.DateTimeField()
    seen = models.CharField(max_length=8, blank=True)
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = EncryptedTextField(default="")
    change_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(state__in=("asked", "proposed")), name="one_open_recovery"
            )
        ]

    def __str__(self) -> str:
        return f"recovery:{self.pk}"
