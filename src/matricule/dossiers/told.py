"""What was written to the people of a company's request at their own addresses (issue 5, sections 1 and 3).

They have no space here yet: each mail says which company files for them and what they do themselves. One kind carries
a link that works once, by which the employee confirms the company or says not to know it. Only
``dossiers.operations`` and ``dossiers.telling`` write this table.
"""

from django.db import models

from matricule.core.ids import uuid7


class Told(models.Model):
    """One mail to one person of a request; with a ``digest`` it carried a link, of which nothing more is kept.

    ``tries`` counts the wrong birth dates typed behind the link, ``answer`` says what became of it.
    """

    class Answer(models.TextChoices):
        """What was said behind a link, or why it opens nothing any more."""

        NONE = "", ""
        CONFIRMED = "confirmed"
        UNKNOWN = "unknown"
        REPLACED = "replaced"
        SPENT = "spent"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="told")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    mail_id = models.UUIDField(null=True)
    digest = models.BinaryField(null=True, unique=True)
    expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant"],
                condition=models.Q(digest__isnull=False, answer=""),
                name="one_open_link_of_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"told:{self.pk}"
