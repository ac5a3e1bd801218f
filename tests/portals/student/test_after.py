"""The space after sending: messages, changes, the number, letters, withdrawing, the export."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from lxml.html import fromstring

from matricule.core import clock, i18n
from matricule.core.journal import entries_about
from matricule.dossiers.case import Certificate, Correction, Impossibility, Message, Number, Sending
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, correcting, ending, examining, talking
from matricule.portals.components.forms import SWITCH
from tests.support import caisse, cast
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return make.a_submitted()


@pytest.fixture
def client(dossier):
    return cast.browser(dossier.owner)


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def at(dossier, rest):
    return f"/en/student/dossier/{dossier.pk}/{rest}"


def page(client, rest="space/"):
    return client.get(f"/en/student/{rest}").content.decode()


def written(day):
    with i18n.in_language("en"):
        return i18n.format_date(day)


class TestStatus:
    """Who acts, by when, at every stage."""

    def test_the_caisse_by_its_target(self, client):
        html = page(client)
        assert "The caisse’s turn" in html and "target" in html and "the law’s limit" not in html

    def test_one_step_of_the_way_is_now_and_the_first_has_its_receipt(self, client, dossier):
        html = page(client)
        assert html.count('<li class="now" aria-current="step"') == 1
        assert f"/dossier/{dossier.pk}/receipt/" in html

    def test_the_person_with_the_sentence_and_the_day(self, client, worker, dossier):
        from matricule.dossiers.operations import examining

        half = caisse.halves(dossier)["identity"]
        examining.refuse(
            worker, dossier.pk, half.version.pk, "main", expects=caisse.version_of(dossier), reason="wrong_person",
            fields={},
        )  # fmt: skip
        html = page(client)
        assert "Your turn" in html and "another person’s name" in html and "{date}" not in html
        assert "You can reopen it for 30 days" in html

    def test_with_a_number_the_law_gives_the_day(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        html = page(client)
        assert "2 04 03 ••" in html and "three months from your provisional number" in html
        assert "neither a carte Vitale nor an ameli account" in html

    def test_turned_down_says_why_and_how_to_contest(self, client, worker, dossier):
        person = caisse.person(dossier).pk
        ending.reject(
            worker, dossier.pk, person, expects=caisse.version_of(dossier), reason="duplicate", words="Voir l’autre"
        )
        html = page(client)
        assert "appeals board" in html and "Voir l’autre" in html
        assert "No news by" not in html and "Write to the caisse</span>" in html, "nothing is awaited any more"
        assert "three conditions" not in html and "not measured yet" not in html

    @pytest.mark.parametrize(("answer", "said"), [("refused", True), ("known", False), ("needs_document", False)])
    def test_what_the_register_refused_is_read_and_what_to_do(self, client, worker, dossier, answer, said):
        caisse.give_provisional(worker, dossier)
        caisse.accept_phase(worker, dossier, 2)
        words = {"fr": "Le lieu diffère.", "en": "The place differs."}
        Sending.objects.create(
            registrant=caisse.person(dossier), sent_at=clock.now(), answer_by=clock.today(), answer=answer,
            words=words, answered_at=clock.now(),
        )  # fmt: skip
        html = page(client)
        assert ("The place differs." in html) is said
        assert ("sent your file back to the caisse" in html) is (answer != "needs_document")
        assert ("ask for its change" in html) is (answer != "needs_document")

    def test_each_condition_of_the_certificate_says_whose_turn_it_is_and_by_when(self, client, worker, dossier):
        html = page(client)
        assert html.count("The caisse aims to answer by") == 2, "the step of the way, and the first condition"
        assert "The caisse examines the one that you sent." in html
        caisse.accept_phase(worker, dossier, 1)
        html = page(client)
        assert "The caisse aims to answer by" not in html and "The caisse examines the one" not in html
        assert "All are met: the caisse now gives you" in html and "gives you your provisional number</h2>" in html
        assert html.count('<li class="now" aria-current="step"') == 1

    def test_a_certificate_that_waits_for_the_courses_says_its_day(self, client, worker, dossier):
        today = clock.today()
        start = today + timedelta(days=9)
        Registrant.objects.filter(dossier=dossier).update(courses_start=start, arrival_date=today)
        caisse.give_provisional(worker, dossier)
        assert f"Your certificate will be here on {written(start)}" in page(client)

    def test_a_certificate_that_ended_says_when_and_what_brings_another(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        today = clock.today()
        yesterday = today - timedelta(days=1)
        Certificate.objects.update(starts_on=today - timedelta(days=20), ends_on=yesterday)
        html = page(client)
        assert f"Your last certificate ended on {written(yesterday)}. Another comes" in html
        Number.objects.update(issued_at=clock.now() - timedelta(days=300))
        Registrant.objects.filter(dossier=dossier).update(courses_start=today - timedelta(days=300))
        html = page(client)
        assert "after nine months. The next certificate comes with your number for life" in html
        assert "Another comes" not in html and "not yet:" not in html

    def test_a_file_closed_for_silence_says_until_when_it_can_be_opened_again(self, client, dossier, later):  # noqa: F811
        last = clock.today() + timedelta(days=3)
        ending = {"reason": "silence", "words": "", "at": clock.now().isoformat(), "reopen_on": last.isoformat()}
        Registrant.objects.filter(dossier=dossier).update(state="closed", ending=ending)
        assert f"until {written(last)}, and send nothing again" in page(client)
        later(4)
        assert "send nothing again" not in page(client) and "days to open it again are over" in page(client)

    def test_one_step_is_now_while_the_caisse_sends_the_file_and_what_is_asked_is_yours(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        caisse.accept_phase(worker, dossier, 2)
        html = page(client)
        assert html.count('<li class="now" aria-current="step"') == 1
        half = caisse.halves(dossier)["civil_status"]
        half.version.decisions.filter(part="main").delete()
        examining.refuse(
            worker, dossier.pk, half.version.pk, "main", expects=caisse.version_of(dossier), reason="wrong_person",
            fields={},
        )  # fmt: skip
        assert "You: Birth certificate, with your parents’ names" in page(client)

    def test_a_message_of_the_caisse_is_reached_and_answered_at_once(self, client, worker, dossier):
        assert "Messages with the caisse</a>" in page(client) and "Write to the caisse</span>" not in page(client)
        talking.write(worker, dossier.pk, "Which of the two addresses is yours?")
        link = f'href="{at(dossier, "write/")}"'
        assert "Read the message</span>" in page(client, "space/notifications/")
        assert link in page(client, "space/notifications/") and "Write to the caisse</span>" in page(client)
        assert "Which of the two addresses" in client.get(at(dossier, "write/")).content.decode()

    def test_no_news_opens_after_the_target(self, client, later):  # noqa: F811
        assert "Write to the caisse</span>" not in page(client)
        later(40)
        assert "Write to the caisse</span>" in page(client)

    def test_the_usual_delay_only_when_it_is_measured(self, client):
        from matricule.dossiers.case import Measure

        assert "not measured yet" in page(client)
        Measure.objects.create(name="first_number", days=6, decisions=31, measured_at=clock.now())
        assert "within 6 days" in page(client)


class TestInformation:
    """Free, held, asked for, objected to."""

    def test_the_address_is_changed_at_any_time(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        given = {**make.CONTACT, "city": "Dole", "postcode": "39100"}
        assert client.post(at(dossier, "change/contact/"), given).status_code == 302
        assert caisse.person(dossier).city == "Dole"

    def test_a_wrong_value_stays_in_the_form_with_its_reason(self, client, dossier):
        answer = client.post(at(dossier, "change/contact/"), {**make.CONTACT, "postcode": "39"})
        html = answer.content.decode()
        assert answer.status_code == 422 and "5 digits" in html and 'value="39"' in html

    def test_what_a_decision_rests_on_is_asked_for(self, client, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        html = client.get(at(dossier, "change/civil_status/")).content.decode()
        assert "ask-change/birth_name/" in html and 'name="birth_name"' not in html
        given = {"new": "Huế", "why": "the certificate says so"}
        assert client.post(at(dossier, "ask-change/birth_place/"), given).status_code == 302
        assert Correction.objects.get().by_person
        assert "You asked for it" in page(client, "space/information/")

    def test_beside_what_is_held_the_rest_of_a_page_is_changed(self, client, worker, dossier):
        caisse.accept(worker, dossier, "enrolment")
        before = caisse.person(dossier)
        where = at(dossier, "change/studies/")
        form = fromstring(client.get(where).content.decode()).xpath("//form[@id='page-form']")[0]
        given = {name: text for name, text in form.fields.items() if text is not None} | {"arrival_date_day": "30"}
        assert "school" not in given and "courses_start_day" not in given
        assert client.post(where, {**given, "school": "Forged", "courses_start_year": "2020"}).status_code == 302
        after = caisse.person(dossier)
        assert after.arrival_date.day == 30 != before.arrival_date.day
        assert (after.school_name, after.courses_start) == (before.school_name, before.courses_start)

    def test_a_change_of_the_language_keeps_what_is_typed_and_checks_nothing(self, client, dossier):
        cases = {"change/contact/": {**make.CONTACT, "postcode": "39"}, "ask-change/birth_name/": {"new": "39"}}
        for rest, typed in cases.items():
            answer = client.post(at(dossier, rest), {**typed, SWITCH: "fr"})
            html = answer.content.decode()
            assert answer.status_code == 200 and 'value="39"' in html, rest
            assert 'class="field-error' not in html and 'id="error-summary"' not in html
        assert caisse.person(dossier).postcode != "39"

    def test_a_correction_is_shown_and_objected_to(self, client, worker, dossier):
        correcting.correct(
            worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
            field="birth_place", value="Huế", why="as on the certificate",
        )  # fmt: skip
        assert "Corrected by the caisse" in page(client, "space/information/")
        row = Correction.objects.get()
        assert client.post(at(dossier, f"object/{row.pk}/"), {"words": "It says Hà Nội"}).status_code == 302
        assert client.get(at(dossier, f"object/{row.pk}/")).status_code == 404

    def test_the_page_of_a_change_shows_what_is_held_and_then_what_was_changed(self, client, dossier):
        where = at(dossier, "change/contact/")
        form = fromstring(client.get(where).content.decode()).xpath("//form[@id='page-form']")[0]
        values = {name: text for name, text in form.fields.items() if text is not None}
        assert (values["city"], values["phone"]) == ("Besançon", "+33612345678")
        assert client.post(where, {**values, "city": "Dijon"}).status_code == 302
        again = fromstring(client.get(where).content.decode()).xpath("//form[@id='page-form']")[0]
        assert again.fields["city"] == "Dijon" and again.fields["street"] == values["street"]

    @pytest.mark.parametrize(
        "rest", ["change/lottery/", "ask-change/city/", "object/0198a1b2-0000-7000-8000-000000000000/"]
    )
    def test_what_does_not_exist_is_not_found(self, client, dossier, rest):
        assert client.get(at(dossier, rest)).status_code == 404


class TestDocuments:
    """What was decided on each, and what cannot be had."""

    def test_the_states_are_shown(self, client, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        html = page(client, "space/documents/")
        assert "Accepted" in html

    def test_what_cannot_be_had_goes_to_the_caseworker(self, client, dossier):
        given = {"why": "The archive burnt down in 1999.", "how_long": "lasting"}
        assert client.post(at(dossier, "cannot/civil_status/main/"), given).status_code == 302
        assert Impossibility.objects.get().lasting
        assert client.post(at(dossier, "cannot/civil_status/main/"), {"why": "no"}).status_code == 422

    @pytest.mark.parametrize(
        ("accepted", "lasting", "said"),
        [
            (True, True, "nobody can issue it any more"),
            (True, False, "accepts that you send it later"),
            (False, True, "you still have to send it"),
        ],
    )
    def test_what_becomes_of_it_is_read_with_the_words_of_the_caisse(
        self, client, worker, dossier, accepted, lasting, said
    ):
        given = {"why": "The archive burnt down in 1999.", "how_long": "lasting" if lasting else "for_now"}
        client.post(at(dossier, "cannot/civil_status/main/"), given)
        assert "it has not answered yet" in page(client, "space/documents/")
        asking.answer_impossibility(
            worker, dossier.pk, Impossibility.objects.get().pk, expects=caisse.version_of(dossier),
            accepted=accepted, words="Vu la lettre de la mairie.",
        )  # fmt: skip
        html = page(client, "space/documents/")
        assert said in html and "Vu la lettre de la mairie." in html and "it has not answered yet" not in html

    def test_only_a_document_of_the_second_phase_leaves_the_provisional_number_alone(self, client, dossier):
        told = "Your provisional number does not depend on it"
        assert told in client.get(at(dossier, "cannot/civil_status/main/")).content.decode()
        half = caisse.halves(dossier)["identity"]
        half.version.files.update(removed_at=clock.now())
        assert told not in client.get(at(dossier, "cannot/identity/main/")).content.decode()

    def test_who_translated_is_asked_until_the_translation_is_accepted(self, client, worker, dossier):
        assert "Say who translated" in page(client, "space/documents/")
        caisse.accept_phase(worker, dossier, 2)
        assert "Say who translated" not in page(client, "space/documents/")

    def test_a_replaced_file_is_kept_until_the_decision_and_says_so_until_then(self, client, worker, dossier):
        make.replace(dossier, "identity")
        assert "Kept until the decision" in page(client, "space/documents/")
        caisse.accept(worker, dossier, "identity")
        html = page(client, "space/documents/")
        assert "Replaced." in html and "Kept until the decision" not in html

    def test_what_is_accepted_can_be_had(self, client, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        assert client.get(at(dossier, "cannot/identity/main/")).status_code == 404

    def test_what_is_accepted_is_not_asked_for_again_but_can_be_replaced(self, client, worker, dossier):
        def zone():
            return 'id="identity-main"' in client.get("/en/student/space/documents/").content.decode()

        assert zone()
        caisse.accept(worker, dossier, "identity")
        assert not zone()
        assert 'id="identity-main"' in client.get(at(dossier, "documents/identity/replace/")).content.decode()


class TestActs:
    """Write, withdraw, reopen, the number, letters, everything."""

    def test_a_call_in_english_reaches_the_caisse_once(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        given = {"kind": "call", "language": "en", "text": "After 5 pm", "idempotency_key": str(uuid4())}
        for _ in range(2):
            assert client.post(at(dossier, "write/"), given).status_code == 302
        row = Message.objects.get()
        assert (row.kind, row.language, row.text) == ("call", "en", "After 5 pm")
        talking.write(worker, dossier.pk, "We call you tomorrow.")
        html = client.get(at(dossier, "write/")).content.decode()
        assert "We call you tomorrow." in html and "to be called back, in English" in html
        assert "The caisse has your message" in html
        talking.handle(worker, dossier.pk, row.pk)
        assert "The caisse has your message" not in client.get(at(dossier, "write/")).content.decode()

    def test_an_earlier_request_keeps_its_receipt_when_another_is_begun(self, client, dossier):
        assert "My earlier requests" not in page(client)
        ending.withdraw(make.owner_of(dossier), dossier.pk, expects=caisse.version_of(dossier))
        newer = make.a_draft(dossier.owner)
        receipt = f"/en/student/dossier/{dossier.pk}/receipt/"
        html = page(client)
        assert "My earlier requests" in html and dossier.reference in html and receipt in html
        assert client.get(receipt).status_code == 200
        Dossier.objects.filter(pk=newer.pk).update(opened_at=dossier.opened_at - timedelta(days=1))
        assert "My earlier requests" not in page(client), "a draft that was never sent has no receipt"

    def test_withdrawn_after_one_confirmation(self, client, dossier):
        assert "Withdraw it" in client.get(at(dossier, "withdraw/")).content.decode()
        given = {"version": str(caisse.version_of(dossier))}
        assert client.post(at(dossier, "withdraw/"), given).status_code == 302
        assert caisse.person(dossier).state == "withdrawn" and "withdrawn your request" in page(client)

    def test_with_a_number_it_is_not_withdrawn(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        assert "no longer be withdrawn" in client.get(at(dossier, "withdraw/")).content.decode()
        assert client.post(at(dossier, "withdraw/"), {"version": str(caisse.version_of(dossier))}).status_code == 409

    def test_reopened_within_its_days(self, client, worker, dossier, later):  # noqa: F811
        from matricule.dossiers.models import Registrant

        last = {"reason": "silence", "reopen_on": clock.today().isoformat()}
        Registrant.objects.filter(dossier=dossier).update(state="closed", ending=last)
        assert "Open my file again" in page(client)
        later(1)
        assert client.post(at(dossier, "reopen/")).status_code == 409
        later(-1)
        assert client.post(at(dossier, "reopen/")).status_code == 302
        assert caisse.person(dossier).state == "reopened"

    def test_the_number_is_shown_by_a_click_that_is_noted_and_hidden_again(self, client, worker, dossier):
        assert client.post(at(dossier, "number/")).status_code == 404
        caisse.give_provisional(worker, dossier)
        value = Number.objects.get().value
        mark = cast.last_entry()
        answer = client.post(at(dossier, "number/"))
        assert f'data-copy-text="{value}"' in answer.content.decode()
        assert f'data-copy-text="{value[:13]}"' in answer.content.decode()
        assert answer["Refresh"].startswith("120; ")
        assert cast.entries_since(mark) == [("number.revealed", "done")]
        assert client.get(at(dossier, "number/")).status_code == 302

    def test_a_letter_is_downloaded_by_its_person_only(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        (row,) = Certificate.objects.all()
        address = at(dossier, f"letters/{row.pk}/provisional_certificate/")
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
        assert cast.browser(make.a_user()).get(address).status_code == 404
        assert client.get(at(dossier, f"letters/{row.pk}/number_letter/")).status_code == 404

    def test_who_looked_is_shown_with_names(self, client, worker, dossier):
        caisse.accept(worker, dossier, "identity")
        html = client.get(at(dossier, "readers/")).content.decode()
        assert "Camille Roy" in html and "Document accepted" in html and "You" in html

    def test_everything_agrees_with_the_journal(self, client, worker, dossier):
        caisse.give_provisional(worker, dossier)
        talking.write(worker, dossier.pk, "Bonjour")
        asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why="x" * 30, lasting=False)
        written = entries_about(("dossier", dossier.pk))
        answer = client.get(at(dossier, "everything/"))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        data = json.loads(archive.read("data.json"))
        assert [line["what"] for line in data["who_did_and_read_what"]] == [entry.action for entry in written]
        assert data["numbers"][0]["number"] == Number.objects.get().value
        assert data["person"]["birth_name"] == "Nguyễn" and "person_index" not in data["person"]
        for entry in data["files"]:
            assert archive.read(entry["file"]).startswith(b"%PDF")
        assert any(name.startswith("letters/") for name in archive.namelist())
        assert {line["who"] for line in data["who_did_and_read_what"]} >= {"Camille Roy", "you"}
