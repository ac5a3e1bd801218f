"""The list of documents as rows: what blocks, what counts, and what stays when the answers change."""

from datetime import timedelta

import pytest

from matricule.core import clock, jobs
from matricule.dossiers import plan, tasks
from matricule.dossiers.models import Document, File, Registrant, Requirement, Version
from matricule.dossiers.operations import deposit
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    dossier = make.a_ready_draft()
    return dossier, dossier.registrants.get()


def replaced(dossier, slot: str) -> None:
    """Open a new, empty version of a document."""
    old = Version.objects.get(document__slot=slot, document__registrant__dossier=dossier)
    Version.objects.filter(pk=old.pk).update(replaced_at=clock.now())
    Version.objects.create(document=old.document, number=2, opened_at=clock.now())


def test_the_rows_follow_the_order_of_the_rules_without_a_gap():
    rows = make.a_draft().registrants.get().requirements.order_by("position")
    assert [row.position for row in rows] == list(range(len(rows)))
    assert [row.phase for row in rows] == sorted(row.phase for row in rows)


def test_only_documents_of_the_first_phase_hold_the_deposit_up():
    rows = make.a_draft().registrants.get().requirements.all()
    assert {row.phase for row in rows if row.blocks_submission} == {1}


def test_a_document_of_two_requirements_is_missed_once(ready):
    dossier, person = ready
    Requirement.objects.filter(slot="civil_status").update(blocks_submission=True)
    assert person.requirements.filter(slot="civil_status").count() == 2
    assert plan.obstacles(dossier, person) == ["document:civil_status"]


def test_a_requirement_that_fell_away_holds_nothing_up(ready):
    dossier, person = ready
    File.objects.filter(version__document__slot="visa_d").update(removed_at=clock.now())
    Requirement.objects.filter(code="visa_d").update(dropped_at=clock.now())
    assert plan.obstacles(dossier, person) == []


def test_answers_that_ask_a_question_again_stand_first(ready):
    dossier, person = ready
    dossier.answers = {**make.NON_EU, "residence_title": None}
    person.sections_done = []
    found = plan.obstacles(dossier, person)
    assert found[0] == "answers:open" and found[1] == "section:civil_status"


class TestWhatIsInOrder:
    """A slot counts by the current version's original, in order and not removed."""

    def test_a_translation_alone_does_not_count(self):
        dossier = make.a_draft()
        make.add(dossier, "civil_status", "translation")
        assert plan.ready_slots(dossier.registrants.get()) == set()
        make.add(dossier, "civil_status")
        assert plan.ready_slots(dossier.registrants.get()) == {"civil_status"}

    def test_a_file_of_a_replaced_version_does_not_count(self):
        dossier = make.a_submitted()
        replaced(dossier, "identity")
        assert "identity" not in plan.ready_slots(dossier.registrants.get())

    def test_one_file_in_order_beside_others_is_enough(self):
        dossier = make.a_draft()
        first, _second = make.add(dossier, "identity"), make.add(dossier, "identity")
        File.objects.filter(pk=first).update(state="refused")
        assert plan.ready_slots(dossier.registrants.get()) == {"identity"}

    def test_another_persons_files_do_not_count(self):
        make.add(make.a_draft(), "identity")
        assert plan.ready_slots(make.a_draft().registrants.get()) == set()


def test_after_a_replacement_a_new_file_joins_the_new_version():
    dossier = make.a_submitted()
    replaced(dossier, "identity")
    found = plan.current_version(dossier.registrants.get(), "identity", clock.now())
    assert (found.number, found.replaced_at, Document.objects.filter(slot="identity").count()) == (2, None, 1)
    assert Version.objects.filter(document=found.document).count() == 2


def test_what_the_form_leaves_empty_keeps_the_answer_and_the_answers_given_stay_untouched():
    given = {"nationality": "VN", "other": 1}
    assert plan.merged(given, Registrant(nationality="")) == given
    merged = plan.merged(given, Registrant(nationality="DE"))
    assert merged["nationality"] == "DE" and given["nationality"] == "VN"


def test_a_sync_touches_one_person_only():
    mine, theirs = make.a_draft(), make.a_draft()
    before = list(theirs.registrants.get().requirements.order_by("pk").values())
    european = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}
    deposit.change_answers(make.owner_of(mine), mine.pk, european)
    assert list(theirs.registrants.get().requirements.order_by("pk").values()) == before


class TestAskingAgain:
    """Files that wait for a verdict are asked about again, one job each."""

    @pytest.fixture
    def late(self, monkeypatch):
        monkeypatch.setattr(clock, "_offset", lambda: tasks.PATIENCE + timedelta(minutes=1))

    def waiting(self, dossier, slot: str):
        return make.add(dossier, slot, verdict="checking", ok=False, pages=0, kind="", waiting=True)

    def test_only_those_that_still_wait(self, late):
        dossier = make.a_draft()
        make.add(dossier, "identity")
        before = jobs.health().waiting
        tasks.ask_again()
        assert jobs.health().waiting == before

    def test_each_of_them_once(self, monkeypatch):
        dossier = make.a_draft()
        for slot in ("identity", "rib"):
            self.waiting(dossier, slot)
        before = jobs.health().waiting
        monkeypatch.setattr(clock, "_offset", lambda: tasks.PATIENCE + timedelta(minutes=1))
        for _ in range(3):
            tasks.ask_again()
        assert jobs.health().waiting == before + 2

    def test_before_its_time_nobody_is_asked(self, monkeypatch):
        self.waiting(make.a_draft(), "identity")
        before = jobs.health().waiting
        monkeypatch.setattr(clock, "_offset", lambda: tasks.PATIENCE - timedelta(minutes=1))
        tasks.ask_again()
        assert jobs.health().waiting == before

    def test_a_file_that_is_gone_is_no_error(self):
        tasks.check_file("01900000-0000-7000-8000-000000000001")
        assert not File.objects.exists()
