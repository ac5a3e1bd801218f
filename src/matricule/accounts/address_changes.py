"""Another e-mail address for an account: asked for, told to both addresses, made after 24 hours unless objected to.

Sources: issue 4, section 1 ("both addresses told, code to the new one, 24 hours to object from the old, enforced");
reliability.md R42 to R45; ADR 12. The 24 hours are business time: a person reads when they end. The calendar makes the
change, nothing else does. Nobody learns whether an address is known before they have proved that it is theirs.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import Collector, ProtectedError

from matricule import notices
from matricule.accounts import sessions
from matricule.accounts.models import User
from matricule.core import clock, crypto, journal
from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7

DELAY = timedelta(hours=24)
"""How long the old address may object (issue 4, section 1)."""

STOP = "/space/stop/{}/{}/"
"""Where a message leads that lets the old address object: an id and its mark (an address of matricule.site)."""

SPACE = "/space/"
"""Where the other messages lead: the person's space (an address of matricule.site)."""


class AddressChange(models.Model):
    """One change of one account's address; what it changes to is forgotten as soon as it is over."""

    class State(models.TextChoices):
        """How a change stands or ended."""

        WAITING = "waiting"
        DONE = "done"
        STOPPED = "stopped"
        TAKEN = "taken"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes")
    new_address = EncryptedTextField()
    by_caisse = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state="waiting"), name="one_waiting_address_change"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="address_change_due", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"address_change:{self.pk}"


class CannotChange(Exception):
    """The change cannot be asked for; ``reason`` is ``same``, ``busy`` (one waits already) or ``taken``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def waiting(user_id: UUID) -> AddressChange | None:
    """Return the change of this person's address that waits for its 24 hours, None when there is none."""
    return AddressChange.objects.filter(user_id=user_id, state=AddressChange.State.WAITING).first()


def of(user_id: UUID) -> list[AddressChange]:
    """Return every change of this person's address that was asked for, the oldest first."""
    return list(AddressChange.objects.filter(user_id=user_id).order_by("asked_at", "pk"))


def still_waits(change_id: UUID) -> bool:
    """Tell whether a change can still be stopped."""
    return AddressChange.objects.filter(pk=change_id, state=AddressChange.State.WAITING).exists()


def mark_of(change_id: UUID) -> str:
    """Return what proves that whoever holds it got the message about ``change_id``: it can only stop this change."""
    return crypto.blind_index("address-stop", str(change_id)).hex()[:40]


def is_mark(change_id: UUID, mark: str) -> bool:
    """Tell whether ``mark`` was made for ``change_id``."""
    return hmac.compare_digest(mark_of(change_id).encode(), mark.encode())


def check(user_id: UUID, address: str) -> None:
    """Raise CannotChange when an address that was proved cannot become this person's."""
    user = User.objects.get(pk=user_id)
    if user.email == address:
        raise CannotChange("same")
    if waiting(user_id) is not None:
        raise CannotChange("busy")
    if not _is_free(address, user_id):
        raise CannotChange("taken")


def begin(user_id: UUID, address: str, *, by: str, by_caisse: bool = False) -> AddressChange:
    """Let the 24 hours begin after which ``address`` opens this person's space; raises CannotChange.

    A person proved the mailbox before. ``by_caisse``: two people there did, and whoever calls tells the old address;
    else it is told here. ``by`` is the journal's actor.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        check(user_id, address)
        now = clock.now()
        row = AddressChange.objects.create(
            user=user, new_address=address, by_caisse=by_caisse, asked_at=now, due_at=now + DELAY
        )
        journal.record(
            actor=by, action="address.change_asked", subject=("user", user_id), detail={"by_caisse": by_caisse}
        )
        if not by_caisse:
            _tell(user, "address_change_asked", path=STOP.format(row.pk, mark_of(row.pk)))
        _tell_new(user, address, "new_address_waits")
    return row


def stop(change_id: UUID, *, by: str, keep_session: str | None = None, tell: bool = True) -> bool:
    """Stop a change that waits, and end the person's other sessions; tell whether it waited.

    ``keep_session`` is the cookie value of the session that stops it. ``tell`` False: whoever calls tells.
    """
    with transaction.atomic():
        row = _locked(change_id)
        if row is None:
            return False
        address = row.new_address
        _end(row, AddressChange.State.STOPPED, by)
        sessions.end_others(row.user_id, keep_session)
        if tell:
            _tell(row.user, "address_change_stopped")
        _tell_new(row.user, address, "new_address_stopped")
    return True


def apply_due() -> int:
    """Make the changes whose 24 hours are over, the oldest first; return how many ended. Twice changes nothing."""
    rows = AddressChange.objects.filter(state=AddressChange.State.WAITING, due_at__lte=clock.now()).order_by("due_at")
    return sum(_apply(change_id) for change_id in rows.values_list("pk", flat=True))


def _apply(change_id: UUID) -> bool:
    with transaction.atomic():
        row = _locked(change_id)
        if row is None or row.due_at > clock.now():
            return False
        user, old, new = row.user, row.user.email, row.new_address
        if _give(user, new):
            _end(row, AddressChange.State.DONE, "system:addresses")
            sessions.end_all(user.pk)
            _tell(user, "address_changed")
            notices.send(
                "address_changed", recipient_id=None, address=old, language=user.language, context={"path": SPACE}
            )
        else:
            user.email = old
            _end(row, AddressChange.State.TAKEN, "system:addresses")
            _tell(user, "address_kept")
    return True


def _locked(change_id: UUID) -> AddressChange | None:
    """Return a change that waits with its person, both locked; None when it does not wait any more."""
    rows = AddressChange.objects.select_related("user").select_for_update(of=("self", "user"))
    return rows.filter(pk=change_id, state=AddressChange.State.WAITING).first()


def _end(row: AddressChange, state: AddressChange.State, by: str) -> None:
    row.state, row.ended_at, row.new_address = state, clock.now(), ""
    row.save(update_fields=["state", "ended_at", "new_address"])
    action = {"done": "address.changed", "stopped": "address.change_stopped", "taken": "address.change_failed"}[state]
    journal.record(actor=by, action=action, subject=("user", row.user_id), detail={"by_caisse": row.by_caisse})


def _give(user: User, address: str) -> bool:
    """Make an address this person's; False when somebody with a space of their own has it."""
    if not _is_free(address, user.pk):
        return False
    try:
        with transaction.atomic():
            for other in User.objects.filter(email=address):
                other.delete()
            user.email = address
            user.save(update_fields=["email"])
    except IntegrityError:  # somebody signed in with it between the two statements
        return False
    return True


def _is_free(address: str, user_id: UUID) -> bool:
    """Tell whether nobody else has an address, or somebody who signed in and has nothing: that account gives way."""
    other = User.objects.filter(email=address).exclude(pk=user_id).first()
    if other is None:
        return True
    if not other.is_active:
        return False
    try:
        Collector(using="default", origin=other).collect([other])
    except ProtectedError:
        return False
    return True


def _tell(user: User, kind: str, path: str = SPACE) -> None:
    notices.send(
        kind, recipient_id=user.pk, address=user.email, language=user.language, context={"path": path}
    )  # fmt: skip


def _tell_new(user: User, address: str, kind: str) -> None:
    """Write to an address that is not the person's yet: only the mail, nothing in the space."""
    notices.send(kind, recipient_id=None, address=address, language=user.language, context={"path": SPACE})
