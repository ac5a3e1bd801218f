"""Changing one's mind: what was removed comes back whole, for thirty days, and nothing else comes with it."""

from datetime import timedelta

import pytest

from matricule.core import clock, vault
from matricule.core.journal import entries_about
from matricule.dossiers import access, plan, queries
from matricule.dossiers.models import Dossier, File, Page, Version
from matricule.dossiers.operations import deposit, files, pages
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db
EUROPEAN = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}


@pytest.fixture
def move(monkeypatch):
    def to(**delay):
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(**delay))

    return to


def shown(dossier, name: str) -> queries.Slot | None:
    space = queries.space(make.owner_of(dossier), dossier.pk)
    return next((slot for slot in space.slots if slot.slot == name), None)


def live_pages(file_id) -> list[int]:
    return list(Page.objects.filter(file=file_id, removed_at=None).order_by("number").values_list("number", flat=True))


def at_a_standstill(monkeypatch) -> None:
    """Stop the clock, so that thirty days are thirty days to the microsecond."""
    moment = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: moment)


class TestAFileThatWentWithItsLastPage:
    """The pages of a file are its content: a file that is shown again without one would be empty."""

    def test_its_last_page_comes_back_with_it(self):
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
        pages.remove_page(owner, dossier.pk, Page.objects.get().pk)
        files.restore_file(owner, dossier.pk, file_id)
        assert live_pages(file_id) == [1]
        assert File.objects.get().removed_at is None

    def test_the_pages_taken_out_before_stay_out(self, move):
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity", pages=3)
        first, second, third = Page.objects.filter(file=file_id).order_by("number")
        for hour, page in enumerate((third, first, second)):
            move(hours=hour)
            pages.remove_page(owner, dossier.pk, page.pk)
        files.restore_file(owner, dossier.pk, file_id)
        assert live_pages(file_id) == [2]
        pages.restore_page(owner, dossier.pk, first.pk)
        assert live_pages(file_id) == [1, 2]

    def test_a_file_removed_whole_keeps_the_pages_that_it_had(self):
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity", pages=3)
        pages.remove_page(owner, dossier.pk, Page.objects.get(file=file_id, number=2).pk)
        files.remove_file(owner, dossier.pk, file_id)
        files.restore_file(owner, dossier.pk, file_id)
        assert live_pages(file_id) == [1, 3]

    def test_it_counts_as_a_document_again_only_with_its_page(self):
        dossier = make.a_ready_draft()
        owner, file = make.owner_of(dossier), File.objects.get(version__document__slot="visa_d")
        pages.remove_page(owner, dossier.pk, file.pages.get().pk)
        assert plan.obstacles(dossier, dossier.registrants.get()) == ["document:visa_d"]
        files.restore_file(owner, dossier.pk, file.pk)
        assert plan.obstacles(dossier, dossier.registrants.get()) == []

    def test_the_count_of_files_follows_both_ways(self):
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
        counts = []
        for act in (
            lambda: pages.remove_page(owner, dossier.pk, Page.objects.get().pk),
            lambda: pages.restore_page(owner, dossier.pk, Page.objects.get().pk),
            lambda: files.remove_file(owner, dossier.pk, file_id),
            lambda: files.restore_file(owner, dossier.pk, file_id),
        ):
            act()
            counts.append(Dossier.objects.get(pk=dossier.pk).file_count)
        assert counts == [0, 1, 0, 1]


class TestTheLastMoment:
    """Thirty days are thirty days: at the end of the last one it still comes back, a moment later it does not."""

    @pytest.mark.parametrize(("delay", "back"), [({"days": 30}, True), ({"days": 30, "microseconds": 1}, False)])
    def test_of_a_file(self, monkeypatch, move, delay, back):
        at_a_standstill(monkeypatch)
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
        files.remove_file(owner, dossier.pk, file_id)
        move(**delay)
        if back:
            files.restore_file(owner, dossier.pk, file_id)
        else:
            with pytest.raises(access.NotFound):
                files.restore_file(owner, dossier.pk, file_id)
        assert (File.objects.get().removed_at is None) is back

    @pytest.mark.parametrize(("delay", "back"), [({"days": 30}, True), ({"days": 30, "microseconds": 1}, False)])
    def test_of_a_page(self, monkeypatch, move, delay, back):
        at_a_standstill(monkeypatch)
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity", pages=2)
        pages.remove_page(owner, dossier.pk, Page.objects.get(number=1).pk)
        move(**delay)
        if back:
            pages.restore_page(owner, dossier.pk, Page.objects.get(number=1).pk)
        else:
            with pytest.raises(access.NotFound):
                pages.restore_page(owner, dossier.pk, Page.objects.get(number=1).pk)
        assert (live_pages(file_id) == [1, 2]) is back

    def test_a_refusal_too_late_is_journaled(self, move):
        dossier = make.a_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
        files.remove_file(owner, dossier.pk, file_id)
        move(days=31)
        with pytest.raises(access.NotFound) as refusal:
            files.restore_file(owner, dossier.pk, file_id)
        entry = entries_about(("dossier", dossier.pk))[-1]
        assert refusal.value.noted and (entry.action, entry.outcome) == ("restore_file", "refused")


