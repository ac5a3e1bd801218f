"""The one door for changes of a company: row lock, right, journal, notices in one transaction (house.md 2)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from matricule.accounts import organisation_notices
from matricule.accounts.organisations import Membership, Organisation, Part
from matricule.core import clock, journal


class NotTheirs(Exception):
    """No such company for this person: it does not exist, it is somebody else's, or it is not theirs to change."""


class LastAdministrator(Exception):
    """A company keeps an administrator: name another one first."""


class Change:
    """One change under way: the locked company, who acts, and what is recorded and told with it."""

    def __init__(self, actor: str, organisation: Organisation, place: Membership | None) -> None:
        self.actor, self.organisation, self.place = actor, organisation, place
        self.now = clock.now()

    def record(self, action: str, **detail: str | int | bool | None) -> None:
        """Write one entry of the journal about this company (never a personal value)."""
        journal.record(actor=self.actor, action=action, subject=("organisation", self.organisation.pk), detail=detail)

    def tell(self, kind: str, context: Mapping[str, Any] | None = None, *, administrators: bool = False) -> None:
        """Tell the company's people, or its administrators only, each as they chose."""
        organisation_notices.tell(self.organisation.pk, kind, context or {}, administrators=administrators)

    def current(self) -> list[Membership]:
        """Return the places that are held today; the company's lock keeps them as they are."""
        rows = self.organisation.memberships.filter(removed_at=None).select_related("user")
        return list(rows.order_by("joined_at", "pk"))

    def keep_an_administrator(self, but: UUID) -> None:
        """Raise LastAdministrator when nobody beside the person ``but`` administers the company."""
        others = [row for row in self.current() if row.user_id != but and row.user.is_active]
        if not any(row.role == Part.ADMINISTRATOR for row in others):
            raise LastAdministrator


@contextmanager
def by_member(user_id: UUID, name: str, organisation_id: UUID, *, administrator: bool = True) -> Iterator[Change]:
    """Open the door for a member of the company, or for its administrators only; raises NotTheirs, journaled."""
    try:
        with transaction.atomic():
            organisation = _locked(organisation_id)
            place = None
            if organisation is not None:
                place = organisation.memberships.filter(user_id=user_id, removed_at=None, user__is_active=True).first()
            if organisation is None or place is None or (administrator and place.role != Part.ADMINISTRATOR):
                raise NotTheirs
            yield Change(f"user:{user_id}", organisation, place)
    except NotTheirs:
        with transaction.atomic():
            journal.record(
                actor=f"user:{user_id}",
                action=f"organisation.{name}",
                subject=("organisation", organisation_id),
                outcome="refused",
            )
        raise


@contextmanager
def by_staff(actor: str, organisation_id: UUID) -> Iterator[Change]:
    """Open the door for the caisse's staff, whose post the caller has checked; raises NotTheirs."""
    with transaction.atomic():
        organisation = _locked(organisation_id)
        if organisation is None:
            raise NotTheirs
        yield Change(actor, organisation, None)


def _locked(organisation_id: UUID) -> Organisation | None:
    return Organisation.objects.select_for_update().filter(pk=organisation_id, joined_to=None).first()
