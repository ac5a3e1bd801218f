"""One table of counts: a count is moved now, or with what an operation gathers (ADR 15)."""

import pytest

from matricule.dossiers import counting, labels, queues
from matricule.dossiers.models import QueueCount


def test_a_gathered_count_is_written_by_whoever_gathers():
    gathered = []
    queues.count("251", "done", -1, lambda sql, values: gathered.append((sql, values)))
    ((sql, values),) = gathered
    assert "dossiers_queuecount" in sql and values == ["251", "done", -1]


@pytest.mark.django_db
def test_a_count_that_is_not_gathered_is_written_at_once():
    queues.count("251", "done", 2)
    queues.count("251", "done", -1)
    assert QueueCount.objects.get(office="251", queue="done").n == 1
    assert queues.miscounted() == [counting.Miscount("251", "done", 1, 0)] and labels.miscounted() == []


@pytest.mark.django_db
def test_mending_counts_says_what_was_wrong_and_leaves_the_other_table_alone():
    queues.count("251", "done", 2)
    assert labels.COUNTS.recount() == []
    assert queues.COUNTS.recount() == [counting.Miscount("251", "done", 2, 0)]
    assert QueueCount.objects.get(office="251", queue="done").n == 0 and queues.COUNTS.recount() == []
