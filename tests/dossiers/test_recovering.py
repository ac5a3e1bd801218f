"""A lost mailbox: no answer to the page, two people at the caisse, the present address told and able to stop it."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matricule.accounts import address_changes
from matricule.accounts.address_changes import CannotChange
from matricule.core import clock, jobs
from matricule.core.outbox import Mail
from matricule.dossiers import access, desk, export
from matricule.dossiers.access import NotFound
from matricule.dossiers.mailbox import LostMailbox, Recovery
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import examining, recovering, talking
from matricule.dossiers.operations.door import Conflict
from tests.support import caisse, cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
NEW = "new-box@example.org"
PAPER = "C8X4T2L9"


@pytest.fixture
def dossier():
    return make.a_submitted()


@pytest.fixture
def one():
    return caisse.a_caseworker(name="Camille Roy")


@pytest.fixture
def two():
    return caisse.a_caseworker(name="Irène Faivre")


def said(dossier, **changes) -> dict[str, str]:
    born = caisse.person(dossier).birth_date
    known = {"reference": dossier.reference, "birth_date": born, "new_address": NEW, "phone": "06 98 76 54 01"}
    return {**known, "words": "I moved.", **changes}


def ask(dossier, network="n", **changes) -> None:
    recovering.ask(said(dossier, **changes), network=network)
    jobs.run_pending()


def propose(actor, dossier, **changes) -> None:
    given = {"address": NEW, "seen": "counter", "paper_number": PAPER, "expects": caisse.version_of(dossier)}
    recovering.propose(actor, dossier.pk, **{**given, **changes})


def confirm(actor, dossier) -> None:
    recovering.confirm(actor, dossier.pk, expects=caisse.version_of(dossier))


def recovery(dossier) -> Recovery:
    return Recovery.objects.filter(dossier=dossier).latest("pk")


def kinds(to: str) -> list[str]:
    return sorted(mail.kind for mail in Mail.objects.all() if mail.to_address == to and "_" in mail.kind)


def told(dossier) -> list[str]:
    """Return what was written to the present address about this."""
    return [kind for kind in kinds(dossier.owner.email) if kind.startswith(("mailbox", "address"))]


def acts(dossier) -> list[tuple[str, str]]:
    return [(e.action, e.outcome) for e in reversed(desk.history(dossier.pk)) if e.action.startswith("mailbox")]


def after(**delay):
    return time_machine.travel(clock.wall() + timedelta(**delay), tick=False)


def test_from_the_form_to_the_new_address(dossier, one, two):
    ask(dossier)
    assert recovery(dossier).state == "asked"
    assert Dossier.objects.get(pk=dossier.pk).queue == "answered", "it waits in a list of the office"
    propose(one, dossier)
    assert recovery(dossier).state == "proposed"
    confirm(two, dossier)
    assert recovery(dossier).state == "confirmed"
    assert Dossier.objects.get(pk=dossier.pk).answered_at is None
    with after(hours=23, minutes=59):
        address_changes.apply_due()
        dossier.owner.refresh_from_db()
        assert dossier.owner.email != NEW
    old = dossier.owner.email
    with after(hours=24):
        address_changes.apply_due()
    dossier.owner.refresh_from_db()
    assert dossier.owner.email == NEW
    found = [mail.kind for mail in Mail.objects.all() if mail.to_address == old and mail.kind.startswith(("m", "add"))]
    assert sorted(found) == [
        "address_changed",
        "mailbox_lost_asked",
        "mailbox_lost_confirmed",
        "mailbox_lost_proposed",
    ]
    assert kinds(NEW) == ["address_changed", "new_address_waits"]
    assert acts(dossier) == [("mailbox.asked", "done"), ("mailbox.proposed", "done"), ("mailbox.confirmed", "done")]


@pytest.mark.parametrize(
    "changes",
    [{"birth_date": "2004-03-15"}, {"birth_date": ""}, {"reference": "M26-AAAA-AAAA"}, {"reference": "nothing"}],
)
def test_what_names_no_dossier_leaves_nothing_behind(dossier, changes):
    before = Mail.objects.count()
    ask(dossier, **changes)
    assert not Recovery.objects.exists() and Mail.objects.count() == before
    assert LostMailbox.objects.get().said == {}


def test_a_draft_is_not_recovered():
    ask(make.a_filled_draft())
    assert not Recovery.objects.exists()


def test_the_page_does_the_same_work_whatever_exists(dossier):
    counts = []
    for changes in ({}, {"birth_date": "1999-01-01"}, {"reference": "M26-AAAA-AAAA"}):
        with CaptureQueriesContext(connection) as seen:
            recovering.ask(said(dossier, **changes), network="n")
        counts.append([re.sub(r"'[^']*'|\d+", "", query["sql"])[:40] for query in seen])
    assert counts[0] == counts[1] == counts[2]


def test_what_was_written_is_sealed_then_forgotten(dossier):
    recovering.ask(said(dossier), network="203.0.113.0/24")
    stored = cast.everything_stored()
    for text in (NEW, "06 98 76 54 01", "203.0.113"):
        assert text not in stored
    jobs.run_pending()
    assert LostMailbox.objects.get().said == {}
    with after(hours=25):
        jobs.run_sweeps()
    assert not LostMailbox.objects.exists()


def test_a_form_that_was_not_compared_yet_is_not_forgotten(dossier):
    recovering.ask(said(dossier), network="n")
    with after(hours=25):
        assert recovering.forget_forms() == 0
        jobs.run_pending()
    assert recovery(dossier).state == "asked"


def test_the_job_twice_asks_once(dossier):
    recovering.ask(said(dossier), network="n")
    lost = LostMailbox.objects.get()
    recovering.match(lost.pk)
    recovering.match(lost.pk)
    assert Recovery.objects.count() == 1 and told(dossier) == ["mailbox_lost_asked"]


def test_a_second_form_changes_nothing_and_tells_nobody_again(dossier):
    ask(dossier)
    ask(dossier, new_address="thief@example.org")
    assert recovery(dossier).new_address == NEW and Recovery.objects.count() == 1
    assert told(dossier) == ["mailbox_lost_asked"]
    assert acts(dossier) == [("mailbox.asked", "done"), ("mailbox.asked", "held")]


def test_five_forms_of_a_network_an_hour(dossier):
    for _ in range(recovering.PER_NETWORK):
        ask(dossier, birth_date="1999-01-01")
    ask(dossier)
    assert not Recovery.objects.exists()
    ask(dossier, network="another")
    assert Recovery.objects.count() == 1
    with after(minutes=61):
        recovering.ask(said(dossier), network="n")
        assert LostMailbox.objects.filter(matched_at=None).count() == 1


def test_whoever_proposed_does_not_confirm(dossier, one):
    propose(one, dossier)
    with pytest.raises(recovering.SamePerson):
        confirm(one, dossier)
    assert recovery(dossier).state == "proposed" and address_changes.waiting(dossier.owner_id) is None


def test_a_caseworker_may_begin_without_a_form(dossier, one, two):
    propose(one, dossier)
    confirm(two, dossier)
    assert address_changes.waiting(dossier.owner_id).by_caisse


def test_the_number_shown_is_that_of_the_file(dossier, one):
    half = caisse.halves(dossier)["identity"]
    examining.accept(
        one, dossier.pk, half.version.pk, half.part, expects=caisse.version_of(dossier), paper_number="C8X 4T2L9"
    )
    with pytest.raises(recovering.OtherPaper):
        propose(one, dossier, paper_number="ZZ999999")
    assert not Recovery.objects.exists()
    propose(one, dossier, paper_number="c8x4t2l9")
    assert recovery(dossier).state == "proposed"


@pytest.mark.parametrize("changes", [{"paper_number": " "}, {"paper_number": "–"}, {"seen": "phone"}])
def test_an_address_is_not_proposed_without_a_document(dossier, one, changes):
    with pytest.raises(ValueError, match="paper_number"):
        propose(one, dossier, **changes)


def test_nothing_proposed_is_not_confirmed(dossier, two):
    with pytest.raises(NotFound):
        confirm(two, dossier)
    ask(dossier)
    with pytest.raises(NotFound):
        confirm(two, dossier)


def test_an_address_that_cannot_become_the_persons(dossier, one, two):
    with pytest.raises(CannotChange, match="same"):
        propose(one, dossier, address=dossier.owner.email)
    make.a_draft(make.a_user("taken@example.org"))
    with pytest.raises(CannotChange, match="taken"):
        propose(one, dossier, address="taken@example.org")
    propose(one, dossier)
    make.a_draft(make.a_user(NEW))
    with pytest.raises(CannotChange, match="taken"):
        confirm(two, dossier)
    assert recovery(dossier).state == "proposed"


def test_a_request_is_turned_down_with_a_reason_that_stays_here(dossier, one):
    ask(dossier)
    for words in ("", "  "):
        with pytest.raises(ValueError, match="why"):
            recovering.refuse(one, dossier.pk, expects=caisse.version_of(dossier), why=words)
    recovering.refuse(one, dossier.pk, expects=caisse.version_of(dossier), why="Another face.")
    row = recovery(dossier)
    assert (row.state, row.why, row.new_address, row.phone, row.words) == ("refused", "Another face.", "", "", "")
    assert told(dossier) == ["address_kept", "mailbox_lost_asked"]
    assert kinds(NEW) == [], "whoever asked learns nothing"
    with pytest.raises(NotFound):
        recovering.refuse(one, dossier.pk, expects=caisse.version_of(dossier), why="again")


@pytest.mark.parametrize("step", ["asked", "proposed", "confirmed"])
def test_the_present_address_stops_it_at_each_step_once(dossier, one, two, step):
    ask(dossier)
    if step != "asked":
        propose(one, dossier)
    if step == "confirmed":
        confirm(two, dossier)
    row = recovery(dossier)
    assert recovering.still_waits(row.pk) and recovering.stop(row.pk)
    assert not recovering.still_waits(row.pk) and not recovering.stop(row.pk)
    assert recovery(dossier).state == "stopped" and address_changes.waiting(dossier.owner_id) is None
    assert "address_kept" in told(dossier) and acts(dossier)[-1] == ("mailbox.stopped", "done")
    assert kinds(NEW) == (["new_address_stopped", "new_address_waits"] if step == "confirmed" else [])
    with after(days=3):
        address_changes.apply_due()
    dossier.owner.refresh_from_db()
    assert dossier.owner.email != NEW


def test_after_the_change_there_is_nothing_to_stop(dossier, one, two):
    propose(one, dossier)
    confirm(two, dossier)
    with after(hours=24):
        address_changes.apply_due()
        assert not recovering.stop(recovery(dossier).pk)
    assert recovery(dossier).state == "confirmed"


def test_the_messages_carry_one_link_that_stops_it(dossier, one, two):
    ask(dossier)
    propose(one, dossier)
    confirm(two, dossier)
    row = recovery(dossier)
    link = f"/space/stop/{row.pk}/{address_changes.mark_of(row.pk)}/"
    assert [link in mail.body for mail in Mail.objects.filter(kind__startswith="mailbox_lost")] == [True] * 3


def test_what_does_not_exist_is_not_stopped():
    assert not recovering.stop(uuid4()) and not recovering.still_waits(uuid4())


def test_an_open_question_keeps_the_dossier_among_the_answers(dossier, one):
    talking.write(make.owner_of(dossier), dossier.pk, "When?", kind="question")
    ask(dossier)
    recovering.refuse(one, dossier.pk, expects=caisse.version_of(dossier), why="Nobody answered.")
    assert Dossier.objects.get(pk=dossier.pk).answered_at is not None


def test_a_stale_page_does_nothing(dossier, one, two):
    stale = caisse.version_of(dossier)
    propose(one, dossier)
    with pytest.raises(Conflict):
        recovering.confirm(two, dossier.pk, expects=stale)
    with pytest.raises(Conflict):
        propose(two, dossier, expects=stale)


def test_nobody_else_may(dossier):
    stranger = caisse.a_caseworker(office=caisse.PARIS)
    for who in (stranger, access.person(dossier.owner_id)):
        with pytest.raises(NotFound):
            propose(who, dossier)
        with pytest.raises(NotFound):
            confirm(who, dossier)


def test_a_companys_request_has_no_mailbox_of_a_person(dossier, one):
    Dossier.objects.filter(pk=dossier.pk).update(route="employee")
    ask(dossier)
    with pytest.raises(NotFound):
        propose(one, dossier)
    assert not Recovery.objects.exists()


def test_one_open_at_a_time(dossier):
    ask(dossier)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(dossier=dossier, state="proposed", asked_at=clock.now())
    assert Registrant.objects.filter(dossier=dossier).exists()


def test_the_persons_archive_says_what_was_asked_and_why_it_was_turned_down(dossier, one):
    ask(dossier)
    recovering.refuse(one, dossier.pk, expects=caisse.version_of(dossier), why="Another face.")
    out = BytesIO()
    export.write(out, dossier, caisse.person(dossier))
    with zipfile.ZipFile(out) as archive:
        (row,) = json.loads(archive.read("data.json"))["lost_mailbox"]
    assert (row["state"], row["why"]) == ("refused", "Another face.")
