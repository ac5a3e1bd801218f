"""The rows of the vault: one per stored file, with the wrapped key, and one per run of the reconciler."""

from django.db import models

from matricule.core import clock, ids


class Blob(models.Model):
    """One stored file. The file itself is named by ``id`` and is noise without ``wrapped_key``.

    ``wrapped_key`` is NULL once the blob is erased: from the commit of that change no copy of the file can be read,
    wherever it is. ``size`` and ``sha256`` are those of the plaintext; ``removed_at`` says when the bytes went too.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    wrapped_key = models.BinaryField(null=True)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=clock.wall)
    erased_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="core_blob_key_or_erased",
                condition=models.Q(wrapped_key__isnull=False, erased_at__isnull=True)
                | models.Q(wrapped_key__isnull=True, erased_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="core_blob_to_remove",
                fields=["erased_at"],
                condition=models.Q(erased_at__isnull=False, removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class VaultSweep(models.Model):
    """How many files without a row one run of the reconciler removed: the daily fuse counts these."""

    at = models.DateTimeField(default=clock.wall, db_index=True)
    removed = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.removed}"
