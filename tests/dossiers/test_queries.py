"""What the screens read: right, and in as many statements for a full dossier as for an empty one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule.core import clock
from matricule.core.journal import entries_about
from matricule.dossiers import access, queries
from matricule.dossiers.models import File, Page
from matricule.dossiers.operations import deposit, files
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def statements(act) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def slot_of(dossier, name):
    return next(slot for slot in queries.space(make.owner_of(dossier), dossier.pk).slots if slot.slot == name)


def test_the_space_costs_the_same_statements_however_many_files():
    dossier = make.a_draft()
    make.add(dossier, "identity", pages=2)
    owner = make.owner_of(dossier)
    few = statements(lambda: queries.space(owner, dossier.pk))
    for slot in ("identity", "visa_d", "enrolment", "civil_status", "rib"):
        for _ in range(3):
            make.add(dossier, slot, pages=3)
    assert statements(lambda: queries.space(owner, dossier.pk)) == few <= 8


def test_the_pages_of_the_student_cost_the_same_statements_however_many_files(client):
    dossier = make.a_draft()
    make.add(dossier, "identity", pages=2)
    client.force_login(dossier.owner)
    address = f"/en/student/dossier/{dossier.pk}/documents/"
    client.get(address)
    few = statements(lambda: client.get(address))
    for slot in ("identity", "visa_d", "enrolment", "rib"):
        for _ in range(3):
            make.add(dossier, slot, pages=2)
    assert statements(lambda: client.get(address)) == few


def test_the_slots_come_by_phase_and_the_birth_record_with_its_translation():
    space = queries.space(make.owner_of(dossier := make.a_draft()), dossier.pk)
    assert [slot.phase for slot in space.slots] == sorted(slot.phase for slot in space.slots)
    shared = next(slot for slot in space.slots if slot.slot == "civil_status")
    assert set(shared.codes) == {"civil_status", "translation"}
    assert {slot.slot for slot in space.phase(1) if slot.blocks} == {"identity", "enrolment", "visa_d"}


def test_the_state_of_a_document_follows_its_files():
    dossier = make.a_draft()
    assert slot_of(dossier, "identity").state == "to_send"
    file_id = make.add(dossier, "identity")
    assert slot_of(dossier, "identity").state == "ready"
    for state, shown in (("refused", "look"), ("already_sent", "look"), ("checking", "checking"), ("ready", "ready")):
        File.objects.filter(pk=file_id).update(state=state)
        assert slot_of(dossier, "identity").state == shown
    make.add(dossier, "civil_status")
    assert slot_of(dossier, "civil_status").state == "look"
    make.add(dossier, "civil_status", "translation")
    assert slot_of(dossier, "civil_status").state == "look"
    files.name_translator(make.owner_of(dossier), dossier.pk, "civil_status", "sworn", "Claire Duval", "Besançon")
    assert slot_of(dossier, "civil_status").state == "ready"
    assert len(slot_of(dossier, "civil_status").part("main")) == 1


def test_what_was_submitted_is_sent_and_the_rest_may_come_later():
    dossier = make.a_submitted()
    space = queries.space(make.owner_of(dossier), dossier.pk)
    assert {slot.slot for slot in space.slots if slot.state == "sent"} == {"identity", "enrolment", "visa_d"}
    assert space.ready == 3 and {slot.phase for slot in space.later} <= {2, 3}


def test_a_slot_that_fell_away_shows_only_while_it_holds_a_file():
    dossier = make.a_draft()
    make.add(dossier, "visa_d")
    european = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}
    deposit.change_answers(make.owner_of(dossier), dossier.pk, european)
    space = queries.space(make.owner_of(dossier), dossier.pk)
    dropped = [slot for slot in space.slots if slot.dropped]
    assert [slot.slot for slot in dropped] == ["visa_d"] and "visa_d" not in {slot.slot for slot in space.asked}


def test_a_file_removed_a_month_ago_is_no_longer_shown(monkeypatch):
    dossier = make.a_draft()
    files.remove_file(make.owner_of(dossier), dossier.pk, make.add(dossier, "identity"))
    assert len(slot_of(dossier, "identity").removed) == 1
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=30, minutes=1))
    assert slot_of(dossier, "identity").removed == []


def test_the_first_open_section_is_the_next_to_do():
    dossier = make.a_draft()
    owner, registrant = make.owner_of(dossier), dossier.registrants.get()
    assert queries.first_open_section(registrant) == "civil_status"
    deposit.save_section(owner, dossier.pk, "civil_status", {}, make.CIVIL_STATUS)
    registrant.refresh_from_db()
    assert queries.first_open_section(registrant) == "parents"
    assert queries.first_open_section(make.a_filled_draft().registrants.get()) is None


def test_a_refused_file_has_no_page_to_look_at():
    dossier = make.a_draft()
    file_id = make.add(dossier, "identity")
    File.objects.filter(pk=file_id).update(blob=None)
    owner, page = make.owner_of(dossier), Page.objects.get(file=file_id)
    for act in (
        lambda: queries.file_of(owner, dossier.pk, file_id),
        lambda: queries.page_of(owner, dossier.pk, page.pk),
    ):
        with pytest.raises(access.NotFound):
            act()


def test_somebody_without_a_dossier_has_none_and_sees_none():
    dossier, stranger = make.a_draft(), access.person(make.a_user().pk)
    assert queries.open_dossier(stranger) is None
    assert queries.open_dossier(make.owner_of(dossier)) == dossier
    for act in (
        lambda: queries.space(stranger, dossier.pk),
        lambda: queries.file_of(stranger, dossier.pk, uuid4()),
        lambda: queries.page_of(stranger, dossier.pk, uuid4()),
        lambda: files.slot_of(stranger, dossier.pk, uuid4()),
    ):
        with pytest.raises(access.NotFound):
            act()


def test_reading_is_journaled_by_who_and_what():
    dossier = make.a_draft()
    queries.note_reading(make.owner_of(dossier), dossier.pk, "documents")
    entry = entries_about(("dossier", dossier.pk))[-1]
    assert (entry.actor, entry.action, dict(entry.detail)) == (f"user:{dossier.owner_id}", "read.documents", {})
