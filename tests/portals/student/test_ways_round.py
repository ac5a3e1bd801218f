"""Ways that people take round the usual one: an old tab, a switch of language, an address by hand."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.core import clock, i18n
from matricule.core.journal import entries_about
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier, File, Page, Version
from matricule.dossiers.operations import deposit, files
from matricule.portals import answers
from matricule.portals.student.views import submit as submit_view
from tests.portals.student.test_way import FORMS
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db
EUROPEAN = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}
FRAGMENT = {"X-Matricule-Fragment": "1"}


@pytest.fixture
def owner_of(client):
    """Return a function that makes a dossier and lets its owner in."""

    def let_in(build) -> Dossier:
        dossier = build(make.a_user(language="en"))
        client.force_login(dossier.owner)
        return dossier

    return let_in


def address(dossier, rest: str, language: str = "en") -> str:
    return f"/{language}/student/dossier/{dossier.pk}/{rest}"


def fresh(dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


class TestSwitchingTheLanguage:
    """The switch keeps what is typed, checks nothing and saves nothing that was not asked for."""

    def test_of_the_bank_details(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        page = client.post(address(dossier, "bank/", "fr"), {"iban": "FR76 half", "switch_language": "fr"})
        html = page.content.decode()
        assert page.status_code == 200 and 'value="FR76 half"' in html and "error-summary" not in html
        assert dossier.registrants.get().iban == "" and "iban" not in dossier.registrants.get().typed

    def test_of_the_translator(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        given = {"civil_status-kind": "sworn", "civil_status-place": "Lyon", "switch_language": "fr"}
        page = client.post(address(dossier, "documents/civil_status/translator/", "fr"), given)
        assert 'value="Lyon"' in page.content.decode() and not Version.objects.exists()

    def test_of_the_declaration(self, client, owner_of):
        dossier = owner_of(make.a_ready_draft)
        given = {"declare": "on", "version": dossier.version, "idempotency_key": uuid4(), "switch_language": "fr"}
        page = client.post(address(dossier, "check/", "fr"), given)
        assert page.status_code == 200 and fresh(dossier).submitted_at is None

    def test_of_the_code(self, client):
        client.post("/en/student/sign-in/", {"email": "minh@example.org"})
        page = client.post("/fr/student/sign-in/code/", {"code": "12", "switch_language": "fr"})
        assert page.status_code == 200 and "error-summary" not in page.content.decode()
        assert 'value="12"' in page.content.decode()


class TestAnOldTab:
    """What was true when the page was made is not true any more."""

    def test_the_sign_in_pages_lead_somebody_who_is_in_to_the_space(self, client, owner_of):
        owner_of(make.a_draft)
        for page in ("sign-in/", "sign-in/code/"):
            assert client.get(f"/en/student/{page}")["Location"] == "/en/student/space/"
            asked = client.get(f"/en/student/{page}", {"next": "/en/student/space/information/"})
            assert asked["Location"] == "/en/student/space/information/"

    def test_a_document_that_went_missing_is_named_and_nothing_is_sent(self, client, owner_of):
        dossier = owner_of(make.a_ready_draft)
        page = client.get(address(dossier, "check/")).content.decode()
        hidden = dict(re.findall(r'name="(idempotency_key|version)" value="([^"]+)"', page))
        file = File.objects.get(version__document__slot="identity")
        files.remove_file(make.owner_of(dossier), dossier.pk, file.pk)
        hidden["version"] = fresh(dossier).version
        page = client.post(address(dossier, "check/"), {**hidden, "declare": "on"}, follow=True)
        assert "/documents/#identity" in page.content.decode()
        assert fresh(dossier).submitted_at is None and not Mail.objects.filter(kind="deposit_receipt").exists()

    def test_the_same_submit_twice_at_once_leads_to_the_receipt(self, client, owner_of, monkeypatch):
        dossier = owner_of(make.a_ready_draft)

        def already(*_args, **_options):
            raise submit_view.AlreadyDone(dossier.pk)

        monkeypatch.setattr(deposit, "submit", already)
        given = {"declare": "on", "version": dossier.version, "idempotency_key": uuid4()}
        assert client.post(address(dossier, "check/"), given)["Location"] == address(dossier, "receipt/")

    @pytest.mark.parametrize("name", FORMS)
    def test_a_page_of_the_form_changes_nothing_once_the_dossier_is_sent(self, client, owner_of, name):
        dossier = owner_of(make.a_submitted)
        before = dossier.registrants.get().typed
        answer = client.post(address(dossier, f"identify/{name}/"), FORMS[name])
        assert answer["Location"] == "/en/student/space/information/"
        assert dossier.registrants.get().typed == before and fresh(dossier).version == dossier.version

    def test_an_autosave_after_the_submission_is_a_conflict(self, client, owner_of):
        dossier = owner_of(make.a_submitted)
        answer = client.post(address(dossier, "autosave/"), {"city": "Dole", "base:city": ""}, headers=FRAGMENT)
        assert answer.status_code == 409 and "city" not in dossier.registrants.get().typed

    def test_the_documents_of_a_sent_dossier_are_in_the_space(self, client, owner_of):
        dossier = owner_of(make.a_submitted)
        assert client.get(address(dossier, "documents/"))["Location"] == "/en/student/space/documents/"

    def test_the_documents_of_a_draft_are_not(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        assert client.get("/en/student/space/documents/")["Location"] == address(dossier, "documents/")

    def test_answers_whose_day_is_over_lead_back_to_the_questions(self, client, owner_of):
        owner_of(make.a_draft)
        for token in ("", "changed:by:hand", answers.write({"a": 1})[:-2]):
            answer = client.post("/en/student/start/", {"answers": token})
            assert answer.status_code == 302 and "/student/questions/" in answer["Location"]


class TestAnAddressByHand:
    """What does not exist, or not for this person, is not found; nothing breaks."""

    def test_an_act_on_a_page_that_does_not_exist(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        make.add(dossier, "identity")
        page = Page.objects.get()
        assert client.post(address(dossier, f"pages/{page.pk}/burn/")).status_code == 404
        client.get(address(dossier, f"pages/{page.pk}/turn/"))  # reading an address changes nothing
        assert client.post(address(dossier, f"pages/{uuid4()}/turn/")).status_code == 404
        page.refresh_from_db()
        assert page.rotation == 0

    def test_a_translator_of_a_document_that_is_not_asked(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        assert client.post(address(dossier, "documents/nothing/translator/"), {}).status_code == 404
        given = {"nothing-kind": "consulate", "nothing-place": "Hanoï"}
        assert client.post(address(dossier, "documents/nothing/translator/"), given).status_code == 404

    def test_a_translator_of_a_document_that_has_no_translation(self, client, owner_of):
        """A form that is not drawn there cannot be shown again with what is wrong in it."""
        dossier = owner_of(make.a_draft)
        where = address(dossier, "documents/identity/translator/")
        wrong = {"identity-kind": "sworn", "identity-name": "", "identity-place": "Lyon"}
        answer = client.post(where, wrong, follow=True)
        assert answer.status_code == 200 and answer.redirect_chain[-1][0].endswith("documents/#identity")
        fragment = client.post(where, wrong, headers=FRAGMENT)
        assert fragment.status_code == 200 and b"identity-kind" not in fragment.content
        assert client.post(where, {**wrong, "identity-name": "Lê Văn Dịch"}).status_code == 404
        assert not Version.objects.exists()

    def test_one_pdf_of_nothing_in_order(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        make.add(dossier, "identity", verdict="checking", ok=False, pages=0, kind="", waiting=True)
        for slot in ("identity", "visa_d", "nothing"):
            assert client.get(address(dossier, f"documents/{slot}/pdf/")).status_code == 404

    def test_replacing_what_was_not_sent(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        make.add(dossier, "identity")
        client.post(address(dossier, "documents/identity/replace/"))
        assert Version.objects.count() == 1 and Version.objects.get().replaced_at is None

    @pytest.mark.parametrize(
        "rest", ["documents/", "check/", "receipt/", "receipt/pdf/", "delete/", "identify/contact/"]
    )
    def test_a_dossier_that_does_not_exist(self, client, owner_of, rest):
        owner_of(make.a_draft)
        unknown = uuid4()
        assert client.get(f"/en/student/dossier/{unknown}/{rest}").status_code == 404
        assert [entry.outcome for entry in entries_about(("dossier", unknown))] == ["refused"]

    @pytest.mark.parametrize("reference", ["not-a-uuid", "1", "M26-7KQ4-92HX"])
    def test_a_dossier_is_never_found_by_anything_but_its_identifier(self, client, owner_of, reference):
        owner_of(make.a_draft)
        assert client.get(f"/en/student/dossier/{reference}/check/").status_code == 404


class TestADocumentThatIsNoLongerAsked:
    """Its files stay, can be looked at, removed and brought back."""

    @pytest.fixture
    def dropped(self, owner_of):
        dossier = owner_of(make.a_draft)
        file_id = make.add(dossier, "visa_d", name="old-visa.pdf")
        deposit.change_answers(make.owner_of(dossier), dossier.pk, EUROPEAN)
        return dossier, file_id

    def test_the_page_says_so_and_takes_no_more_of_them(self, client, dropped):
        dossier, _ = dropped
        html = client.get(address(dossier, "documents/")).content.decode()
        assert "No longer asked" in html and "old-visa.pdf" in html
        assert "documents/visa_d/add/" not in html

    def test_removed_with_a_script_the_answer_shows_the_way_back(self, client, dropped):
        dossier, file_id = dropped
        answer = client.post(address(dossier, f"files/{file_id}/remove/"), headers=FRAGMENT)
        assert answer.status_code == 200 and f"files/{file_id}/restore/" in answer.content.decode()

    def test_its_removed_file_can_still_be_looked_at(self, client, dropped):
        dossier, file_id = dropped
        files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
        assert client.get(address(dossier, f"files/{file_id}/")).status_code == 200

    def test_after_thirty_days_it_is_not_found(self, client, dropped, monkeypatch):
        dossier, file_id = dropped
        files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=30, minutes=1))
        assert client.get(address(dossier, f"files/{file_id}/")).status_code == 404


class TestOneFile:
    """Its pages, and what may still be done with them."""

    def test_a_removed_file_offers_no_tool(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        file_id = make.add(dossier, "identity", pages=2)
        assert "/turn/" in client.get(address(dossier, f"files/{file_id}/")).content.decode()
        files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
        html = client.get(address(dossier, f"files/{file_id}/")).content.decode()
        assert "/turn/" not in html and "/image/view/" in html

    def test_what_a_decision_named_can_only_be_looked_at(self, client, owner_of):
        dossier = owner_of(make.a_submitted)
        file = File.objects.get(version__document__slot="identity")
        caisse.decide(file)
        html = client.get(address(dossier, f"files/{file.pk}/")).content.decode()
        assert "/turn/" not in html and "/remove/" not in html
        page = file.pages.get()
        assert client.post(address(dossier, f"pages/{page.pk}/turn/")).status_code == 404

    def test_a_refused_file_has_no_page_of_its_own(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        checked = files.Checked("x.pdf", 3, "", None, "", "empty", False, 0, {}, False)
        file_id = files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked)
        for rest in ("", "original/"):
            assert client.get(address(dossier, f"files/{file_id}/{rest}")).status_code == 404

    def test_reading_is_journaled_a_thumbnail_too(self, client, owner_of):
        dossier = owner_of(make.a_draft)
        file_id = make.add(dossier, "identity")
        page = Page.objects.get()
        for rest in (f"files/{file_id}/", f"files/{file_id}/original/", f"pages/{page.pk}/image/thumb/"):
            assert client.get(address(dossier, rest)).status_code == 200
        read = [entry.action for entry in entries_about(("dossier", dossier.pk)) if entry.action.startswith("read.")]
        assert read == ["read.file", "read.original", "read.thumbnail"]


class TestTheSpace:
    """Four tabs, whatever the dossier's label."""

    @pytest.mark.parametrize("label", ["awaiting", "reminded", "provisional", "partial", "registered", "withdrawn"])
    def test_each_label_shows(self, client, owner_of, label):
        dossier = owner_of(make.a_submitted)
        Dossier.objects.filter(pk=dossier.pk).update(label=label)
        assert client.get("/en/student/space/").status_code == 200

    def test_the_information_is_read_only_once_sent(self, client, owner_of):
        dossier = owner_of(make.a_submitted)
        html = client.get("/en/student/space/information/").content.decode()
        assert "12 rue Battant" in html and address(dossier, "identify/contact/") not in html

    def test_the_newest_dossier_is_the_one_shown(self, client, owner_of):
        old = owner_of(make.a_submitted)
        Dossier.objects.filter(pk=old.pk).update(ended_at=clock.now(), opened_at=clock.now() - timedelta(days=400))
        new = make.a_draft(old.owner)
        assert new.pk != old.pk
        html = client.get("/en/student/space/").content.decode()
        assert str(new.pk) in html
        assert html.count(str(old.pk)) == html.count(f"{old.pk}/receipt/") == 1, "an earlier request gives its receipt"

    def test_the_receipt_follows_the_language_of_the_page(self, client, owner_of):
        dossier = owner_of(make.a_submitted)
        pages = [client.get(address(dossier, "receipt/", code)).content.decode() for code in i18n.LANGUAGES]
        assert 'lang="fr"' in pages[0] and 'lang="en"' in pages[1]
        assert all(dossier.reference in page for page in pages)
