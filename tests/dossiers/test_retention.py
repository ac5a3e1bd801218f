"""Thirty days to change one's mind, then gone for good: never early, never what is still needed (house.md, 2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matricule.attestations.models import Letter
from matricule.core import clock, jobs, vault
from matricule.core.journal import entries_about
from matricule.dossiers import access, queries
from matricule.dossiers.models import Dossier, Erasure, File, Page
from matricule.dossiers.operations import deposit, files, pages, retention
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(monkeypatch):
    """Move business time, as the time machine does."""

    def to(**delay):
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(**delay))

    return to


def a_removed_file(pages_: int = 1):
    dossier = make.a_ready_draft()
    file_id = make.add(dossier, "civil_status", pages=pages_)
    files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
    return dossier, File.objects.get(pk=file_id)


def gone(file: File) -> bool:
    with pytest.raises(vault.Missing):
        vault.read(file.blob, context=str(file.pk))
    return not File.objects.filter(pk=file.pk).exists() and not Page.objects.filter(file_id=file.pk).exists()


def test_at_day_29_it_comes_back_whole(move):
    dossier, file = a_removed_file()
    move(days=29)
    assert retention.erase_removed() == retention.Report()
    files.restore_file(make.owner_of(dossier), dossier.pk, file.pk)
    assert File.objects.get(pk=file.pk).removed_at is None
    assert vault.read(file.blob, context=str(file.pk)).startswith(b"%PDF-")


def test_at_day_31_it_is_gone_with_its_key_and_the_proof_stays(move):
    dossier, file = a_removed_file(2)
    move(days=31)
    assert retention.erase_removed() == retention.Report(files=1)
    assert gone(file)
    proof = Erasure.objects.get()
    assert (proof.what, proof.dossier_id, proof.file_id, proof.sha256, proof.pages) == (
        "file", dossier.pk, file.pk, file.sha256, 2,
    )  # fmt: skip
    assert proof.removed_at == file.removed_at and proof.at - proof.removed_at > files.UNDO
    entry = entries_about(("dossier", dossier.pk))[-1]
    assert (entry.action, entry.actor, dict(entry.detail)) == ("file.erased", "system:retention", {"pages": 2})


def test_after_it_nothing_brings_it_back_and_nothing_shows_it(move):
    dossier, file = a_removed_file()
    owner = make.owner_of(dossier)
    move(days=31)
    retention.erase_removed()
    with pytest.raises(access.NotFound):
        files.restore_file(owner, dossier.pk, file.pk)
    with pytest.raises(access.NotFound):
        queries.file_of(owner, dossier.pk, file.pk)
    assert all(not slot.removed for slot in queries.space(owner, dossier.pk).slots)


def test_between_the_end_of_the_undo_and_the_erasure_it_cannot_be_brought_back_either(move):
    dossier, file = a_removed_file()
    move(days=30, minutes=1)
    with pytest.raises(access.NotFound):
        files.restore_file(make.owner_of(dossier), dossier.pk, file.pk)


def test_twice_erases_once(move):
    a_removed_file()
    move(days=31)
    assert retention.erase_removed().files == 1
    assert retention.erase_removed() == retention.Report()
    assert Erasure.objects.count() == 1


def test_what_was_not_removed_stays_for_ever(move):
    dossier = make.a_submitted()
    move(days=3000)
    assert retention.erase_removed() == retention.Report()
    for file in File.objects.filter(version__document__registrant__dossier=dossier):
        assert vault.read(file.blob, context=str(file.pk))


def test_the_caches_stay_right_and_no_page_goes_stale(move):
    dossier, _ = a_removed_file()
    dossier.refresh_from_db()
    before = (dossier.version, dossier.file_count, dossier.label)
    move(days=31)
    retention.erase_removed()
    dossier.refresh_from_db()
    assert (dossier.version, dossier.file_count, dossier.label) == before


def test_bytes_that_another_row_needs_are_never_erased(move):
    _dossier, file = a_removed_file()
    twin = File.objects.filter(version__document__slot="identity").get()
    File.objects.filter(pk=twin.pk).update(blob=file.blob)
    move(days=31)
    assert retention.erase_removed().files == 1
    assert not File.objects.filter(pk=file.pk).exists()
    assert vault.read(file.blob, context=str(file.pk))


def test_bytes_that_a_letter_needs_are_never_erased(move):
    dossier, file = a_removed_file()
    now = clock.now()
    Letter.objects.create(
        kind="deposit_receipt", subject_id=dossier.pk, blob=file.blob, sha256="", pages=1, dated=now, made_at=now
    )
    move(days=31)
    retention.erase_removed()
    assert vault.read(file.blob, context=str(file.pk))


def test_restored_at_the_last_moment_it_is_left_alone(move, monkeypatch):
    _dossier, file = a_removed_file()
    move(days=31)
    due = retention._files_due()
    File.objects.filter(pk=file.pk).update(removed_at=None)
    monkeypatch.setattr(retention, "_files_due", lambda: due)
    assert retention.erase_removed() == retention.Report()
    assert vault.read(file.blob, context=str(file.pk))


def test_a_draft_deleted_meanwhile_is_no_error(move, monkeypatch):
    dossier, _file = a_removed_file()
    move(days=31)
    due = retention._files_due()
    dossier.refresh_from_db()
    deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
    monkeypatch.setattr(retention, "_files_due", lambda: due)
    assert retention.erase_removed() == retention.Report()


def test_a_dry_run_counts_and_touches_nothing(move):
    dossier, file = a_removed_file()
    three = make.add(dossier, "visa_d", pages=3)
    page = Page.objects.filter(file=three).order_by("number")[1]
    pages.remove_page(make.owner_of(dossier), dossier.pk, page.pk)
    move(days=31)
    assert retention.erase_removed(dry_run=True) == retention.Report(files=1, pages=1)
    assert vault.read(file.blob, context=str(file.pk)) and not Erasure.objects.exists()


def test_the_fuse_holds_the_rest_until_tomorrow(move, monkeypatch, caplog):
    monkeypatch.setattr(retention, "FUSE", 2)
    removed = [a_removed_file()[1] for _ in range(4)]
    move(days=31)
    assert retention.erase_removed() == retention.Report(files=2, held=2)
    assert retention.erase_removed() == retention.Report(held=2)
    assert "retention_fuse held=2" in caplog.text
    assert File.objects.filter(pk__in=[file.pk for file in removed]).count() == 2
    tomorrow = clock.wall() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "wall", lambda: tomorrow)
    assert retention.erase_removed() == retention.Report(files=2)


def test_the_sweep_of_the_time_machine_erases(move):
    _, file = a_removed_file()
    move(days=31)
    assert "dossiers.retention" in jobs.run_sweeps()
    assert gone(file)


def test_a_refused_file_that_was_removed_goes_too(move):
    dossier = make.a_draft()
    checked = replace(make.checked(ok=False, verdict="empty", pages=0), data=None)
    file_id = files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked)
    files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
    move(days=31)
    assert retention.erase_removed().files == 1 and not File.objects.filter(pk=file_id).exists()


class TestPages:
    """A page taken out of a PDF is erased by writing the PDF again without it."""

    @pytest.fixture
    def three(self):
        dossier = make.a_draft()
        file_id = make.add(dossier, "identity", pages=3)
        second = Page.objects.get(file=file_id, number=2)
        pages.turn_page(make.owner_of(dossier), dossier.pk, Page.objects.get(file=file_id, number=3).pk)
        pages.remove_page(make.owner_of(dossier), dossier.pk, second.pk)
        return dossier, File.objects.get(pk=file_id), second

    def test_the_bytes_that_held_it_go_and_the_other_pages_stay(self, three, move):
        dossier, before, second = three
        third = Page.objects.get(file=before, number=3)
        move(days=31)
        assert retention.erase_removed() == retention.Report(pages=1)
        after = File.objects.get(pk=before.pk)
        assert after.blob != before.blob and after.page_count == 2 and after.sha256 != before.sha256
        with pytest.raises(vault.Missing):
            vault.read(before.blob, context=str(before.pk))
        assert vault.stat(after.blob) == (after.size, after.sha256)
        assert not Page.objects.filter(pk=second.pk).exists()
        third.refresh_from_db()
        assert (third.number, third.rotation, after.pages.count()) == (2, 90, 2)
        assert Erasure.objects.get().what == "pages"
        assert entries_about(("dossier", dossier.pk))[-1].action == "page.erased"

    def test_the_new_bytes_open_with_as_many_pages(self, three, move):
        import io

        import pikepdf

        _, file, _ = three
        move(days=31)
        retention.erase_removed()
        file.refresh_from_db()
        with pikepdf.open(io.BytesIO(vault.read(file.blob, context=str(file.pk)))) as pdf:
            assert len(pdf.pages) == 2

    def test_at_day_29_it_comes_back(self, three, move):
        dossier, file, second = three
        move(days=29)
        assert retention.erase_removed() == retention.Report()
        pages.restore_page(make.owner_of(dossier), dossier.pk, second.pk)
        assert file.pages.filter(removed_at=None).count() == 3

    def test_what_a_decision_named_keeps_its_bytes(self, three, move):
        _, file, _ = three
        caisse.decide(file)
        move(days=31)
        assert retention.erase_removed() == retention.Report()
        assert vault.stat(file.blob).sha256 == file.sha256

    def test_a_file_that_cannot_be_written_again_is_kept_and_counted(self, three, move, monkeypatch):
        _, file, _ = three

        def refuse(*_args, **_kwargs):
            raise retention.vision.Refused("damaged")

        monkeypatch.setattr(retention.vision, "join", refuse)
        move(days=31)
        assert retention.erase_removed() == retention.Report(kept=1)
        assert vault.read(file.blob, context=str(file.pk))

    def test_an_act_on_its_pages_meanwhile_leaves_it_for_the_next_time(self, three, move, monkeypatch):
        _dossier, file, second = three
        join = retention.vision.join

        def restored_meanwhile(*given, **options):
            Page.objects.filter(pk=second.pk).update(removed_at=None)
            return join(*given, **options)

        monkeypatch.setattr(retention.vision, "join", restored_meanwhile)
        move(days=31)
        assert retention.erase_removed() == retention.Report(kept=1)
        file.refresh_from_db()
        assert file.page_count == 3 and vault.stat(file.blob).sha256 == file.sha256

    def test_a_draft_deleted_meanwhile_leaves_no_bytes(self, three, move, monkeypatch):
        dossier, file, _ = three
        join = retention.vision.join

        def deleted_meanwhile(*given, **options):
            Dossier.objects.filter(pk=dossier.pk).delete()
            return join(*given, **options)

        monkeypatch.setattr(retention.vision, "join", deleted_meanwhile)
        move(days=31)
        assert retention.erase_removed() == retention.Report(kept=1)
        assert not File.objects.filter(pk=file.pk).exists()

    def test_the_last_page_goes_with_its_file(self, move):
        dossier = make.a_draft()
        file = File.objects.get(pk=make.add(dossier, "identity"))
        pages.remove_page(make.owner_of(dossier), dossier.pk, file.pages.get().pk)
        move(days=31)
        assert retention.erase_removed() == retention.Report(files=1)
        assert gone(file)
