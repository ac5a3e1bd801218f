"""Companies and the people who act for them (issue 5, section 1; seed 000: one mailbox a company, which we better).

A right holds while its row does, and is read at each request: a removed member is out at the next one (R51). Two
accounts with one SIRET are two companies here, until one invites the other or a caseworker joins them: whoever knows
a SIRET, which is public, sees nothing by it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models

from matricule.accounts import passkeys, totp
from matricule.core import crypto
from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7


class Part(models.TextChoices):
    """What a member may do beside filing and following: an administrator names and removes the others."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"


class Delivery(models.TextChoices):
    """How a member learns of what happens: by a mail at once, by one a day, or on the pages only."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


class Organisation(models.Model):
    """One company's account. ``siret`` is not unique: anybody may open an account for any SIRET, which proves nothing.

    ``proved_at``: since when a document, or an employee, proves that the account is the company's; None marks it to
    the caseworker, and no number is shown to it. ``head_postcode``: of the head office, empty when it is this address.
    ``joined_to``: the account of the same SIRET that took over this one's members and requests.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    siret = models.CharField(max_length=14, db_index=True)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=200)
    postcode = models.CharField(max_length=5)
    city = models.CharField(max_length=80)
    head_postcode = models.CharField(max_length=5, default="")
    language = models.CharField(max_length=2, default="fr")
    created_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    proved_by = models.UUIDField(null=True)
    shared_mailbox = EncryptedTextField(default="")
    shared_mailbox_proved_at = models.DateTimeField(null=True)
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")

    def __str__(self) -> str:
        return f"organisation:{self.pk}"

    @property
    def siren(self) -> str:
        """Return the company's number: the first nine digits of its establishment's."""
        return self.siret[:9]


class Membership(models.Model):
    """One person's place in one company. It ends by a date, never by deletion: histories name people by it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=13, choices=Part.choices, default=Part.MEMBER)
    delivery = models.CharField(max_length=7, choices=Delivery.choices, default=Delivery.AT_ONCE)
    invited_by = models.UUIDField(null=True)
    joined_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=models.Q(removed_at=None), name="one_place_in_a_company"
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(removed_at=None), name="places_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"membership:{self.pk}"


class Invitation(models.Model):
    """One address invited into a company. Of its link only a digest is kept; the invited address must be proved."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    digest = models.BinaryField(unique=True)
    address = EncryptedTextField()
    address_index = models.BinaryField(db_index=True)
    role = models.CharField(max_length=13, choices=Part.choices, default=Part.MEMBER)
    invited_by = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address_index"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="one_open_invitation_of_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"invitation:{self.pk}"


@dataclass(frozen=True)
class Company:
    """A company as pages show it."""

    id: UUID
    siret: str
    name: str
    street: str
    postcode: str
    city: str
    head_postcode: str
    proved_at: datetime | None

    @property
    def siren(self) -> str:
        """Return the company's number: the first nine digits of its establishment's."""
        return self.siret[:9]

    @property
    def is_proved(self) -> bool:
        """Tell whether somebody proved that the account is the company's; no number is shown before."""
        return self.proved_at is not None

    @property
    def head_office(self) -> str:
        """Return the postcode of the head office."""
        return self.head_postcode or self.postcode


