"""The same seed makes the same people; what the journal says of them is sealed and verifies."""

import pytest
from django.db import OperationalError

from matricule.core import journal
from matricule.core.journal import head
from matricule.demo import volume
from matricule.dossiers.models import Dossier, Registrant
from tests.support import cluster


def snapshot():
    rows = Dossier.objects.order_by("reference").values_list("reference", "queue", "office", "label", "owner__email")
    names = Registrant.objects.order_by("dossier__reference").values_list("birth_name", "given_names", "birth_date")
    return list(rows), list(names)


def test_the_same_seed_makes_the_same_people_and_the_journal_tells_each_history(whole_db, monkeypatch):
    from django.db import connections

    assert list(volume.make(25, 3)) == [25]
    first = snapshot()
    assert journal.verify().ok and journal.seal_pending() == 0
    submitted = Dossier.objects.exclude(submitted_at=None).first()
    actions = [entry.action for entry in journal.entries_about(("dossier", submitted.pk))]
    assert actions[:2] == ["draft.opened", "dossier.submitted"]
    connections.close_all()
    cluster.clone(connections["default"].settings_dict["NAME"])
    head.forget()
    assert snapshot() == ([], [])
    list(volume.make(25, 3))
    assert snapshot() == first
    list(volume.make(5, 4))
    assert len(set(snapshot()[1]) - set(first[1])) == 5


def test_two_loads_of_other_seeds_share_nobody(whole_db):
    list(volume.make(10, 1))
    one = set(snapshot()[0])
    list(volume.make(10, 2))
    assert len(set(snapshot()[0]) - one) == 10


@pytest.mark.django_db
def test_a_chunk_that_fails_leaves_nothing(monkeypatch):
    def broken(entries):
        raise RuntimeError

    monkeypatch.setattr(journal, "record_many", broken)
    with pytest.raises(RuntimeError):
        list(volume.make(5, 1))
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_a_seal_that_waits_too_long_for_another_stops_no_load(monkeypatch):
    def held():
        raise OperationalError

    monkeypatch.setattr(journal, "seal_pending", held)
    assert list(volume.make(5, 1)) == [5]
    assert Dossier.objects.count() == 5
