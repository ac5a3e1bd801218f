"""A member of a company files for an employee and the family, page by page (issue 5, section 2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from lxml import html

from matricule.core import clock, i18n
from matricule.dossiers import access, people
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import deposit, requesting
from matricule.portals.requests import shown
from matricule.rules.employer import stay
from tests.support import companies as firm
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db

WHO = {"birth_country": "NG", "nationality": "NG", "ever_in_france": "no", "has_number": "no"}
CIVIL = {
    "birth_name": "Okonkwo",
    "given_names": "Adaeze Ifeoma",
    "sex": "F",
    "birth_date_day": "17",
    "birth_date_month": "5",
    "birth_date_year": "1990",
    "birth_place": "Lagos",
    "birth_country": "NG",
    "nationality": "NG",
    "document_language": "en",
}
PAGES = {
    "civil_status": CIVIL,
    "parents": {"parent1_birth_name": "Okafor", "parent1_given_names": "Ngozi"},
    "contact": {
        "street": "8 rue de la République",
        "postcode": "25000",
        "city": "Besançon",
        "email": "adaeze@example.org",
        "language": "en",
    },
    "stay": {
        "title_kind": "csp",
        "title_until_day": "30",
        "title_until_month": "6",
        "title_until_year": "2028",
    },
    "work": {"contract_start_day": "2", "contract_start_month": "11", "contract_start_year": "2026"},
}


def at(name: str, *args, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"requests:{name}", args=args)


def text(answer) -> str:
    return answer.content.decode()


def submit(browser, page: str, typed: dict[str, str]):
    """Send the form of a page as a browser does, with what the page knew; open what a refusal leads to."""
    form = html.fromstring(browser.get(page).content).xpath("//form[@id='page-form']")[0]
    hidden = {field.name: field.value or "" for field in form.xpath(".//input[@type='hidden']")}
    answer = browser.post(page, {**hidden, **typed})
    return browser.get(answer["Location"]) if "again=1" in answer.get("Location", "") else answer


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


@pytest.fixture
def draft(browser, member) -> Dossier:
    browser.post(at("new"), {**WHO, "idempotency_key": str(uuid4())})
    return Dossier.objects.get(organisation=member.company.id)


def test_a_request_is_filed_from_the_first_question_to_the_receipt(browser, member):
    answer = browser.post(at("new"), {**WHO, "idempotency_key": str(uuid4())})
    dossier = Dossier.objects.get(organisation=member.company.id)
    assert answer["Location"] == at("category", dossier.pk)
    answer = browser.post(answer["Location"], {"category": "salarie", "own_reference": "MAT-42"})
    assert answer["Location"] == at("request", dossier.pk)
    person = dossier.registrants.get()
    for name in people.sections_of(person.role):
        answer = browser.post(at("identify", dossier.pk, person.pk, name), PAGES[name])
        assert "again" not in answer["Location"], name
    assert answer["Location"] == at("documents", dossier.pk, person.pk)
    for slot in people.lacking(person):
        upload = SimpleUploadedFile("scan.pdf", make.a_pdf(), "application/pdf")
        answer = browser.post(
            at("add", dossier.pk, person.pk, slot), {"files": [upload], "part": "main", "said": "contract"}
        )
        assert answer["Location"].startswith(at("documents", dossier.pk, person.pk))
    page = browser.get(at("check", dossier.pk))
    assert "CPAM du Doubs" in text(page) and "Before you can send" not in text(page)
    form = page.context["form"]
    sent = {"version": form["version"].value(), "idempotency_key": form["idempotency_key"].value(), "declare": "on"}
    answer = browser.post(at("check", dossier.pk), sent)
    assert answer["Location"] == at("receipt", dossier.pk)
    page = text(browser.get(answer["Location"]))
    dossier.refresh_from_db()
    assert dossier.reference in page and dossier.own_reference == "MAT-42" and dossier.label == "in_progress"
    assert browser.post(at("check", dossier.pk), sent)["Location"] == at("receipt", dossier.pk)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("sent", [False, True])
def test_every_page_of_a_request_opens_in_both_languages(member, browser, language, sent):
    organisation = firm.Organisation.objects.get(pk=member.company.id)
    user = make.User.objects.get(pk=member.user_id)
    make_one = firm.a_sent_request if sent else firm.a_ready_request
    dossier = make_one(organisation, user, family=True)
    spouse = dossier.registrants.get(role="spouse")
    file = File.objects.filter(version__document__registrant=spouse).first()
    pages = [at("list", language=language), at("request", dossier.pk, language=language)]
    pages.append(at("documents", dossier.pk, spouse.pk, language=language))
    pages.append(at("file", dossier.pk, spouse.pk, file.pk, language=language))
    if sent:
        pages += [at("receipt", dossier.pk, language=language), at("write", dossier.pk, language=language)]
    else:
        pages += [at(name, dossier.pk, language=language) for name in ("category", "add-person", "check", "delete")]
        pages += [at("identify", dossier.pk, spouse.pk, name, language=language) for name in people.pages_of(spouse)]
        pages.append(at("remove-person", dossier.pk, spouse.pk, language=language))
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"birth_country": "FR"}, 200),
        ({"has_number": "yes", "number": "2 90 05 99 243 017 43"}, 200),
    ],
)
def test_who_has_a_number_is_told_what_to_do_and_no_request_is_made(browser, member, more, said):
    answer = browser.post(at("new"), {**WHO, **more, "idempotency_key": str(uuid4())})
    assert answer.status_code == said
    assert not Dossier.objects.filter(organisation=member.company.id).exists()


def test_a_typed_number_is_asked_about_then_stops_and_is_kept_nowhere(browser, member):
    typed = {**WHO, "has_number": "yes", "number": "2 90 05 99 243 017 43", "idempotency_key": str(uuid4())}
    page = browser.post(at("new"), typed)
    assert page.context["decision"].asks == "number_kind" and "What is this number?" in text(page)
    assert "What is this number? (optional)" not in text(page), "what is asked now is not optional"
    page = browser.post(at("new"), {**typed, "number_kind": "definitive"})
    assert page.context["decision"].stops and "What to do instead" in text(page)
    assert not Dossier.objects.filter(organisation=member.company.id).exists()


def test_a_payroll_number_stops_nothing_and_is_explained_on_the_next_page(browser, member):
    typed = {**WHO, "number": "1912345675MAT42", "number_kind": "payroll", "idempotency_key": str(uuid4())}
    answer = browser.post(at("new"), typed)
    page = text(browser.get(answer["Location"]))
    assert "You can file the request for this person" in page and "Keep it in payroll until" in page
    kept = Dossier.objects.get(organisation=member.company.id)
    person = kept.registrants.get()
    assert person.past["notes"] == ["ntt"] and "MAT42" not in f"{person.past}{person.typed}{kept.answers}"
    browser.post(answer["Location"], {"category": "salarie"})
    assert "Keep it in payroll until" not in text(browser.get(answer["Location"])), "it is said once"


def test_what_was_told_beside_the_people_is_read_again_before_sending(browser, member):
    past = {"ever_in_france": "yes", "where": "Lyon", "when": "2019", "idempotency_key": str(uuid4())}
    page = browser.post(at("new"), {**WHO, **past})["Location"]
    browser.post(page, {"category": "assistant_langue", "has_appointment_order": "on"})
    dossier = Dossier.objects.get(organisation=member.company.id)
    context = browser.get(at("check", dossier.pk)).context
    rows = {row["label"]: row["value"] for row in context["told"]}
    assert rows["Recruited locally"] == "No"
    said = {row["label"]: row["value"] for row in context["people"][0]["sections"][0]["items"]}
    assert said["Where and when"] == "Lyon, 2019" and said["Does this person have a French number?"] == "No"
    assert rows["Order of appointment (arrêté de nomination)"] == "Yes"


def test_what_was_answered_first_is_not_asked_again(browser, draft):
    page = text(browser.get(at("identify", draft.pk, draft.registrants.get().pk, "civil_status")))
    assert '<option value="NG" selected>' in page


def test_a_field_left_as_it_was_keeps_what_a_colleague_wrote(browser, draft, member):
    person = draft.registrants.get()
    colleague = company.a_colleague(member)
    actor = access.member(colleague.user_id)
    deposit.save_typed(actor, draft.pk, {"city": ("", "Dole")}, person_id=person.pk)
    page = at("identify", draft.pk, person.pk, "contact")
    sent = {**PAGES["contact"], "city": "", "base:city": "", "base:street": ""}
    browser.post(page, sent)
    person.refresh_from_db()
    assert person.typed["city"] == "Dole" and person.typed["street"] == "8 rue de la République"


def test_a_field_that_a_colleague_changed_is_shown_and_nothing_is_lost(browser, draft, member):
    person = draft.registrants.get()
    actor = access.member(company.a_colleague(member).user_id)
    deposit.save_typed(actor, draft.pk, {"city": ("", "Dole")}, person_id=person.pk)
    page = at("identify", draft.pk, person.pk, "contact")
    answer = browser.post(page, {**PAGES["contact"], "base:city": ""})
    assert answer.status_code == 409 and "Dole" in text(answer) and "Besançon" in text(answer)
    person.refresh_from_db()
    assert person.typed["city"] == "Dole" and "street" not in person.typed
    base = {f"base:{name}": "" for name in PAGES["contact"]} | {"base:city": "Dole"}
    browser.post(page, {**PAGES["contact"], **base})
    person.refresh_from_db()
    assert person.typed["city"] == "Besançon"


def test_autosave_keeps_one_person_and_reports_a_colleagues_change(browser, draft):
    person = draft.registrants.get()
    address = at("autosave", draft.pk, person.pk)
    assert browser.post(address, {"city": "Dole", "base:city": ""}).json()["conflicts"] == []
    conflicts = browser.post(address, {"city": "Paris", "base:city": "Lyon"}).json()["conflicts"]
    assert [row["name"] for row in conflicts] == ["city"]
    assert Registrant.objects.get(pk=person.pk).typed["city"] == "Dole"


def test_a_wrong_page_says_what_is_wrong_and_keeps_what_was_typed(browser, draft):
    person = draft.registrants.get()
    page = at("identify", draft.pk, person.pk, "stay")
    answer = browser.post(page, {"title_kind": "vls_ts_valide"})
    answer = browser.get(answer["Location"])
    assert answer.status_code == 422 and "validated online" in text(answer)
    assert "Write the last day" in text(answer)


def test_a_vls_ts_counts_once_it_is_validated(browser, draft):
    person = draft.registrants.get()
    page = at("identify", draft.pk, person.pk, "stay")
    day = {"title_until_day": "1", "title_until_month": "5", "title_until_year": "2027"}
    answer = browser.post(page, {"title_kind": "vls_ts_valide", "validated": "on", **day})
    assert answer["Location"] == at("identify", draft.pk, person.pk, "work")


def test_a_permit_without_a_last_day_is_said_to_have_none(browser, draft):
    person = draft.registrants.get()
    page = at("identify", draft.pk, person.pk, "stay")
    browser.post(page, {"title_kind": "carte_resident_permanent", "endless": "on"})
    person.refresh_from_db()
    assert person.title_until is None and "stay" in person.sections_done


def test_the_family_is_added_and_taken_out(browser, draft):
    answer = browser.post(at("add-person", draft.pk), {**WHO, "role": "spouse", "idempotency_key": str(uuid4())})
    spouse = draft.registrants.get(role="spouse")
    assert answer["Location"] == at("identify", draft.pk, spouse.pk, "civil_status")
    assert browser.post(at("add-person", draft.pk), {"role": "uncle"}).status_code == 422
    assert browser.get(at("identify", draft.pk, spouse.pk, "work")).status_code == 404
    employee = draft.registrants.get(position=1)
    assert browser.post(at("remove-person", draft.pk, employee.pk)).status_code == 404
    browser.post(at("remove-person", draft.pk, spouse.pk))
    assert draft.registrants.count() == 1


def test_a_future_contract_is_explained_and_cannot_be_sent(browser, member):
    organisation = firm.Organisation.objects.get(pk=member.company.id)
    dossier = firm.a_ready_request(organisation, make.User.objects.get(pk=member.user_id))
    person = dossier.registrants.get()
    later = {"contract_start": clock.today() + timedelta(days=20)}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "work", {}, later)
    page = text(browser.get(at("check", dossier.pk)))
    assert "the contract has not started" in page and "Send the request" not in page


def test_the_other_companies_see_nothing(draft):
    other = company.browser(company.a_company(siret=company.OTHER_SIRET).user_id)
    person = draft.registrants.get()
    for name, args in (("request", ()), ("check", ()), ("documents", (person.pk,)), ("delete", ())):
        assert other.get(at(name, draft.pk, *args)).status_code == 404
    assert draft.reference not in text(other.get(at("list")))


def test_a_draft_is_deleted_after_one_confirmation(browser, draft):
    page = browser.get(at("delete", draft.pk))
    assert page.status_code == 200
    draft.refresh_from_db()
    answer = browser.post(at("delete", draft.pk), {"version": draft.version})
    assert answer["Location"] == at("list")
    assert not Dossier.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("nationality", "said"), [("NG", "We checked the residence permit"), ("IT", "What is written here is true.")]
)
def test_the_declaration_speaks_of_a_permit_only_where_there_is_one_to_check(nationality, said):
    dossier = firm.a_ready_request()
    if nationality == "IT":
        dossier.registrants.update(nationality="IT", title_kind="", title_until=None)
    client = company.browser(dossier.owner_id)
    page = " ".join(client.get(f"/en/employer/requests/{dossier.pk}/check/").content.decode().split())
    assert said in page and ("We checked the residence permit" in page) == (nationality == "NG")
    assert ("asks the préfecture" in page) == (nationality == "NG"), "nothing to verify without a permit"


def test_the_last_day_to_ask_the_prefecture_stands_beside_the_declaration():
    dossier = firm.a_ready_request()
    start = dossier.registrants.get().contract_start
    by = stay.working_days_before(start, 2)
    page = text(company.browser(dossier.owner_id).get(f"/en/employer/requests/{dossier.pk}/check/"))
    with i18n.in_language("en"):
        assert f"Work started on {i18n.format_date(start)}" in page and f"by {i18n.format_date(by)}" in page


def test_a_person_without_a_name_is_not_called_by_their_place_twice():
    dossier = firm.a_request()
    person = dossier.registrants.get()
    assert (shown.name_of(person), shown.role_beside(person)) == (shown.role_of(person), "")
    person.birth_name = "Okonkwo"
    assert (shown.name_of(person), shown.role_beside(person)) == ("Okonkwo", shown.role_of(person))


def test_what_was_sent_is_read_again_afterwards_with_the_parents_masked(member, browser):
    organisation = firm.Organisation.objects.get(pk=member.company.id)
    user = make.User.objects.get(pk=member.user_id)
    draft = firm.a_ready_request(organisation, user)
    page = text(browser.get(at("check", draft.pk)))
    assert "Okafor" in page and shown.MASK not in page, "visible until it is sent"
    sent = firm.a_sent_request(organisation, user, family=True)
    page = text(browser.get(at("request", sent.pk)))
    assert page.count("What was sent") == 4 and "Lagos" in page and "8 rue de la République" in page
    assert "Okafor" not in page and page.count(shown.MASK) == 4 * 4


@pytest.mark.parametrize(("nationality", "asked"), [("NG", True), ("IT", False)])
def test_the_permit_is_asked_for_only_of_whoever_owes_one(browser, draft, nationality, asked):
    person = draft.registrants.get()
    browser.post(at("identify", draft.pk, person.pk, "civil_status"), {**CIVIL, "nationality": nationality})
    page = text(browser.get(at("identify", draft.pk, person.pk, "stay")))
    assert ("Choose the permit" in page) == asked and ("None is needed (French" in page) != asked
    answer = browser.post(at("identify", draft.pk, person.pk, "stay"), {"title_kind": ""}, follow=True)
    assert ("without one, this person cannot be registered" in text(answer)) == asked
