"""Files of a list: at once or by a job, for their owner, for a day; every one of them in the journal."""

import os
import stat
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from matricule.accounts import members
from matricule.core import clock, jobs, vault
from matricule.core.vault import backend, segments
from matricule.core.vault.models import Blob
from matricule.dossiers import access, keeping, sheets, tasks
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
    chunks = sheets.chunks

    def slower(*asked):
        monkeypatch.setattr(sheets, "chunks", chunks)
        exporting.make(export_id)
        firsts.append(ListExport.objects.get().blob)
        return chunks(*asked)

    monkeypatch.setattr(sheets, "chunks", slower)
    exporting.make(export_id)
    row = ListExport.objects.get()
    assert row.state == "ready" and firsts == [row.blob] and row.blob is not None
    assert cast.entries_since(mark) == [("list.exported", "done")]
    assert exporting.fetch(*here, export_id)[1]


def open_files():
    """Return every regular file that this process may write now: its path, and what is in it."""
    found = {}
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the folder that is being read, closed by now
            info = (Path("/proc/self/fdinfo") / link.name).read_text()
            flags = int(next(line for line in info.splitlines() if line.startswith("flags:")).split()[1], 8)
            if stat.S_ISREG(link.stat().st_mode) and flags & os.O_ACCMODE != os.O_RDONLY:
                found[str(link.readlink())] = link.read_bytes()
    return found


@pytest.mark.skipif(not Path("/proc/self/fdinfo").is_dir(), reason="looks at open files as Linux shows them")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_while_a_file_is_made_nothing_of_it_stands_on_a_disk_but_sealed(here, kind, monkeypatch, tmp_path):
    user = firm.User.objects.get(pk=here[0].uuid)
    for _ in range(3):
        firm.a_sent_request(firm.Organisation.objects.get(pk=here[1]), user)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(segments, "SEGMENT", 64)  # so that the first pieces are sealed before the last ones are made
    before, seen = set(open_files()), []
    chunks, vault_folder = sheets.chunks, str(backend.current().root)

    def looked(rows, view):
        for chunk in chunks(rows, view, 1):
            seen.append({path: data for path, data in open_files().items() if path not in before})
            yield chunk

    monkeypatch.setattr(sheets, "chunks", looked)
    export_id = ask(here, kind)
    exporting.make(export_id)
    assert len(seen) == 4 and max(len(data) for files in seen for data in files.values()) > 500
    for files in seen:
        assert all(path.startswith(vault_folder) for path in files), list(files)
        assert all(data.startswith(segments.HEADER) or not data for data in files.values())
        assert not any(sign in data for data in files.values() for sign in (b"Okonkwo", b"<row", b"PK\3\4"))
    assert list(tmp_path.iterdir()) == []
    assert exporting.fetch(*here, export_id)[0].done == 4


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
