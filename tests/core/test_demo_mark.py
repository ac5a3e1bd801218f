"""Demo mode and real mode never meet on one database (house.md 4.13)."""

import pytest
from django.db import OperationalError, ProgrammingError

from matricule.core import config, demo_mark
from matricule.core.startup import RefusedToStart

DEMO = config.load({"MATRICULE_DEMO": "1"})
REAL = config.load({})
pytestmark = pytest.mark.django_db


def test_demo_mode_takes_an_empty_database_and_finds_its_mark_again():
    demo_mark.refuse_to_prepare(DEMO, is_empty=True)
    demo_mark.leave()
    demo_mark.leave()
    assert demo_mark.DemoMark.objects.count() == 1
    assert str(demo_mark.DemoMark.objects.get()) == "made by demo mode"
    demo_mark.refuse_to_prepare(DEMO, is_empty=False)
    demo_mark.refuse_database_of_other_mode(DEMO)


def test_demo_mode_leaves_a_database_with_anything_in_it_alone():
    with pytest.raises(RefusedToStart, match="holds what demo mode did not make"):
        demo_mark.refuse_to_prepare(DEMO, is_empty=False)
    with pytest.raises(RefusedToStart, match="MATRICULE_DATA="):
        demo_mark.refuse_database_of_other_mode(DEMO)


def test_real_mode_starts_where_there_is_no_mark_only():
    demo_mark.refuse_to_prepare(REAL, is_empty=True)
    demo_mark.refuse_to_prepare(REAL, is_empty=False)
    demo_mark.refuse_database_of_other_mode(REAL)
    demo_mark.leave()
    for refuse in (
        lambda: demo_mark.refuse_to_prepare(REAL, is_empty=True),
        lambda: demo_mark.refuse_to_prepare(REAL, is_empty=False),
        lambda: demo_mark.refuse_database_of_other_mode(REAL),
    ):
        with pytest.raises(RefusedToStart, match="invented people"):
            refuse()


def test_a_database_without_our_tables_is_free_for_both(monkeypatch):
    monkeypatch.setattr(demo_mark.connection.introspection, "table_names", list)
    demo_mark.refuse_to_prepare(DEMO, is_empty=True)
    demo_mark.refuse_to_prepare(REAL, is_empty=True)


@pytest.fixture
def failing(monkeypatch):
    def use(error):
        def fail():
            raise error("server closed the connection")

        monkeypatch.setattr(demo_mark.DemoMark.objects, "exists", fail)

    return use


def test_a_database_that_does_not_answer_stops_demo_mode_only(failing):
    failing(OperationalError)
    demo_mark.refuse_database_of_other_mode(REAL)
    with pytest.raises(RefusedToStart, match="does not answer"):
        demo_mark.refuse_database_of_other_mode(DEMO)


@pytest.mark.parametrize("settings", [DEMO, REAL])
def test_a_database_that_was_never_prepared_is_said_to_be_so(failing, settings):
    failing(ProgrammingError)
    with pytest.raises(RefusedToStart, match="matricule migrate"):
        demo_mark.refuse_database_of_other_mode(settings)
