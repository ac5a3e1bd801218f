"""Changes of a company's account: opening it, its address, its shared mailbox, its proof, joining two (issue 5, 1)."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from matricule import notices
from matricule.accounts import organisation_door, organisation_notices
from matricule.accounts.models import User
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Membership, Organisation, Part
from matricule.core import clock, crypto, journal
from matricule.rules.numbers import business

ADDRESS = ("name", "street", "postcode", "city", "head_postcode")
"""What a company's administrators write and change of it; its SIRET stays."""

SALT = "matricule.shared-mailbox.v1"
CONFIRM_WITHIN = timedelta(days=14)
CONFIRM = "/{language}/employer/mailbox/{token}/"


class BadSiret(ValueError):
    """The SIRET has not 14 digits with a good key."""


class NotAlike(Exception):
    """Two accounts can be joined only when they carry the same SIRET."""


def register(user_id: UUID, siret: str, values: dict[str, str], *, name: str, language: str) -> UUID:
    """Open an account for a company, its first administrator being whoever opens it; return the company's id.

    ``values``: the fields of ADDRESS. ``name``: the person's. The same person opening the same SIRET again finds the
    account that they have. It proves nothing, and shows nothing of an account that others opened. Raises BadSiret.
    """
    checked = business.check_siret(siret)
    if not checked.ok:
        raise BadSiret
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        places = Membership.objects.filter(user=user, removed_at=None, organisation__joined_to=None)
        known = places.filter(organisation__siret=checked.value).first()
        if known is not None:
            return known.organisation_id
        now = clock.now()
        row = Organisation.objects.create(
            siret=checked.value, language=language, created_at=now, **{field: values[field] for field in ADDRESS}
        )
        Membership.objects.create(organisation=row, user=user, name=name, role=Part.ADMINISTRATOR, joined_at=now)
        journal.record(actor=f"user:{user_id}", action="organisation.opened", subject=("organisation", row.pk))
        organisation_notices.tell(row.pk, "company_opened", {})
    return row.pk


def change_address(user_id: UUID, organisation_id: UUID, values: dict[str, str]) -> None:
    """Change what is known of a company; raises NotTheirs."""
    with organisation_door.by_member(user_id, "change_address", organisation_id) as change:
        changed = [field for field in ADDRESS if getattr(change.organisation, field) != values[field]]
        if not changed:
            return
        for field in changed:
            setattr(change.organisation, field, values[field])
        change.organisation.save(update_fields=changed)
        change.record("organisation.changed", fields=len(changed))


def set_shared_mailbox(user_id: UUID, organisation_id: UUID, address: str) -> None:
    """Name the mailbox that gets a copy of every message, or none (""); it gets nothing before it is confirmed.

    Raises NotTheirs.
    """
    with organisation_door.by_member(user_id, "set_shared_mailbox", organisation_id) as change:
        row = change.organisation
        if row.shared_mailbox == address:
            return
        row.shared_mailbox, row.shared_mailbox_proved_at = address, None
        row.save(update_fields=["shared_mailbox", "shared_mailbox_proved_at"])
        change.record("organisation.shared_box_named", given=bool(address))
        if address:
            notices.copy(
                "confirm_shared_mailbox",
                address=address,
                language=row.language,
                context={"path": CONFIRM.format(language=row.language, token=_token(row))},
            )


def confirm_shared_mailbox(token: str) -> bool:
    """Confirm the mailbox whose link this is; False for a link that is too old or of an address named before."""
    try:
        found = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
        organisation_id = UUID(found["o"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return False
    try:
        with organisation_door.by_staff("anonymous", organisation_id) as change:
            row = change.organisation
            if _index(row.shared_mailbox) != found["a"]:
                return False
            if row.shared_mailbox_proved_at is None:
                row.shared_mailbox_proved_at = change.now
                row.save(update_fields=["shared_mailbox_proved_at"])
                change.record("organisation.shared_box_confirmed")
    except NotTheirs:
        return False
    return True


def prove(actor: str, organisation_id: UUID, *, by: UUID | None = None, how: str = "document") -> None:
    """Note that the account is the company's: a document showed it to a caseworker, or an employee confirmed it.

    ``by``: the caseworker. The caller has checked the right. What is proved stays proved. Raises NotTheirs.
    """
    with organisation_door.by_staff(actor, organisation_id) as change:
        if change.organisation.proved_at is not None:
            return
        change.organisation.proved_at, change.organisation.proved_by = change.now, by
        change.organisation.save(update_fields=["proved_at", "proved_by"])
        change.record("organisation.proved", how=how)
        change.tell("company_proved")


def join(actor: str, keep_id: UUID, other_id: UUID) -> None:
    """Let the people of one account act in another one of the same SIRET, which takes its place.

    The caller has checked the right, and moves what is theirs in the same transaction. Raises NotTheirs, NotAlike.
    Joined already, it stays so.
    """
    with transaction.atomic():
        if Organisation.objects.filter(pk=other_id, joined_to=keep_id).exists():
            return
        # the rows of both are locked in one order, whichever is kept
        rows = {row.pk: row for row in _both(keep_id, other_id)}
        if len(rows) != 2 or any(row.joined_to_id is not None for row in rows.values()):
            raise NotTheirs
        keep, other = rows[keep_id], rows[other_id]
        if keep.siret != other.siret:
            raise NotAlike
        now = clock.now()
        here = set(keep.memberships.filter(removed_at=None).values_list("user_id", flat=True))
        for place in other.memberships.filter(removed_at=None).order_by("joined_at", "pk"):
            if place.user_id not in here:
                Membership.objects.create(
                    organisation=keep, user_id=place.user_id, name=place.name, role=place.role,
                    delivery=place.delivery, joined_at=now,
                )  # fmt: skip
        other.memberships.filter(removed_at=None).update(removed_at=now)
        other.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
        other.joined_to = keep
        other.save(update_fields=["joined_to"])
        for row in (keep, other):
            journal.record(actor=actor, action="organisation.accounts_joined", subject=("organisation", row.pk))
        organisation_notices.tell(keep.pk, "accounts_joined", {})


def _both(one: UUID, two: UUID) -> list[Organisation]:
    return list(Organisation.objects.select_for_update().filter(pk__in=[one, two]).order_by("pk"))


def _token(row: Organisation) -> str:
    return signing.dumps({"o": str(row.pk), "a": _index(row.shared_mailbox)}, salt=SALT)


def _index(address: str) -> str:
    return crypto.blind_index("shared-mailbox", address).hex()
