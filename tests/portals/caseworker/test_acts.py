"""The desk as a caseworker uses it: from the list to the number, through the pages themselves."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from matricule.core import config
from matricule.core.outbox import Mail
from matricule.dossiers.case import Ask, Correction, Decision, Impossibility, Message, Note, Number
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, correcting, examining, numbers, talking
from tests.support import caisse, cast
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker(role="supervisor")


@pytest.fixture
def client(worker):
    return caisse.desk(worker)


@pytest.fixture
def dossier():
    return make.a_submitted()


def at(dossier, rest):
    return f"/en/desk/dossier/{dossier.pk}/{rest}"


def version(dossier):
    return str(caisse.version_of(dossier))


def state(dossier):
    return caisse.person(dossier).state


class TestTheWay:
    """The main job, page by page."""

    def accept_all(self, client, dossier, phase):
        for half in caisse.halves(dossier).values():
            if half.phase != phase or half.holds:
                continue
            if half.state == "missing":
                make.add(dossier, half.slot, half.part)
            given = {"version": version(dossier), "paper_number": "C8X4T2L9",
                     "until_day": "30", "until_month": "9", "until_year": "2027"}  # fmt: skip
            answer = client.post(at(dossier, f"{half.slot}/{half.part}/accept/"), given)
            assert answer.status_code == 302, (half.code, answer.content.decode()[-2000:])

    def give(self, client, dossier, act):
        given = {"version": version(dossier), "idempotency_key": str(uuid4())}
        return client.post(at(dossier, f"{act}/"), given)

    def test_from_the_list_to_the_definitive_number(self, client, dossier, later):  # noqa: F811
        assert dossier.reference in client.get("/en/desk/").content.decode()
        client.post(at(dossier, "take/"), {"version": version(dossier)})
        assert dossier.reference in client.get("/en/desk/?list=mine").content.decode()
        self.accept_all(client, dossier, 1)
        assert dossier.reference in client.get("/en/desk/?list=ready").content.decode()
        assert self.give(client, dossier, "provisional").status_code == 302
        assert state(dossier) == "provisional_number"
        self.accept_all(client, dossier, 2)
        assert self.give(client, dossier, "register").status_code == 302
        assert dossier.reference in client.get("/en/desk/?list=register").content.decode()
        later(11)
        numbers.take_answers()
        assert state(dossier) == "registered"
        assert dossier.reference in client.get("/en/desk/?list=done").content.decode()

    def test_a_number_needs_a_fresh_proof(self, worker, dossier):
        client = caisse.desk(worker, "code")
        caisse.accept_phase(worker, dossier, 1)
        answer = self.give(client, dossier, "provisional")
        assert answer.status_code == 200 and "Is it you?" in answer.content.decode()
        assert not Number.objects.exists()
        assert client.post(at(dossier, "provisional/"), {"step": "prove", "method": "demo"}).status_code == 302
        assert self.give(client, dossier, "provisional").status_code == 302
        assert Number.objects.count() == 1

    @pytest.mark.parametrize("method", ["passkey", "app", "code", ""])
    def test_what_is_no_proof_lets_nothing_through(self, worker, dossier, method):
        client = caisse.desk(worker, "code")
        caisse.accept_phase(worker, dossier, 1)
        client.post(at(dossier, "provisional/"), {"step": "prove", "method": method, "credential": "{}"})
        self.give(client, dossier, "provisional")
        assert not Number.objects.exists()

    def test_what_rests_on_missing_documents_is_not_given(self, client, dossier):
        answer = self.give(client, dossier, "provisional")
        assert answer.status_code == 422 and "not accepted yet" in answer.content.decode()

    def test_a_likeness_leads_to_the_page_side_by_side(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        twin = make.a_submitted()
        caisse.accept_phase(worker, twin, 1, identity={"paper_number": "OTHER99999"})
        answer = self.give(client, twin, "provisional")
        assert answer["Location"].endswith("/likeness/")
        html = client.get(at(twin, "likeness/")).content.decode()
        assert dossier.reference in html
        other = re.search(r'value="different:([^"]+)"', html).group(1)
        given = {f"{other}-version": version(twin), "act": f"different:{other}", f"{other}-why": "two records"}
        client.post(at(twin, "likeness/"), given)
        assert self.give(client, twin, "provisional").status_code == 302 and Number.objects.count() == 2


class TestDecisions:
    """Accept and send back, with what each rests on."""

    def test_what_was_sent_back_is_offered_to_be_asked_again_once_nothing_asks_for_it(self, client, worker, dossier):
        half = caisse.halves(dossier)["enrolment"]
        examining.refuse(
            worker, dossier.pk, half.version.pk, "main", expects=caisse.version_of(dossier), reason="not_this_year",
            fields={},
        )  # fmt: skip
        assert 'value="enrolment"' not in client.get(at(dossier, "ask/")).content.decode()
        Ask.objects.update(state=Ask.State.LAPSED)
        assert 'value="enrolment"' in client.get(at(dossier, "ask/")).content.decode()
        given = {"version": version(dossier), "code": ["enrolment"], "days": 45}
        assert client.post(at(dossier, "ask/"), given).status_code == 302
        again = Ask.objects.get(state=Ask.State.OPEN).items.get()
        assert again.reason == "not_this_year" and again.words == caisse.halves(dossier)["enrolment"].decision.words

    def test_an_identity_without_its_number_keeps_what_was_typed(self, client, dossier):
        answer = client.post(at(dossier, "identity/main/accept/"), {"version": version(dossier)})
        assert answer.status_code == 422 and "Write the number" in answer.content.decode()
        assert not Decision.objects.exists()

    def test_a_stale_page_shows_what_the_colleague_did(self, client, dossier):
        stale = version(dossier)
        caisse.accept(caisse.a_caseworker(name="Nadia Haddad"), dossier, "identity")
        given = {"version": stale, "paper_number": "C1234567"}
        answer = client.post(at(dossier, "enrolment/main/accept/"), given)
        html = answer.content.decode()
        assert answer.status_code == 409 and "Nadia Haddad" in html and "Document accepted" in html
        assert Decision.objects.count() == 1

    def send_back(self, client, dossier, seen="", **fields):
        given = {"version": version(dossier), "days": "45", "reason": "blurred", "part": "names", **fields}
        if seen:
            given["seen"] = seen
        return client.post(at(dossier, "identity/main/refuse/"), given)

    def test_the_sentence_is_seen_before_it_leaves(self, client, dossier):
        first = self.send_back(client, dossier)
        html = first.content.decode()
        assert "we cannot read the names" in html and "nous ne lisons pas les noms" in html
        assert not Ask.objects.exists() and not Mail.objects.filter(kind="documents_asked").exists()
        seen = re.search(r'name="seen" value="([^"]+)"', html).group(1)
        assert self.send_back(client, dossier, seen).status_code == 302
        assert Ask.objects.get().items.get().reason == "blurred"

    def test_another_sentence_than_the_one_seen_does_not_leave(self, client, dossier):
        seen = re.search(r'name="seen" value="([^"]+)"', self.send_back(client, dossier).content.decode()).group(1)
        assert self.send_back(client, dossier, seen, part="stamp").status_code == 200
        assert not Ask.objects.exists()

    @pytest.mark.parametrize(
        "fields", [{"days": "10"}, {"days": "1000"}, {"part": "everything"}, {"reason": "expired"}]
    )
    def test_what_is_missing_is_said_on_its_field(self, client, dossier, fields):
        answer = self.send_back(client, dossier, **fields)
        assert answer.status_code == 422 and "error-summary" in answer.content.decode()

    def test_an_unknown_reason_shows_the_list(self, client, dossier):
        answer = self.send_back(client, dossier, reason="ugly")
        assert answer.status_code == 200 and not Ask.objects.exists()

    def test_what_is_decided_is_not_sent_back_again(self, client, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        assert client.get(at(dossier, "identity/main/refuse/")).status_code == 302

    @pytest.mark.parametrize("half", ["lottery/main/", "identity/translation/"])
    def test_a_half_that_is_not_asked_does_not_exist(self, client, dossier, half):
        for act in ("", "accept/", "refuse/"):
            assert client.get(at(dossier, half + act)).status_code == 404


class TestTheOtherActs:
    """Ask, lengthen, correct, answer, write, note, turn down."""

    def test_documents_are_asked_for(self, client, dossier):
        given = {"version": version(dossier), "code": ["civil_status", "translation"], "days": "60"}
        assert client.post(at(dossier, "ask/"), given).status_code == 302
        assert Ask.objects.get().days == 60 and Ask.objects.get().items.count() == 2

    @pytest.mark.parametrize(
        "given", [{}, {"code": "civil_status", "days": "20"}, {"code": "civil_status", "days": "x"}]
    )
    def test_a_wrong_request_says_why(self, client, dossier, given):
        answer = client.post(at(dossier, "ask/"), {"version": version(dossier), **given})
        assert answer.status_code == 422 and not Ask.objects.exists()

    def test_more_time(self, client, worker, dossier):
        asking.ask(
            worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
            codes={"civil_status": ("not_sent", {})},
        )  # fmt: skip
        given = {"version": version(dossier), "days": "46"}
        assert client.post(at(dossier, "lengthen/"), given).status_code == 302
        given = {"version": version(dossier), "days": "46"}
        assert client.post(at(dossier, "lengthen/"), given).status_code == 422

    def test_a_typing_error_is_corrected_against_the_paper(self, client, dossier):
        given = {"version": version(dossier), "field": "birth_place", "value": "Huế", "why": "as on the certificate"}
        assert client.post(at(dossier, "correct/"), given).status_code == 302
        row = Correction.objects.get()
        assert (row.old, row.new, row.by_person) == ("Hà Nội", "Huế", False)
        assert caisse.person(dossier).birth_place == "Huế"
        assert Mail.objects.filter(kind="value_corrected").count() == 1

    def test_a_birth_date_is_read_as_the_person_typed_it(self, client, dossier):
        given = {"version": version(dossier), "field": "birth_date", "value_day": "15", "value_month": "3",
                 "value_year": "2004", "why": "as on the passport"}  # fmt: skip
        assert client.post(at(dossier, "correct/"), given).status_code == 302
        assert caisse.person(dossier).birth_date == "2004-03-15"

    def test_with_a_number_its_parts_are_the_registers(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        given = {"version": version(dossier), "field": "sex", "value": "M", "why": "as on the passport"}
        answer = client.post(at(dossier, "correct/"), given)
        assert answer.status_code == 422 and caisse.person(dossier).sex == "F"

    @pytest.mark.parametrize("field", ["iban", "phone", "", "state"])
    def test_only_what_a_paper_shows_is_corrected(self, client, dossier, field):
        assert client.get(at(dossier, f"correct/?field={field}")).status_code == 404

    @pytest.mark.parametrize("act", ["accept", "refuse"])
    def test_a_change_that_was_asked_for_is_answered(self, client, worker, dossier, act):
        caisse.accept(worker, dossier, "identity")
        correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Huế", "the certificate says so")
        row = Correction.objects.get()
        given = {
            "version": version(dossier),
            "act": act,
            "value": "Huế",
            "why": "yes",
            "words": "The paper says Hà Nội",
        }
        assert client.post(at(dossier, f"change/{row.pk}/"), given).status_code == 302
        row.refresh_from_db()
        assert row.state == ("done" if act == "accept" else "refused")
        assert caisse.person(dossier).birth_place == ("Huế" if act == "accept" else "Hà Nội")
        assert client.get(at(dossier, f"change/{row.pk}/")).status_code == 404

    @pytest.mark.parametrize("act", ["accept", "refuse"])
    def test_what_cannot_be_had_is_answered(self, client, dossier, act):
        asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why="x" * 30, lasting=True)
        row = Impossibility.objects.get()
        given = {"version": version(dossier), "act": act, "words": "because"}
        assert client.post(at(dossier, f"impossible/{row.pk}/"), given).status_code == 302
        row.refresh_from_db()
        assert row.answer == ("accepted" if act == "accept" else "refused")

    def test_a_note_and_a_message(self, client, dossier):
        for name in ("note", "write"):
            given = {"idempotency_key": str(uuid4()), "text": "Bonjour"}
            for _ in range(2):
                assert client.post(at(dossier, f"{name}/"), given).status_code == 302
        assert Note.objects.count() == 1 and Message.objects.count() == 1, "a second click writes nothing more"

    def test_what_a_person_asked_for_is_dealt_with(self, client, dossier):
        talking.write(make.owner_of(dossier), dossier.pk, "Rappelez-moi", kind="call", language="en")
        assert Dossier.objects.get(pk=dossier.pk).queue == "answered"
        row = Message.objects.get()
        client.post(at(dossier, f"message/{row.pk}/done/"))
        row.refresh_from_db()
        assert row.done_at is not None and Dossier.objects.get(pk=dossier.pk).queue == "to_take"

    def test_turned_down_with_a_reason_and_opened_again(self, client, dossier):
        given = {"version": version(dossier), "reason": "not_genuine", "words": ""}
        assert client.post(at(dossier, "reject/"), given).status_code == 422
        given["words"] = "Le tampon n’existe pas."
        assert client.post(at(dossier, "reject/"), given).status_code == 302
        assert state(dossier) == "rejected"
        client.post(at(dossier, "reopen/"), {"version": version(dossier)})
        assert state(dossier) == "reopened"

    def test_a_number_that_should_not_have_been_given_ends_with_the_request(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        page = client.get(at(dossier, "identity/main/")).content.decode()
        assert at(dossier, "deactivate/") in page and at(dossier, "reject/") not in page
        given = {"version": version(dossier), "reason": "not_genuine", "words": ""}
        assert client.post(at(dossier, "deactivate/"), given).status_code == 422
        assert Number.objects.get().ended_at is None
        given["words"] = "Le tampon n’existe pas."
        assert client.post(at(dossier, "deactivate/"), given).status_code == 302
        assert state(dossier) == "nia_deactivated" and Number.objects.get().ended_at is not None
        assert Dossier.objects.get(pk=dossier.pk).queue == "done"
        page = client.get(at(dossier, "identity/main/")).content.decode()
        assert "Provisional number ended on" in page and "Le tampon n’existe pas." in page
        for act in ("deactivate/", "reject/", "reopen/", "provisional/"):
            assert at(dossier, act) not in page
        assert client.get(at(dossier, "deactivate/")).status_code == 302
        stale = client.post(at(dossier, "deactivate/"), given)
        assert stale.status_code == 409 and "Provisional number ended" in stale.content.decode()
        read = cast.browser(dossier.owner).get("/en/student/space/").content.decode()
        assert "Your provisional number has ended" in read and "Le tampon n’existe pas." in read
        assert "commission de recours amiable" in read and "Ended by the caisse on" in read
        assert "three conditions" not in read and "Show and copy" not in read

    def test_no_number_ends_without_a_fresh_proof_or_once_it_is_certified(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        given = {"version": version(dossier), "reason": "duplicate", "words": ""}
        answer = caisse.desk(worker, "code").post(at(dossier, "deactivate/"), given)
        assert "Is it you?" in answer.content.decode()
        assert Number.objects.get().ended_at is None
        dossier.registrants.update(state="registered")
        assert client.post(at(dossier, "deactivate/"), given).status_code == 409
        assert Number.objects.get().ended_at is None

    def test_a_correction_that_reaches_a_number_needs_a_fresh_proof(self, worker, dossier):
        stale = caisse.desk(worker, "code")
        place = at(dossier, "correct/?field=birth_place")
        assert "Is it you?" not in stale.get(place).content.decode(), "there is no number yet"
        caisse.give_provisional(worker, dossier)
        given = {"version": version(dossier), "field": "birth_place", "value": "Huế", "why": "Vu sur l’acte"}
        assert "Is it you?" in stale.post(place, given).content.decode()
        assert not Correction.objects.exists()
        assert "Is it you?" not in stale.get(at(dossier, "correct/?field=parent1_birth_name")).content.decode()
        correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_name", "Nguyen", "so on my passport")
        answer = stale.get(at(dossier, f"change/{Correction.objects.get().pk}/"))
        assert "Is it you?" in answer.content.decode()

    def test_a_number_is_shown_for_two_minutes(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        value = Number.objects.get().value
        assert value not in client.get(at(dossier, "identity/main/")).content.decode().replace(" ", "")
        answer = client.post(at(dossier, "number/"))
        assert value in answer.content.decode() and answer["Refresh"].startswith("120; ")

    def test_what_was_looked_for_is_in_no_address(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        number = Number.objects.get().value
        for text in ("Nguyễn", "nguyen thi", dossier.reference, dossier.reference.lower(), number, number[:13]):
            answer = client.post("/en/desk/search/", {"q": text})
            assert answer.status_code == 200 and dossier.reference in answer.content.decode(), text
        assert dossier.reference not in client.post("/en/desk/search/", {"q": "Dupont"}).content.decode()


class TestPeople:
    """A supervisor names and dismisses; a caseworker reads."""

    def test_a_supervisor_names_a_colleague(self, client):
        given = {"name": "Nora Petit", "email": "nora@example.org", "role": "caseworker"}
        assert client.post("/en/desk/people/", given).status_code == 302
        assert "Nora Petit" in client.get("/en/desk/people/").content.decode()

    def test_a_caseworker_names_nobody(self):
        client = caisse.desk(caisse.a_caseworker())
        given = {"name": "Nora Petit", "email": "nora@example.org", "role": "supervisor"}
        assert client.post("/en/desk/people/", given).status_code == 404

    @pytest.mark.parametrize(("role", "shown"), [("supervisor", True), ("caseworker", False)])
    def test_a_supervisor_sees_that_codes_open_the_desk(self, monkeypatch, role, shown):
        client = caisse.desk(caisse.a_caseworker(role=role))
        assert "Sign-in by codes is allowed" not in client.get("/en/desk/people/").content.decode()
        allowed = replace(config.current(), staff_codes=True)
        monkeypatch.setattr(config, "current", lambda: allowed)
        assert ("Sign-in by codes is allowed" in client.get("/en/desk/people/").content.decode()) is shown

    def test_naming_needs_a_fresh_proof(self, worker):
        client = caisse.desk(worker, "code")
        answer = client.post("/en/desk/people/", {"name": "X", "email": "x@example.org", "role": "caseworker"})
        assert "Is it you?" in answer.content.decode()

    def test_the_last_supervisor_stays(self, client, worker):
        answer = client.post("/en/desk/people/", {"dismiss": str(worker.uuid)})
        assert answer.status_code == 422
        assert client.post("/en/desk/people/", {"dismiss": "nobody"}).status_code == 404
