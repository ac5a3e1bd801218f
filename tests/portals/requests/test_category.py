"""The page of the category: kept as typed, and two colleagues on it never overwrite each other (issue 5, 2)."""

import pytest
from lxml import html

from matricule.dossiers import asked
from matricule.dossiers.models import Dossier
from tests.portals.requests.test_filing import at, submit, text
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db

ALONE = {
    "category": "membre_majeur_famille",
    "filed_alone": "on",
    "holder_title_until_day": "30",
    "holder_title_until_month": "6",
    "holder_title_until_year": "2028",
    "own_reference": "MAT-42",
}


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


@pytest.fixture
def colleague(member):
    return company.browser(company.a_colleague(member).user_id)


@pytest.fixture
def draft(member) -> Dossier:
    return firm.owned(member)


def form_of(answer) -> dict[str, str]:
    """Return what the form of a page sends as it stands: what it shows, and what it knew."""
    form = html.fromstring(answer.content).xpath("//form[@id='page-form']")[0]
    return {name: value for name, value in form.fields.items() if value is not None}


def test_a_stale_page_puts_nothing_back_that_a_colleague_changed(browser, colleague, draft):
    page = at("category", draft.pk)
    stale = form_of(browser.get(page))
    assert submit(colleague, page, ALONE)["Location"] == at("request", draft.pk)
    answer = browser.post(page, stale)
    assert answer["Location"] == at("request", draft.pk), "nothing was typed: what the colleague wrote stands"
    draft.refresh_from_db()
    assert draft.category == "membre_majeur_famille" and draft.own_reference == "MAT-42"
    assert draft.answers["filed_alone"] and draft.answers["holder_title_until"] == "2028-06-30"


def test_what_both_changed_is_told_and_both_are_kept_until_one_sends_again(browser, colleague, draft):
    page = at("category", draft.pk)
    stale = form_of(browser.get(page))
    submit(colleague, page, ALONE)
    mine = {**stale, "category": "mannequin", "own_reference": "B-7"}
    answer = browser.post(page, mine)
    assert answer.status_code == 409 and "A colleague changed this page meanwhile" in text(answer)
    told = [" ".join(item.text_content().split()) for item in html.fromstring(answer.content).xpath("//main//li/b")]
    assert any(line.startswith("Category: ") and "amily" in line for line in told), told
    assert "The employee’s number in your payroll: MAT-42" in told and len(told) == 2, told
    draft.refresh_from_db()
    assert draft.category == "membre_majeur_famille" and draft.own_reference == "MAT-42", "nothing was saved"
    shown = form_of(answer)
    assert (shown["category"], shown["own_reference"]) == ("mannequin", "B-7"), "what was typed is still here"
    browser.post(page, shown)
    draft.refresh_from_db()
    assert (draft.category, draft.own_reference) == ("mannequin", "B-7")
    assert draft.answers["filed_alone"], "a box that only the colleague changed stays theirs"


def test_a_box_and_a_day_that_a_colleague_changed_are_told_in_words(browser, colleague, draft):
    page = at("category", draft.pk)
    submit(browser, page, ALONE)
    stale = form_of(browser.get(page))
    changed = {"holder_title_until_day": "1", "holder_title_until_month": "7", "own_reference": ""}
    submit(colleague, page, {**ALONE, **changed})
    mine = {**stale, "holder_title_until_day": "15", "own_reference": "C-1"}
    page_again = text(browser.post(page, mine))
    assert "1 7 2028" in page_again and "The employee’s number in your payroll: nothing" in page_again
    answer = browser.post(page, {"category": "ict", "base:category": "membre_majeur_famille"})
    assert answer.status_code == 409 and "filed alone, the holder’s residence permit is still valid: Yes" in text(
        answer
    )


def test_what_is_typed_is_saved_as_it_is_typed_and_shown_again(browser, colleague, draft):
    address = at("category-autosave", draft.pk)
    answer = browser.post(address, {"category": "ict", "base:category": "salarie", "stranger": "x"}).json()
    assert answer["conflicts"] == [] and answer["text"].startswith("Saved at")
    assert form_of(colleague.get(at("category", draft.pk)))["category"] == "ict"
    late = colleague.post(address, {"category": "mannequin", "base:category": "salarie"}).json()
    assert [row["name"] for row in late["conflicts"]] == ["category"] and "A colleague" in late["conflicts"][0]["text"]
    draft.refresh_from_db()
    assert draft.category == "salarie" and asked.typed(draft)["category"] == "ict"
    page = html.fromstring(browser.get(at("category", draft.pk)).content)
    assert page.xpath("//form[@id='page-form']/@data-autosave") == [address] and page.xpath("//*[@data-saved]")
    assert browser.get(address)["Location"] == at("request", draft.pk)


def test_a_wrong_page_keeps_what_was_typed_without_script_too(browser, draft):
    answer = submit(browser, at("category", draft.pk), {**ALONE, "holder_title_until_day": "", "own_reference": "Z-9"})
    assert answer.status_code == 422 and "The day is missing" in text(answer)
    draft.refresh_from_db()
    assert draft.category == "salarie" and "typed" in draft.answers
    again = form_of(browser.get(at("category", draft.pk)))
    assert (again["category"], again["own_reference"]) == (ALONE["category"], "Z-9")
    assert text(browser.get(at("category", draft.pk))).count("field-error") == 0, "an opened page blames nobody"


def test_a_clash_on_a_wrong_page_is_told_as_well(browser, colleague, draft):
    page = at("category", draft.pk)
    stale = form_of(browser.get(page))
    submit(colleague, page, {"category": "ict"})
    assert browser.post(page, {**stale, "category": "nobody's"}).status_code == 409


def test_the_language_changes_with_what_was_typed(browser, draft):
    typed = {"category": "ict", "base:category": "salarie", "switch_language": "fr"}
    answer = browser.post(at("category", draft.pk), typed)
    assert answer.status_code == 303 and form_of(browser.get(at("category", draft.pk)))["category"] == "ict"


def test_autosave_of_a_request_that_was_sent_says_who_sent_it(browser, member):
    dossier = firm.owned(member, firm.a_sent_request)
    answer = browser.post(at("category-autosave", dossier.pk), {"category": "ict", "base:category": "salarie"})
    assert answer.status_code == 409 and answer.json()["href"] == at("request", dossier.pk)
