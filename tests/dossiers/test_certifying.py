"""Certificates of cover: issued when the third condition comes, warned of before they end (issue 4, section 4)."""

from datetime import date, timedelta

import pytest

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import cover
from matricule.dossiers.case import Certificate
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import certifying
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
