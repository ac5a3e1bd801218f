"""Certificates whose words or days are no longer true, and those of a request that ended, as anybody reads it."""

import re
from datetime import timedelta

import pytest

from matricule.attestations.models import Letter
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import letters, tasks
from matricule.dossiers.case import Ask, Certificate, Correction
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import asking, certifying, correcting, ending, numbers
from matricule.dossiers.states import State
from tests.dossiers.test_letters import CODE, text_of
from tests.support import caisse, cast
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def covered(worker):
    """Return a dossier with its NIA and a provisional certificate."""
    dossier = make.a_submitted()
    today = clock.today()
    Registrant.objects.filter(dossier=dossier).update(
        courses_start=today - timedelta(days=5), arrival_date=today - timedelta(days=5)
    )
    caisse.give_provisional(worker, dossier)
    return dossier


def rows(dossier, **filters):
    found = Certificate.objects.filter(registrant__dossier=dossier, **filters)
    return list(found.order_by("starts_on", "issued_at", "pk"))


def correct(worker, dossier, field, value):
    correcting.correct(
        worker, dossier.pk, caisse.person(dossier).pk,
        expects=caisse.version_of(dossier), field=field, value=value, why="as on the paper",
    )  # fmt: skip


def code_of(dossier, row) -> str:
    (code,) = set(CODE.findall(text_of(letters.pdf(caisse.person(dossier), row.pk))))
    return code


def public(client, code, language="en") -> str:
    html = client.get(f"/{language}/verify/{code}/").content.decode()
    return re.search(r'role="alert".*?<h2[^>]*>(.*?)</h2>', html, re.S).group(1).strip()


def mails(kind) -> int:
    return Mail.objects.filter(kind=kind).count()


class TestACorrection:
    """What a caseworker corrects, or accepts to change."""

    def test_a_name_withdraws_the_certificate_and_the_new_one_says_the_new_name(self, worker, covered, client):
        (old,) = rows(covered)
        before = code_of(covered, old)
        assert public(client, before) == "This certificate is valid"
        correct(worker, covered, "given_names", "Thị Minh Ánh")
        first, new = rows(covered)
        assert first.withdrawn_at is not None and new.withdrawn_at is None
        assert (new.starts_on, new.ends_on, new.why_ends) == (old.starts_on, old.ends_on, old.why_ends)
        assert public(client, before) == "This certificate was withdrawn"
        assert public(client, before, "fr") == "Cette attestation est retirée"
        assert "Thị Minh Ánh" in text_of(letters.pdf(caisse.person(covered), new.pk))
        assert public(client, code_of(covered, new)) == "This certificate is valid"

    def test_the_person_is_told_once_in_their_language(self, worker, covered):
        correct(worker, covered, "birth_name", "Nguyễn Trần")
        assert mails("certificate_replaced") == 1 and mails("certificate_ready") == 1
        assert mails("certificate_withdrawn") == 0

    @pytest.mark.parametrize("field", ["birth_place", "parent1_birth_name", "school_name"])
    def test_what_no_certificate_says_leaves_it(self, worker, covered, field):
        correct(worker, covered, field, "Huế")
        (row,) = rows(covered)
        assert row.withdrawn_at is None and mails("certificate_replaced") == 0

    def test_an_address_that_moves_leaves_it(self, covered):
        correcting.change(make.owner_of(covered), covered.pk, {"street": "3 rue des Granges", "city": "Dole"})
        assert rows(covered, withdrawn_at=None) and mails("certificate_replaced") == 0

    def test_courses_that_begin_later_end_it_and_the_day_gives_another(self, worker, covered, later):  # noqa: F811
        correct(worker, covered, "courses_start", clock.today() + timedelta(days=20))
        assert rows(covered, withdrawn_at=None) == []
        assert mails("certificate_withdrawn") == 1 and mails("certificate_replaced") == 0
        later(19)
        certifying.run()
        assert rows(covered, withdrawn_at=None) == []
        later(1)
        certifying.run()
        (row,) = rows(covered, withdrawn_at=None)
        assert row.starts_on == clock.today()

    def test_courses_that_began_earlier_replace_it_for_it_says_since_when_the_rights_are_open(self, worker, covered):
        earlier = clock.today() - timedelta(days=9)
        correct(worker, covered, "courses_start", earlier)
        first, new = rows(covered)
        assert first.withdrawn_at is not None and new.withdrawn_at is None
        assert (new.starts_on, new.ends_on) == (first.starts_on, first.ends_on)
        assert letters.facts(new)["rights_from"] == earlier.isoformat()

    def test_an_earlier_arrival_shortens_it(self, worker, covered):
        (old,) = rows(covered)
        correct(worker, covered, "arrival_date", clock.today() - timedelta(days=30))
        first, new = rows(covered)
        assert first.pk == old.pk and first.withdrawn_at is not None
        assert new.withdrawn_at is None and new.ends_on < old.ends_on

    def test_an_arrival_too_long_ago_leaves_no_certificate(self, worker, covered, client):
        before = code_of(covered, rows(covered)[0])
        correct(worker, covered, "arrival_date", clock.today() - timedelta(days=300))
        assert rows(covered, withdrawn_at=None) == [] and mails("certificate_withdrawn") == 1
        assert public(client, before) == "This certificate was withdrawn"

    def test_courses_corrected_to_have_begun_give_the_first_one(self, worker):
        dossier = make.a_submitted()
        today = clock.today()
        Registrant.objects.filter(dossier=dossier).update(courses_start=today + timedelta(days=9), arrival_date=today)
        caisse.give_provisional(worker, dossier)
        assert rows(dossier) == []
        correct(worker, dossier, "courses_start", today)
        assert len(rows(dossier)) == 1 and mails("certificate_ready") == 1

    def test_a_change_that_the_person_asked_for_does_the_same(self, worker, covered):
        correcting.ask_change(make.owner_of(covered), covered.pk, "usage_name", "Durand", "I married")
        row = Correction.objects.get()
        assert len(rows(covered)) == 1, "asking changes nothing"
        correcting.answer_change(
            worker, covered.pk, row.pk, expects=caisse.version_of(covered), value="Durand", words="Vu."
        )
        first, new = rows(covered)
        assert first.withdrawn_at is not None and new.withdrawn_at is None

    def test_both_of_two_that_follow_each_other_are_replaced(self, worker, covered):
        make.add(covered, "vls_ts_validation")
        caisse.accept(worker, covered, "vls_ts_validation")
        first, second = rows(covered)
        correct(worker, covered, "given_names", "Thị Minh Ánh")
        (new,) = rows(covered, withdrawn_at=None)
        assert (new.starts_on, new.ends_on) == (first.starts_on, second.ends_on)
        assert mails("certificate_replaced") == 1

    def test_one_that_ended_stays_ended(self, worker, covered, later):  # noqa: F811
        (old,) = rows(covered)
        later((old.ends_on - clock.today()).days + 1)
        correct(worker, covered, "given_names", "Thị Minh Ánh")
        (row,) = rows(covered)
        assert row.withdrawn_at is None

    def test_after_the_number_for_life_certificate_and_letters_are_made_anew(self, worker, covered, later, client):  # noqa: F811
        caisse.send_to_register(worker, covered)
        later(10)
        numbers.take_answers()
        (old,) = rows(covered, kind="definitive")
        person = caisse.person(covered)
        before = code_of(covered, old)
        correct(worker, covered, "usage_name", "Durand")
        first, new = rows(covered, kind="definitive")
        assert first.withdrawn_at is not None and (new.starts_on, new.ends_on) == (old.starts_on, old.ends_on)
        assert public(client, before) == "This certificate was withdrawn"
        papers = [paper for paper in letters.of_registrant(person) if paper.certificate_id == new.pk]
        assert [paper.kind for paper in papers] == list(letters.WITH_NUMBER) and all(one.current for one in papers)
        for kind in letters.WITH_NUMBER:
            assert "Durand" in text_of(letters.pdf(caisse.person(covered), new.pk, kind))

    def test_a_letter_that_waits_for_a_withdrawn_certificate_is_not_made(self, worker, covered, later):  # noqa: F811
        caisse.send_to_register(worker, covered)
        later(10)
        numbers.take_answers()
        (old,) = rows(covered, kind="definitive")
        correct(worker, covered, "usage_name", "Durand")
        tasks.letter(str(old.pk), "number_letter")
        assert not Letter.objects.filter(subject_id=old.pk).exists()


