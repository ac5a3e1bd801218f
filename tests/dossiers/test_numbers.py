"""From the receipt to the number through the operations: NIA, register, NIR, and each answer of the register."""

from uuid import uuid4

import pytest

from matricule import repertoire
from matricule.core.outbox import Mail
from matricule.dossiers import access, following, likeness
from matricule.dossiers.case import Certificate, Likeness, Number, Sending
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import examining, numbers
from matricule.dossiers.operations.door import Conflict
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def sent(worker):
    dossier = make.a_submitted()
    assert caisse.give_provisional(worker, dossier) == []
    assert caisse.send_to_register(worker, dossier) == []
    return dossier


def answer(monkeypatch, kind, **more):
    """Let the register's own data choose one answer for everybody."""
    from matricule.repertoire import standin

    monkeypatch.setattr(standin, "choose", lambda *_a, **_k: standin.Chosen(kind, **more))


def test_a_whole_file_goes_from_the_receipt_to_the_number(worker, later):  # noqa: F811
    dossier = sent(worker)
    number = Number.objects.get()
    assert caisse.person(dossier).state == "at_register"
    later(11)
    assert numbers.take_answers() == 1
    assert caisse.person(dossier).state == "registered"
    after = Number.objects.get()
    assert (after.value, after.kind) == (number.value, "nir"), "the NIA keeps its digits and becomes the NIR"
    dossier.refresh_from_db()
    assert (dossier.label, dossier.queue) == ("registered", "done")
    assert Certificate.objects.filter(kind="definitive").count() == 1
    assert dossier.space_closes_on is not None
    assert numbers.take_answers() == 0, "an answer is taken once"


def test_the_number_carries_sex_birth_and_country(worker):
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    value = Number.objects.get().value
    assert value.startswith("20403" + "99") and len(value) == 15
    assert repertoire.number_of(caisse.person(dossier).pk).number == value


def test_no_number_before_the_first_documents_are_accepted(worker):
    dossier = make.a_submitted()
    person = caisse.person(dossier)
    with pytest.raises(numbers.NotYet):
        numbers.issue_provisional(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), key=uuid4())
    assert not Number.objects.exists()


def test_nothing_is_sent_to_the_register_before_it_is_complete(worker):
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    person = caisse.person(dossier)
    with pytest.raises(numbers.NotYet):
        numbers.send_to_register(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), key=uuid4())
    assert not Sending.objects.exists()


def test_a_complete_file_is_told_in_both_languages(worker):
    sent(worker)
    body = Mail.objects.get(kind="file_complete").body
    assert "Your file is complete" in body and "Votre dossier est complet" in body
    assert body.index("Votre dossier") < body.index("Your file"), "the person’s own language comes first"


def test_the_same_click_twice_gives_one_number(worker):
    dossier, key = make.a_submitted(), uuid4()
    caisse.accept_phase(worker, dossier, 1)
    person = caisse.person(dossier)
    for _ in range(2):
        version = caisse.version_of(dossier)
        assert numbers.issue_provisional(worker, dossier.pk, person.pk, expects=version, key=key) == []
    assert Number.objects.count() == 1
    assert Mail.objects.filter(kind="provisional_number").count() == 1


def test_a_stale_page_gives_no_number(worker):
    dossier = make.a_submitted()
    caisse.accept_phase(worker, dossier, 1)
    with pytest.raises(Conflict):
        numbers.issue_provisional(worker, dossier.pk, caisse.person(dossier).pk, expects=1, key=uuid4())


