"""Whether France knows each person: asked of the family too, and corrected in the draft (issue 5, section 2)."""

from uuid import uuid4

import pytest

from matricule.dossiers.models import Dossier, Registrant
from tests.portals.requests.test_filing import WHO, at, submit, text
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db

NIR = {"has_number": "yes", "number": "2 90 05 99 243 017 43"}


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


@pytest.fixture
def draft(member) -> Dossier:
    return firm.owned(member, firm.a_ready_request)


def add(browser, draft, **more):
    typed = {**WHO, "role": "spouse", "idempotency_key": str(uuid4()), **more}
    return browser.post(at("add-person", draft.pk), typed)


@pytest.mark.parametrize("kind", ["definitive", "waiting"])
def test_somebody_of_the_family_who_has_a_number_is_not_added_and_told_what_to_do(browser, draft, kind):
    assert "What is this number?" in text(add(browser, draft, **NIR))
    page = text(add(browser, draft, **NIR, number_kind=kind))
    assert "What to do instead" in page and "This person stays out of the request" in page
    assert "S3705" in page and "DPAE" not in page, "nobody hires a spouse"
    assert at("request", draft.pk) in page and draft.registrants.count() == 1


def test_somebody_of_the_family_born_in_france_is_not_added(browser, draft):
    page = text(add(browser, draft, role="child", birth_country="FR"))
    assert "A birth in France comes with a number" in page and draft.registrants.count() == 1


def test_a_yes_without_a_number_asks_where_and_when_and_is_kept_with_the_person(browser, draft):
    page = add(browser, draft, ever_in_france="yes")
    assert page.context["decision"].asks == "where_and_when" and draft.registrants.count() == 1
    answer = add(browser, draft, ever_in_france="yes", where="Lyon", when="2019")
    spouse = draft.registrants.get(role="spouse")
    assert answer["Location"] == at("identify", draft.pk, spouse.pk, "civil_status")
    assert "the caisse will search for a number first" in text(browser.get(answer["Location"]))
    assert spouse.past["where"] == "Lyon" and spouse.typed["birth_country"] == "NG"
    assert "Lyon, 2019" in text(browser.get(at("check", draft.pk)))


def test_a_payroll_number_of_the_family_is_explained_and_kept_nowhere(browser, draft):
    answer = add(browser, draft, number="1912345675MAT42", number_kind="payroll")
    assert "Keep it in payroll until" in text(browser.get(answer["Location"]))
    spouse = draft.registrants.get(role="spouse")
    assert "MAT42" not in f"{spouse.typed}{spouse.past}"


def test_the_first_answers_are_corrected_from_the_page_to_read_again(browser, draft):
    person = draft.registrants.get()
    page = at("before", draft.pk, person.pk)
    check = text(browser.get(at("check", draft.pk)))
    assert f"{page}?back=check" in check and f"{at('category', draft.pk)}?back=check" in check
    assert submit(browser, at("category", draft.pk) + "?back=check", {"category": "mannequin"})["Location"] == at(
        "check", draft.pk
    )
    known = {"ever_in_france": "yes", "has_number": "no", "where": "Metz", "when": "2018"}
    answer = submit(browser, page + "?back=check", known)
    assert answer["Location"] == at("check", draft.pk) and "Metz, 2018" in text(browser.get(answer["Location"]))
    assert 'value="Metz"' in text(browser.get(page)), "the page shows what was answered"


def test_a_number_found_later_stops_the_draft_until_it_is_deleted_or_corrected(browser, draft):
    person = draft.registrants.get()
    page = at("before", draft.pk, person.pk)
    asked = submit(browser, page, {"ever_in_france": "no", **NIR})
    assert asked.context["decision"].asks == "number_kind"
    assert submit(browser, page, {"ever_in_france": "no", **NIR, "number_kind": "definitive"})["Location"] == page
    stopped = text(browser.get(page))
    assert "This person already has a number" in stopped and at("delete", draft.pk) in stopped
    person.refresh_from_db()
    assert "24301743" not in f"{person.past}{person.typed}".replace(" ", "")
    check = text(browser.get(at("check", draft.pk)))
    assert "This person already has a number" in check and "Send the request" not in check
    submit(browser, page, {"ever_in_france": "no", "has_number": "no"})
    assert "Send the request" in text(browser.get(at("check", draft.pk)))


def test_who_was_added_before_it_was_asked_is_asked_first(browser, member):
    draft = firm.owned(member)
    spouse = firm.added(draft)
    Registrant.objects.filter(pk=spouse.pk).update(past={})
    page = text(browser.get(at("request", draft.pk)))
    assert at("before", draft.pk, spouse.pk) in page and "say whether this person has been in France before" in page
    stopped = submit(browser, at("before", draft.pk, spouse.pk), {**WHO, **NIR, "number_kind": "waiting"})
    assert stopped["Location"] == at("before", draft.pk, spouse.pk)
    assert at("remove-person", draft.pk, spouse.pk) in text(browser.get(stopped["Location"]))


def test_what_a_colleague_answered_meanwhile_is_told_and_nothing_is_lost(browser, member, draft):
    person = draft.registrants.get()
    colleague = company.browser(company.a_colleague(member).user_id)
    address = at("autosave", draft.pk, person.pk)
    saved = colleague.post(address, {"where": "Dole", "base:where": "", "number": "290059924301743"}).json()
    assert saved["conflicts"] == []
    typed = {"ever_in_france": "yes", "has_number": "no", "where": "Lons", "when": "2019", "base:where": ""}
    answer = browser.post(at("before", draft.pk, person.pk), typed)
    assert answer.status_code == 409 and "Where in France: Dole" in text(answer).replace("?", "")
    person.refresh_from_db()
    assert person.typed["where"] == "Dole" and "number" not in person.typed
    assert browser.post(at("before", draft.pk, person.pk), {**typed, "has_number": ""}).status_code == 422
    switched = browser.post(at("before", draft.pk, person.pk), {**typed, "switch_language": "fr"})
    assert switched.status_code == 200 and "field-error" not in text(switched)