class TestADocumentThatIsNoLongerAsked:
    """New answers take a document off the list; what was sent for it, even removed, stays within reach."""

    @pytest.fixture
    def dropped(self):
        dossier = make.a_draft()
        file_id = make.add(dossier, "visa_d")
        deposit.change_answers(make.owner_of(dossier), dossier.pk, EUROPEAN)
        return dossier, file_id

    def test_a_removed_file_of_it_is_shown_and_comes_back(self, dropped):
        dossier, file_id = dropped
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, file_id)
        slot = shown(dossier, "visa_d")
        assert slot.dropped and slot.files == [] and [file.pk for file in slot.removed] == [file_id]
        files.restore_file(owner, dossier.pk, file_id)
        assert [file.pk for file in shown(dossier, "visa_d").files] == [file_id]

    def test_after_thirty_days_the_document_is_gone_from_the_page(self, dropped, move):
        dossier, file_id = dropped
        files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
        move(days=30, minutes=1)
        assert shown(dossier, "visa_d") is None

    def test_asked_again_its_file_counts_again(self, dropped):
        dossier, file_id = dropped
        deposit.change_answers(make.owner_of(dossier), dossier.pk, make.NON_EU)
        slot = shown(dossier, "visa_d")
        assert not slot.dropped and slot.state == "ready" and [file.pk for file in slot.files] == [file_id]

    def test_nothing_was_ever_sent_for_it_and_nothing_shows(self):
        dossier = make.a_draft()
        deposit.change_answers(make.owner_of(dossier), dossier.pk, EUROPEAN)
        assert shown(dossier, "visa_d") is None


class TestATwin:
    """The same bytes elsewhere in the dossier: kept or removed, with the same care as any file."""

    @pytest.fixture
    def twin(self):
        dossier, data = make.a_ready_draft(), make.a_pdf()
        make.add(dossier, "identity", data=data)
        twin = make.add(dossier, "rib", data=data)
        dossier.refresh_from_db()
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=dossier.pk)
        return dossier, File.objects.select_related("version").get(pk=twin)

    def test_keeping_a_removed_one_dates_no_document(self, twin):
        dossier, file = twin
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, file.pk)
        files.keep_file(owner, dossier.pk, file.pk)
        file.version.refresh_from_db()
        assert file.version.sent_at is None
        files.restore_file(owner, dossier.pk, file.pk)
        file.version.refresh_from_db()
        assert file.version.sent_at is not None

    @pytest.mark.parametrize("settled", ["refused", "replaced"])
    def test_nothing_is_kept_in_a_version_that_is_settled(self, twin, settled):
        dossier, file = twin
        if settled == "refused":
            caisse.decide(file, accepted=False)
        else:
            Version.objects.filter(pk=file.version_id).update(replaced_at="2026-11-02T10:00Z")
        with pytest.raises(access.NotFound):
            files.keep_file(make.owner_of(dossier), dossier.pk, file.pk)
        file.refresh_from_db()
        assert file.state == "already_sent"

    def test_brought_back_it_is_still_asked_about_and_not_dated(self, twin):
        dossier, file = twin
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, file.pk)
        files.restore_file(owner, dossier.pk, file.pk)
        file.refresh_from_db()
        assert file.state == "already_sent" and file.version.sent_at is None

    def test_keeping_twice_is_once(self, twin):
        dossier, file = twin
        owner = make.owner_of(dossier)
        for _ in range(2):
            files.keep_file(owner, dossier.pk, file.pk)
        actions = [entry.action for entry in entries_about(("dossier", dossier.pk))]
        assert actions.count("file.kept") == 1


class TestARefusedFile:
    """A row without bytes: it can be put away and looked at again, whatever the limits say."""

    @pytest.fixture
    def refused(self):
        dossier = make.a_draft()
        checked = make.files.Checked("x.pdf", 3, "", None, "", "empty", False, 0, {}, False)
        return dossier, files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked)

    def test_it_comes_back_over_a_full_dossier(self, refused, monkeypatch):
        dossier, file_id = refused
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, file_id)
        monkeypatch.setattr(files, "LIMITS", files.Limits(dossier_files=0))
        files.restore_file(owner, dossier.pk, file_id)
        assert File.objects.get().removed_at is None

    def test_it_never_dates_its_document(self, refused):
        dossier, file_id = refused
        owner = make.owner_of(dossier)
        Dossier.objects.filter(pk=dossier.pk).update(submitted_at=clock.now())
        files.remove_file(owner, dossier.pk, file_id)
        files.restore_file(owner, dossier.pk, file_id)
        assert Version.objects.get().sent_at is None

    def test_it_takes_no_place_among_the_files_that_can_be_ordered(self, refused):
        dossier, file_id = refused
        owner = make.owner_of(dossier)
        other = make.add(dossier, "identity")
        files.move_file(owner, dossier.pk, other, earlier=True)
        assert File.objects.get(pk=other).position == 2 and File.objects.get(pk=file_id).position == 1


def test_what_is_removed_keeps_its_bytes_and_its_order():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    first, second = make.add(dossier, "identity"), make.add(dossier, "identity")
    before = File.objects.get(pk=first)
    files.remove_file(owner, dossier.pk, first)
    files.restore_file(owner, dossier.pk, first)
    after = File.objects.get(pk=first)
    assert (after.position, after.blob, after.sha256) == (before.position, before.blob, before.sha256)
    assert vault.read(after.blob, context=str(first)).startswith(b"%PDF-")
    assert [file.pk for file in shown(dossier, "identity").files] == [first, second]


def test_a_file_of_a_replaced_version_does_not_come_back():
    dossier = make.a_submitted()
    owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
    files.remove_file(owner, dossier.pk, file_id)
    make.replace(dossier, "identity")
    with pytest.raises(access.NotFound):
        files.restore_file(owner, dossier.pk, file_id)


@pytest.mark.parametrize("act", [files.remove_file, files.restore_file, files.keep_file])
def test_a_file_of_another_dossier_is_not_found(act):
    mine, theirs = make.a_draft(), make.a_draft()
    file_id = make.add(theirs, "identity")
    with pytest.raises(access.NotFound):
        act(make.owner_of(mine), mine.pk, file_id)
    assert File.objects.get().removed_at is None
