"""Whose turn it is, by which day and by which rule, as the person reads it (issue 4, section 1)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from matricule.core import clock
from matricule.dossiers import deadlines, following
from matricule.dossiers.case import Ask, AskItem, Measure, Number
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, ending, examining, numbers, talking
from matricule.rules import deadlines as rule
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def follow(dossier):
    return following.of(Dossier.objects.get(pk=dossier.pk), caisse.person(dossier))


def turn(dossier):
    found = follow(dossier).turn
    return found.who, found.what, found.rule


def test_after_the_deposit_the_caisse_with_a_target_and_no_day_of_the_law():
    dossier = make.a_submitted()
    assert turn(dossier) == ("us", "examine", "target")
    assert follow(dossier).turn.day == deadlines.first_decision_target(dossier)


def test_what_is_asked_is_yours_to_the_due_day(worker):
    dossier = make.a_submitted()
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    assert turn(dossier) == ("you", "asked", "ask")
    assert follow(dossier).turn.day == Ask.objects.get().due_on


def test_from_the_provisional_number_the_law_gives_the_days(worker, later):  # noqa: F811
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    found = follow(dossier)
    assert turn(dossier) == ("you", "later", "law")
    assert found.turn.day == rule.next_working_day(rule.produce_until(found.number.issued_at))
    caisse.accept_phase(worker, dossier, 2)
    assert turn(dossier)[:2] == ("us", "complete") and follow(dossier).complete
    caisse.send_to_register(worker, dossier)
    assert turn(dossier) == ("register", "register", "law")
    assert follow(dossier).turn.day == follow(dossier).sending.answer_by
    later(11)
    numbers.take_answers()
    assert turn(dossier)[0] == "nobody" and not follow(dossier).replaced and not follow(dossier).closed


def test_the_day_of_the_law_runs_to_the_next_working_day(worker):
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    Number.objects.update(issued_at=datetime(2026, 10, 17, 12, tzinfo=UTC))  # three months later is a Sunday
    assert follow(dossier).turn.day == date(2027, 1, 18)


def test_with_the_first_documents_accepted_the_number_is_awaited(worker):
    dossier = make.a_submitted()
    assert not follow(dossier).decided
    caisse.accept_phase(worker, dossier, 1)
    assert turn(dossier) == ("us", "number", "target") and follow(dossier).decided


class TestWhatCannotBeHad:
    """The caisse answers first; what it accepts for good is not waited for, what it accepts for now has no day."""

    @pytest.fixture
    def told(self, worker):
        def said(*, lasting, accepted):
            dossier = make.a_submitted()
            caisse.give_provisional(worker, dossier)
            for half in list(caisse.halves(dossier).values()):
                if half.phase == 2 and half.code != "civil_status":
                    make.add(dossier, half.slot, half.part)
                    caisse.accept(worker, dossier, half.code)
            asking.cannot_get(
                make.owner_of(dossier), dossier.pk, "civil_status", "main",
                why="The registry burnt down in 1998.", lasting=lasting,
            )  # fmt: skip
            if accepted:
                row = caisse.person(dossier).impossibilities.get()
                asking.answer_impossibility(
                    worker, dossier.pk, row.pk, expects=caisse.version_of(dossier), accepted=True, words=""
                )
            return follow(dossier)

        return said

    def test_while_the_caisse_has_not_answered_it_is_its_turn(self, told):
        found = told(lasting=False, accepted=False)
        assert (found.turn.who, found.missing) == ("us", [])

    def test_accepted_for_good_the_file_is_complete(self, told):
        found = told(lasting=True, accepted=True)
        assert (found.turn.who, found.turn.what, found.missing) == ("us", "complete", [])

    def test_accepted_for_now_it_is_theirs_without_a_day(self, told):
        found = told(lasting=False, accepted=True)
        assert (found.turn.who, found.turn.what, found.turn.day) == ("you", "postponed", None)
        assert [half.code for half in found.missing] == ["civil_status"]


def test_a_file_opened_again_waits_for_what_was_sent_back_until_the_caisse_asks_again(worker, later):  # noqa: F811
    dossier = make.a_submitted()
    half = caisse.halves(dossier)["enrolment"]
    examining.refuse(
        worker, dossier.pk, half.version.pk, "main", expects=caisse.version_of(dossier), reason="not_this_year",
        fields={},
    )  # fmt: skip
    words = AskItem.objects.get().words
    Registrant.objects.filter(dossier=dossier).update(state="awaiting_reminded")
    later(60)
    ending.close(worker, dossier.pk, caisse.person(dossier).pk)
    ending.reopen(make.owner_of(dossier), dossier.pk, caisse.person(dossier).pk)
    found = follow(dossier)
    assert (found.turn.who, found.turn.what) == ("you", "missing") and found.answered
    assert "enrolment" in {one.code for one in found.missing}
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"enrolment": ("not_sent", {})},
    )  # fmt: skip
    assert turn(dossier) == ("you", "asked", "ask")
    assert "enrolment" not in {one.code for one in follow(dossier).missing}
    assert follow(dossier).items[0].words == words, "the words of the decision, not those of what was never sent"


def test_what_ended_is_nobodys(worker):
    dossier = make.a_submitted()
    ending.reject(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier), reason="duplicate"
    )
    assert turn(dossier)[:2] == ("nobody", "rejected")


class TestNoNews:
    """From when a person may ask for news."""

    def test_after_the_target_of_the_office_while_nothing_is_measured(self, later):  # noqa: F811
        dossier = make.a_submitted()
        target = deadlines.first_decision_target(dossier)
        assert follow(dossier).news_from == target and not follow(dossier).may_ask_for_news
        later((target - clock.today()).days)
        assert not follow(dossier).may_ask_for_news, "the day itself is still the caisse's"
        later(1)
        assert follow(dossier).may_ask_for_news

    def test_after_the_usual_delay_once_it_is_measured(self):
        dossier = make.a_submitted()
        Measure.objects.create(name="first_decision", days=4, decisions=30, measured_at=clock.now())
        expected = rule.paris_day(dossier.submitted_at) + timedelta(days=4)
        assert follow(dossier).news_from in {expected, deadlines.first_decision_target(dossier)}

    def test_whoever_the_caisse_wrote_to_or_asked_may_answer_at_once(self, worker):
        dossier = make.a_submitted()
        assert not follow(dossier).may_ask_for_news
        talking.write(worker, dossier.pk, "Which of the two addresses is yours?")
        assert follow(dossier).may_ask_for_news
        another = make.a_submitted()
        asking.ask(
            worker, another.pk, caisse.person(another).pk, expects=caisse.version_of(another),
            codes={"civil_status": ("not_sent", {})},
        )  # fmt: skip
        assert follow(another).may_ask_for_news

    def test_with_a_number_always_until_the_space_closes(self, worker):
        dossier = make.a_submitted()
        caisse.give_provisional(worker, dossier)
        assert follow(dossier).news_from is None and follow(dossier).may_ask_for_news
        Registrant.objects.filter(dossier=dossier).update(state="registered")
        assert follow(dossier).may_ask_for_news
        yesterday = clock.today() - timedelta(days=1)
        warned = [yesterday.isoformat()] * 2
        Dossier.objects.filter(pk=dossier.pk).update(space_closes_on=yesterday, space_warned=warned)
        assert follow(dossier).closed and not follow(dossier).may_ask_for_news

    def test_never_once_it_is_withdrawn(self):
        dossier = make.a_submitted()
        ending.withdraw(make.owner_of(dossier), dossier.pk, expects=caisse.version_of(dossier))
        assert not follow(dossier).may_ask_for_news