class TestTheRegister:
    """Its four answers."""

    def test_refused_the_file_comes_back_with_the_reason(self, worker, later, monkeypatch):  # noqa: F811
        answer(monkeypatch, "refused", reason="birth_differs", fr="Le lieu diffère.", en="It differs.")
        dossier = sent(worker)
        later(11)
        numbers.take_answers()
        assert caisse.person(dossier).state == "provisional_number"
        row = Sending.objects.get()
        assert (row.answer, row.reason) == ("refused", "birth_differs") and row.answered_at is not None
        dossier.refresh_from_db()
        assert dossier.queue == "answered" and dossier.label == "provisional"
        assert Mail.objects.filter(kind="register_returned").count() == 1

    def test_a_document_it_needs_is_asked_of_the_person_at_once(self, worker, later, monkeypatch):  # noqa: F811
        words = {"fr": "Le répertoire demande une copie.", "en": "The register asks for a copy."}
        answer(monkeypatch, "needs_document", document="civil_status", **words)
        dossier = sent(worker)
        later(11)
        numbers.take_answers()
        half = caisse.halves(dossier)["civil_status"]
        assert half.state == "refused" and half.decision.by is None
        (item,) = caisse.person(dossier).asks.get(state="open").items.all()
        assert item.words["en"] == "The register asks for a copy. Please send it by {date}."
        make.add(dossier, "civil_status")
        caisse.accept(worker, dossier, "civil_status")
        answer(monkeypatch, "certified")
        person = caisse.person(dossier)
        numbers.send_to_register(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), key=uuid4())
        later(11)
        numbers.take_answers()
        assert caisse.person(dossier).state == "registered"

    def test_known_under_another_number_the_person_gets_that_one(self, worker, later, monkeypatch):  # noqa: F811
        answer(monkeypatch, "known", number="204039924301754", fr="Connu.", en="Known.")
        dossier = sent(worker)
        nia = Number.objects.get().value
        later(11)
        numbers.take_answers()
        assert caisse.person(dossier).state == "registered"
        live, gone = Number.objects.get(ended_at=None), Number.objects.exclude(ended_at=None).get()
        assert (live.kind, live.value, gone.value) == ("nir", "204039924301754", nia)
        follow = following.of(dossier, caisse.person(dossier))
        assert follow.replaced and follow.number == live and follow.provisional == gone

    def test_known_as_somebody_of_ours_comes_back_to_a_caseworker(self, worker, later, monkeypatch):  # noqa: F811
        first = sent(worker)
        later(11)
        numbers.take_answers()
        held = Number.objects.get(registrant=caisse.person(first)).value
        answer(monkeypatch, "known", number=held, fr="Connu.", en="Known.")
        second = make.a_submitted()
        Registrant.objects.filter(dossier=second).update(birth_name="Lê", person_index=None)
        examining_numbers(worker, second)
        later(11)
        numbers.take_answers()
        assert caisse.person(second).state == "provisional_number"
        assert Number.objects.filter(registrant=caisse.person(second)).get().kind == "nia"

    def test_an_answer_that_fails_stops_no_other(self, worker, later, monkeypatch):  # noqa: F811
        first = sent(worker)
        later(11)
        real = numbers._apply
        monkeypatch.setattr(numbers, "_apply", lambda *_: 1 / 0)
        assert numbers.take_answers() == 0
        monkeypatch.setattr(numbers, "_apply", real)
        assert numbers.take_answers() == 1
        assert caisse.person(first).state == "registered"

    def test_an_answer_for_nobody_of_ours_is_taken_all_the_same(self, worker, later):  # noqa: F811
        dossier = sent(worker)
        later(11)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(numbers.Registrant.objects, "filter", lambda **_: Registrant.objects.none())
            assert numbers.take_answers() == 1
        assert caisse.person(dossier).state == "at_register"


def examining_numbers(worker, dossier):
    caisse.accept_phase(worker, dossier, 1, identity={"paper_number": "ZZ99887766"})
    key = uuid4()
    person = caisse.person(dossier)
    assert numbers.issue_provisional(
        worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), key=key
    ) == []  # fmt: skip
    assert caisse.send_to_register(worker, dossier) == []


