"""The caseworker's acts on documents, and what the person's next file does to them."""

from datetime import date

import pytest

from matricule.core.outbox import Mail
from matricule.dossiers import access, queries, standing
from matricule.dossiers.case import Ask, Decision
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import asking, examining, files
from matricule.dossiers.operations.door import Conflict
from matricule.rules import refusals
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier():
    return make.a_submitted()


def refuse(worker, dossier, code, reason="wrong_person", fields=None, **more):
    half = caisse.halves(dossier)[code]
    more.setdefault("expects", caisse.version_of(dossier))
    examining.refuse(worker, dossier.pk, half.version.pk, half.part, reason=reason, fields=fields or {}, **more)


def state(dossier):
    return caisse.person(dossier).state


def queue(dossier):
    return Dossier.objects.get(pk=dossier.pk).queue


class TestTaking:
    """Colleagues see who examines a dossier."""

    def test_taken_and_given_back(self, worker, dossier):
        assert queue(dossier) == "to_take"
        examining.take(worker, dossier.pk, expects=caisse.version_of(dossier))
        assert queue(dossier) == "taken"
        examining.give_back(worker, dossier.pk, expects=caisse.version_of(dossier))
        assert queue(dossier) == "to_take"

    def test_taking_twice_is_once(self, worker, dossier):
        examining.take(worker, dossier.pk, expects=caisse.version_of(dossier))
        version = caisse.version_of(dossier)
        examining.take(worker, dossier.pk, expects=version)
        assert caisse.version_of(dossier) == version

    def test_two_at_once_one_wins(self, worker, dossier):
        version = caisse.version_of(dossier)
        examining.take(worker, dossier.pk, expects=version)
        with pytest.raises(Conflict):
            examining.take(caisse.a_caseworker(name="Else"), dossier.pk, expects=version)


