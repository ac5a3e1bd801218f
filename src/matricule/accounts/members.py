"""Changes of who acts for a company, and as what (issue 5, section 1): the company keeps everything of who leaves."""

from uuid import UUID

from matricule import notices
from matricule.accounts import organisation_door, passkeys, staff, totp
from matricule.accounts.models import User
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Delivery, Membership, Part


def remove(user_id: UUID, organisation_id: UUID, whom: UUID) -> None:
    """End somebody's place in the company: an administrator ends anybody's, everybody their own.

    Their access ends at the next request, whatever session is open. Raises NotTheirs, or LastAdministrator when nobody
    would administer the company; whoever is out already stays out.
    """
    own = user_id == whom
    with organisation_door.by_member(user_id, "remove", organisation_id, administrator=not own) as change:
        place = _place(change, whom)
        if place is None:
            return
        if place.role == Part.ADMINISTRATOR:
            change.keep_an_administrator(but=whom)
        place.removed_at, place.removed_by = change.now, user_id
        place.save(update_fields=["removed_at", "removed_by"])
        change.record("organisation.left" if own else "organisation.removed")
        change.tell("colleague_left", administrators=True)
        if not own:
            _tell_them(place.user)


def change_role(user_id: UUID, organisation_id: UUID, whom: UUID, role: str) -> None:
    """Make a member an administrator or the other way round; raises NotTheirs, LastAdministrator or ValueError."""
    wanted = Part(role)
    with organisation_door.by_member(user_id, "change_role", organisation_id) as change:
        place = _place(change, whom)
        if place is None:
            raise NotTheirs
        if place.role == wanted:
            return
        if wanted == Part.MEMBER:
            change.keep_an_administrator(but=whom)
        place.role = wanted
        place.save(update_fields=["role"])
        change.record("organisation.role_changed", role=role)
        change.tell("roles_changed", administrators=True)


def rename(user_id: UUID, organisation_id: UUID, name: str) -> None:
    """Change the name under which a member's colleagues and the caisse know them; raises NotTheirs."""
    with organisation_door.by_member(user_id, "rename", organisation_id, administrator=False) as change:
        place = _place(change, user_id)
        if place is not None and place.name != name:
            place.name = name
            place.save(update_fields=["name"])
            change.record("organisation.member_renamed")


def choose_delivery(user_id: UUID, organisation_id: UUID, delivery: str) -> None:
    """Choose how a member learns of what happens; raises NotTheirs, ValueError for another word."""
    wanted = Delivery(delivery)
    with organisation_door.by_member(user_id, "choose_delivery", organisation_id, administrator=False) as change:
        place = _place(change, user_id)
        if place is not None and place.delivery != wanted:
            place.delivery = wanted
            place.save(update_fields=["delivery"])
            change.record("organisation.delivery_chosen", delivery=delivery)


def reset_sign_in(user_id: UUID, organisation_id: UUID, whom: UUID) -> None:
    """Let a colleague who lost passkey and app set up their sign-in again with an e-mailed code; raises NotTheirs.

    Not for oneself: whoever can sign in needs nothing, and a session left open must not open a second way in. Not for
    somebody of another company or of the caisse's staff either: one company's administrator is not theirs.
    """
    with organisation_door.by_member(user_id, "reset_sign_in", organisation_id) as change:
        place = _place(change, whom)
        if place is None or whom == user_id or whom not in resettable([whom], organisation_id):
            raise NotTheirs
        passkeys.forget_all(by=f"user:{user_id}", user_id=whom)
        totp.forget(whom)
        change.record("organisation.sign_in_reset")
        change.tell("sign_in_reset", administrators=True)


def resettable(user_ids: list[UUID], organisation_id: UUID) -> set[UUID]:
    """Return who of a company's people an administrator may let set up their sign-in again: who acts only there."""
    elsewhere = Membership.objects.filter(user_id__in=user_ids, removed_at=None)
    taken = set(elsewhere.exclude(organisation_id=organisation_id).values_list("user_id", flat=True))
    taken |= set(staff.Staff.objects.filter(user_id__in=user_ids, ended_at=None).values_list("user_id", flat=True))
    return set(user_ids) - taken


def _place(change: organisation_door.Change, whom: UUID) -> Membership | None:
    return change.organisation.memberships.filter(user_id=whom, removed_at=None).first()


def _tell_them(user: User) -> None:
    """Tell somebody that their place has ended; the mail does not say where it was."""
    notices.send(
        "place_ended", recipient_id=user.pk, address=user.email, language=user.language, context={"path": "/"}
    )
