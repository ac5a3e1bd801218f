"""Files of a list: at once or by a job, for their owner, for a day; every one of them in the journal."""

import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.accounts import members
from matricule.core import clock, jobs, vault
from matricule.core.vault.models import Blob
from matricule.dossiers import access, keeping, tasks
from matricule.dossiers.keeping import ListExport
from matricule.dossiers.listing import EVERYTHING, View
from matricule.dossiers.operations import exporting
from matricule.dossiers.operations.door import AlreadyDone
from tests.support import cast, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """Give a member and the company of one sent request."""
    dossier = firm.a_sent_request()
    return firm.actor_of(dossier), dossier.organisation_id


def ask(here, kind="csv", view=EVERYTHING, key=None):
    return exporting.ask(*here, view, kind, "en", key=key or uuid4())


def test_a_short_list_is_given_at_once_and_journaled(here):
    mark = cast.last_entry()
    data = exporting.at_once(*here, EVERYTHING, "csv", "en")
    assert b"Okonkwo" in data
    assert cast.entries_since(mark) == [("list.exported", "done")]
    assert not ListExport.objects.exists()


def test_another_kind_is_refused_however_long_the_list_is(here, monkeypatch):
    for many in (exporting.AT_ONCE, 0):
        monkeypatch.setattr(exporting, "AT_ONCE", many)
        with pytest.raises(ValueError, match="kind"):
            exporting.at_once(*here, EVERYTHING, "pdf", "en")


def test_a_long_list_is_not(here, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    assert exporting.at_once(*here, EVERYTHING, "csv", "en") is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_job_makes_the_file_and_its_owner_fetches_it(here, kind):
    mark = cast.last_entry()
    export_id = ask(here, kind)
    (row,) = keeping.exports_of(here[0].uuid, here[1])
    assert (row.state, row.blob) == ("waiting", None)
    tasks.list_export(str(export_id))
    row, data = exporting.fetch(*here, export_id)
    assert (row.state, row.total, row.done, row.size) == ("ready", 1, 1, len(data))
    assert data[:2] == (b"PK" if kind == "xlsx" else b"\xef\xbb")
    assert [action for action, _ in cast.entries_since(mark)] == ["list.asked", "list.exported", "read.list_file"]


def test_the_job_twice_makes_one_file(here):
    export_id = ask(here)
    exporting.make(export_id)
    blob = ListExport.objects.get().blob
    exporting.make(export_id)
    exporting.make(uuid4())
    assert ListExport.objects.get().blob == blob and Blob.objects.filter(erased_at=None, pk=blob).exists()


def test_two_workers_at_one_file_leave_one(here, monkeypatch):
    export_id, mark, firsts = ask(here), cast.last_entry(), []
    write = exporting._write

    def slower(row, out, folder):
        monkeypatch.setattr(exporting, "_write", write)
        exporting.make(export_id)
        firsts.append(ListExport.objects.get().blob)
        return write(row, out, folder)

    monkeypatch.setattr(exporting, "_write", slower)
    exporting.make(export_id)
    row = ListExport.objects.get()
    assert row.state == "ready" and firsts == [row.blob] and row.blob is not None
    assert cast.entries_since(mark) == [("list.exported", "done")]
    assert exporting.fetch(*here, export_id)[1]


def test_the_same_submit_twice_asks_once(here):
    key = uuid4()
    ask(here, key=key)
    with pytest.raises(AlreadyDone):
        ask(here, key=key)
    assert ListExport.objects.count() == 1


def test_nobody_waits_for_more_than_a_few(here):
    for _ in range(exporting.MOST):
        ask(here)
    with pytest.raises(exporting.TooMany):
        ask(here)
    with pytest.raises(ValueError, match="kind"):
        ask(here, "pdf")


def test_what_is_searched_is_kept_sealed_and_used(here):
    word = "Quetzalcoatlus"
    export_id = ask(here, view=View(text=word))
    exporting.make(export_id)
    row, data = exporting.fetch(*here, export_id)
    assert row.text == word and data.decode().count("\r\n") == 1
    stored = cast.everything_stored()
    assert str(export_id) in stored and word not in stored and word.encode().hex() not in stored


def test_only_its_owner_fetches_it_and_only_while_in_the_company(here):
    export_id = ask(here)
    exporting.make(export_id)
    organisation = firm.Organisation.objects.get(pk=here[1])
    colleague = access.member(firm.a_member(organisation).pk)
    stranger = firm.a_request()
    for actor, company_id in (
        (colleague, here[1]),
        (access.member(stranger.owner_id), stranger.organisation_id),
        (access.member(stranger.owner_id), here[1]),
        (here[0], stranger.organisation_id),
        (access.person(here[0].uuid), here[1]),
    ):
        with pytest.raises(access.NotFound):
            exporting.fetch(actor, company_id, export_id)
    firm.leave(organisation, firm.User.objects.get(pk=here[0].uuid))
    with pytest.raises(access.NotFound):
        exporting.fetch(*here, export_id)


def test_who_left_before_the_job_ran_gets_no_file():
    chief = company.a_company()
    colleague = company.a_colleague(chief)
    here = access.member(colleague.user_id), chief.company.id
    export_id = ask(here)
    members.remove(chief.user_id, chief.company.id, colleague.user_id)
    exporting.make(export_id)
    assert ListExport.objects.get().state == "refused" and ListExport.objects.get().blob is None


def test_a_file_is_erased_after_a_day(here, monkeypatch):
    export_id = ask(here)
    exporting.make(export_id)
    blob = ListExport.objects.get().blob
    jobs.run_sweeps()
    assert exporting.fetch(*here, export_id)
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(access.NotFound):
        exporting.fetch(*here, export_id)
    assert keeping.exports_of(here[0].uuid, here[1]) == []
    tasks.forget_list_exports()
    assert not ListExport.objects.exists()
    with pytest.raises(vault.Missing):
        vault.read(blob, context=str(export_id))


def test_a_file_that_was_asked_for_a_day_ago_and_made_later_lives_its_day(here):
    export_id = ask(here)
    exporting.make(export_id)
    ListExport.objects.update(asked_at=clock.now() - timedelta(days=1, hours=1))
    assert exporting.forget() == 0
    assert exporting.fetch(*here, export_id)


def test_a_folder_that_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting.tempfile, "gettempdir", lambda: str(tmp_path))
    old, new, other = (tmp_path / name for name in ("matricule-list-a", "matricule-list-b", "other"))
    for folder in (old, new, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (time.time() - 7200,) * 2)
    exporting.forget()
    assert [folder.exists() for folder in (old, new, other)] == [False, True, True]
