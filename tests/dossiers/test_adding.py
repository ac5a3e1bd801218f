"""A family member is added to a request that was sent, while nobody of it has a decision (issue 5, section 2)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from matricule.core import clock, config, journal
from matricule.core.outbox import Mail
from matricule.core.vault.models import Blob
from matricule.dossiers import access, desk, labels, lines, people, queries, receipts, requests
from matricule.dossiers.models import Dossier, File, Page, Registrant, Version
from matricule.dossiers.operations import asking, correcting, deposit, ending, examining, pages, requesting
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove, State, all_ended, dossier_label
from tests.support import caisse
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return firm.a_sent_request()


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def add(dossier: Dossier, role: str = "spouse") -> UUID:
    return requesting.add_person(firm.actor_of(dossier), dossier.pk, role, key=uuid4())


def ready(dossier: Dossier, role: str = "spouse", civil=firm.SPOUSE) -> Registrant:
    """Add somebody whose pages and documents are complete."""
    person = firm.added(dossier, role, civil)
    firm.send_documents(dossier)
    return Registrant.objects.get(pk=person.pk)


def send(dossier: Dossier, person: Registrant, **given) -> None:
    told = {"expects": caisse.version_of(dossier), "key": uuid4(), **given}
    requesting.send_person(firm.actor_of(dossier), dossier.pk, person.pk, **told)


def decide(dossier: Dossier, worker) -> None:
    principal = dossier.registrants.get(position=1)
    ending.reject(worker, dossier.pk, principal.pk, expects=caisse.version_of(dossier), reason="already_registered")


class TestUntilSent:
    def test_the_request_stands_as_it_stood(self, dossier):
        before = Dossier.objects.get(pk=dossier.pk)
        person = ready(dossier)
        now = Dossier.objects.get(pk=dossier.pk)
        assert person.state == "draft" and person.requirements.exists()
        assert (now.label, now.office, now.queue, now.answered_at) == (
            before.label, before.office, before.queue, None
        )  # fmt: skip
        assert not Version.objects.filter(document__registrant=person).exclude(sent_at=None).exists()
        assert not Mail.objects.filter(dossier_id=dossier.pk, kind="request_changed").exists()
        assert labels.counts(dossier.organisation_id)["in_progress"] == 1

    def test_the_caisse_sees_nothing_of_the_person(self, dossier, worker):
        person = ready(dossier)
        assert [one.pk for one in desk.case(worker, dossier.pk).everybody] == [dossier.registrants.get(position=1).pk]
        with pytest.raises(access.NotFound):
            desk.case(worker, dossier.pk, person.pk)
        file = File.objects.filter(version__document__registrant=person).first()
        page = Page.objects.filter(file=file).first()
        for read, found in ((queries.file_of, file), (queries.page_of, page)):
            with pytest.raises(access.NotFound):
                read(worker, dossier.pk, found.pk)
            assert read(firm.actor_of(dossier), dossier.pk, found.pk) == found
        at = caisse.version_of(dossier)
        with pytest.raises(access.NotFound):
            pages.turn_page(worker, dossier.pk, page.pk)
        with pytest.raises(access.NotFound):
            examining.accept(worker, dossier.pk, file.version_id, file.part, expects=at)
        with pytest.raises(access.NotFound):
            asking.ask(worker, dossier.pk, person.pk, expects=at, codes={"identity": ("not_sent", {})})
        with pytest.raises(access.NotFound):
            correcting.correct(
                worker,
                dossier.pk,
                person.pk,
                expects=at,
                field="birth_place",
                value="Ibadan",
                why="as on the passport",
            )
        with pytest.raises(access.NotFound):
            ending.reject(worker, dossier.pk, person.pk, expects=at, reason="duplicate")

    def test_what_is_typed_is_kept_and_only_of_the_draft(self, dossier):
        person = Registrant.objects.get(pk=add(dossier))
        typed = {"birth_name": ("", "Bello")}
        actor = firm.actor_of(dossier)
        assert deposit.save_typed(actor, dossier.pk, typed, person_id=person.pk).kept == ["birth_name"]
        principal = dossier.registrants.get(position=1)
        with pytest.raises(IllegalMove):
            deposit.save_typed(actor, dossier.pk, typed, person_id=principal.pk)
        with pytest.raises(IllegalMove):
            requesting.save_section(actor, dossier.pk, principal.pk, "contact", {}, None)
        with pytest.raises(IllegalMove):
            requesting.remove_person(actor, dossier.pk, ready_spouse(dossier).pk)

    def test_taken_out_again_with_the_keys_of_the_files(self, dossier):
        person = ready(dossier)
        sent = File.objects.filter(version__document__registrant=person).exclude(blob=None)
        blobs = Blob.objects.filter(pk__in=list(sent.values_list("blob", flat=True)))
        assert blobs.filter(erased_at=None).count() == len(blobs) > 0
        requesting.remove_person(firm.actor_of(dossier), dossier.pk, person.pk)
        assert not Registrant.objects.filter(pk=person.pk).exists()
        assert not blobs.filter(erased_at=None).exists()
        assert Dossier.objects.get(pk=dossier.pk).label == "in_progress"

    def test_a_title_that_ends_soon_is_not_to_do_before_it_is_sent(self, dossier):
        person = ready(dossier)
        Registrant.objects.filter(pk=person.pk).update(title_until=clock.today() + timedelta(days=30))
        lines.settle(dossier, clock.now(), changed=True)
        assert requests.to_do(dossier.organisation_id).titles == []
        Registrant.objects.filter(pk=person.pk).update(state="under_examination")
        lines.settle(dossier, clock.now(), changed=True)
        assert requests.to_do(dossier.organisation_id).titles == [person], "once it is sent"


def ready_spouse(dossier: Dossier) -> Registrant:
    person = ready(dossier, "child", firm.CHILD)
    send(dossier, person)
    return person


class TestSent:
    def test_examined_by_the_same_caisse_with_a_receipt_and_a_mail_of_its_own(self, dossier, worker):
        before = dict(Dossier.objects.get(pk=dossier.pk).receipt)
        person = ready(dossier)
        send(dossier, person)
        person.refresh_from_db()
        now = Dossier.objects.get(pk=dossier.pk)
        assert person.state == "under_examination" and person.added_at is not None
        assert (now.office, now.queue, now.label) == (dossier.office, "answered", "in_progress")
        assert (person.city, person.postcode) == ("Besançon", "25000") and person.name_key and person.person_index
        assert not Version.objects.filter(document__registrant=person, sent_at=None).exists()
        assert now.receipt == before, "the first receipt says what it said"
        assert [one["name"] for one in person.receipt["people"]] == ["Bello, Tunde"]
        assert person.receipt["added_to"] == dossier.submitted_at.astimezone(clock.PARIS).date().isoformat()
        assert person.receipt["people"][0]["sent"]
        assert Mail.objects.filter(dossier_id=dossier.pk, kind="request_person_added").count() == 1
        said = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
        assert said.count("person.added") == 1 and said.count("person.sent") == 1
        found = desk.case(worker, dossier.pk, person.pk)
        assert found.person == person and [half.state for half in found.halves if half.files]

    def test_the_receipt_is_made_once_and_says_to_what_the_person_was_added(self, dossier):
        person = ready(dossier)
        send(dossier, person)
        assert receipts.of_person(person.pk) == receipts.of_person(person.pk) != receipts.of(dossier.pk)
        assert receipts.pdf_of_person(person.pk)[:5] == b"%PDF-"

    def test_the_same_key_sends_once_and_a_stale_page_not_at_all(self, dossier):
        person = ready(dossier)
        with pytest.raises(Conflict):
            send(dossier, person, expects=1)
        key = uuid4()
        send(dossier, person, key=key)
        with pytest.raises(AlreadyDone):
            send(dossier, person, key=key)
        with pytest.raises(IllegalMove):
            send(dossier, person)
        assert Mail.objects.filter(kind="request_person_added").count() == 1

    def test_not_before_the_pages_and_documents_are_there(self, dossier):
        person = Registrant.objects.get(pk=add(dossier))
        with pytest.raises(deposit.NotReady) as refusal:
            send(dossier, person)
        assert set(refusal.value.reasons) == {"before", *(f"section:{name}" for name in people.OF_FAMILY)}

    def test_of_a_draft_everybody_is_sent_together(self):
        dossier = firm.a_ready_request(family=True)
        with pytest.raises(access.NotFound):
            send(dossier, dossier.registrants.get(role="spouse"))

    def test_documents_that_come_later_are_an_answer(self, dossier):
        person = ready(dossier)
        send(dossier, person)
        Dossier.objects.filter(pk=dossier.pk).update(answered_at=None)
        slot = person.requirements.exclude(slot__in=["rib"]).order_by("-position")[0].slot
        firm.send_document(dossier, person, slot)
        assert Dossier.objects.get(pk=dossier.pk).answered_at is not None


class TestClosed:
    def test_after_a_decision_nobody_is_added_or_sent(self, dossier, worker):
        person = ready(dossier)
        decide(dossier, worker)
        with pytest.raises(requesting.Decided):
            send(dossier, person)
        with pytest.raises(requesting.Decided):
            add(dossier, "child")
        found = Dossier.objects.get(pk=dossier.pk)
        assert found.label == "rejected" and found.ended_at is not None, "a draft beside them keeps nothing open"

    def test_a_number_is_a_decision_and_an_ask_is_none(self, dossier, worker):
        principal = dossier.registrants.get(position=1)
        codes = {"work_contract": ("not_sent", {})}
        asking.ask(worker, dossier.pk, principal.pk, expects=caisse.version_of(dossier), codes=codes)
        ready(dossier)
        Registrant.objects.filter(pk=principal.pk).update(state="provisional_number")
        with pytest.raises(requesting.Decided):
            add(dossier, "child")

    def test_by_the_setting_never(self, dossier, monkeypatch):
        monkeypatch.setenv("MATRICULE_ADD_AFTER_SENDING", "0")
        config.current.cache_clear()
        try:
            with pytest.raises(requesting.Decided):
                add(dossier)
            add(firm.a_request(), "child")
        finally:
            monkeypatch.undo()
            config.current.cache_clear()


@pytest.mark.parametrize(
    ("states", "label", "ended"),
    [
        ([State.EXAMINED, State.DRAFT], "in_progress", False),
        ([State.REGISTERED, State.DRAFT], "registered", True),
        ([State.REJECTED, State.EXAMINED, State.DRAFT], "partial", False),
        ([State.DRAFT, State.DRAFT], "draft", False),
    ],
)
def test_who_is_not_sent_yet_is_counted_with_nobody(states, label, ended):
    assert dossier_label(states) == label and all_ended(states) is ended
