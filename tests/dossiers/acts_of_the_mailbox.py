"""The acts on the address of a space that are killed at every write (issue 4, section 1), in the shape of ``acts``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from matricule.accounts import address_changes
from matricule.accounts.address_changes import AddressChange, CannotChange
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.mailbox import LostMailbox, Recovery
from matricule.dossiers.operations import recovering
from tests.dossiers.acts_of_the_caisse import LATE, At
from tests.support import caisse
from tests.support.kills import Act

KINDS = ("address_", "new_address", "mailbox_")


class Mailbox(At):
    """A submitted dossier with two caseworkers, and the address that its person uses now."""

    def __init__(self, *before: Callable[["Mailbox"], object]) -> None:
        super().__init__()
        self.colleague = caisse.a_caseworker()
        self.old = self.dossier.owner.email
        for act in before:
            act(self)
        self.expects = caisse.version_of(self.dossier)

    @property
    def new(self) -> str:
        """Return the new address, another one for each dossier."""
        return f"{self.dossier.pk.hex}@example.net"

    @property
    def lost(self) -> Any:
        """Return the form that was sent last."""
        return LostMailbox.objects.latest("pk").pk


def look(on: Mailbox) -> tuple[Any, ...]:
    """Return what the person, the desk and the mailboxes see."""
    owner = type(on.dossier.owner).objects.get(pk=on.dossier.owner_id)
    mails = Mail.objects.filter(kind__regex="^(" + "|".join(KINDS) + ")")
    there = {on.old, on.new}
    return (
        owner.email == on.new,
        sorted(mail.kind for mail in mails if mail.to_address in there),
        list(Recovery.objects.filter(dossier=on.dossier).order_by("pk").values_list("state", flat=True)),
        list(AddressChange.objects.filter(user=owner).order_by("pk").values_list("state", flat=True)),
        LostMailbox.objects.filter(matched_at=None, network_index=recovering.index_of(on.dossier.reference)).count(),
        on.now.queue,
    )


def row(name: str, of: str, do: Callable[[Mailbox], object], *before: Callable[[Mailbox], object], **more: Any) -> Act:
    """Return the row of one act; ``before`` is what was done until then."""
    return Act(name, of, lambda: Mailbox(*before), do, **{"look": look, "shares": True, **more})


def asked(on: Mailbox) -> None:
    """Ask on the public page, from a network of its own."""
    born = caisse.person(on.dossier).birth_date
    said = {"reference": on.dossier.reference, "birth_date": born, "new_address": on.new, "phone": "", "words": ""}
    recovering.ask(said, network=on.dossier.reference)


def matched(on: Mailbox) -> None:
    """Compare the form with the dossiers."""
    recovering.match(on.lost)


def proposed(on: Mailbox) -> None:
    """Propose the address after looking at the passport."""
    recovering.propose(
        *on.theirs, expects=caisse.version_of(on.dossier), address=on.new, seen="counter", paper_number="C8X4T2L9"
    )


def confirmed(on: Mailbox) -> None:
    """Confirm it."""
    recovering.confirm(on.colleague, on.dossier.pk, expects=caisse.version_of(on.dossier))


def begun(on: Mailbox) -> None:
    """Let the person ask for the change in their space."""
    address_changes.begin(on.dossier.owner_id, on.new, by=f"user:{on.dossier.owner_id}")


def due(on: Mailbox) -> None:
    """Let the 24 hours be over."""
    AddressChange.objects.filter(user=on.dossier.owner_id).update(due_at=clock.now() - timedelta(minutes=1))


def change(on: Mailbox) -> Any:
    """Return the change of the person's address."""
    return AddressChange.objects.get(user=on.dossier.owner_id).pk


def day_old(_on: Mailbox) -> None:
    """Let every form be a day old."""
    LostMailbox.objects.update(at=clock.wall() - timedelta(days=2))


def forms(_on: Mailbox) -> int:
    """Return how many forms are remembered."""
    return LostMailbox.objects.count()


ACTS = [
    row("ask for another address", "recovering.ask", asked, repeats="each form that is sent is kept"),
    row("compare a form", "recovering.match", matched, asked),
    row("forget the forms", "recovering.forget_forms", lambda _on: recovering.forget_forms(), asked, matched, day_old,
        look=forms),
    row(
        "propose an address",
        "recovering.propose",
        lambda on: recovering.propose(
            *on.theirs, expects=on.expects, address=on.new, seen="counter", paper_number="C8X4T2L9"
        ),
        second=LATE,
    ),
    row(
        "confirm an address",
        "recovering.confirm",
        lambda on: recovering.confirm(on.colleague, on.dossier.pk, expects=on.expects),
        proposed,
        second=LATE,
    ),
    row(
        "turn an address down",
        "recovering.refuse",
        lambda on: recovering.refuse(*on.theirs, expects=on.expects, why="Another face."),
        proposed,
        second=LATE,
    ),
    row(
        "stop a recovery",
        "recovering.stop",
        lambda on: recovering.stop(Recovery.objects.get(dossier=on.dossier).pk),
        proposed,
        confirmed,
    ),
    row("begin a change of address", "address_changes.begin", begun, second=(CannotChange,)),
    row(
        "stop a change of address",
        "address_changes.stop",
        lambda on: address_changes.stop(change(on), by="anonymous"),
        begun,
    ),
    row("make a change of address", "address_changes.apply_due", lambda _on: address_changes.apply_due(), begun, due),
]  # fmt: skip
