"""A process killed before and after every statement and commit of an act of the repertoire leaves all or nothing.

What was acknowledged is there once: number, intent, sending, answer and journal entry together. The same request asked
again after the kill ends where it would have ended without it.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from matricule import repertoire
from matricule.core import journal
from matricule.repertoire.models import Counter, Holder, Intent, Submission
from tests.repertoire.people import ACTOR, MAUDE, THIAGO, an_identity, attribute, submit
from tests.support.kills import every_point

pytestmark = pytest.mark.race
RIGHT = an_identity(birth_place="Huế")


def state_of(subject: UUID) -> dict[str, object]:
    """Return everything that the tables and the journal hold about one person."""
    rows = Holder.objects.filter(subject_id=subject).order_by("since", "pk")
    sent = Submission.objects.filter(subject_id=subject).order_by("round")
    return {
        "numbers": [(row.kind, row.end_reason, row.replaced_by_id is not None) for row in rows],
        "places": [row.identity["birth_place"] for row in rows],
        "intents": Intent.objects.filter(subject_id=subject, holder__isnull=False).count(),
        "empty_intents": Intent.objects.filter(subject_id=subject, holder=None).count(),
        "sent": [(one.kind, one.taken_at is not None, one.withdrawn_at is not None) for one in sent],
        "journal": [entry.action for entry in journal.entries_about(("person", subject))],
    }


class Case:
    """One act on a person, made ready again each time that a kill let it through."""

    def __init__(self, ready: Callable[[], UUID], act: Callable[[UUID], object]) -> None:
        self.ready, self.act = ready, act
        self.subject = ready()
        self.before = state_of(self.subject)
        with transaction.atomic():
            act(self.subject)
        self.after = state_of(self.subject)
        assert self.after != self.before
        self.subject = ready()
        self.halves = 0

    def run(self) -> None:
        with transaction.atomic():
            self.act(self.subject)

    def check(self, acknowledged: bool) -> None:
        found = state_of(self.subject)
        assert found in (self.before, self.after), "half of the act is there"
        assert found == self.after or not acknowledged
        if found == self.after:
            self.halves += not acknowledged
            self.subject = self.ready()

    def points(self) -> int:
        """Kill it at each of its points; return how many there are."""
        points = every_point(self.run, self.check)
        assert self.halves >= 1, "no kill fell between the commit and the word"
        return points


@pytest.fixture
def told(promise) -> Callable[[str, int], None]:
    """Say how many points one act has."""
    return lambda act, points: promise(f"kill points of {act}", f"{points} kills: all of it or nothing")


def nobody() -> UUID:
    return uuid4()


def holder_of(identity: repertoire.Identity) -> Callable[[], UUID]:
    return lambda: attribute(identity=identity)[0]


def waiting(identity: repertoire.Identity, time) -> Callable[[], UUID]:
    def ready() -> UUID:
        subject, _ = attribute(identity=identity)
        submit(subject)
        time.pass_(days=10)
        return subject

    return ready


def take(subject: UUID) -> None:
    (sent,) = Submission.objects.filter(subject_id=subject, taken_at=None).values_list("pk", flat=True)
    repertoire.take(sent, actor=ACTOR)


def test_attributing_a_number(whole_db, told):
    case = Case(nobody, lambda who: repertoire.attribute(who, an_identity(), who, actor=ACTOR))
    told("attribute", case.points())
    assert Counter.objects.get().last == Holder.objects.count() == Intent.objects.count()
    last = Holder.objects.order_by("since", "pk").last()
    with transaction.atomic():
        again = repertoire.attribute(last.subject_id, an_identity(), last.subject_id, actor=ACTOR)
    assert again.number == last.number


def test_sending_for_certification(whole_db, told):
    case = Case(holder_of(an_identity()), lambda who: repertoire.submit(who, who, actor=ACTOR))
    told("submit", case.points())


def test_taking_a_certified_answer(whole_db, time, told):
    case = Case(waiting(an_identity(), time), take)
    assert case.after["numbers"] == [("nir", "", False)]
    told("take (certified)", case.points())


def test_taking_an_answer_that_needs_a_document(whole_db, time, told):
    case = Case(waiting(MAUDE, time), take)
    assert case.after["numbers"] == case.before["numbers"] == [("nia", "", False)]
    told("take (needs a document)", case.points())


def test_taking_another_number_under_which_somebody_was_known(whole_db, time, told):
    first = waiting(THIAGO, time)()
    with transaction.atomic():
        take(first)
    case = Case(waiting(THIAGO, time), take)
    assert case.after["numbers"] == [("nia", "known", True)]
    told("take (known)", case.points())
    assert repertoire.number_of(case.subject).kind == "nia"
    assert Holder.objects.filter(kind="nir").count() == 1


def test_taking_the_first_answer_with_a_number_that_nobody_held(whole_db, time):
    case = waiting(THIAGO, time)
    subject = case()

    def act() -> None:
        with transaction.atomic():
            take(subject)

    def check(acknowledged: bool) -> None:
        kinds = sorted((row.kind, row.end_reason) for row in Holder.objects.all())
        assert kinds in ([("nia", "")], [("nia", "known"), ("nir", "")])
        if kinds != [("nia", "")] and not acknowledged:  # through before the word: put it back for the next kill
            Holder.objects.update(replaced_by=None)
            Holder.objects.filter(kind="nir").delete()
            Holder.objects.update(ended_at=None, end_reason="")
            Submission.objects.update(taken_at=None)

    assert every_point(act, check) >= 20


def test_ending_a_number_while_an_answer_is_awaited(whole_db, time, told):
    case = Case(waiting(an_identity(), time), lambda who: repertoire.deactivate(who, "fraud", actor=ACTOR))
    assert case.after["sent"] == [("certified", False, True)]
    told("deactivate", case.points())


def test_correcting_an_identity(whole_db, told):
    case = Case(holder_of(an_identity()), lambda who: repertoire.correct(who, RIGHT, actor=ACTOR))
    assert case.after["places"] == ["Huế"]
    told("correct", case.points())
