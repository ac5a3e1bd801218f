"""The letters that were made: one of a kind for a subject, its sealed bytes in the vault."""

from django.db import models

from matricule.core.fields import EncryptedJSONField
from matricule.core.ids import uuid7


class Letter(models.Model):
    """One sealed PDF. It is never made again: the same kind for the same subject is the same letter.

    A certificate, or a proof of filing, has a code that anybody may check: ``code_index`` finds it (the code itself
    is on the letter only), ``shown`` holds all that the public page may say: initials and dates.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    blob = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    dated = models.DateTimeField()
    made_at = models.DateTimeField()
    code_index = models.BinaryField(null=True, unique=True)
    shown = EncryptedJSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="letter_once")]

    def __str__(self) -> str:
        return f"letter:{self.kind}"