class TestAccepting:
    """An acceptance names the version and the hashes of its files."""

    def test_it_names_what_it_rests_on(self, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        row = Decision.objects.get()
        file = File.objects.get(version__document__slot="identity")
        assert row.files == [[str(file.pk), file.sha256]] and row.by == worker.uuid
        assert caisse.halves(dossier)["identity"].state == "accepted"
        file.version.refresh_from_db()
        assert file.version.decision == "accepted"

    def test_a_stay_document_needs_its_last_day(self, worker, dossier):
        with pytest.raises(examining.Missing, match="until"):
            caisse.accept(worker, dossier, "visa_d", until=None)
        caisse.accept(worker, dossier, "visa_d", until=date(2027, 8, 31))
        assert caisse.halves(dossier)["visa_d"].until == date(2027, 8, 31)

    def test_nothing_is_accepted_that_was_not_sent(self, worker, dossier):
        make.add(dossier, "civil_status")
        version = caisse.halves(dossier)["civil_status"].version
        with pytest.raises(access.NotFound):
            examining.accept(worker, dossier.pk, version.pk, "translation", expects=caisse.version_of(dossier))

    def test_an_accepted_file_stays_as_it_is(self, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        file = File.objects.get(version__document__slot="identity")
        with pytest.raises(access.NotFound):
            files.remove_file(make.owner_of(dossier), dossier.pk, file.pk)

    def test_the_first_documents_make_it_ready_for_a_number(self, worker, dossier):
        caisse.accept_phase(worker, dossier, 1)
        assert queue(dossier) == "ready"

    def test_a_stale_page_decides_nothing(self, worker, dossier):
        half = caisse.halves(dossier)["identity"]
        with pytest.raises(Conflict):
            examining.accept(worker, dossier.pk, half.version.pk, "main", expects=1, paper_number="C1234567")
        assert not Decision.objects.exists()


class TestSendingBack:
    """The person is asked for what was sent back, and for nothing else."""

    def test_the_person_is_told_with_a_day(self, worker, dossier):
        refuse(worker, dossier, "identity")
        assert state(dossier) == "awaiting_documents" and queue(dossier) in {"to_take", "waiting"}
        ask = Ask.objects.get()
        (item,) = ask.items.all()
        assert (item.slot, item.part, item.reason) == ("identity", "main", "wrong_person")
        assert item.words["fr"].startswith("La pièce") and refusals.DATE in item.words["fr"]
        assert Mail.objects.filter(kind="documents_asked").count() == 1

    def test_a_reason_that_does_not_fit_is_refused(self, worker, dossier):
        with pytest.raises(refusals.BadField):
            refuse(worker, dossier, "identity", "not_this_year")
        assert not Decision.objects.exists() and not Ask.objects.exists()

    def test_fewer_days_than_the_rule_are_refused(self, worker, dossier):
        with pytest.raises(ValueError, match="at least 45"):
            refuse(worker, dossier, "identity", days=20)
        refuse(worker, dossier, "identity", days=90)
        assert Ask.objects.get().days == 90

    def test_a_new_file_takes_the_place_and_the_old_one_stays_in_sight(self, worker, dossier):
        refuse(worker, dossier, "identity")
        old = File.objects.get(version__document__slot="identity")
        new = make.add(dossier, "identity")
        old.refresh_from_db()
        assert old.replaced_at is not None and old.removed_at is None
        half = caisse.halves(dossier)["identity"]
        assert half.state == "to_examine" and [file.pk for file in half.files] == [new]
        space = queries.space(make.owner_of(dossier), dossier.pk)
        slot = next(slot for slot in space.slots if slot.slot == "identity")
        assert [file.pk for file in slot.set_aside] == [old.pk]
        assert state(dossier) == "under_examination" and queue(dossier) == "answered"
        assert Ask.objects.get().state == "answered"
        assert Decision.objects.get().superseded_at is not None, "the decision is history, not gone"

    def test_where_only_something_was_missing_what_came_stays(self, worker, dossier):
        refuse(worker, dossier, "identity", "not_both_sides")
        make.add(dossier, "identity")
        assert len(caisse.halves(dossier)["identity"].files) == 2

    def test_a_file_that_cannot_be_read_answers_nothing(self, worker, dossier):
        refuse(worker, dossier, "identity")
        make.add(dossier, "identity", data=None, ok=False, verdict="empty", pages=0)
        assert state(dossier) == "awaiting_documents"

    def test_two_documents_are_one_ask_with_the_later_day(self, worker, dossier):
        refuse(worker, dossier, "identity", days=60)
        refuse(worker, dossier, "enrolment")
        ask = Ask.objects.get(state="open")
        assert {item.slot for item in ask.items.all()} == {"identity", "enrolment"} and ask.days == 60
        make.add(dossier, "identity")
        assert state(dossier) == "awaiting_documents", "one is still missing"
        make.add(dossier, "enrolment")
        assert state(dossier) == "under_examination"

    def test_the_birth_record_stays_when_its_translation_is_sent_back(self, worker, dossier):
        make.add(dossier, "civil_status")
        make.add(dossier, "civil_status", "translation")
        caisse.accept(worker, dossier, "civil_status")
        refuse(worker, dossier, "translation", "translator_not_accepted", {"country": "VN"})
        assert caisse.halves(dossier)["civil_status"].state == "accepted"
        make.add(dossier, "civil_status", "translation")
        found = caisse.halves(dossier)
        assert found["civil_status"].state == "accepted" and found["translation"].state == "to_examine"

    def test_accepting_it_after_all_ends_the_ask(self, worker, dossier):
        refuse(worker, dossier, "identity")
        caisse.accept(worker, dossier, "identity")
        assert Ask.objects.get().state == "answered" and state(dossier) == "under_examination"


class TestReplacing:
    """A document that is replaced keeps its accepted version until the new one is decided."""

    def test_the_accepted_one_counts_meanwhile(self, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        make.replace(dossier, "identity")
        half = caisse.halves(dossier)["identity"]
        assert half.state == "to_examine" and half.holds
        caisse.accept(worker, dossier, "identity")
        assert caisse.halves(dossier)["identity"].state == "accepted"
        assert standing.halves(caisse.person(dossier))[0].holds


class TestAsking:
    """What was never sent, and what cannot be had."""

    def ask(self, worker, dossier, *codes, **more):
        asking.ask(
            worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
            codes={code: ("not_sent", {}) for code in codes}, **more,
        )  # fmt: skip

    def test_the_person_reads_which_and_by_when(self, worker, dossier):
        self.ask(worker, dossier, "civil_status", "translation")
        assert {item.code for item in Ask.objects.get().items.all()} == {"civil_status", "translation"}
        assert state(dossier) == "awaiting_documents"

    @pytest.mark.parametrize("codes", [(), ("lottery",)])
    def test_only_what_is_owed_is_asked(self, worker, dossier, codes):
        with pytest.raises(access.NotFound):
            self.ask(worker, dossier, *codes)

    def test_more_time_never_less(self, worker, dossier):
        self.ask(worker, dossier, "civil_status")
        due = Ask.objects.get().due_on
        person = caisse.person(dossier).pk
        with pytest.raises(ValueError, match="shorten"):
            asking.lengthen(worker, dossier.pk, person, expects=caisse.version_of(dossier), days=45)
        asking.lengthen(worker, dossier.pk, person, expects=caisse.version_of(dossier), days=90)
        assert Ask.objects.get().due_on > due

    def test_nothing_asked_nothing_lengthened(self, worker, dossier):
        person = caisse.person(dossier).pk
        with pytest.raises(access.NotFound):
            asking.lengthen(worker, dossier.pk, person, expects=caisse.version_of(dossier), days=90)

    def test_with_a_number_an_ask_changes_no_state(self, worker, dossier):
        caisse.give_provisional(worker, dossier)
        self.ask(worker, dossier, "civil_status")
        assert state(dossier) == "provisional_number" and queue(dossier) == "waiting"

    def test_what_cannot_be_had_answers_and_reaches_the_caseworker(self, worker, dossier):
        self.ask(worker, dossier, "civil_status")
        owner = make.owner_of(dossier)
        asking.cannot_get(owner, dossier.pk, "civil_status", "main", why="The archive burnt down.", lasting=True)
        assert state(dossier) == "under_examination" and queue(dossier) == "answered"
        row = caisse.person(dossier).impossibilities.get()
        asking.answer_impossibility(
            worker, dossier.pk, row.pk, expects=caisse.version_of(dossier), accepted=True, words=""
        )
        caisse.give_provisional(worker, dossier)
        for half in caisse.halves(dossier).values():
            if half.phase == 2 and half.code != "civil_status" and half.state == "missing":
                make.add(dossier, half.slot, half.part)
                caisse.accept(worker, dossier, half.code)
        assert queue(dossier) == "ready", "the file goes on without it (R114-7 V 2 CSS)"

    def test_refused_it_is_asked_again(self, worker, dossier):
        owner = make.owner_of(dossier)
        asking.cannot_get(owner, dossier.pk, "civil_status", "main", why="x" * 25, lasting=False)
        row = caisse.person(dossier).impossibilities.get()
        asking.answer_impossibility(
            worker,
            dossier.pk,
            row.pk,
            expects=caisse.version_of(dossier),
            accepted=False,
            words="The consulate issues it",
        )
        assert Ask.objects.get(state="open").items.get().slot == "civil_status"
        assert Mail.objects.filter(kind="impossibility_answered").count() == 1
        with pytest.raises(access.NotFound):
            version = caisse.version_of(dossier)
            asking.answer_impossibility(worker, dossier.pk, row.pk, expects=version, accepted=True, words="")

    @pytest.mark.parametrize("why", ["", "short", "x" * 2001])
    def test_it_needs_words(self, dossier, why):
        with pytest.raises(ValueError, match="why"):
            asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why=why, lasting=True)

    def test_what_is_accepted_can_be_had(self, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        with pytest.raises(access.NotFound):
            asking.cannot_get(make.owner_of(dossier), dossier.pk, "identity", "main", why="x" * 30, lasting=True)