@dataclass(frozen=True)
class Member:
    """A person who acts for a company today."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    language: str
    role: str
    delivery: str
    joined_at: datetime
    company: Company

    @property
    def administers(self) -> bool:
        """Tell whether this person invites and removes others, and changes what is known of the company."""
        return self.role == Part.ADMINISTRATOR


def memberships_of(user_id: UUID) -> list[Member]:
    """Return the companies that a person acts for today, the oldest place first; one statement."""
    rows = _current().filter(user_id=user_id).order_by("joined_at", "pk")
    return [_member(row) for row in rows]


def membership_of(user_id: UUID, organisation_id: UUID | None = None) -> Member | None:
    """Return a person's current place in a company, in the oldest of theirs when none is named; None without one."""
    rows = _current().filter(user_id=user_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    row = rows.order_by("joined_at", "pk").first()
    return _member(row) if row is not None else None


def is_member(user_id: UUID, organisation_id: UUID) -> bool:
    """Tell whether a person acts for a company today: what access to its requests asks."""
    return _current().filter(user_id=user_id, organisation_id=organisation_id).exists()


def is_proved(organisation_id: UUID) -> bool:
    """Tell whether the account is proved to be the company's: what showing it a number asks (issue 5, section 1)."""
    return Organisation.objects.filter(pk=organisation_id).exclude(proved_at=None).exists()


def reads(organisation_id: UUID, address: str) -> bool:
    """Tell whether an address is one that somebody of a company reads: what is said there proves nothing.

    Its people's, also of those who left and of accounts that were joined to it, an invited one's, its shared mailbox.
    """
    wanted = address.lower()
    rows = list(Organisation.objects.filter(models.Q(pk=organisation_id) | models.Q(joined_to=organisation_id)))
    if any(row.shared_mailbox.lower() == wanted for row in rows):
        return True
    index = crypto.blind_index("invited-address", wanted)
    return (
        Membership.objects.filter(organisation__in=rows, user__email=wanted).exists()
        or Invitation.objects.filter(organisation__in=rows, address_index=index).exists()
    )


def members(organisation_id: UUID) -> list[Member]:
    """Return who acts for a company today, by name."""
    return [_member(row) for row in _current().filter(organisation_id=organisation_id).order_by("name", "pk")]


def member_names(user_ids: set[UUID], organisation_id: UUID) -> dict[UUID, str]:
    """Return the names of a company's people, also of those who left: for its histories."""
    rows = Membership.objects.filter(user_id__in=user_ids, organisation_id=organisation_id).order_by("joined_at", "pk")
    return {row.user_id: row.name for row in rows}


@dataclass(frozen=True)
class SharedMailbox:
    """The mailbox that gets a copy of a company's messages; "" for none, and none before it is confirmed."""

    address: str
    confirmed: bool


def shared_mailbox_of(organisation_id: UUID) -> SharedMailbox:
    """Return the shared mailbox of a company, for its own people."""
    row = Organisation.objects.get(pk=organisation_id)
    return SharedMailbox(row.shared_mailbox, row.shared_mailbox_proved_at is not None)


def with_sign_in(user_ids: list[UUID]) -> set[UUID]:
    """Return who of these people has a passkey or a proved app; two statements."""
    found = set(passkeys.Passkey.objects.filter(user_id__in=user_ids).values_list("user_id", flat=True))
    return found | set(
        totp.Authenticator.objects.filter(user_id__in=user_ids)
        .exclude(proved_at=None)
        .values_list("user_id", flat=True)
    )


def company_of(organisation_id: UUID) -> Company | None:
    """Return a company by its identifier."""
    row = Organisation.objects.filter(pk=organisation_id).first()
    return company(row) if row is not None else None


@dataclass(frozen=True)
class Account:
    """One account of a SIRET as the desk lists it."""

    company: Company
    created_at: datetime
    people: int


def accounts_of(siret: str) -> list[Account]:
    """Return the accounts that stand for a SIRET, the oldest first: for the caisse's staff only."""
    rows = Organisation.objects.filter(siret=siret, joined_to=None)
    counted = rows.annotate(people=models.Count("memberships", filter=models.Q(memberships__removed_at=None)))
    return [Account(company(row), row.created_at, row.people) for row in counted.order_by("created_at", "pk")]


def company(row: Organisation) -> Company:
    """Return a company's row as pages show it."""
    return Company(
        row.pk, row.siret, row.name, row.street, row.postcode, row.city, row.head_postcode, row.proved_at
    )  # fmt: skip


def _current() -> "models.QuerySet[Membership]":
    rows = Membership.objects.filter(removed_at=None, user__is_active=True, organisation__joined_to=None)
    return rows.select_related("organisation", "user")


def _member(row: Membership) -> Member:
    return Member(
        id=row.pk,
        user_id=row.user_id,
        name=row.name,
        email=row.user.email,
        language=row.user.language,
        role=row.role,
        delivery=row.delivery,
        joined_at=row.joined_at,
        company=company(row.organisation),
    )