class TestTheComparison:
    """Before any number: a hit stops the act, until somebody looked at both."""

    @pytest.fixture
    def twins(self, worker):
        first, second = make.a_submitted(), make.a_submitted()
        caisse.accept_phase(worker, second, 1, identity={"paper_number": "OTHER12345"})
        return first, second

    def give(self, worker, dossier):
        person = caisse.person(dossier)
        version = caisse.version_of(dossier)
        return numbers.issue_provisional(worker, dossier.pk, person.pk, expects=version, key=uuid4())

    def test_an_open_dossier_of_the_same_person_stops_it(self, worker, twins):
        _, second = twins
        (stop,) = self.give(worker, second)
        assert stop.found_by == "names_date_country" and not Number.objects.exists()
        (other,) = likeness.others(caisse.person(second))
        assert other.registrant.dossier_id == twins[0].pk and "birth_name" in other.comparison.agreed

    def test_different_people_get_their_numbers_once_somebody_said_so(self, worker, twins):
        _, second = twins
        (stop,) = self.give(worker, second)
        numbers.judge_likeness(
            worker, second.pk, stop.pk, expects=caisse.version_of(second), same=False, why="two birth records"
        )
        assert self.give(worker, second) == []
        assert Likeness.objects.get().verdict == "different"

    def test_one_person_gets_no_second_number(self, worker, twins):
        _, second = twins
        (stop,) = self.give(worker, second)
        numbers.judge_likeness(worker, second.pk, stop.pk, expects=caisse.version_of(second), same=True, why="same")
        assert [one.pk for one in self.give(worker, second)] == [stop.pk]
        assert not Number.objects.exists()

    def test_a_reason_is_needed(self, worker, twins):
        (stop,) = self.give(worker, twins[1])
        with pytest.raises(ValueError, match="why"):
            numbers.judge_likeness(worker, twins[1].pk, stop.pk, expects=1, same=False, why=" ")

    def test_the_same_passport_stops_it_whatever_the_name(self, worker):
        first, second = make.a_submitted(), make.a_submitted()
        Registrant.objects.filter(dossier=second).update(birth_name="Lê", given_names="Văn", person_index=None)
        caisse.accept_phase(worker, first, 1, identity={"paper_number": "FZ482913"})
        caisse.accept_phase(worker, second, 1, identity={"paper_number": "fz 482913"})
        (stop,) = self.give(worker, second)
        assert stop.found_by == "passport"

    def test_somebody_in_the_register_stops_it(self, worker):
        dossier = make.a_submitted()
        caisse.give_provisional(worker, dossier)
        Number.objects.all().delete()
        Registrant.objects.filter(dossier=dossier).update(state="withdrawn")
        Dossier.objects.filter(pk=dossier.pk).update(ended_at=dossier.submitted_at)
        again = make.a_submitted()
        caisse.accept_phase(worker, again, 1, identity={"paper_number": "OTHER12345"})
        (stop,) = self.give(worker, again)
        assert stop.other.startswith("register:")

    def test_a_withdrawn_request_without_a_number_stops_nobody(self, worker, twins):
        first, second = twins
        Registrant.objects.filter(dossier=first).update(state="withdrawn")
        assert self.give(worker, second) == []


class TestShowing:
    """A number is masked; showing it is an act that is noted."""

    def test_the_person_and_the_caseworker_see_it_and_each_look_is_noted(self, worker):
        from tests.support import cast

        dossier = make.a_submitted()
        caisse.give_provisional(worker, dossier)
        for actor in (make.owner_of(dossier), worker):
            mark = cast.last_entry()
            value = numbers.reveal(actor, dossier.pk, caisse.person(dossier).pk)
            assert value == Number.objects.get().value
            assert cast.entries_since(mark) == [("number.revealed", "done")]

    def test_nobody_else_does(self, worker):
        dossier = make.a_submitted()
        caisse.give_provisional(worker, dossier)
        for actor in (access.person(make.a_user().pk), caisse.a_caseworker(office=caisse.PARIS)):
            with pytest.raises(access.NotFound):
                numbers.reveal(actor, dossier.pk, caisse.person(dossier).pk)

    def test_without_a_number_there_is_nothing_to_see(self, worker):
        dossier = make.a_submitted()
        assert numbers.reveal(worker, dossier.pk, caisse.person(dossier).pk) is None


def test_the_paper_of_a_document_is_kept_sealed_with_its_index(worker):
    dossier = make.a_submitted()
    with pytest.raises(examining.Missing, match="paper_number"):
        caisse.accept(worker, dossier, "identity", paper_number=" ")
    caisse.accept(worker, dossier, "identity", paper_number=" c8x4 t2l9 ")
    person = caisse.person(dossier)
    assert person.paper_number == "c8x4 t2l9" and person.paper_index is not None
