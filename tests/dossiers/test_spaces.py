"""The space closes three months after the number, never before it, after two warnings (issue 4, section 4)."""

from datetime import timedelta

import pytest

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import numbers, spaces
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(later):  # noqa: F811
    worker, dossier = caisse.a_caseworker(), make.a_submitted()
    caisse.give_provisional(worker, dossier)
    caisse.send_to_register(worker, dossier)
    later(11)
    numbers.take_answers()
    dossier.refresh_from_db()
    return dossier


def closed(dossier):
    return spaces.is_closed(Dossier.objects.get(pk=dossier.pk), clock.today())


def test_it_closes_after_its_day_and_two_warnings(registered, later):  # noqa: F811
    day = registered.space_closes_on
    warned = {}
    while not closed(registered):
        later(1)
        spaces.run()
        count = Mail.objects.filter(kind="space_closes").count()
        warned.setdefault(count, (day - clock.today()).days)
    assert clock.today() == day + timedelta(days=1)
    assert (warned[1], warned[2]) == (30, 7)


def test_three_months_not_before(registered):
    assert registered.space_closes_on >= clock.today() + timedelta(days=89)
    assert not closed(registered)


def test_warnings_that_come_late_move_the_closing(registered, later):  # noqa: F811
    later(200)
    assert not closed(registered), "nobody was warned"
    spaces.run()
    spaces.run()
    assert not closed(registered)
    assert Dossier.objects.get(pk=registered.pk).space_closes_on == clock.today() + timedelta(days=7)
    later(8)
    assert closed(registered)


def test_without_a_number_a_space_never_closes(later):  # noqa: F811
    dossier = make.a_submitted()
    later(1000)
    spaces.run()
    assert not closed(dossier) and not Mail.objects.filter(kind="space_closes").exists()


def test_by_setting_it_closes_with_the_number(monkeypatch, later):  # noqa: F811
    from matricule.dossiers import cover

    monkeypatch.setattr(cover, "closes_with_number", lambda: True)
    worker, dossier = caisse.a_caseworker(), make.a_submitted()
    caisse.give_provisional(worker, dossier)
    caisse.send_to_register(worker, dossier)
    later(11)
    numbers.take_answers()
    assert Dossier.objects.get(pk=dossier.pk).space_closes_on == clock.today()