class TestAnEnd:
    """A request that ends without a number takes its provisional certificate along.

    Today no move of the table ends a request that holds a NIA: the states are set as the law's clock will leave them.
    """

    @pytest.fixture
    def person(self, covered):
        person = caisse.person(covered)
        person.state = State.REOPENED
        person.save()
        return person

    def ended(self, covered, client, before) -> None:
        assert rows(covered, withdrawn_at=None) == []
        assert public(client, before) == "This certificate was withdrawn"
        assert mails("certificate_withdrawn") == 1
        assert [action for action, _ in cast.entries_since(0)].count("certificate.withdrawn") == 1
        certifying.run()
        assert rows(covered, withdrawn_at=None) == [], "the calendar gives none to a request that ended"

    def test_turned_down(self, worker, covered, person, client):
        before = code_of(covered, rows(covered)[0])
        ending.reject(
            worker, covered.pk, person.pk, expects=caisse.version_of(covered), reason="not_genuine", words="Le sceau."
        )
        self.ended(covered, client, before)
        (paper,) = letters.of_registrant(person)
        assert paper.withdrawn and not paper.replaced
        html = cast.browser(covered.owner).get("/en/student/space/").content.decode()
        assert "· withdrawn" in html and "· replaced" not in html

    def test_closed(self, worker, covered, person, client, later):  # noqa: F811
        before = code_of(covered, rows(covered)[0])
        codes = {"civil_status": ("not_sent", {})}
        asking.ask(worker, covered.pk, person.pk, expects=caisse.version_of(covered), codes=codes)
        Registrant.objects.filter(pk=person.pk).update(state=State.REMINDED)
        later((Ask.objects.get().due_on - clock.today()).days + 1)
        Certificate.objects.update(ends_on=clock.today() + timedelta(days=30))
        ending.close(worker, covered.pk, person.pk)
        self.ended(covered, client, before)

    def test_withdrawn_by_the_person(self, covered, person, client):
        before = code_of(covered, rows(covered)[0])
        ending.withdraw(make.owner_of(covered), covered.pk, expects=caisse.version_of(covered))
        self.ended(covered, client, before)

    def test_the_number_ends(self, worker, covered, client):
        before = code_of(covered, rows(covered)[0])
        ending.deactivate(
            worker, covered.pk, caisse.person(covered).pk,
            expects=caisse.version_of(covered), reason="not_genuine", words="Le sceau.",
        )  # fmt: skip
        self.ended(covered, client, before)

    def test_without_a_certificate_nothing_is_said_of_one(self, worker):
        dossier = make.a_submitted()
        ending.withdraw(make.owner_of(dossier), dossier.pk, expects=caisse.version_of(dossier))
        assert mails("certificate_withdrawn") == 0 and mails("request_withdrawn") == 1
