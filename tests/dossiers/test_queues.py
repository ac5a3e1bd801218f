"""In which queue of the desk a dossier stands after each act: whose turn it is, and what can be done."""

import pytest
from django.db import connection

from matricule.dossiers import queues
from matricule.dossiers.case import Message
from matricule.dossiers.mailbox import LostMailbox
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, ending, examining, numbers, recovering, talking
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def queue(dossier) -> str:
    """Return where the row says that it stands; what its rows explain must be the same."""
    found = Dossier.objects.get(pk=dossier.pk)
    assert found.queue == queues.queue_of(found)
    return found.queue


def ask(worker, dossier):
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip


def test_a_draft_stands_nowhere():
    assert queue(make.a_ready_draft()) == ""


def test_from_the_deposit_to_the_number(worker, later):  # noqa: F811
    dossier = make.a_submitted()
    seen = [queue(dossier)]
    examining.take(worker, dossier.pk, expects=caisse.version_of(dossier))
    seen.append(queue(dossier))
    caisse.accept_phase(worker, dossier, 1)
    seen.append(queue(dossier))
    caisse.give_provisional(worker, dossier)
    seen.append(queue(dossier))
    caisse.accept_phase(worker, dossier, 2)
    seen.append(queue(dossier))
    caisse.send_to_register(worker, dossier)
    seen.append(queue(dossier))
    later(11)
    numbers.take_answers()
    seen.append(queue(dossier))
    assert seen == ["to_take", "taken", "ready", "waiting", "ready", "register", "done"]


def test_given_back_it_is_to_take_again(worker):
    dossier = make.a_submitted()
    examining.take(worker, dossier.pk, expects=caisse.version_of(dossier))
    examining.give_back(worker, dossier.pk, expects=caisse.version_of(dossier))
    assert queue(dossier) == "to_take"


def test_a_message_and_an_answer_come_back_to_the_desk(worker):
    dossier = make.a_submitted()
    caisse.accept_phase(worker, dossier, 1)
    caisse.give_provisional(worker, dossier)
    ask(worker, dossier)
    assert queue(dossier) == "waiting"
    make.add(dossier, "civil_status")
    assert queue(dossier) == "answered"
    caisse.accept(worker, dossier, "civil_status")
    talking.write(make.owner_of(dossier), dossier.pk, "When will you answer?", kind="call")
    assert queue(dossier) == "answered"


def test_what_ended_is_done_and_what_is_opened_again_is_not(worker):
    dossier = make.a_submitted()
    person = caisse.person(dossier).pk
    ending.reject(worker, dossier.pk, person, expects=caisse.version_of(dossier), reason="duplicate")
    assert queue(dossier) == "done"
    ending.reopen(worker, dossier.pk, person, expects=caisse.version_of(dossier))
    assert queue(dossier) == "answered"


def registered(worker, later):  # noqa: F811
    dossier = make.a_submitted()
    for phase in (1, 2):
        caisse.accept_phase(worker, dossier, phase)
    caisse.give_provisional(worker, dossier)
    caisse.send_to_register(worker, dossier)
    later(11)
    numbers.take_answers()
    assert queue(dossier) == "done"
    return dossier


def test_a_message_after_the_end_reaches_the_desk_and_leaves_it_once_dealt_with(worker):
    dossier = make.a_submitted()
    person = caisse.person(dossier).pk
    ending.reject(worker, dossier.pk, person, expects=caisse.version_of(dossier), reason="duplicate")
    talking.write(make.owner_of(dossier), dossier.pk, "I have no other request.", kind="question")
    assert queue(dossier) == "answered"
    talking.handle(worker, dossier.pk, Message.objects.get().pk)
    assert queue(dossier) == "done"


def test_bank_details_after_the_number_reach_the_desk(worker, later):  # noqa: F811
    dossier = registered(worker, later)
    make.add(dossier, "rib")
    assert queue(dossier) == "answered"
    caisse.accept(worker, dossier, "rib")
    assert queue(dossier) == "done"


def test_a_lost_mailbox_after_the_number_reaches_the_desk(worker, later):  # noqa: F811
    dossier = registered(worker, later)
    said = {"reference": dossier.reference, "birth_date": caisse.person(dossier).birth_date}
    words = "My school closed the mailbox that I had."
    form = {**said, "new_address": "another@example.org", "phone": "06 39 98 01 14", "words": words}
    recovering.ask(form, network="203.0.113.0/24")
    recovering.match(LostMailbox.objects.get().pk)
    assert queue(dossier) == "answered"


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_an_end_leaves_nothing_to_answer(worker, end):
    dossier = make.a_submitted()
    talking.write(make.owner_of(dossier), dossier.pk, "When will you answer?", kind="question")
    assert queue(dossier) == "answered"
    version = caisse.version_of(dossier)
    if end == "reject":
        ending.reject(worker, dossier.pk, caisse.person(dossier).pk, expects=version, reason="duplicate")
    else:
        ending.withdraw(make.owner_of(dossier), dossier.pk, expects=version)
    assert queue(dossier) == "done"


def test_a_document_that_cannot_be_had_for_good_is_not_waited_for(worker):
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    for half in list(caisse.halves(dossier).values()):
        if half.phase == 2 and half.code != "civil_status":
            make.add(dossier, half.slot, half.part)
            caisse.accept(worker, dossier, half.code)
    assert queue(dossier) == "waiting"
    asking.cannot_get(
        make.owner_of(dossier),
        dossier.pk,
        "civil_status",
        "main",
        why="The registry burnt down in 1998.",
        lasting=True,
    )
    assert queue(dossier) == "answered"
    row = caisse.person(dossier).impossibilities.get()
    asking.answer_impossibility(
        worker, dossier.pk, row.pk, expects=caisse.version_of(dossier), accepted=True, words=""
    )
    assert queues.excused(caisse.person(dossier)) == {("civil_status", "main")}
    assert queue(dossier) == "ready"


def test_the_index_of_companies_leaves_the_students_out():
    """With it whole, a queue of students was read by it and sorted (tests/dossiers/test_requests_at_volume.py)."""
    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where tablename = %s", [Dossier._meta.db_table])
        of_companies = [text for (text,) in cursor.fetchall() if "(organisation_id)" in text]
    assert of_companies
    assert all(text.endswith("WHERE (NOT (organisation_id IS NULL))") for text in of_companies), of_companies
