"""Certificates of cover: issued when the third condition comes, warned of before they end (issue 4, section 4)."""

from datetime import date, timedelta

import pytest

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import cover, plan
from matricule.dossiers.case import Certificate
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import certifying, examining
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def a_person(courses=None, arrival=None):
    dossier = make.a_submitted()
    today = clock.today()
    Registrant.objects.filter(dossier=dossier).update(
        courses_start=courses or today - timedelta(days=30), arrival_date=arrival or today - timedelta(days=40)
    )
    return dossier


def certificates(dossier):
    return list(Certificate.objects.filter(registrant__dossier=dossier).order_by("starts_on"))


def test_it_comes_with_the_number_when_the_courses_have_begun(worker):
    dossier = a_person()
    caisse.give_provisional(worker, dossier)
    (row,) = certificates(dossier)
    assert row.starts_on == clock.today() and row.why_ends == "stay"
    assert Mail.objects.filter(kind="certificate_ready").count() == 1


def test_before_the_first_day_of_courses_there_is_none_and_on_that_day_there_is(worker, later):  # noqa: F811
    dossier = a_person(courses=clock.today() + timedelta(days=10))
    caisse.give_provisional(worker, dossier)
    assert certificates(dossier) == []
    later(9)
    certifying.run()
    assert certificates(dossier) == []
    later(1)
    assert certifying.run() >= 1
    (row,) = certificates(dossier)
    assert row.starts_on == clock.today()
    assert certifying.run() == 0


def test_the_visa_ends_it_and_the_validation_lets_another_run_on(worker):
    arrival = clock.today() - timedelta(days=40)
    dossier = a_person(arrival=arrival)
    caisse.give_provisional(worker, dossier)
    (first,) = certificates(dossier)
    make.add(dossier, "vls_ts_validation")
    caisse.accept(worker, dossier, "vls_ts_validation")
    first, second = certificates(dossier)
    assert second.starts_on == first.ends_on + timedelta(days=1)
    assert second.why_ends == "nine_months" and first.withdrawn_at is None, "the earlier stays until its end"


def with_a_card_to_ask_for(dossier):
    """Let the person answer that their visa asks for a card: its receipt is on their list then."""
    answers = {**dossier.answers, "residence_title": "visa_d_card_later"}
    type(dossier).objects.filter(pk=dossier.pk).update(answers=answers)
    plan.sync(caisse.person(dossier), "student", answers, clock.now())


def test_the_receipt_of_a_card_lets_another_run_on_and_the_card_a_third(worker):
    dossier = a_person(arrival=clock.today() - timedelta(days=40))
    with_a_card_to_ask_for(dossier)
    caisse.give_provisional(worker, dossier)
    (first,) = certificates(dossier)
    assert not cover.of(caisse.person(dossier)).conditions.stay.on(first.ends_on + timedelta(days=1))
    receipt_ends = first.ends_on + timedelta(days=60)
    make.add(dossier, "residence_receipt")
    caisse.accept(worker, dossier, "residence_receipt", until=receipt_ends)
    _, second = certificates(dossier)
    assert (second.starts_on, second.ends_on) == (first.ends_on + timedelta(days=1), receipt_ends)
    assert second.why_ends == "stay"
    make.replace(dossier, "residence_receipt")
    caisse.accept(worker, dossier, "residence_receipt", until=receipt_ends + timedelta(days=900))
    third = certificates(dossier)[2]
    assert third.starts_on == receipt_ends + timedelta(days=1) and third.why_ends == "nine_months"


def test_the_last_day_of_a_receipt_is_read_off_the_paper(worker):
    dossier = a_person()
    with_a_card_to_ask_for(dossier)
    make.add(dossier, "residence_receipt")
    with pytest.raises(examining.Missing, match="until"):
        caisse.accept(worker, dossier, "residence_receipt", until=None)


def test_no_new_one_without_new_proof(worker):
    dossier = a_person()
    caisse.give_provisional(worker, dossier)
    make.add(dossier, "civil_status")
    caisse.accept(worker, dossier, "civil_status")
    assert len(certificates(dossier)) == 1


def test_a_stay_that_is_over_gives_none(worker):
    dossier = a_person(arrival=date(2020, 1, 1))
    caisse.give_provisional(worker, dossier)
    assert certificates(dossier) == []
    assert not cover.of(caisse.person(dossier)).conditions.stay_regular


def test_three_warnings_each_once_in_order(worker, later):  # noqa: F811
    dossier = a_person()
    caisse.give_provisional(worker, dossier)
    Certificate.objects.update(ends_on=clock.today() + timedelta(days=100))
    end, seen = Certificate.objects.get().ends_on, []
    for _ in range(101):
        later(1)
        before = Mail.objects.filter(kind="certificate_ends").count()
        certifying.run()
        if Mail.objects.filter(kind="certificate_ends").count() > before:
            seen.append((end - clock.today()).days)
    assert len(seen) == 3 and seen[2] == 14 and 27 <= seen[1] <= 31 and 58 <= seen[0] <= 62


def test_after_a_stop_only_the_latest_warning_is_sent(worker, later):  # noqa: F811
    dossier = a_person()
    caisse.give_provisional(worker, dossier)
    Certificate.objects.update(ends_on=clock.today() + timedelta(days=100))
    later(90)
    certifying.run()
    certifying.run()
    assert Mail.objects.filter(kind="certificate_ends").count() == 1
    assert len(Certificate.objects.get().warned) == 3


def test_what_runs_on_is_not_warned_of(worker, later):  # noqa: F811
    dossier = a_person()
    caisse.give_provisional(worker, dossier)
    make.add(dossier, "vls_ts_validation")
    caisse.accept(worker, dossier, "vls_ts_validation")
    first = certificates(dossier)[0]
    later((first.ends_on - clock.today()).days - 3)
    certifying.run()
    assert not Mail.objects.filter(kind="certificate_ends").exists()


def test_an_european_is_not_asked_for_a_stay(worker):
    dossier = make.a_submitted()
    caisse.person(dossier).requirements.filter(code="visa_d").update(dropped_at=clock.now())
    found = cover.of(caisse.person(dossier)).conditions.stay
    assert not found.asked
