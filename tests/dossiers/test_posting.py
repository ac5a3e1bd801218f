"""A RIB that came by post: noted with its IBAN, answered for, told, and taken back when it was an error."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection

from matricule.core import clock, journal
from matricule.core.outbox import Mail
from matricule.dossiers import access, export, posted, requests
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, deposit, posting, silence
from matricule.dossiers.operations.door import Conflict
from matricule.dossiers.posted import PostedRib
from matricule.dossiers.told import Told
from matricule.notices.models import Notice
from matricule.rules.numbers import iban as iban_rules
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

FIRST, SECOND = "FR7630006000011234567890189", "DE89370400440532013000"


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier() -> Dossier:
    return firm.a_sent_request()


@pytest.fixture
def family() -> Dossier:
    return firm.a_sent_request(family=True)


def person(dossier: Dossier, role: str = "principal") -> Registrant:
    return dossier.registrants.get(role=role)


def note(worker, dossier, iban=FIRST, role="principal", **more):
    given = {"expects": caisse.version_of(dossier), "arrived_on": clock.today(), "place": "Binder 4", **more}
    posting.note_rib(worker, dossier.pk, person(dossier, role).pk, iban, **given)


def undo(worker, dossier, role="principal", **more):
    given = {"expects": caisse.version_of(dossier), **more}
    posting.undo_rib(worker, dossier.pk, person(dossier, role).pk, **given)


def ask(worker, dossier, *codes):
    asked = {code: ("not_sent", {}) for code in codes}
    expects = caisse.version_of(dossier)
    asking.ask(worker, dossier.pk, person(dossier).pk, expects=expects, codes=asked)


def actions(dossier: Dossier) -> list[str]:
    return [entry.action for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action.startswith("rib")]


def kinds(dossier: Dossier, role: str = "principal") -> list[str]:
    """Return what was written to a person at their own address since they were told of the request."""
    rows = Told.objects.filter(registrant=person(dossier, role)).order_by("at", "pk")
    return [row.kind for row in rows if row.kind != "employee_filed"]


def test_both_examples_are_ibans():
    assert iban_rules.check(FIRST).ok and iban_rules.check(SECOND).ok


def test_it_is_kept_sealed_with_the_person_and_journaled_without_it(worker, family):
    note(worker, family, role="spouse", place=" Binder 4 ")
    spouse = person(family, "spouse")
    assert spouse.iban == FIRST and spouse.iban_confirmed_at is not None and not person(family).iban
    row = posted.of([spouse.pk])[spouse.pk]
    assert (row.place, row.arrived_on, row.by) == ("Binder 4", clock.today(), worker.uuid)
    with connection.cursor() as cursor:
        for table in ("dossiers_postedrib", "dossiers_registrant", "core_journal"):
            cursor.execute(f"select t::text from {table} t")
            text = "".join(found for (found,) in cursor.fetchall())
            hidden = (FIRST, FIRST.encode().hex(), "Binder 4", b"Binder 4".hex())
            assert text and not any(one in text for one in hidden), table
    assert actions(family) == ["rib.arrived"]


def test_what_is_refused(worker, dossier):
    with pytest.raises(ValueError, match="place"):
        note(worker, dossier, place="  ")
    with pytest.raises(ValueError, match="place"):
        note(worker, dossier, place="x" * (posting.LONGEST + 1))
    with pytest.raises(ValueError, match="arrived_on"):
        note(worker, dossier, arrived_on=clock.today() + timedelta(days=1))
    with pytest.raises(Conflict):
        note(worker, dossier, expects=1)
    with pytest.raises(access.NotFound):
        undo(worker, dossier)
    for stranger in (caisse.a_caseworker(caisse.PARIS), firm.actor_of(dossier), access.person(dossier.owner_id)):
        with pytest.raises(access.NotFound):
            note(stranger, dossier)
        with pytest.raises(access.NotFound):
            undo(stranger, dossier)
    assert not PostedRib.objects.exists() and not person(dossier).iban


def test_it_answers_an_ask_that_waited_for_it_alone_and_no_reminder_leaves(worker, dossier):
    ask(worker, dossier, "rib")
    assert requests.awaited(dossier.pk)[person(dossier).pk].person == ["rib"]
    note(worker, dossier)
    assert Ask.objects.get().state == Ask.State.ANSWERED and requests.awaited(dossier.pk) == {}
    assert Dossier.objects.get(pk=dossier.pk).answered_at is None, "the caseworker has it in hand"
    before = Mail.objects.count()
    Ask.objects.update(asked_at=clock.now() - timedelta(days=60))
    silence.run()
    assert Mail.objects.count() == before


def test_what_else_is_asked_stays_asked(worker, dossier):
    ask(worker, dossier, "rib", "civil_status")
    note(worker, dossier)
    waits = requests.awaited(dossier.pk)[person(dossier).pk]
    assert (waits.company, waits.person) == (["civil_status"], [])
    undo(worker, dossier)
    assert requests.awaited(dossier.pk)[person(dossier).pk].person == ["rib"], "it is waited for again"


def test_an_answer_that_nobody_looked_at_yet_stays_one(worker, dossier):
    Dossier.objects.filter(pk=dossier.pk).update(answered_at=clock.now())
    note(worker, dossier)
    assert Dossier.objects.get(pk=dossier.pk).answered_at is not None


def test_the_person_and_the_company_are_told_of_both(worker, family):
    note(worker, family, role="spouse")
    Registrant.objects.filter(pk=person(family).pk).update(email="")
    note(worker, family)
    assert kinds(family) == [], "who has no address is not written to"
    Registrant.objects.filter(pk=person(family).pk).update(email="adaeze@example.org")
    undo(worker, family)
    note(worker, family)
    assert kinds(family) == ["employee_rib_not_arrived", "employee_rib_arrived"]
    assert Notice.objects.filter(kind="request_changed", dossier_id=family.pk).count() == 4
    bodies = Mail.objects.filter(kind__startswith="employee_rib").values_list("body", flat=True)
    assert bodies and not any(FIRST[-4:] in body for body in bodies)


def test_an_error_is_taken_back_and_what_stood_there_comes_back(worker):
    student = make.a_submitted()
    deposit.save_bank_details(make.owner_of(student), student.pk, SECOND, confirmed=True)
    confirmed = person(student).iban_confirmed_at
    note(worker, student)
    assert person(student).iban == FIRST
    undo(worker, student)
    back = person(student)
    assert (back.iban, back.iban_confirmed_at, back.typed["iban"]) == (SECOND, confirmed, SECOND)
    assert bytes(back.iban_index) != bytes(PostedRib.objects.get().iban_index)
    assert actions(student) == ["rib.arrived", "rib.undone"]
    assert set(Notice.objects.filter(kind__startswith="rib").values_list("kind", flat=True)) == {
        "rib_arrived", "rib_not_arrived",
    }  # fmt: skip


def test_nothing_stood_there_and_nothing_does_again(worker, dossier):
    note(worker, dossier)
    undo(worker, dossier)
    back = person(dossier)
    assert (back.iban, back.iban_index, back.iban_confirmed_at) == ("", None, None)


def test_what_the_person_typed_since_stays(worker):
    student = make.a_submitted()
    note(worker, student)
    deposit.save_bank_details(make.owner_of(student), student.pk, SECOND, confirmed=True)
    undo(worker, student)
    assert person(student).iban == SECOND


def test_another_rib_takes_the_place_of_the_first_and_one_counts(worker, dossier):
    note(worker, dossier)
    note(worker, dossier, SECOND, place="Binder 5")
    assert PostedRib.objects.count() == 2
    assert posted.of([person(dossier).pk])[person(dossier).pk].place == "Binder 5"
    undo(worker, dossier)
    assert person(dossier).iban == FIRST and posted.of([person(dossier).pk]) == {}


def test_it_comes_after_the_space_has_closed_too(worker):
    student = make.a_submitted()
    Registrant.objects.filter(dossier=student).update(state="registered")
    Dossier.objects.filter(pk=student.pk).update(
        ended_at=clock.now(), space_closes_on=clock.today() - timedelta(days=1)
    )
    note(worker, student)
    assert person(student).iban == FIRST and person(student).state == "registered"


def test_the_archive_of_everything_says_that_it_came_and_where_it_is(worker):
    student = make.a_submitted()
    note(worker, student)
    out = BytesIO()
    export.write(out, student, person(student))
    [found] = json.loads(zipfile.ZipFile(out).read("data.json"))["bank_details_by_post"]
    assert (found["came"], found["paper"], found["ended"]) == (clock.today().isoformat(), "Binder 4", None)


def test_who_is_not_sent_yet_is_nobody_for_the_caisse(worker, dossier):
    added = firm.added(dossier, "partner")
    expects = caisse.version_of(dossier)
    with pytest.raises(access.NotFound):
        posting.note_rib(
            worker, dossier.pk, added.pk, FIRST, expects=expects, arrived_on=clock.today(), place="Binder 4"
        )
