"""Queues and their counts: read in bulk as one by one, compared with the dossiers, mended when they differ."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule import cli
from matricule.dossiers import counting, queues, reconciling, tasks
from matricule.dossiers.models import Dossier, QueueCount, Registrant
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def people_of(dossiers):
    found = {}
    for row in Registrant.objects.filter(dossier__in=dossiers).order_by("dossier", "position"):
        found.setdefault(row.dossier_id, []).append(row)
    return found


@pytest.fixture
def standing():
    """Give dossiers at several points of the examination."""
    worker = caisse.a_caseworker()
    draft, fresh, taken, ready = make.a_draft(), make.a_submitted(), make.a_submitted(), make.a_submitted()
    Dossier.objects.filter(pk=taken.pk).update(caseworker_id=worker.uuid, queue="taken")
    for half in caisse.halves(ready).values():
        if half.blocks:
            caisse.accept(worker, ready, half.code)
    gone = make.a_submitted()
    Registrant.objects.filter(dossier=gone).update(state="withdrawn")
    two = make.a_submitted()
    Registrant.objects.create(dossier=two, position=2, state="at_register")
    return Dossier.objects.filter(pk__in=[row.pk for row in (draft, fresh, taken, ready, gone, two)])


def test_many_dossiers_stand_where_each_stands_alone(standing):
    rows = list(standing)
    found = queues.queues_of(rows, people_of(rows))
    assert found == {row.pk: queues.queue_of(row) for row in rows}
    assert sorted(found.values()) == ["", "done", "ready", "taken", "to_take", "to_take"]


def test_many_are_read_in_as_many_statements_as_few(standing):
    def statements(rows):
        people = people_of(rows)
        with CaptureQueriesContext(connection) as seen:
            queues.queues_of(rows, people)
        return len(seen)

    few = statements(list(Dossier.objects.filter(queue="to_take").order_by("pk")[:1]))
    assert statements(list(standing)) == few <= 6


def test_nobody_is_read_for_dossiers_that_ended():
    draft = make.a_draft()
    with CaptureQueriesContext(connection) as seen:
        assert queues.queues_of([draft], {}) == {draft.pk: ""}
    assert len(seen) == 0


def test_a_wrong_queue_is_found_and_mended_with_its_count():
    dossier = make.a_submitted()
    Dossier.objects.filter(pk=dossier.pk).update(queue="done")
    _, (found,) = reconciling.compare()
    assert (found.queue, found.right_queue, found.label) == ("done", "to_take", found.right_label)
    reconciling.rebuild()
    reconciling.recount()
    assert (reconciling.compare(), queues.miscounted()) == ((1, []), [])
    assert dict(QueueCount.objects.exclude(n=0).values_list("queue", "n")) == {"to_take": 1}


@pytest.mark.parametrize("wrong", [0, 7, -3])
def test_a_wrong_count_is_found_mended_and_journaled(wrong):
    make.a_submitted()
    QueueCount.objects.filter(office="251", queue="to_take").update(n=wrong)
    assert queues.miscounted() == [counting.Miscount("251", "to_take", wrong, 1)]
    assert reconciling.recount() == [counting.Miscount("251", "to_take", wrong, 1)]
    assert reconciling.recount() == []
    with connection.cursor() as cursor:
        cursor.execute("select actor, detail ->> 'queues' from core_journal where action = 'counts.rebuilt'")
        assert cursor.fetchall() == [("system:reconciler", "1")]


def test_counts_that_are_missing_or_of_nobody_are_differences_too():
    make.a_submitted()
    QueueCount.objects.all().delete()
    QueueCount.objects.create(office="751", queue="done", n=2)
    assert queues.miscounted() == [counting.Miscount("251", "to_take", 0, 1), counting.Miscount("751", "done", 2, 0)]
    reconciling.recount()
    assert queues.miscounted() == []


def test_a_number_known_at_the_register_is_no_difference_of_the_label():
    dossier = make.a_submitted()
    person = dossier.registrants.get()
    person.numbers.create(kind="nia", value="204039924300142", value_index=b"1", issued_at=dossier.submitted_at)
    person.state = "at_register"
    person.save()
    Dossier.objects.filter(pk=dossier.pk).update(label="provisional", queue="register")
    assert reconciling.compare() == (1, [])


def test_the_nightly_job_mends_the_counts_and_says_so(caplog):
    make.a_submitted()
    QueueCount.objects.update(n=5)
    tasks.reconcile()
    assert "counts_differ office=251 queue=to_take n=5 right=1" in caplog.text
    caplog.clear()
    tasks.reconcile()
    assert caplog.text == ""


def test_the_command_tells_a_wrong_count_and_mends_it(capsys):
    make.a_submitted()
    QueueCount.objects.update(n=5)
    assert cli.main(["statuses"]) == 1
    assert "office 251, queue to_take: 5 should be 1" in capsys.readouterr().out
    assert cli.main(["statuses", "--fix"]) == 0
    assert cli.main(["statuses"]) == 0
