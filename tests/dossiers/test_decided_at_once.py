"""Fifty caseworkers decide one file at once: one wins, one word is told, the others see whose it is (issue 4, 6)."""

from collections import Counter

import pytest

from matricule.core import journal
from matricule.core.outbox import Mail
from matricule.dossiers.case import Ask, Decision
from matricule.dossiers.operations import examining
from matricule.dossiers.operations.door import Conflict
from matricule.notices.models import Notice
from tests.support import caisse
from tests.support import factories as make
from tests.support.promises import bulk
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race]

CASEWORKERS = 50
ROUNDS = bulk(3, 100)
DECIDED = ("document.accepted", "document.refused")


@pytest.fixture
def office():
    """Give the caseworkers of one office, by name."""
    return {f"Agent {number:02}": caisse.a_caseworker(name=f"Agent {number:02}") for number in range(CASEWORKERS)}


def decide_at_once(office, dossier) -> list:
    """Let everybody decide on the identity document from the same page, every second one against it."""
    half, version = caisse.halves(dossier)["identity"], caisse.version_of(dossier)
    workers = list(office.values())

    def act(number: int) -> None:
        given = {"expects": version}
        target = workers[number], dossier.pk, half.version.pk, half.part
        if number % 2:
            examining.refuse(*target, **given, reason="not_both_sides", fields={})
        else:
            examining.accept(*target, **given, paper_number=f"AB{number:07}")

    return together(CASEWORKERS, act)


def mails() -> int:
    """Return how many mails ask for documents."""
    return Mail.objects.filter(kind="documents_asked").count()


def the_only_word(office, dossier, answers, before: int) -> str:
    """Check that one word stands, told once, and that all others were turned away; return whose word it is."""
    assert answers.count(None) == 1
    lost = [answer for answer in answers if answer is not None]
    assert {type(answer) for answer in lost} == {Conflict}, Counter(type(answer).__name__ for answer in lost)
    assert {answer.current for answer in lost} == {caisse.version_of(dossier)}
    name, winner = list(office.items())[answers.index(None)]
    (row,) = Decision.objects.filter(version__document__registrant__dossier=dossier)
    assert row.by == winner.uuid
    asked = 0 if row.accepted else 1
    assert Ask.objects.filter(registrant__dossier=dossier).count() == asked
    assert mails() - before == asked
    assert Notice.objects.filter(dossier_id=dossier.pk, kind="documents_asked").count() == asked
    entries = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action in DECIDED]
    assert [entry.actor for entry in entries] == [str(winner)]
    return name


def test_one_wins_and_the_others_see_what_the_colleague_did(office, promise):
    told = Counter()
    for number in range(ROUNDS):
        dossier = make.a_submitted()
        before = caisse.version_of(dossier)
        sent, answers = mails(), decide_at_once(office, dossier)
        winner = the_only_word(office, dossier, answers, sent)
        told[winner] += 1
        loser = next(worker for name, worker in office.items() if name != winner)
        path = f"/en/desk/dossier/{dossier.pk}/identity/main/accept/"
        answer = caisse.desk(loser).post(path, {"version": before, "paper_number": "AB1234567"})
        page = answer.content.decode()
        assert answer.status_code == 409 and winner in page, f"round {number}"
    promise(
        "decided at once",
        f"{CASEWORKERS} caseworkers x {ROUNDS} files: {sum(told.values())} decisions, no second mail",
    )
