"""Values after submission: free, held by a decision, corrected against the paper, objected to."""

import pytest

from matricule.core.journal import entries_about
from matricule.core.outbox import Mail
from matricule.dossiers import access
from matricule.dossiers.case import Correction
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import correcting
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier():
    return make.a_submitted()


def correct(worker, dossier, field="birth_place", value="Huế", why="as on the certificate"):
    correcting.correct(
        worker, dossier.pk, caisse.person(dossier).pk,
        expects=caisse.version_of(dossier), field=field, value=value, why=why,
    )  # fmt: skip


class TestThePerson:
    """What the person changes by themselves."""

    def test_everything_is_free_until_a_decision_rests_on_it(self, worker, dossier):
        owner = make.owner_of(dossier)
        correcting.change(owner, dossier.pk, {"birth_place": "Huế", "city": "Dole"})
        assert (caisse.person(dossier).birth_place, caisse.person(dossier).city) == ("Huế", "Dole")
        caisse.accept(worker, dossier, "identity")
        with pytest.raises(correcting.Held, match="birth_place"):
            correcting.change(owner, dossier.pk, {"birth_place": "Hà Nội"})

    @pytest.mark.parametrize("field", sorted(correcting.FREE - {"phone"}))
    def test_address_and_phone_stay_free_always(self, worker, dossier, field):
        caisse.give_provisional(worker, dossier)
        value = "25200" if field == "postcode" else "elsewhere"
        correcting.change(make.owner_of(dossier), dossier.pk, {field: value})
        assert getattr(caisse.person(dossier), field) == value
        assert Dossier.objects.get(pk=dossier.pk).postcode == ("25200" if field == "postcode" else "25000")

    def test_the_same_again_changes_nothing(self, dossier):
        version = caisse.version_of(dossier)
        correcting.change(make.owner_of(dossier), dossier.pk, {"birth_place": "Hà Nội"})
        assert caisse.version_of(dossier) == version

    def test_what_is_no_value_of_a_person_is_refused(self, dossier):
        with pytest.raises(correcting.Held):
            correcting.change(make.owner_of(dossier), dossier.pk, {"state": "registered"})

    def test_a_nationality_that_changes_changes_the_list_of_documents(self, dossier):
        correcting.change(make.owner_of(dossier), dossier.pk, {"nationality": "IT"})
        assert "visa_d" not in caisse.halves(dossier)

    def test_a_held_value_is_asked_for_and_reaches_the_caseworker(self, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        owner = make.owner_of(dossier)
        correcting.ask_change(owner, dossier.pk, "birth_place", "Huế", "the certificate")
        correcting.ask_change(owner, dossier.pk, "birth_place", "Hue", "the certificate")
        assert Correction.objects.get().new == "Hue", "a later wish takes the place of the earlier"
        assert Dossier.objects.get(pk=dossier.pk).queue == "answered"

    @pytest.mark.parametrize(("new", "why"), [("", "x"), ("x", " ")])
    def test_it_needs_both_words(self, dossier, new, why):
        with pytest.raises(ValueError, match="new"):
            correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", new, why)

    def test_only_values_of_papers_are_asked_for(self, dossier):
        with pytest.raises(access.NotFound):
            correcting.ask_change(make.owner_of(dossier), dossier.pk, "city", "x", "y")


class TestACompanysRequest:
    """The same of a request of a company: each person has a list by the rules of their place in it."""

    @pytest.fixture
    def request_(self):
        return firm.a_sent_request(family=True)

    @pytest.mark.parametrize("role", ["principal", "spouse"])
    def test_a_typing_error_of_anybody_is_corrected_and_the_company_told(self, worker, request_, role):
        person = request_.registrants.get(role=role)
        asked = set(codes(person))
        fix(worker, person, "birth_place", "Ibadan")
        person.refresh_from_db()
        assert person.birth_place == "Ibadan" and set(codes(person)) == asked
        assert Correction.objects.get().registrant_id == person.pk
        assert Mail.objects.filter(kind="request_changed").count() == 1

    @pytest.mark.parametrize("role", ["principal", "spouse"])
    def test_a_nationality_changes_the_list_of_whose_it_is_alone(self, worker, request_, role):
        person = request_.registrants.get(role=role)
        answers, lists = request_.answers, {one.pk: codes(one) for one in request_.registrants.all()}
        fix(worker, person, "nationality", "IT")
        changed = {one.pk for one in request_.registrants.all() if codes(one) != lists[one.pk]}
        assert changed == {person.pk} and "residence_permit" not in codes(person)
        request_.refresh_from_db()
        assert request_.answers == answers, "a company answers no questionnaire"

    def test_a_second_nationality_that_was_forgotten_is_written_and_taken_away_again(self, worker, request_):
        spouse = request_.registrants.get(role="spouse")
        lists = {one.pk: codes(one) for one in request_.registrants.all()}
        assert "residence_permit" in codes(spouse)
        fix(worker, spouse, "nationality_2", "PT")
        changed = {one.pk for one in request_.registrants.all() if codes(one) != lists[one.pk]}
        assert changed == {spouse.pk} and "residence_permit" not in codes(spouse), "Portugal is of the Union"
        fix(worker, spouse, "nationality_2", "")
        assert codes(spouse) == lists[spouse.pk]
        rows = Correction.objects.order_by("at").values_list("field", "old", "new")
        assert list(rows) == [("nationality_2", "", "PT"), ("nationality_2", "PT", "")]
        entries = entries_about(("dossier", request_.pk))
        told = [entry.detail for entry in entries if entry.action == "information.corrected"]
        assert [detail["field"] for detail in told] == ["nationality_2"] * 2 and "PT" not in str(told)

    def test_a_student_has_no_such_value_of_their_own(self, worker, dossier):
        with pytest.raises(access.NotFound):
            correct(worker, dossier, "nationality_2", "PT")
        with pytest.raises(access.NotFound):
            correcting.ask_change(make.owner_of(dossier), dossier.pk, "nationality_2", "PT", "my passport")
        with pytest.raises(correcting.Held):
            correcting.change(make.owner_of(dossier), dossier.pk, {"nationality_2": "PT"})


def codes(person) -> list[str]:
    return list(person.requirements.filter(dropped_at=None).order_by("position").values_list("code", flat=True))


def fix(worker, person, field, value):
    correcting.correct(
        worker, person.dossier_id, person.pk,
        expects=caisse.version_of(person.dossier), field=field, value=value, why="as on the passport",
    )  # fmt: skip


class TestTheCaseworker:
    """What is corrected against the paper."""

    def test_the_old_value_stays_and_the_person_is_told(self, worker, dossier):
        correct(worker, dossier)
        row = Correction.objects.get()
        assert (row.old, row.new, row.why, row.state) == ("Hà Nội", "Huế", "as on the certificate", "done")
        assert Mail.objects.filter(kind="value_corrected").count() == 1

    def test_the_same_value_is_no_correction(self, worker, dossier):
        correct(worker, dossier, value="Hà Nội")
        assert not Correction.objects.exists()

    def test_it_needs_a_reason(self, worker, dossier):
        with pytest.raises(ValueError, match="why"):
            correct(worker, dossier, why="  ")

    @pytest.mark.parametrize("field", ["iban", "city", "state"])
    def test_only_what_a_paper_shows(self, worker, dossier, field):
        with pytest.raises(access.NotFound):
            correct(worker, dossier, field=field)

    @pytest.mark.parametrize(("field", "value"), [("sex", "M"), ("birth_date", "2004-03-15"), ("birth_country", "LA")])
    def test_what_a_number_is_made_of_is_the_registers(self, worker, dossier, field, value):
        caisse.give_provisional(worker, dossier)
        with pytest.raises(correcting.Held):
            correct(worker, dossier, field, value)

    def test_a_name_corrected_after_the_number_reaches_the_register(self, worker, dossier):
        from matricule import repertoire

        caisse.give_provisional(worker, dossier)
        correct(worker, dossier, "given_names", "Thị Minh Ánh")
        person = caisse.person(dossier)
        assert repertoire.number_of(person.pk) is not None
        found = repertoire.known(repertoire.Identity("Nguyễn", "Thị Minh Ánh", "F", "2004-03-14", "VN"))
        assert [one.subject_id for one in found] == [person.pk]

    def test_the_person_objects_once_and_gets_an_answer(self, worker, dossier):
        correct(worker, dossier)
        row, owner = Correction.objects.get(), make.owner_of(dossier)
        correcting.object_to(owner, dossier.pk, row.pk, "My certificate says Hà Nội")
        assert Dossier.objects.get(pk=dossier.pk).queue == "answered"
        with pytest.raises(access.NotFound):
            correcting.object_to(owner, dossier.pk, row.pk, "again")
        correcting.answer_change(
            worker, dossier.pk, row.pk, expects=caisse.version_of(dossier), value="Hà Nội", words="Right."
        )
        assert caisse.person(dossier).birth_place == "Hà Nội"
        assert Mail.objects.filter(kind="change_answered").count() == 1

    def test_an_objection_needs_words(self, worker, dossier):
        correct(worker, dossier)
        with pytest.raises(ValueError, match="words"):
            correcting.object_to(make.owner_of(dossier), dossier.pk, Correction.objects.get().pk, " ")

    def test_a_refusal_needs_words_too(self, worker, dossier):
        correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Huế", "y")
        row = Correction.objects.get()
        with pytest.raises(ValueError, match="words"):
            correcting.answer_change(worker, dossier.pk, row.pk, expects=caisse.version_of(dossier), value=None)
