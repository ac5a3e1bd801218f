"""What a person of a company keeps of its list: views under a name, and files of it for a day (issue 5, section 3)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models

from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7
from matricule.dossiers.listing import LATEST, View

KEPT = timedelta(days=1)
"""How long a file of a list can be fetched."""


def columns(view: View) -> dict[str, str]:
    """Return a view as the columns of a row that keeps it, cut to what they hold; its ``view`` reads them back."""
    return {"filter": view.filter, "order": view.order[:12], "text": view.words[:120]}


class _OfAView(models.Model):
    """Whose it is, and which view of the list. What is searched may be a name: it is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filter = models.CharField(max_length=24, blank=True)
    order = models.CharField(max_length=12, default=LATEST)
    text = EncryptedTextField(default="")

    class Meta:
        abstract = True

    @property
    def view(self) -> View:
        """Return what of the list it shows."""
        return View(self.filter, self.order, self.text)


class SavedView(_OfAView):
    """A filter, a search and an order that a person keeps under a name, which may be somebody's: it is sealed."""

    name = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "organisation", "id"], name="saved_view")]

    def __str__(self) -> str:
        return f"view:{self.pk}"


class ListExport(_OfAView):
    """A file of a list that takes long: made by a job, kept in the vault for a day, for whoever asked for it.

    ``done`` of ``total`` requests are written; ``blob`` is the file once it is ready.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        READY = "ready"
        REFUSED = "refused"

    kind = models.CharField(max_length=4)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    blob = models.UUIDField(null=True)
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "organisation", "id"], name="list_export"),
            models.Index(fields=["asked_at"], name="list_export_asked"),
        ]

    def __str__(self) -> str:
        return f"export:{self.pk}"

    @property
    def until(self) -> datetime:
        """Return until when it can be fetched."""
        return (self.ready_at or self.asked_at) + KEPT

    @property
    def is_over(self) -> bool:
        """Tell whether its day is over."""
        return clock.now() >= self.until


class MonthlyTold(models.Model):
    """For which month a company was looked at for its monthly notice: the first day of that month."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    month = models.DateField()

    def __str__(self) -> str:
        return f"monthly:{self.pk}"


def views_of(user_id: UUID, organisation_id: UUID) -> list[SavedView]:
    """Return the views that a person keeps of a company's list, the oldest first; one statement."""
    return list(SavedView.objects.filter(user=user_id, organisation=organisation_id).order_by("pk"))


def exports_of(user_id: UUID, organisation_id: UUID) -> list[ListExport]:
    """Return the files of a company's list that a person asked for and can still fetch, the latest first."""
    rows = ListExport.objects.filter(user=user_id, organisation=organisation_id).order_by("-pk")[:20]
    return [row for row in rows if not row.is_over]
