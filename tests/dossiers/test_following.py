"""Whose turn it is, by which day and by which rule, as the person reads it (issue 4, section 1)."""

from datetime import timedelta

import pytest

from matricule.core import clock
from matricule.dossiers import deadlines, following
from matricule.dossiers.case import Ask, Measure
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, ending, numbers, talking
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
    assert found.turn.day == rule.produce_until(found.number.issued_at)
    caisse.accept_phase(worker, dossier, 2)
    assert turn(dossier)[:2] == ("us", "complete") and follow(dossier).complete
    caisse.send_to_register(worker, dossier)
    assert turn(dossier) == ("register", "register", "law")
    assert follow(dossier).turn.day == follow(dossier).sending.answer_by
    later(11)
    numbers.take_answers()
    assert turn(dossier)[0] == "nobody" and not follow(dossier).replaced and not follow(dossier).closed


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
