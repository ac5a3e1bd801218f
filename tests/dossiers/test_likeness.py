"""Who is already known: names, birth date and country, or the number of a paper, before any number (issue 4, 2)."""

import pytest

from matricule.dossiers import likeness
from matricule.dossiers.case import Likeness
from matricule.dossiers.operations import correcting, ending, numbers
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def named(worker, name, paper="C8X4T2L9"):
    """Return a dossier of somebody of this birth name, its first documents accepted."""
    dossier = make.a_submitted()
    correcting.correct(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier), field="birth_name",
        value=name, why="passport",
    )  # fmt: skip
    caisse.accept_phase(worker, dossier, 1, identity={"paper_number": paper})
    return dossier


def test_the_same_person_under_another_writing_stops_the_number(worker):
    first, second = named(worker, "Nguyễn", "AA1111111"), named(worker, "NGUYEN", "BB2222222")
    (stop,) = caisse.give_provisional(worker, second)
    assert stop.other == f"registrant:{caisse.person(first).pk}"
    assert not caisse.person(second).numbers.exists()


def test_the_number_of_a_paper_alone_stops_it_too(worker):
    named(worker, "Alba", "AA 111-1111")
    assert len(caisse.give_provisional(worker, named(worker, "Zorn", "aa1111111"))) == 1


def test_somebody_else_stops_nothing(worker):
    named(worker, "Alba", "AA1111111")
    assert caisse.give_provisional(worker, named(worker, "Zorn", "BB2222222")) == []


def test_a_request_that_ended_without_a_number_stops_nothing(worker):
    first, second = named(worker, "Alba", "AA1111111"), named(worker, "Alba", "BB2222222")
    ending.reject(worker, first.pk, caisse.person(first).pk, expects=caisse.version_of(first), reason="duplicate")
    assert caisse.give_provisional(worker, second) == []


def test_who_holds_a_number_is_named_once_though_the_register_knows_them_too(worker):
    first = named(worker, "Alba", "AA1111111")
    assert caisse.give_provisional(worker, first) == []
    (stop,) = caisse.give_provisional(worker, named(worker, "Alba", "BB2222222"))
    assert stop.other.startswith("registrant:")


def test_both_stand_side_by_side_with_what_agrees(worker):
    first, second = named(worker, "Alba", "AA1111111"), named(worker, "Alba", "BB2222222")
    caisse.give_provisional(worker, second)
    (other,) = likeness.others(caisse.person(second))
    assert other.registrant == caisse.person(first)
    assert other.identity.birth_name == "Alba" and {"birth_name", "birth_date"} <= set(other.comparison.agreed)


@pytest.mark.parametrize(("same", "stops"), [(False, 0), (True, 1)])
def test_a_caseworkers_word_lets_the_number_go_or_holds_it(worker, same, stops):
    named(worker, "Alba", "AA1111111")
    second = named(worker, "Alba", "BB2222222")
    (stop,) = caisse.give_provisional(worker, second)
    numbers.judge_likeness(
        worker, second.pk, stop.pk, expects=caisse.version_of(second), same=same, why="Other parents on the paper."
    )
    assert len(caisse.give_provisional(worker, second)) == stops
    assert Likeness.objects.count() == 1, "judged once, not found anew"
