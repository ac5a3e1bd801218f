"""Bank details that came to the caisse by post (issue 5, section 2; seed 003: after the space closed)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import models

from matricule.core.fields import EncryptedJSONField, EncryptedTextField
from matricule.core.ids import uuid7

RIB = "rib"
"""The document, and the slot that it answers."""


class PostedRib(models.Model):
    """One RIB on paper: the day it came, where the paper is kept, who noted it.

    Its IBAN stands with the person, where one typed in a space would; ``iban_index`` tells whether it still does.
    ``before``: what stood there, for when it was noted by error. ``ended_at``: when that was said, or another came.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="posted_ribs")
    arrived_on = models.DateField()
    place = EncryptedTextField()
    iban_index = models.BinaryField()
    before = EncryptedJSONField(default=dict)
    by = models.UUIDField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registrant"], condition=models.Q(ended_at=None), name="one_posted_rib")
        ]

    def __str__(self) -> str:
        return f"posted_rib:{self.pk}"


def days_of(dossier_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return the latest day on which a RIB that counts today came, by request; one statement."""
    rows = PostedRib.objects.filter(registrant__dossier__in=dossier_ids, ended_at=None).order_by("arrived_on", "pk")
    return dict(rows.values_list("registrant__dossier", "arrived_on"))


def of(registrant_ids: Collection[UUID]) -> dict[UUID, PostedRib]:
    """Return the RIB on paper that counts today, by person; one statement."""
    rows = PostedRib.objects.filter(registrant__in=registrant_ids, ended_at=None)
    return {row.registrant_id: row for row in rows}
