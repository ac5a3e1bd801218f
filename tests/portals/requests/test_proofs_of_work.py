"""What a company says its file is: a promise of employment and a DPAE are refused at once, with the reason (S0-27)."""

from html import unescape
from itertools import count
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from matricule.dossiers import desk, people, standing, work
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import files, requesting
from matricule.rules.employer import contract
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

SLOT = contract.DOCUMENT
NUMBER = count(1)
SCRIPT = {"HTTP_X_MATRICULE_FRAGMENT": "1"}


def at(dossier, name: str, *args, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"requests:{name}", args=[dossier.pk, dossier.registrants.get(role="principal").pk, *args])


def text(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


def a_draft(member, category: str = "salarie") -> Dossier:
    """Return a request with its employee's pages filled, its documents known."""
    dossier = firm.owned(member, category=category)
    firm.fill(dossier, dossier.registrants.get())
    return dossier


@pytest.fixture
def draft(member) -> Dossier:
    return a_draft(member)


def send(browser, dossier, said: str | None, *, language: str = "en", **headers):
    """Send one file more for the contract; ``said``: what it is said to be, None where the question is left out."""
    paper = SimpleUploadedFile(f"paper-{next(NUMBER)}.pdf", make.a_pdf(), "application/pdf")
    given = {"files": [paper], "part": "main"} | ({} if said is None else {"said": said})
    return browser.post(at(dossier, "add", SLOT, language=language), given, **headers)


def kept(dossier) -> list[File]:
    """Return the files of the contract whose bytes were kept."""
    rows = File.objects.filter(version__document__registrant__dossier=dossier, version__document__slot=SLOT)
    return [row for row in rows.order_by("position") if row.blob is not None]


def lacking(dossier) -> list[str]:
    return people.lacking(dossier.registrants.get(role="principal"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("said", ["promise", "dpae"])
def test_a_promise_and_a_dpae_are_refused_with_the_reason_and_what_to_send_instead(
    member, browser, draft, said, language
):
    row = contract.proof(said)
    page = browser.get(at(draft, "documents", language=language))
    assert f'<option value="{said}">{row.name[language]}</option>' in text(page)
    page = browser.get(send(browser, draft, said, language=language)["Location"].partition("#")[0])
    for sentence in row.refused[language].split(". ", 1):
        assert sentence in text(page)
    assert f"{row.name[language]} –" not in text(page), "its words name the paper already"
    assert kept(draft) == [] and SLOT in lacking(draft)
    refused = File.objects.get(version__document__slot=SLOT)
    assert (refused.state, refused.verdict, refused.said) == (File.State.REFUSED, work.NO_PROOF, said)
    entry = next(one for one in desk.history(draft.pk) if one.action == "file.added")
    assert entry.detail["said"] == said and entry.detail["verdict"] == work.NO_PROOF


def test_what_was_sent_before_stays_beside_what_is_refused(browser, draft):
    send(browser, draft, "payslip")
    answer = send(browser, draft, "dpae", **SCRIPT)
    assert answer.status_code == 200 and contract.proof("dpae").refused["en"].split(". ")[1] in text(answer)
    assert [file.said for file in kept(draft)] == ["payslip"] and SLOT not in lacking(draft)
    page = text(browser.get(at(draft, "documents")))
    assert "Payslip – 1 page" in page


@pytest.mark.parametrize("said", [None, "", "invoice"])
@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_a_file_of_which_nobody_says_what_it_is_is_not_kept_and_the_question_is_asked(browser, draft, said, headers):
    answer = send(browser, draft, said, **headers)
    page = answer if headers else browser.get(answer["Location"].partition("#")[0])
    assert "Say what the file is, then choose it again. Nothing was sent." in text(page)
    assert not File.objects.filter(version__document__slot=SLOT).exists()


def test_without_a_file_the_file_is_asked_for_first(browser, draft):
    answer = browser.post(at(draft, "add", SLOT), {"part": "main"})
    page = text(browser.get(answer["Location"].partition("#")[0]))
    assert "Choose a file first" in page and "Nothing was sent." not in page


def test_other_documents_are_not_asked_what_they_are(browser, draft):
    page = text(browser.get(at(draft, "documents")))
    assert page.count('name="said"') == 1
    paper = SimpleUploadedFile("passport.pdf", make.a_pdf(), "application/pdf")
    browser.post(at(draft, "add", "identity"), {"files": [paper], "part": "main", "said": "promise"})
    assert File.objects.get(version__document__slot="identity").said == ""


@pytest.mark.parametrize(("category", "good"), [("salarie", False), ("mannequin", False), ("ict", True)])
def test_a_letter_of_assignment_is_a_proof_where_its_category_says_so(member, browser, category, good):
    draft = a_draft(member, category)
    page = browser.get(send(browser, draft, "assignment")["Location"].partition("#")[0])
    assert bool(kept(draft)) is good and (SLOT not in lacking(draft)) is good
    assert (contract.proof("assignment").refused["en"].split(". ")[1] in text(page)) is not good


def test_a_proof_that_a_new_category_does_not_take_holds_the_request_back_until_it_is_one_again(member, browser):
    draft = a_draft(member, "passeport_talent")
    send(browser, draft, "assignment")
    for category, good in (("salarie", False), ("ict", True)):
        actor = firm.actor_of(draft)
        requesting.change_request(actor, draft.pk, category=category, answers={}, own_reference="")
        draft.refresh_from_db()
        page = text(browser.get(at(draft, "documents")))
        assert (SLOT not in lacking(draft)) is good
        assert ("A letter of assignment is enough only for" in page) is not good
        assert len(kept(draft)) == 1, "nothing that was sent is lost"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_caseworker_reads_what_the_company_says_it_is_and_what_it_must_show(member, browser, draft, language):
    send(browser, draft, "payslip")
    firm.send_documents(draft)
    draft.refresh_from_db()
    requesting.send(firm.actor_of(draft), draft.pk, expects=draft.version, key=uuid4())
    office = caisse.desk(caisse.a_caseworker())
    page = text(office.get(f"/{language}/desk/dossier/{draft.pk}/{SLOT}/main/"))
    said = {"fr": "L’entreprise dit que c’est\u00a0: Bulletin de paie", "en": "The company says that it is: Payslip"}
    assert said[language] in page
    words = people.words_of(draft, draft.registrants.get(), SLOT)
    for line in (words.summary, *words.must_show):
        assert line[language] in page
    other = text(office.get(f"/{language}/desk/dossier/{draft.pk}/identity/main/"))
    assert said[language].partition(":")[0].strip() not in other


def test_the_door_keeps_no_paper_that_proves_nothing_whoever_asks(draft):
    """The rule is the operation's, not the page's: what sends files next is held to it too."""
    person = draft.registrants.get()
    given = (firm.actor_of(draft), draft.pk)
    with pytest.raises(work.NoProof):
        files.add_file(*given, SLOT, "main", make.checked(), person_id=person.pk, said="promise")
    with pytest.raises(ValueError, match="says what the file is"):
        files.add_file(*given, SLOT, "main", make.checked(), person_id=person.pk)
    with pytest.raises(ValueError, match="nobody is asked"):
        files.add_file(*given, "identity", "main", make.checked(), person_id=person.pk, said="contract")
    assert not File.objects.exists()
    assert standing.halves(person)[0].state == "missing"


def test_a_student_is_asked_nothing():
    dossier = make.a_filled_draft()
    assert not work.is_asked(dossier, dossier.registrants.get(), SLOT)
