"""What a finished wizard leaves: one row with the answers, and the files beside it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Deposit(models.Model):
    """One complete deposit."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    answers = models.JSONField(encoder=DjangoJSONEncoder)
    identity = models.FileField(upload_to="deposits/")
    birth_record = models.FileField(upload_to="deposits/")
    enrolment = models.FileField(upload_to="deposits/")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "wizard"

    def __str__(self) -> str:
        return f"deposit {self.pk}"
