"""Signs of life that the health page reads."""

from datetime import datetime

from django.db import models


class Beat(models.Model):
    """When something last happened, or until when it must wait: one row for each name, wall time."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "core"
        db_table = "core_beat"

    def __str__(self) -> str:
        return self.name


def touch(name: str, at: datetime) -> None:
    """Write that ``name`` happened (or must wait until) ``at``."""
    Beat.objects.update_or_create(name=name, defaults={"at": at})


def last(name: str) -> datetime | None:
    """Return the moment written for ``name``, or None."""
    return Beat.objects.filter(name=name).values_list("at", flat=True).first()
