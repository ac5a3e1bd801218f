"""The acts of the examination that are killed at every write (issue 4, sections 1 to 3), in the shape of ``acts``."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from matricule.core import clock, journal
from matricule.dossiers import access
from matricule.dossiers.case import (
    Ask,
    Correction,
    Impossibility,
    Likeness,
    Message,
    Note,
    Number,
    Reminder,
    Sending,
)
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, correcting, ending, examining, handing, numbers, posting, talking
from matricule.dossiers.operations.door import Conflict
from matricule.dossiers.posted import PostedRib
from matricule.dossiers.states import IllegalMove
from tests.dossiers.acts import On
from tests.support import caisse
from tests.support import factories as make
from tests.support.kills import Act

IBAN = "FR7630006000011234567890189"
WHY = "The registry of my town burnt down in 1998."
LATE = (Conflict, IllegalMove, access.NotFound)
"""What somebody is told who asks again with the page that they had."""


class At(On):
    """A submitted dossier, and a caseworker of its office who looks at it."""

    def __init__(self, *before: Callable[["At"], object]) -> None:
        super().__init__(make.a_submitted())
        self.worker = caisse.a_caseworker()
        for act in before:
            act(self)
        self.expects = caisse.version_of(self.dossier)

    @property
    def theirs(self) -> tuple[access.Actor, Any]:
        """Return the caseworker and the dossier."""
        return self.worker, self.dossier.pk

    @property
    def person(self) -> Any:
        """Return the person's id."""
        return caisse.person(self.dossier).pk

    def message(self) -> Any:
        """Return what the person wrote."""
        return Message.objects.get(dossier=self.dossier).pk

    def last(self, model: Any, **filters: Any) -> Any:
        """Return the newest row of a table about this dossier."""
        return model.objects.filter(registrant__dossier=self.dossier, **filters).latest("pk").pk

    def half(self, code: str = "identity_document") -> tuple[Any, str]:
        """Return the version and the part of a document that was sent."""
        halves = caisse.halves(self.dossier)
        found = halves.get(code) or next(half for half in halves.values() if half.files)
        return found.version.pk, found.part


def shown(on: At) -> tuple[Any, ...]:
    """Return what the desk and the space show: how the request stands, asks, decisions, numbers, corrections."""
    found = Dossier.objects.get(pk=on.dossier.pk)
    person = found.registrants.get(position=1)
    return (
        (found.label, found.queue, found.caseworker_id is not None, found.answered_at is not None),
        (person.city, person.birth_place, bool(person.ending)),
        sorted((half.code, half.state) for half in caisse.halves(found).values()),
        list(Ask.objects.filter(registrant=person).order_by("pk").values_list("state", "days")),
        (person.state, Reminder.objects.filter(ask__registrant=person).count(), len(found.space_warned)),
        [(row.kind, row.withdrawn_at is None, len(row.warned)) for row in person.certificates.order_by("issued_at")],
        list(Sending.objects.filter(registrant=person).order_by("pk").values_list("answer", flat=True)),
        sorted(Likeness.objects.filter(registrant=person).values_list("verdict", flat=True)),
        list(Impossibility.objects.filter(registrant=person).order_by("pk").values_list("answer", flat=True)),
        list(Correction.objects.filter(registrant=person).order_by("pk").values_list("state", "field")),
        [(row.kind, row.ended_at is None) for row in Number.objects.filter(registrant=person).order_by("pk")],
        list(Message.objects.filter(dossier=found).order_by("pk").values_list("kind", flat=True)),
        Note.objects.filter(dossier=found).count(),
        (bool(person.iban), PostedRib.objects.filter(registrant=person, ended_at=None).count()),
    )


def rib_noted(at: At) -> None:
    """Note that the person's RIB came by post."""
    note_rib(at, caisse.version_of(at.dossier))


def note_rib(at: At, expects: int) -> None:
    """Note it with the version of the page that was open."""
    posting.note_rib(*at.theirs, at.person, IBAN, expects=expects, arrived_on=clock.today(), place="Binder 4")


