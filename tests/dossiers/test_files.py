"""Adding never removes; limits hold by every way in; what is removed comes back; what is decided stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matricule.core import clock, jobs, vault
from matricule.core.outbox import Mail
from matricule.dossiers import access, queries, tasks, uploads
from matricule.dossiers.models import Dossier, File, Page, Version
from matricule.dossiers.operations import deposit, files, pages
from matricule.dossiers.operations.files import TooMuch
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def limits(monkeypatch, **changes):
    monkeypatch.setattr(files, "LIMITS", files.Limits(**changes))


def refused(dossier, slot):
    checked = replace(make.checked(ok=False, verdict="empty", pages=0), data=None)
    return files.add_file(make.owner_of(dossier), dossier.pk, slot, "main", checked)


def waiting(dossier, slot="identity", data=None):
    data = data or make.a_pdf()
    return make.add(dossier, slot, data=data, verdict="checking", ok=False, pages=0, kind="", waiting=True)


def current(dossier, slot) -> Version:
    return Version.objects.get(document__registrant__dossier=dossier, document__slot=slot, replaced_at=None)


def slot_of(dossier, name) -> queries.Slot:
    space = queries.space(make.owner_of(dossier), dossier.pk)
    return next(slot for slot in space.slots if slot.slot == name)


def file_of(pk) -> File:
    return File.objects.select_related("version").get(pk=pk)


def test_adding_never_removes_another():
    dossier = make.a_draft()
    ids = [make.add(dossier, "identity") for _ in range(3)]
    slot = next(slot for slot in queries.space(make.owner_of(dossier), dossier.pk).slots if slot.slot == "identity")
    assert [file.pk for file in slot.files] == ids and [file.position for file in slot.files] == [1, 2, 3]


def test_a_refused_file_is_a_row_without_bytes_that_takes_no_place():
    dossier = make.a_draft()
    file = file_of(refused(dossier, "identity"))
    dossier.refresh_from_db()
    assert (file.state, file.blob, file.verdict, dossier.file_count) == ("refused", None, "empty", 0)


@pytest.mark.parametrize(
    ("slot", "part"), [("nonsense", "main"), ("identity", "other"), ("identity", "translation"), ("", "main")]
)
def test_a_slot_or_half_that_this_person_does_not_have_is_not_found(slot, part):
    dossier = make.a_draft()
    with pytest.raises(access.NotFound):
        make.add(dossier, slot, part)
    assert not File.objects.exists()


def test_the_two_halves_of_a_birth_record_share_a_slot():
    dossier = make.a_draft()
    make.add(dossier, "civil_status")
    make.add(dossier, "civil_status", "translation")
    assert Version.objects.filter(document__slot="civil_status").count() == 1


def test_the_same_bytes_again_are_asked_about_then_kept():
    dossier, data = make.a_draft(), make.a_pdf()
    make.add(dossier, "visa_d", data=data)
    twin = make.add(dossier, "identity", data=data)
    assert file_of(twin).state == "already_sent" and file_of(twin).detail == {"twin_slot": "visa_d"}
    files.keep_file(make.owner_of(dossier), dossier.pk, twin)
    assert file_of(twin).state == "ready"


def test_the_bytes_of_another_dossier_are_no_twin():
    data = make.a_pdf()
    make.add(make.a_draft(), "identity", data=data)
    assert file_of(make.add(make.a_draft(), "identity", data=data)).state == "ready"


def test_a_removed_twin_is_no_twin():
    dossier, data = make.a_draft(), make.a_pdf()
    files.remove_file(make.owner_of(dossier), dossier.pk, make.add(dossier, "identity", data=data))
    assert file_of(make.add(dossier, "identity", data=data)).state == "ready"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dossier_files": 2}, "too_many_files"),
        ({"document_pages": 4}, "document_too_many_pages"),
        ({"document_bytes": 1200}, "document_too_large"),
    ],
)
def test_limits_hold_at_the_limit_and_one_beyond(monkeypatch, changes, code):
    dossier = make.a_draft()
    limits(monkeypatch, **changes)
    size = {"data": b"%PDF-" + b"x" * 595, "pages": 2}
    make.add(dossier, "identity", **size, sha256="a" * 64)
    make.add(dossier, "identity", **size, sha256="b" * 64)
    with pytest.raises(TooMuch) as limit:
        make.add(dossier, "identity", **size, sha256="c" * 64)
    assert limit.value.code == code
    assert File.objects.count() == 2
    dossier.refresh_from_db()
    assert dossier.file_count == 2


def test_bringing_back_cannot_pass_a_limit_either(monkeypatch):
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    removed = make.add(dossier, "identity")
    files.remove_file(owner, dossier.pk, removed)
    limits(monkeypatch, dossier_files=1)
    make.add(dossier, "identity")
    with pytest.raises(TooMuch):
        files.restore_file(owner, dossier.pk, removed)
    assert file_of(removed).removed_at is not None


def test_a_page_cannot_bring_its_file_back_over_a_limit(monkeypatch):
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    removed = make.add(dossier, "identity")
    page = Page.objects.get(file=removed)
    pages.remove_page(owner, dossier.pk, page.pk)
    limits(monkeypatch, dossier_files=1)
    make.add(dossier, "identity")
    with pytest.raises(TooMuch):
        pages.restore_page(owner, dossier.pk, page.pk)
    page.refresh_from_db()
    assert page.removed_at is not None


def test_over_the_limit_the_page_says_so_and_nothing_is_lost(client, monkeypatch):
    dossier = make.a_draft()
    removed = make.add(dossier, "identity")
    files.remove_file(make.owner_of(dossier), dossier.pk, removed)
    limits(monkeypatch, dossier_files=1)
    make.add(dossier, "identity")
    client.force_login(dossier.owner)
    answer = client.post(f"/en/student/dossier/{dossier.pk}/files/{removed}/restore/")
    assert answer.status_code == 409 and file_of(removed).removed_at is not None


def test_removing_hides_and_restoring_shows_again():
    dossier = make.a_draft()
    owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
    files.remove_file(owner, dossier.pk, file_id)
    slot = next(slot for slot in queries.space(owner, dossier.pk).slots if slot.slot == "identity")
    assert (slot.files, [file.pk for file in slot.removed], slot.state) == ([], [file_id], "to_send")
    files.restore_file(owner, dossier.pk, file_id)
    slot = next(slot for slot in queries.space(owner, dossier.pk).slots if slot.slot == "identity")
    assert ([file.pk for file in slot.files], slot.removed, slot.state) == ([file_id], [], "ready")


def test_a_file_is_moved_among_the_visible_ones_of_its_half():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    first, gone, last = (make.add(dossier, "identity") for _ in range(3))
    files.remove_file(owner, dossier.pk, gone)
    files.move_file(owner, dossier.pk, last, earlier=True)
    order = File.objects.filter(removed_at=None).order_by("position").values_list("pk", flat=True)
    assert list(order) == [last, first]
    files.move_file(owner, dossier.pk, last, earlier=False)
    assert list(order.all()) == [first, last]


def test_what_a_decision_named_or_a_newer_version_replaced_is_not_touched():
    dossier = make.a_submitted()
    owner = make.owner_of(dossier)
    file = File.objects.filter(version__document__slot="identity").get()
    make.replace(dossier, "identity")
    for act in (
        lambda: files.remove_file(owner, dossier.pk, file.pk),
        lambda: files.move_file(owner, dossier.pk, file.pk, earlier=True),
        lambda: pages.turn_page(owner, dossier.pk, file.pages.get().pk),
        lambda: pages.remove_page(owner, dossier.pk, file.pages.get().pk),
    ):
        with pytest.raises(access.NotFound):
            act()
    assert vault.read(file.blob, context=str(file.pk))


class TestReplacing:
    """The new version opens with its first file; until then, and after, nothing that was sent is taken back."""

    def test_the_first_file_opens_a_version_and_the_old_one_is_kept(self):
        dossier = make.a_submitted()
        old = current(dossier, "identity")
        new = make.replace(dossier, "identity")
        numbers = Version.objects.filter(document=old.document).order_by("number").values_list("number", "replaced_at")
        assert [(number, at is None) for number, at in numbers] == [(1, False), (2, True)]
        slot = slot_of(dossier, "identity")
        assert [file.pk for file in slot.files] == [new] and slot.earlier == [old] and slot.state == "sent"
        assert vault.read(old.files.get().blob, context=str(old.files.get().pk))

    def test_the_second_file_of_a_sending_joins_the_first(self):
        dossier = make.a_submitted()
        old = current(dossier, "identity")
        for name in ("front.jpg", "back.jpg"):
            files.add_file(
                make.owner_of(dossier), dossier.pk, "identity", "main", make.checked(name=name), replaces=old.pk
            )
        assert [file.name for file in slot_of(dossier, "identity").files] == ["front.jpg", "back.jpg"]
        assert Version.objects.filter(document=old.document).count() == 2

    def test_a_refused_file_takes_nothings_place(self):
        dossier = make.a_submitted()
        old = current(dossier, "identity")
        checked = replace(make.checked(ok=False, verdict="empty", pages=0), data=None)
        files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked, replaces=old.pk)
        assert current(dossier, "identity") == old and slot_of(dossier, "identity").state == "sent"

    def test_at_a_limit_the_old_version_stands(self, monkeypatch):
        dossier = make.a_submitted()
        old = current(dossier, "identity")
        limits(monkeypatch, document_pages=2)
        with pytest.raises(TooMuch):
            make.replace(dossier, "identity", pages=3)
        assert current(dossier, "identity") == old

    def test_a_late_file_that_is_refused_gives_the_place_back(self):
        dossier = make.a_submitted()
        old = current(dossier, "identity")
        late = make.replace(
            dossier, "identity", data=b"nothing", verdict="checking", ok=False, pages=0, kind="", waiting=True
        )
        assert slot_of(dossier, "identity").state == "checking"
        tasks.check_file(str(late))
        assert current(dossier, "identity") == old and slot_of(dossier, "identity").state == "sent"
        assert [file.pk for file in slot_of(dossier, "identity").refused] == [late]

    def test_a_late_file_that_is_refused_beside_a_good_one_gives_nothing_back(self):
        dossier = make.a_submitted()
        late = make.replace(
            dossier, "identity", data=b"nothing", verdict="checking", ok=False, pages=0, kind="", waiting=True
        )
        make.add(dossier, "identity")
        tasks.check_file(str(late))
        assert current(dossier, "identity").number == 2

    @pytest.mark.parametrize("slot", ["identity", "rib", "nonsense"])
    def test_only_what_was_sent_can_be_replaced(self, slot):
        dossier = make.a_draft()
        make.add(dossier, "identity")
        version = current(dossier, "identity")
        with pytest.raises(access.NotFound):
            files.add_file(make.owner_of(dossier), dossier.pk, slot, "main", make.checked(), replaces=version.pk)
        assert File.objects.count() == 1

    def test_a_version_of_another_document_is_not_found(self):
        dossier = make.a_submitted()
        other = current(dossier, "enrolment")
        with pytest.raises(access.NotFound):
            files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", make.checked(), replaces=other.pk)


def test_who_translated_is_kept_and_journaled_by_kind_only():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    files.name_translator(owner, dossier.pk, "civil_status", "sworn", "Lê Văn Dịch", "Besançon")
    version = Version.objects.get(document__slot="civil_status")
    assert (version.translator_kind, version.translator_name, version.translator_place) == (
        "sworn", "Lê Văn Dịch", "Besançon",
    )  # fmt: skip
    with pytest.raises(ValueError, match="translator"):
        files.name_translator(owner, dossier.pk, "civil_status", "friend", "", "")
    with pytest.raises(access.NotFound):
        files.name_translator(owner, dossier.pk, "nonsense", "sworn", "", "")
    with pytest.raises(access.NotFound):  # nobody asks for a translation of it
        files.name_translator(owner, dossier.pk, "identity", "sworn", "Lê Văn Dịch", "Besançon")
    assert not Version.objects.filter(document__slot="identity").exists()


class TestAfterSubmission:
    """What comes later is received at once, and told once an hour."""

    def test_a_document_sent_later_is_dated_and_told_once_an_hour(self, monkeypatch):
        dossier = make.a_submitted()
        for _ in range(3):
            file_id = make.add(dossier, "rib")
        assert file_of(file_id).version.sent_at is not None
        assert Mail.objects.filter(kind="documents_added").count() == 1
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(hours=1, minutes=1))
        make.add(dossier, "rib")
        assert Mail.objects.filter(kind="documents_added").count() == 2

    def test_a_refused_file_is_not_told_as_received(self):
        dossier = make.a_submitted()
        file = file_of(refused(dossier, "rib"))
        assert file.version.sent_at is None
        assert not Mail.objects.filter(kind="documents_added").exists()

    def test_a_twin_kept_after_the_submission_is_sent(self):
        dossier = make.a_ready_draft()
        owner, data = make.owner_of(dossier), make.a_pdf()
        make.add(dossier, "identity", data=data)
        twin = make.add(dossier, "rib", data=data)
        dossier.refresh_from_db()
        deposit.submit(owner, dossier.pk, expects=dossier.version, key=dossier.pk)
        assert file_of(twin).version.sent_at is None
        files.keep_file(owner, dossier.pk, twin)
        assert file_of(twin).version.sent_at is not None

    def test_a_file_brought_back_after_the_submission_is_sent(self):
        dossier = make.a_ready_draft()
        owner, file_id = make.owner_of(dossier), make.add(dossier, "rib")
        files.remove_file(owner, dossier.pk, file_id)
        dossier.refresh_from_db()
        deposit.submit(owner, dossier.pk, expects=dossier.version, key=dossier.pk)
        assert file_of(file_id).version.sent_at is None
        files.restore_file(owner, dossier.pk, file_id)
        assert file_of(file_id).version.sent_at is not None


class TestLateVerdict:
    """A file received while the parser was busy."""

    def test_it_is_checked_by_its_job_once(self):
        dossier = make.a_draft()
        file_id = waiting(dossier, data=make.a_pdf(2))
        assert file_of(file_id).state == "checking" and jobs.health().waiting == 1
        tasks.check_file(str(file_id))
        file = file_of(file_id)
        assert (file.state, file.verdict, file.page_count, file.pages.count()) == ("ready", "ok", 2, 2)
        version = Dossier.objects.get(pk=dossier.pk).version
        tasks.check_file(str(file_id))
        assert file_of(file_id).pages.count() == 2
        assert Dossier.objects.get(pk=dossier.pk).version == version

    def test_a_second_delivery_of_the_verdict_itself_changes_nothing(self):
        dossier = make.a_draft()
        file_id = waiting(dossier)
        for _ in range(2):
            files.settle_check(file_id, make.checked(pages=1))
        assert file_of(file_id).pages.count() == 1

    def test_a_bad_one_loses_its_bytes_and_keeps_its_verdict(self):
        dossier = make.a_draft()
        file_id = waiting(dossier, data=b"not a document")
        blob = file_of(file_id).blob
        tasks.check_file(str(file_id))
        assert (file_of(file_id).state, file_of(file_id).blob) == ("refused", None)
        with pytest.raises(vault.Missing):
            vault.read(blob, context=str(file_id))

    def test_its_pages_count_for_the_limit_of_the_document(self, monkeypatch):
        dossier = make.a_draft()
        make.add(dossier, "identity", pages=3)
        limits(monkeypatch, document_pages=4)
        file_id = waiting(dossier, data=make.a_pdf(2))
        tasks.check_file(str(file_id))
        assert (file_of(file_id).state, file_of(file_id).verdict) == ("refused", "document_too_many_pages")

    def test_after_the_submission_it_dates_its_version(self):
        dossier = make.a_ready_draft()
        file_id = waiting(dossier, "rib")
        dossier.refresh_from_db()
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=dossier.pk)
        assert file_of(file_id).version.sent_at is None
        tasks.check_file(str(file_id))
        assert file_of(file_id).version.sent_at is not None

    def test_a_draft_deleted_meanwhile_is_no_error(self):
        dossier = make.a_draft()
        file_id = waiting(dossier)
        dossier.refresh_from_db()
        deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
        tasks.check_file(str(file_id))
        files.settle_check(file_id, make.checked())
        assert not File.objects.exists()

    def test_while_the_parser_stays_busy_the_job_is_tried_again(self, monkeypatch):
        file_id = waiting(make.a_draft())

        def busy(*_args, **_kwargs):
            raise uploads.vision.Busy

        monkeypatch.setattr(uploads.vision, "check", busy)
        with pytest.raises(uploads.vision.Busy):
            tasks.check_file(str(file_id))
        assert file_of(file_id).state == "checking"

    def test_a_file_forgotten_by_its_job_is_asked_about_again_once(self, monkeypatch):
        file_id = waiting(make.a_draft())
        tasks.ask_again()
        assert jobs.health().waiting == 1
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(minutes=11))
        tasks.ask_again()
        tasks.ask_again()
        assert jobs.health().waiting == 2
        jobs.run_pending()
        assert file_of(file_id).state == "ready"
