"""The same thing many times at once, from connections of their own: the effect of once (reliability.md F21, R08)."""

from uuid import uuid4

import pytest

from matricule.core import journal
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import deposit, files
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove
from matricule.notices.models import Notice
from tests.support import factories as make
from tests.support.promises import in_one_line
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race]
part = in_one_line("operations at once", 8)


def entries(dossier, action: str) -> int:
    return sum(entry.action == action for entry in journal.entries_about(("dossier", dossier.pk)))


def sent_once(dossier) -> None:
    dossier.refresh_from_db()
    assert Dossier.objects.count() == 1 and dossier.submitted_at is not None
    assert Mail.objects.filter(kind="deposit_receipt").count() == 1
    assert Notice.objects.filter(kind="deposit_receipt").count() == 1
    assert entries(dossier, "dossier.submitted") == 1


def test_the_same_submit_fifty_times_at_once_submits_once(part):
    dossier, key = make.a_ready_draft(), uuid4()
    owner, version = make.owner_of(dossier), dossier.version
    answers = together(50, lambda _: deposit.submit(owner, dossier.pk, expects=version, key=key))
    assert answers.count(None) == 1
    others = [answer for answer in answers if answer is not None]
    assert {type(answer) for answer in others} == {AlreadyDone}
    assert {answer.dossier_id for answer in others} == {dossier.pk}
    sent_once(dossier)
    part("50 submits with one key: 1 dossier")


def test_fifty_pages_with_keys_of_their_own_submit_once_and_the_others_conflict(part):
    dossier = make.a_ready_draft()
    owner, version = make.owner_of(dossier), dossier.version
    answers = together(50, lambda _: deposit.submit(owner, dossier.pk, expects=version, key=uuid4()))
    assert answers.count(None) == 1
    assert {type(answer) for answer in answers if answer is not None} <= {Conflict, IllegalMove}
    sent_once(dossier)
    part("50 with keys of their own: 1 sent, 49 told")


def test_fifty_starts_at_once_open_one_dossier(part):
    user = make.a_user()
    answers = together(50, lambda _: make.a_draft(user))
    assert len({answer.pk for answer in answers}) == 1
    dossier = Dossier.objects.get()
    assert Registrant.objects.count() == 1 and entries(dossier, "draft.opened") == 1
    part("50 starts: 1 draft")


def test_two_windows_that_save_different_fields_lose_nothing(part):
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    names = [f"field{number}" for number in range(24)]
    answers = together(24, lambda number: deposit.save_typed(owner, dossier.pk, {names[number]: ("", str(number))}))
    assert all(answer.kept for answer in answers)
    assert dossier.registrants.get().typed == {name: str(number) for number, name in enumerate(names)}
    part("24 fields saved: 24 kept")


def test_two_windows_that_save_the_same_field_one_wins_and_the_other_is_told(part):
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    answers = together(2, lambda number: deposit.save_typed(owner, dossier.pk, {"city": ("", f"City {number}")}))
    kept = dossier.registrants.get().typed["city"]
    assert sorted(len(answer.kept) for answer in answers) == [0, 1]
    assert [answer.conflicts for answer in answers if answer.conflicts] == [{"city": kept}]
    assert entries(dossier, "draft.edited") == 1
    part("2 of one field: 1 kept, 1 told")


def test_uploads_at_once_never_pass_the_limit_of_files(monkeypatch, part):
    dossier = make.a_draft()
    monkeypatch.setattr(files, "LIMITS", files.Limits(dossier_files=10, document_pages=1000))
    answers = together(40, lambda _: make.add(dossier, "identity"), width=30)
    refused = [answer for answer in answers if isinstance(answer, files.TooMuch)]
    assert len(refused) == 30 and {answer.code for answer in refused} == {"too_many_files"}
    dossier.refresh_from_db()
    assert dossier.file_count == File.objects.count() == 10
    assert len(set(File.objects.values_list("position", flat=True))) == 10
    part("40 files where 10 may be: 10")


def test_a_removal_and_a_submission_at_once_agree_on_what_was_sent(part):
    dossier = make.a_ready_draft()
    owner = make.owner_of(dossier)
    file_id = File.objects.filter(version__document__slot="identity").get().pk
    acts = [
        lambda: deposit.submit(owner, dossier.pk, expects=dossier.version, key=uuid4()),
        lambda: files.remove_file(owner, dossier.pk, file_id),
    ]
    answers = together(2, lambda number: acts[number]())
    dossier.refresh_from_db()
    if dossier.submitted_at is None:
        assert isinstance(answers[0], (Conflict, deposit.NotReady))
    else:
        assert answers[0] is None
    assert File.objects.get(pk=file_id).removed_at is not None
    part("a removal and a submit: one story")


def test_deleting_a_draft_fifty_times_deletes_it_once(part):
    dossier = make.a_ready_draft()
    owner = make.owner_of(dossier)
    answers = together(50, lambda _: deposit.delete_draft(owner, dossier.pk, expects=dossier.version))
    assert answers.count(None) == 1
    assert entries(dossier, "draft.deleted") == 1 and Mail.objects.filter(kind="draft_deleted").count() == 1
    part("50 deletions: 1")
