"""What a person reads of their own dossier after it was sent: who acts, by when, what is asked, numbers, messages.

The reading side of issue 4, section 1; ``queries.Space`` stays the reading side of the documents themselves.
"""

from dataclasses import dataclass
from datetime import date

from matricule.core import clock
from matricule.dossiers import cover, deadlines, queues, standing
from matricule.dossiers.case import Ask, AskItem, Correction, Impossibility, Message, Number, Sending
from matricule.dossiers.measures import usual_delay
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import spaces
from matricule.dossiers.states import State, all_ended
from matricule.rules import deadlines as rule

Answer = Impossibility.Answer
YOU, CAISSE, REGISTER, NOBODY = "you", "us", "register", "nobody"


@dataclass(frozen=True)
class Turn:
    """Who must act now, by which day, and which rule gives that day: "law", "target", "ask" or ""."""

    who: str
    what: str
    day: date | None = None
    rule: str = ""


@dataclass(frozen=True)
class Follow:
    """One person's dossier as their space shows it."""

    dossier: Dossier
    person: Registrant
    halves: list[standing.Half]
    cover: cover.Cover
    ask: Ask | None
    items: list[AskItem]
    number: Number | None
    provisional: Number | None
    sending: Sending | None
    messages: list[Message]
    corrections: list[Correction]
    impossibilities: list[Impossibility]
    answered: bool
    """Whether the caisse answered once already: it asked for something since the deposit."""

    @property
    def state(self) -> State:
        """Return where the person's registration stands."""
        return State(self.person.state)

    @property
    def replaced(self) -> bool:
        """Tell whether the register knew another number, which took the place of the provisional one."""
        return self.number is not None and self.number != self.provisional

    @property
    def returned(self) -> Sending | None:
        """Return the sending that the register gave back, while the caisse looks at it: a document is asked apart."""
        sending = self.sending
        if sending is None or sending.answer not in {"refused", "known"} or self.state is not State.PROVISIONAL:
            return None
        return sending

    @property
    def closed(self) -> bool:
        """Tell whether the space is closed: after the number, its day and two warnings."""
        return spaces.is_closed(self.dossier, clock.today())

    @property
    def missing(self) -> list[standing.Half]:
        """Return what is to come of the first two phases and nobody asks for: never sent, or sent back and not asked.

        A file that was closed and opened again has such. What the caisse was told cannot be had is its turn; what it
        accepted for the moment is still to come.
        """
        settled = {row for row in self.impossibilities if row.answer == Answer.OPEN or _for_good(row)}
        told = {(row.slot, row.part) for row in settled}
        asked = {(item.slot, item.part) for item in self.items}
        owed = [half for half in self.halves if half.required and half.phase <= 2]
        lacking = [half for half in owed if (half.slot, half.part) not in told]
        return [
            half
            for half in lacking
            if half.state == "missing" or (half.state == "refused" and (half.slot, half.part) not in asked)
        ]

    @property
    def postponed(self) -> frozenset[tuple[str, str]]:
        """Return the halves that the caisse accepted to wait for: no day is set for them (R114-7 V CSS)."""
        waits = [row for row in self.impossibilities if row.answer == Answer.ACCEPTED and not row.lasting]
        return frozenset((row.slot, row.part) for row in waits)

    @property
    def decided(self) -> bool:
        """Tell whether the caisse has decided on a document of theirs already."""
        return any(half.decision is not None for half in self.halves)

    @property
    def complete(self) -> bool:
        """Tell whether the file is complete (phases 1 and 2)."""
        return standing.complete(self.halves, queues.excused(self.person))

    @property
    def turn(self) -> Turn:
        """Return who must act now."""
        return _turn(self)

    @property
    def news_from(self) -> date | None:
        """Return the day from which "no news?" opens: after the usual delay, or the target while none is measured."""
        if self.dossier.submitted_at is None or self.number is not None or all_ended([self.state]):
            return None
        delay = usual_delay()
        if delay is None:
            return deadlines.first_decision_target(self.dossier)
        sent = rule.paris_day(self.dossier.submitted_at)
        return date.fromordinal(sent.toordinal() + delay)

    @property
    def may_ask_for_news(self) -> bool:
        """Tell whether the person may write now.

        Once a number exists they always may, until the space closes; whoever the caisse wrote to or asked may answer.
        """
        if self.state is State.WITHDRAWN or self.closed:
            return False
        if self.ask is not None or any(message.from_caisse for message in self.messages):
            return True
        return self.news_from is None or clock.today() > self.news_from


def _for_good(row: Impossibility) -> bool:
    return row.answer == Answer.ACCEPTED and row.lasting


def of(dossier: Dossier, person: Registrant) -> Follow:
    """Return what a person reads of their dossier; the caller's access was checked when it was read."""
    halves = standing.halves(person)
    ask = Ask.objects.filter(registrant=person, state=Ask.State.OPEN).prefetch_related("items", "reminders").first()
    numbers = list(Number.objects.filter(registrant=person).order_by("issued_at"))
    return Follow(
        dossier=dossier,
        person=person,
        halves=halves,
        cover=cover.of(person, halves),
        ask=ask,
        items=[item for item in ask.items.all() if item.answered_at is None] if ask is not None else [],
        number=next((row for row in numbers if row.ended_at is None), None),
        provisional=numbers[0] if numbers else None,
        sending=Sending.objects.filter(registrant=person).order_by("-sent_at").first(),
        messages=list(Message.objects.filter(dossier=dossier).order_by("-at")),
        corrections=list(Correction.objects.filter(registrant=person).order_by("-at")),
        impossibilities=list(Impossibility.objects.filter(registrant=person).order_by("-said_at")),
        answered=Ask.objects.filter(registrant=person).exists(),
    )


def _turn(follow: Follow) -> Turn:
    state, target = follow.state, deadlines.first_decision_target(follow.dossier)
    if state in {State.REGISTERED, State.REJECTED, State.WITHDRAWN, State.CLOSED, State.DEACTIVATED}:
        return Turn(NOBODY, state.value)
    if state is State.AT_REGISTER:
        return Turn(REGISTER, "register", follow.sending.answer_by if follow.sending else None, "law")
    if follow.ask is not None and follow.items:
        return Turn(YOU, "asked", follow.ask.due_on, "ask")
    if state is State.PROVISIONAL:
        return _with_number(follow)
    if any(half.blocks for half in follow.missing):
        return Turn(YOU, "missing")
    what = "number" if follow.cover.conditions.documents else "examine"
    return Turn(CAISSE, what, target if target and target >= clock.today() else None, "target")


def _with_number(follow: Follow) -> Turn:
    """With a NIA the law's clock runs: three months to produce the civil-status document (R114-7 III CSS).

    A delay of the person that ends on a day without offices runs to the next working day (issue 4, section 5).
    """
    if follow.missing and follow.number is not None:
        if all((half.slot, half.part) in follow.postponed for half in follow.missing):
            return Turn(YOU, "postponed")
        last = rule.next_working_day(rule.produce_until(follow.number.issued_at))
        return Turn(YOU, "later", last, "law")
    if follow.returned is not None:
        return Turn(CAISSE, "returned")
    return Turn(CAISSE, "complete" if follow.complete else "examine")
