"""What the first block and the timeline say once a number is there."""

from datetime import timedelta

import pytest

from matricule.core import clock, i18n
from matricule.dossiers import following
from matricule.dossiers.case import Number
from matricule.portals.student import turns
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    found = caisse.person(make.a_submitted())
    found.state = "registered"
    found.save()
    return found


def number(person, kind, days_ago, **more):
    at = clock.now() - timedelta(days=days_ago)
    value = f"20403992430{days_ago:04d}"
    return Number.objects.create(
        registrant=person, kind=kind, value=value, value_index=value.encode(), issued_at=at, **more
    )


def told(person):
    follow = following.of(person.dossier, person)
    with i18n.in_language("en"):
        return turns.card(follow)["text"], {step["title"]: step["when"] for step in turns.timeline(follow)}


def day(moment):
    with i18n.in_language("en"):
        return i18n.format_date(moment)


def test_a_number_the_register_knew_is_said_to_replace_the_provisional_one(person):
    nia = number(person, "nia", 14, ended_at=clock.now())
    nir = number(person, "nir", 0, certified_at=clock.now())
    text, steps = told(person)
    assert "You already had this number" in text and "carte Vitale" in text
    assert steps["Provisional number (NIA)"] == day(nia.issued_at)
    assert steps["Number for life (NIR)"] == day(nir.issued_at)


def test_a_number_that_was_certified_is_the_one_the_person_had(person):
    nia = number(person, "nir", 14, certified_at=clock.now())
    text, steps = told(person)
    assert "already had" not in text
    assert steps["Provisional number (NIA)"] == day(nia.issued_at)
