"""The worker's sealing thread, and the calendars of journal and vault."""

import logging
import time
from uuid import uuid4

import pytest
from django.db import OperationalError, transaction

from matricule.core import journal, vault
from matricule.core.journal import head, tasks
from matricule.core.vault import backend
from matricule.core.vault import tasks as vault_tasks
from matricule.core.vault.folder import Folder


def write() -> None:
    with transaction.atomic():
        journal.record(actor="system:test", action="read.space", subject=("dossier", uuid4()))


def test_the_thread_seals_what_is_written_and_what_comes_last(whole_db):
    write()
    with tasks.Sealing(0.02):
        for _ in range(500):
            if journal.verify().entries == 1:
                break
            time.sleep(0.02)
        assert journal.verify().entries == 1
    with tasks.Sealing(60):
        write()
    assert (journal.verify().entries, journal.verify().unsealed) == (2, 0)


def test_a_broken_journal_is_told_and_left_alone(whole_db, caplog):
    write()
    journal.seal_pending()
    head.forget()
    write()
    sealing = tasks.Sealing()
    sealing.stopping.set()
    with caplog.at_level(logging.WARNING, "matricule.journal"):
        sealing.look()
    assert "journal_broken reason=the head of the journal is missing" in caplog.text
    assert journal.verify().problem.kind == "head_missing"


@pytest.mark.parametrize("error", [OperationalError("server is gone"), OSError(28, "No space left on device")])
def test_a_fault_is_told_and_tried_again(whole_db, caplog, monkeypatch, error):
    def fail():
        raise error

    write()
    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING, "matricule.journal"):
        broken.setattr(tasks, "seal_pending", fail)
        tasks.Sealing().look()
    assert f"journal_not_sealed error={type(error).__name__}" in caplog.text
    tasks.Sealing().look()
    assert journal.verify().entries == 1


@pytest.mark.django_db
def test_the_calendar_makes_months_and_drops_old_ones():
    tasks.make_partitions.run()
    tasks.drop_old.run()
    assert journal.verify().ok


@pytest.mark.django_db
def test_the_calendar_removes_erased_bytes_and_tells_what_is_lost(tmp_path, monkeypatch, caplog):
    place = Folder(tmp_path / "vault")
    monkeypatch.setattr(backend, "current", lambda: place)
    erased, lost = (vault.put(b"x", context="c") for _ in range(2))
    vault.erase(erased)
    vault_tasks.remove_bytes.run()
    assert not place.exists(erased)
    with caplog.at_level(logging.ERROR, "matricule.vault"):
        vault_tasks.reconcile.run()
        assert caplog.text == ""
        place.remove(lost)
        vault_tasks.reconcile.run()
    assert "vault_differs missing=1 orphans=0 stopped=no" in caplog.text
