"""What the rules ask, kept as rows: never deleted, brought back with the answer that asks for it again."""

import pytest

from matricule.core import clock
from matricule.dossiers import plan
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import deposit, files
from tests.support import factories as make

pytestmark = pytest.mark.django_db
EUROPEAN = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}


def asked(dossier) -> set[str]:
    rows = dossier.registrants.get().requirements.filter(dropped_at=None)
    return set(rows.values_list("code", flat=True))


def test_a_requirement_that_falls_away_is_dated_and_comes_back_as_the_same_row():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    before = dossier.registrants.get().requirements.get(code="visa_d")
    deposit.change_answers(owner, dossier.pk, EUROPEAN)
    assert "visa_d" not in asked(dossier)
    first_drop = dossier.registrants.get().requirements.get(code="visa_d").dropped_at
    plan.sync(dossier.registrants.get(), "student", EUROPEAN, clock.now())
    assert dossier.registrants.get().requirements.get(code="visa_d").dropped_at == first_drop
    deposit.change_answers(owner, dossier.pk, make.NON_EU)
    after = dossier.registrants.get().requirements.get(code="visa_d")
    assert (after.pk, after.dropped_at) == (before.pk, None)


def test_syncing_twice_changes_nothing():
    dossier = make.a_draft()
    registrant = dossier.registrants.get()
    before = list(registrant.requirements.order_by("pk").values())
    plan.sync(registrant, "student", make.NON_EU, clock.now())
    assert list(registrant.requirements.order_by("pk").values()) == before


def test_what_the_form_says_more_exactly_counts():
    registrant = Registrant(nationality="DE", birth_country="", birth_date="2004-03-14")
    merged = plan.merged({"nationality": "VN", "birth_country": "VN", "situation": "study"}, registrant)
    assert merged == {
        "nationality": "DE", "birth_country": "VN", "birth_date": "2004-03-14", "situation": "study",
    }  # fmt: skip


def test_the_obstacles_stand_in_the_order_of_the_pages():
    dossier = make.a_draft()
    found = plan.obstacles(dossier, dossier.registrants.get())
    assert found[:4] == [f"section:{name}" for name in plan.SECTIONS]
    assert set(found[4:]) == {"document:identity", "document:enrolment", "document:visa_d"}


@pytest.mark.parametrize("state", ["refused", "checking", "already_sent"])
def test_a_document_counts_only_when_a_file_is_in_order(state):
    dossier = make.a_ready_draft()
    registrant = dossier.registrants.get()
    files.File.objects.filter(version__document__slot="identity").update(state=state)
    assert plan.obstacles(dossier, registrant) == ["document:identity"]


def test_a_removed_file_is_missing_again():
    dossier = make.a_ready_draft()
    file = files.File.objects.get(version__document__slot="visa_d")
    files.remove_file(make.owner_of(dossier), dossier.pk, file.pk)
    assert plan.obstacles(dossier, dossier.registrants.get()) == ["document:visa_d"]


def test_the_first_file_opens_the_version_and_the_next_joins_it():
    registrant = make.a_draft().registrants.get()
    first = plan.current_version(registrant, "identity", clock.now())
    assert plan.current_version(registrant, "identity", clock.now()) == first and first.number == 1
