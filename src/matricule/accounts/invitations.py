"""Inviting a colleague into a company, and coming in (issue 5, section 1).

An invitation is for one address and 14 days. Its link can also be shown to the administrators, for mail gets lost: it
opens nothing to whoever has not proved the invited address. Only a digest of the link is kept; it is made again from
the invitation and a key that is not in the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction

from matricule import notices
from matricule.accounts import organisation_door, organisation_notices
from matricule.accounts.models import User
from matricule.accounts.organisations import Delivery, Invitation, Membership, Organisation, Part
from matricule.core import clock, crypto, journal

LIFETIME = timedelta(days=14)
PLACE = "/{language}/employer/invitation/{token}/"
MOST = 50
"""Open invitations of one company: whoever opens an account writes to no more addresses through us."""


class BadInvitation(Exception):
    """The link opens nothing: unknown, used, withdrawn, over, or for another address."""


class AlreadyMember(Exception):
    """The invited address is that of somebody who acts for the company already."""


class TooMany(Exception):
    """The company has as many open invitations as it may have."""


@dataclass(frozen=True)
class Open:
    """An invitation as the administrators see it."""

    id: UUID
    address: str
    role: str
    invited_by: UUID
    created_at: datetime
    expires_at: datetime

    @property
    def is_over(self) -> bool:
        """Tell whether its 14 days are over."""
        return clock.now() >= self.expires_at


@dataclass(frozen=True)
class Asked:
    """An invitation as the invited person sees it, once the link is opened."""

    company: str
    address: str
    role: str


def token_of(invitation_id: UUID) -> str:
    """Return the secret of an invitation's link."""
    return crypto.blind_index("invitation-link", str(invitation_id)).hex()


def path_of(invitation_id: UUID, language: str) -> str:
    """Return where an invitation's link leads on this service."""
    return PLACE.format(language=language, token=token_of(invitation_id))


def still_open(organisation_id: UUID) -> list[Open]:
    """Return the invitations of a company that wait, and those whose days are over, the latest first."""
    rows = Invitation.objects.filter(organisation_id=organisation_id, used_at=None, withdrawn_at=None)
    return [
        Open(row.pk, row.address, row.role, row.invited_by, row.created_at, row.expires_at)
        for row in rows.order_by("-created_at", "-pk")
    ]


def asked_by(token: str) -> Asked | None:
    """Return what an open link invites to, None for one that opens nothing."""
    row = _by_token(token).select_related("organisation").first()
    return Asked(row.organisation.name, row.address, row.role) if row is not None else None


def invite(user_id: UUID, organisation_id: UUID, address: str, role: str) -> UUID:
    """Invite an address into a company and send it the link; return the invitation's id.

    Inviting an address again while its invitation is open sends nothing a second time. Raises NotTheirs, AlreadyMember
    or TooMany.
    """
    index = crypto.blind_index("invited-address", address)
    with organisation_door.by_member(user_id, "invite", organisation_id) as change:
        if any(place.user.email == address for place in change.current()):
            raise AlreadyMember
        rows = change.organisation.invitations.filter(used_at=None, withdrawn_at=None)
        known = rows.filter(address_index=index).first()
        if known is not None and known.expires_at > change.now:
            return known.pk
        if known is not None:
            rows.filter(pk=known.pk).update(withdrawn_at=change.now)
        if rows.filter(expires_at__gt=change.now).count() >= MOST:
            raise TooMany
        row = Invitation(
            organisation=change.organisation, address=address, address_index=index, role=Part(role),
            invited_by=user_id, created_at=change.now, expires_at=change.now + LIFETIME,
        )  # fmt: skip
        row.digest = crypto.digest(token_of(row.pk))
        row.save(force_insert=True)
        change.record("organisation.invited", role=role)
        _send(row, change.organisation)
    return row.pk


def withdraw(user_id: UUID, organisation_id: UUID, invitation_id: UUID) -> None:
    """Withdraw an open invitation of the company; one that is used or withdrawn stays as it is. Raises NotTheirs."""
    with organisation_door.by_member(user_id, "withdraw_invitation", organisation_id) as change:
        rows = change.organisation.invitations.filter(pk=invitation_id, used_at=None, withdrawn_at=None)
        if rows.update(withdrawn_at=change.now):
            change.record("organisation.invitation_withdrawn")


def accept(user_id: UUID, token: str, name: str) -> UUID:
    """Let the invited person into the company under the name that they give; return the company's id.

    The person must have proved the invited address. Raises BadInvitation; a second call finds the place taken.
    """
    with transaction.atomic():
        user = User.objects.get(pk=user_id)
        found = _by_token(token, used_by=user_id).first()
        if found is None or found.address != user.email:
            _refuse(user_id)
        else:
            with organisation_door.by_staff(f"user:{user_id}", found.organisation_id) as change:
                row = Invitation.objects.select_for_update().get(pk=found.pk)
                if row.used_at is None and row.withdrawn_at is None:
                    _come_in(change, row, user, name)
                elif not change.organisation.memberships.filter(user=user, removed_at=None).exists():
                    found = None
    if found is None or found.address != user.email:
        raise BadInvitation
    return found.organisation_id


def accepted(user_id: UUID, token: str) -> UUID | None:
    """Return the company into which this link let the person, while they act for it; None otherwise."""
    rows = _by_token(token, used_by=user_id).filter(used_by=user_id)
    here = rows.filter(organisation__memberships__user=user_id, organisation__memberships__removed_at=None)
    return here.values_list("organisation_id", flat=True).first()


def _come_in(change: organisation_door.Change, row: Invitation, user: User, name: str) -> None:
    row.used_at, row.used_by = change.now, user.pk
    row.save(update_fields=["used_at", "used_by"])
    Membership.objects.get_or_create(
        organisation=change.organisation,
        user=user,
        removed_at=None,
        defaults={
            "name": name,
            "role": row.role,
            "delivery": Delivery.AT_ONCE,
            "invited_by": row.invited_by,
            "joined_at": change.now,
        },
    )
    change.record("organisation.joined", role=row.role)
    organisation_notices.tell(change.organisation.pk, "colleague_joined", {}, administrators=True)


def _refuse(user_id: UUID) -> None:
    journal.record(actor=f"user:{user_id}", action="organisation.joined", outcome="refused")


def _by_token(token: str, used_by: UUID | None = None) -> "models.QuerySet[Invitation]":
    rows = Invitation.objects.filter(digest=crypto.digest(token), organisation__joined_to=None, withdrawn_at=None)
    waiting = models.Q(used_at=None, expires_at__gt=clock.now())
    return rows.filter(waiting | models.Q(used_by=used_by) if used_by is not None else waiting)


def _send(row: Invitation, organisation: Organisation) -> None:
    """Write to the invited address, in the person's language if they are known, else in both."""
    user = User.objects.filter(email=row.address).first()
    language = user.language if user is not None else organisation.language
    notices.send(
        "invited_to_company",
        recipient_id=None,
        address=row.address,
        language=language,
        context={"path": path_of(row.pk, language)},
        both_languages=user is None,
    )