def row(name: str, of: str, do: Callable[[At], object], *before: Callable[[At], object], **more: Any) -> Act:
    """Return the row of one act; ``before`` is what was done to the dossier until then."""
    given = {"look": shown, "second": LATE, "shares": True, **more}
    return Act(name, of, lambda: At(*before), do, **given)


def taken(at: At) -> None:
    """Take the dossier."""
    examining.take(*at.theirs, expects=caisse.version_of(at.dossier))


def asked(at: At) -> None:
    """Ask for a document that was not sent."""
    missing = next(half.code for half in caisse.halves(at.dossier).values() if half.state == "missing")
    asking.ask(
        *at.theirs, at.person, expects=caisse.version_of(at.dossier), codes={missing: ("not_sent", {})}, days=None
    )


def impossible(at: At) -> None:
    """Say that a document cannot be had."""
    half = next(half for half in caisse.halves(at.dossier).values() if half.state == "missing")
    asking.cannot_get(*at.ids, half.slot, half.part, why=WHY, lasting=True)


def change_asked(at: At) -> None:
    """Ask for another birth place."""
    correcting.ask_change(*at.ids, "birth_place", "Huế", "It is the town on my passport.")


def corrected(at: At) -> None:
    """Correct the birth place."""
    correcting.correct(
        *at.theirs, at.person, expects=caisse.version_of(at.dossier), field="birth_place", value="Huế", why="passport"
    )


def written(at: At) -> None:
    """Ask the caisse something."""
    talking.write(*at.ids, "When will you answer?", kind="call", key=at.key)


def first_phase(at: At) -> None:
    """Accept what the NIA rests on; nobody else has this name, or the comparison would stop the act."""
    name = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:12]).title()
    correcting.correct(
        *at.theirs, at.person, expects=caisse.version_of(at.dossier), field="birth_name", value=name, why="passport"
    )
    papers = {code: {"paper_number": name[:9].upper()} for code in examining.NUMBERED}
    caisse.accept_phase(at.worker, at.dossier, 1, **papers)


def complete(at: At) -> None:
    """Give the NIA and accept the rest."""
    numbered(at)
    caisse.accept_phase(at.worker, at.dossier, 2)


def numbered(at: At) -> None:
    """Give the NIA."""
    first_phase(at)
    caisse.give_provisional(at.worker, at.dossier)


def alike(at: At) -> None:
    """Let somebody of the same name ask for a number too, and the comparison stop it."""
    first_phase(at)
    other, name = make.a_submitted(), caisse.person(at.dossier).birth_name
    correcting.correct(
        at.worker, other.pk, caisse.person(other).pk, expects=caisse.version_of(other), field="birth_name",
        value=name, why="passport",
    )  # fmt: skip
    stops = caisse.give_provisional(at.worker, at.dossier)
    assert len(stops) == 1


def reads(at: At) -> int:
    """Return how often the number of the dossier was shown, as its person reads it."""
    entries = journal.entries_about(("dossier", at.dossier.pk))
    return sum(entry.action == "number.revealed" for entry in entries)


def accept(at: At) -> None:
    """Accept a document, with what the acceptance must name."""
    version, part = at.half()
    examining.accept(*at.theirs, version, part, expects=at.expects, until=caisse.UNTIL, paper_number="C8X4T2L9")


