"""The tables of the embedded repertoire. Numbers, names and births are sealed; blind indexes find them again."""

from django.db import models
from django.db.models import Q

from matricule.core.fields import EncryptedJSONField, EncryptedTextField
from matricule.core.ids import uuid7


class Holder(models.Model):
    """One person and one number that they hold or held. ``since`` and the other moments are business time.

    A row is never deleted and a number never given again. ``replaced_by`` points to the number under which the person
    was known all along.
    """

    class Kind(models.TextChoices):
        """What the digits never say."""

        NIA = "nia"
        NIR = "nir"

    class Source(models.TextChoices):
        """Where the row comes from: attributed here, loaded from a list, or told by an answer."""

        ATTRIBUTED = "attributed"
        LOADED = "loaded"
        ANSWERED = "answered"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=3, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    number = EncryptedTextField()
    number_index = models.BinaryField(unique=True)
    identity = EncryptedJSONField()
    exact_index = models.BinaryField(db_index=True)
    passport_index = models.BinaryField(null=True, db_index=True)
    since = models.DateTimeField()
    certified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id"], condition=Q(ended_at=None), name="one_live_number"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="", replaced_by=None)
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="nia", certified_at=None) | Q(kind="nir", certified_at__isnull=False),
                name="nir_is_certified",
            ),
        ]
        indexes = [models.Index(fields=["subject_id"], name="holder_of_subject")]

    def __str__(self) -> str:
        return f"holder:{self.pk}"


class Counter(models.Model):
    """The last order number drawn behind one prefix (sex, month and place of birth), which stays unreadable."""

    prefix_index = models.BinaryField(unique=True)
    last = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=1, last__lte=999), name="order_of_three_digits")]

    def __str__(self) -> str:
        return f"counter:{self.pk}"


class Intent(models.Model):
    """A request for a number, written before the number is drawn: the same request never draws twice."""

    request_id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    asked_at = models.DateTimeField()
    holder = models.OneToOneField(Holder, null=True, on_delete=models.PROTECT, related_name="intent")

    def __str__(self) -> str:
        return f"intent:{self.pk}"


class Submission(models.Model):
    """One sending for certification, with the answer that will come: ``due_at`` is business time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request_id = models.UUIDField(unique=True)
    subject_id = models.UUIDField()
    round = models.PositiveSmallIntegerField()
    documents_complete = models.BooleanField()
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    detail = EncryptedJSONField()
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "round"], name="submission_round"),
            models.UniqueConstraint(
                fields=["subject_id"], condition=Q(taken_at=None, withdrawn_at=None), name="one_open_submission"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(taken_at=None, withdrawn_at=None), name="submission_due")
        ]

    def __str__(self) -> str:
        return f"submission:{self.pk}"
