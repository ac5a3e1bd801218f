"""Everything about a person in one archive, compared with the rows and with the journal: who looked, and when."""

import io
import json
import zipfile

import pytest

from matricule import notices
from matricule.accounts import address_changes, staff
from matricule.core.journal import entries_about
from matricule.dossiers import export, queries
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import asking, numbers, talking
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db

WHY = "The registry of my town burnt down in 1998."


@pytest.fixture
def worker():
    return caisse.a_caseworker(name="Camille Roy")


@pytest.fixture
def dossier(worker):
    found = make.a_submitted()
    asking.ask(
        worker, found.pk, caisse.person(found).pk, expects=caisse.version_of(found),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    return found


def archive(dossier):
    out = io.BytesIO()
    export.write(out, Dossier.objects.get(pk=dossier.pk), caisse.person(dossier))
    return zipfile.ZipFile(out)


def data(dossier):
    return json.loads(archive(dossier).read("data.json"))


def test_who_looked_is_what_the_journal_holds(worker, dossier):
    owner = make.owner_of(dossier)
    queries.note_reading(worker, dossier.pk, "page_image")
    queries.note_reading(owner, dossier.pk, "status")
    make.add(dossier, "civil_status")
    caisse.give_provisional(worker, dossier)
    numbers.reveal(worker, dossier.pk, caisse.person(dossier).pk)
    lines, entries = data(dossier)["who_did_and_read_what"], entries_about(("dossier", dossier.pk), limit=1000)
    assert [(line["what"], line["at"]) for line in lines] == [(one.action, one.at.isoformat()) for one in entries]
    who = {str(worker): "Camille Roy", str(owner): "you"}
    for line, entry in zip(lines, entries, strict=True):
        assert line["who"] == who.get(entry.actor, entry.actor)
    looked = {(line["who"], line["what"]) for line in lines}
    assert {("Camille Roy", "read.page_image"), ("you", "read.status"), ("Camille Roy", "number.revealed")} <= looked


def test_somebody_who_left_the_caisse_keeps_their_name(worker, dossier):
    queries.note_reading(worker, dossier.pk, "page_image")
    staff.dismiss(by="system:tests", user_id=worker.uuid, office=caisse.DOUBS)
    assert {line["who"] for line in data(dossier)["who_did_and_read_what"]} == {"Camille Roy", "you"}


def test_every_notice_of_the_space_is_in_it(dossier):
    owner = Dossier.objects.get(pk=dossier.pk).owner
    shown = notices.for_recipient(owner.pk)
    found = data(dossier)["notifications"]
    assert [(row["title"], row["text"]) for row in found] == [(row.title, row.text) for row in shown]
    assert len(found) >= 2, "the receipt and what was asked for"


def test_what_was_asked_and_what_cannot_be_had_is_in_it(worker, dossier):
    asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why=WHY, lasting=True)
    found = data(dossier)
    (asked,), row = found["asked_for"], Ask.objects.get()
    assert (asked["state"], asked["due"]) == (row.state, row.due_on.isoformat())
    assert [item["document"] for item in asked["documents"]] == ["civil_status"]
    assert [(one["why"], one["lasting"], one["answer"]) for one in found["cannot_get"]] == [(WHY, True, "open")]


def test_every_change_of_the_mailbox_is_in_it_with_both_addresses_while_it_waits(dossier):
    owner = make.owner_of(dossier)
    first = address_changes.begin(dossier.owner_id, "second@example.org", by=str(owner))
    address_changes.stop(first.pk, by=str(owner))
    waiting = address_changes.begin(dossier.owner_id, "third@example.org", by=str(owner))
    found = data(dossier)
    assert found["account"]["email"] == dossier.owner.email
    stopped, waits = found["address_changes"]
    assert (stopped["state"], stopped["to"]) == ("stopped", ""), (
        "what was stopped may be a stranger's: it is forgotten"
    )
    assert stopped["ended"] is not None and stopped["asked"] == first.asked_at.isoformat()
    assert (waits["from"], waits["to"], waits["by_caisse"]) == (dossier.owner.email, "third@example.org", False)
    assert (waits["asked"], waits["due"], waits["ended"]) == (
        waiting.asked_at.isoformat(), waiting.due_at.isoformat(), None,
    )  # fmt: skip


def test_every_file_is_in_it_byte_for_byte(dossier):
    packed, rows = archive(dossier), File.objects.filter(version__document__registrant__dossier=dossier)
    listed = json.loads(packed.read("data.json"))["files"]
    assert len(listed) == rows.count()
    for entry in listed:
        assert rows.filter(sha256=entry["sha256"], size=len(packed.read(entry["file"]))).exists()
        assert "nguy" not in entry["file"].lower(), "no name of a person is the name of a file"


def test_what_both_sides_wrote_is_in_it_and_no_index_of_ours(worker, dossier):
    talking.write(worker, dossier.pk, "Please call us.")
    talking.note(worker, dossier.pk, "Called, no answer.")
    found = data(dossier)
    assert [row["text"] for row in found["messages"]] == ["Please call us."]
    assert [row["text"] for row in found["notes_of_the_caisse"]] == ["Called, no answer."]
    assert not export.LEFT_OUT & found["person"].keys() and {"ending", "title_told_at"} <= export.LEFT_OUT
    assert "ending" in found and found["person"]["birth_name"] == "Nguyễn"