ACTS = [
    row("take", "examining.take", lambda at: examining.take(*at.theirs, expects=at.expects)),
    row("give back", "examining.give_back", lambda at: examining.give_back(*at.theirs, expects=at.expects), taken),
    row("accept", "examining.accept", accept),
    row(
        "refuse",
        "examining.refuse",
        lambda at: examining.refuse(*at.theirs, *at.half(), expects=at.expects, reason="wrong_person", fields={}),
    ),
    row("note a RIB that came by post", "posting.note_rib", lambda at: note_rib(at, at.expects)),
    row(
        "take back that a RIB came",
        "posting.undo_rib",
        lambda at: posting.undo_rib(*at.theirs, at.person, expects=at.expects),
        rib_noted,
    ),
    row("ask for a document", "asking.ask", asked, repeats="each asking is told; this one always reads the version"),
    row(
        "lengthen",
        "asking.lengthen",
        lambda at: asking.lengthen(*at.theirs, at.person, expects=at.expects, days=60),
        asked,
    ),
    row("say that it cannot be had", "asking.cannot_get", impossible),
    row(
        "answer that it cannot be had",
        "asking.answer_impossibility",
        lambda at: asking.answer_impossibility(
            *at.theirs, at.last(Impossibility), expects=at.expects, accepted=True, words=""
        ),
        impossible,
    ),
    row("change information", "correcting.change", lambda at: correcting.change(*at.ids, {"city": "Dole"})),
    row("ask for a change", "correcting.ask_change", change_asked),
    row(
        "answer a change",
        "correcting.answer_change",
        lambda at: correcting.answer_change(*at.theirs, at.last(Correction), expects=at.expects, value="Huế"),
        change_asked,
    ),
    row("correct", "correcting.correct", corrected),
    row(
        "object",
        "correcting.object_to",
        lambda at: correcting.object_to(*at.ids, at.last(Correction), "It was right."),
        corrected,
    ),
    row(
        "reject",
        "ending.reject",
        lambda at: ending.reject(*at.theirs, at.person, expects=at.expects, reason=next(iter(ending.REJECTIONS))),
    ),
    row(
        "close with a reason",
        "ending.close_with_reason",
        lambda at: ending.close_with_reason(*at.theirs, at.person, expects=at.expects, reason="opened_twice"),
    ),
    row(
        "reopen",
        "ending.reopen",
        lambda at: ending.reopen(*at.theirs, at.person, expects=at.expects),
        lambda at: ending.reject(
            *at.theirs, at.person, expects=caisse.version_of(at.dossier), reason=next(iter(ending.REJECTIONS))
        ),
    ),
    row(
        "end a number",
        "ending.deactivate",
        lambda at: ending.deactivate(*at.theirs, at.person, expects=at.expects, reason=next(iter(ending.REJECTIONS))),
        numbered,
    ),
    row("withdraw", "ending.withdraw", lambda at: ending.withdraw(*at.ids, expects=at.expects)),
    row("write to the caisse", "talking.write", written),
    row(
        "write to the person",
        "talking.write",
        lambda at: talking.write(*at.theirs, "Please call us.", key=at.key),
    ),
    row("handle a message", "talking.handle", lambda at: talking.handle(*at.theirs, at.message()), written),
    row(
        "hand over",
        "handing.hand_over",
        lambda at: handing.hand_over(*at.theirs, caisse.PARIS, "Lives in Paris now.", expects=at.expects),
        lambda at: caisse.a_caseworker(caisse.PARIS),
    ),
    row("note", "talking.note", lambda at: talking.note(*at.theirs, "Called, no answer.", key=at.key)),
    row(
        "give the NIA",
        "numbers.issue_provisional",
        lambda at: numbers.issue_provisional(*at.theirs, at.person, expects=at.expects, key=at.key),
        first_phase,
    ),
    row(
        "send to the register",
        "numbers.send_to_register",
        lambda at: numbers.send_to_register(*at.theirs, at.person, expects=at.expects, key=at.key),
        complete,
    ),
    row(
        "judge a likeness",
        "numbers.judge_likeness",
        lambda at: numbers.judge_likeness(
            *at.theirs, at.last(Likeness), expects=at.expects, same=False, why="Born elsewhere."
        ),
        alike,
    ),
    row(
        "show a number",
        "numbers.reveal",
        lambda at: numbers.reveal(*at.theirs, at.person),
        numbered,
        look=reads,
        repeats="each time that it is shown is journaled",
    ),
]
