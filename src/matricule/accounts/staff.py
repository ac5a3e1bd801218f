"""People of the caisse: each works at one office, and sees its dossiers only (issue 4, section 2).

A right holds while its row does, and is read at each request: whoever leaves is out at the next one (R51).
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from matricule.accounts import sessions
from matricule.accounts.models import User
from matricule.core import clock, journal
from matricule.core.ids import uuid7


class Role(models.TextChoices):
    """What a member of staff may do beside examining: a supervisor names the others."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"


class Staff(models.Model):
    """One person's place at one office. It ends by a date, never by deletion: the journal names people by it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=80)
    office = models.CharField(max_length=3)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.CASEWORKER)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ended_at=None), name="one_post_of_a_person")
        ]

    def __str__(self) -> str:
        return f"staff:{self.pk}"


@dataclass(frozen=True)
class Post:
    """Where a signed-in member of staff works, and as what."""

    user_id: UUID
    name: str
    office: str
    role: str

    @property
    def supervises(self) -> bool:
        """Tell whether this person names and dismisses others of the office."""
        return self.role == Role.SUPERVISOR


class LastSupervisor(Exception):
    """An office keeps a supervisor: name another one first."""


def post_of(user_id: UUID) -> Post | None:
    """Return where this person works today, None for everybody else."""
    row = Staff.objects.filter(user_id=user_id, ended_at=None, user__is_active=True).first()
    return Post(user_id, row.name, row.office, row.role) if row is not None else None


def office_of(user_id: UUID) -> str | None:
    """Return the code of the office where this person works today, None for everybody else."""
    post = post_of(user_id)
    return post.office if post is not None else None


def offices() -> list[str]:
    """Return the codes of the offices where somebody works today, in their order."""
    return list(Staff.objects.filter(ended_at=None).order_by("office").values_list("office", flat=True).distinct())


def colleagues(office: str) -> list[Post]:
    """Return everybody who works at an office today, by name."""
    rows = Staff.objects.filter(office=office, ended_at=None).order_by("name", "pk")
    return [Post(row.user_id, row.name, row.office, row.role) for row in rows]


def names(user_ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of members of staff, also of those who left."""
    rows = Staff.objects.filter(user_id__in=user_ids).order_by("since")
    return {row.user_id: row.name for row in rows}


def appoint(*, by: str, user: User, name: str, office: str, role: str) -> Staff:
    """Give a person a post at an office, in place of the one they have; journaled. ``by`` is the journal's actor."""
    with transaction.atomic():
        now = clock.now()
        Staff.objects.select_for_update().filter(user=user, ended_at=None).update(ended_at=now)
        row = Staff.objects.create(user=user, name=name, office=office, role=Role(role), since=now)
        journal.record(actor=by, action="staff.appointed", subject=("user", user.pk), detail={"role": role})
    return row


def dismiss(*, by: str, user_id: UUID, office: str) -> None:
    """End a person's post at an office and all their sessions; raises LastSupervisor for the last one of an office."""
    with transaction.atomic():
        rows = {row.user_id: row for row in Staff.objects.select_for_update().filter(office=office, ended_at=None)}
        row = rows.get(user_id)
        if row is None:
            return
        left = [one for one in rows.values() if one.role == Role.SUPERVISOR and one.user_id != user_id]
        if row.role == Role.SUPERVISOR and not left:
            raise LastSupervisor
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        sessions.end_all(user_id)
        journal.record(actor=by, action="staff.dismissed", subject=("user", user_id))
