"""The adults of a family: an address of their own, what they alone are told, and what a minor never gets."""

from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.core import clock, journal
from matricule.core.outbox import Mail
from matricule.dossiers import people, telling
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, confirming, ending, requesting
from matricule.dossiers.told import Told
from matricule.rules.dates import add_months
from tests.support import caisse
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

ADDRESS = "tunde@example.org"
GROWN = {**firm.CHILD, "given_names": "Ayo", "birth_date": "2005-02-01"}


def with_contact(dossier: Dossier, person: Registrant, email: str = ADDRESS, language: str = "fr") -> None:
    """Give somebody of the family an address, as their page does."""
    checked = {"email": email, "language": language}
    typed = {name: ("", value) for name, value in checked.items()}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, people.CONTACT, typed, checked)


def family(email: str = ADDRESS) -> Dossier:
    """Return a request that was sent with a spouse, who has an address, and two children."""
    dossier = firm.a_ready_request(family=True)
    if email:
        with_contact(dossier, dossier.registrants.get(role="spouse"), email)
    dossier.refresh_from_db()
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    dossier.refresh_from_db()
    return dossier


def mails(address: str = ADDRESS) -> list[Mail]:
    return [mail for mail in Mail.objects.order_by("created_at", "pk") if mail.to_address == address]


def kinds(address: str = ADDRESS) -> list[str]:
    return [mail.kind for mail in mails(address)]


def a_person(role: str, birth_date: str) -> Registrant:
    return Registrant(role=role, birth_date=birth_date, dossier=Dossier(category="salarie"))


def born(years: int, days: int = 0) -> str:
    return (add_months(clock.today(), -12 * years) + timedelta(days=days)).isoformat()


# --- who has the page


@pytest.mark.parametrize(
    ("role", "years", "days", "has_page", "told"),
    [
        ("spouse", 30, 0, True, True),
        ("partner", 18, 0, True, True),
        ("spouse", 18, 1, False, False),
        ("child", 18, 0, True, True),
        ("child", 18, 1, False, False),
        ("child", 5, 0, False, False),
    ],
)
def test_an_adult_of_the_family_has_a_page_for_an_address_and_a_minor_never(role, years, days, has_page, told):
    person = a_person(role, born(years, days))
    pages = people.pages_of(person)
    assert (people.CONTACT in pages) is has_page
    assert people.is_told(person) is told
    if has_page:
        assert pages.index(people.CONTACT) + 1 == pages.index("stay")


def test_before_the_birth_date_is_known_the_page_is_counted_for_who_is_grown_up_as_a_rule():
    assert people.CONTACT in people.pages_of(a_person("spouse", ""))
    assert people.CONTACT not in people.pages_of(a_person("child", ""))
    assert not people.is_told(a_person("spouse", "")), "nobody is written to before"
    assert people.is_child(a_person("child", "")) is None


def test_an_employee_is_told_whatever_their_age():
    assert people.is_told(a_person("principal", born(16)))


def test_the_page_holds_nothing_up_unless_what_was_typed_does_not_hold_together():
    dossier = firm.a_ready_request(family=True)
    spouse = dossier.registrants.get(role="spouse")
    assert people.CONTACT not in spouse.sections_done
    assert people.obstacles(dossier, [spouse]) == []
    typed = {"email": ("", "tunde at example"), "language": ("", "")}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, spouse.pk, people.CONTACT, typed, None)
    spouse.refresh_from_db()
    assert [one.code for one in people.obstacles(dossier, [spouse])] == ["section:contact"]


def test_an_address_goes_with_the_birth_date_of_a_minor():
    dossier = firm.a_request()
    spouse = firm.added(dossier)
    with_contact(dossier, spouse)
    spouse.refresh_from_db()
    assert (spouse.email, spouse.language) == (ADDRESS, "fr") and people.CONTACT in spouse.sections_done
    younger = {**firm.SPOUSE, "birth_date": born(16)}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, spouse.pk, "civil_status", {}, younger)
    spouse.refresh_from_db()
    assert (spouse.email, spouse.language) == ("", "") and people.CONTACT not in spouse.sections_done
    assert not {"email", "language"} & set(spouse.typed)


def test_an_employees_address_stays_when_their_civil_status_is_written_again():
    dossier = firm.a_ready_request()
    employee = dossier.registrants.get()
    young = {**firm.EMPLOYEE["civil_status"], "birth_date": born(17)}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, employee.pk, "civil_status", {}, young)
    employee.refresh_from_db()
    assert employee.email == "adaeze@example.org"


# --- the mails


def test_an_adult_gets_the_employees_mails_of_their_own_matters_alone_in_their_language(promise):
    dossier, worker = family(), caisse.a_caseworker(role="supervisor")
    (first,) = mails()
    assert (first.kind, first.language) == ("employee_filed", "fr") and first.body.startswith("Bonjour Tunde,")
    token = firm.link_of(dossier, "spouse")
    assert confirming.asked_by(token) is not None and not confirming.asked_by(token).proves, "it is not their employer"
    spouse = dossier.registrants.get(role="spouse")
    asking.ask(
        worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), codes={"rib": ("not_sent", {})}
    )  # fmt: skip
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="duplicate")
    assert kinds() == ["employee_filed", "employee_asked", "employee_ended"]
    assert kinds("adaeze@example.org") == ["employee_filed"], "the employee reads nothing of the others"
    for mail in mails():
        assert mail.language == "fr" and "Atelier Doubs" in mail.body
        for word in ("Bello", "Okonkwo", "Adaeze", dossier.reference, spouse.birth_date):
            assert word not in mail.subject + mail.body, word
    written_to = set(Told.objects.filter(registrant__dossier=dossier).values_list("registrant__role", flat=True))
    assert written_to == {"principal", "spouse"}
    promise("adults of a family", "3 mails to a spouse, in their language; 0 of theirs to the employee; 0 to 2 minors")


def test_a_link_works_once_for_an_adult_of_the_family_as_for_the_employee():
    dossier = family()
    token = firm.link_of(dossier, "spouse")
    assert confirming.confirm(token, firm.SPOUSE["birth_date"]) == "over", "only the employee confirms an employer"
    assert confirming.disown(token) and not confirming.disown(token)
    assert confirming.asked_by(token) is None
    dossier.refresh_from_db()
    assert dossier.unknown_at is not None


def test_a_minor_with_an_address_in_their_row_is_written_nothing():
    dossier = firm.a_ready_request(family=True)
    child = dossier.registrants.filter(role="child").first()
    Registrant.objects.filter(pk=child.pk).update(email="child@example.org")
    dossier.refresh_from_db()
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    worker = caisse.a_caseworker(role="supervisor")
    child.refresh_from_db()
    assert telling.address_of(child) == ""
    ending.reject(worker, dossier.pk, child.pk, expects=caisse.version_of(dossier), reason="duplicate")
    assert mails("child@example.org") == []
    assert not Told.objects.filter(registrant=child).exists()
    written = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action == "employee.written"]
    assert [entry.detail["role"] for entry in written] == ["principal"], "nor does the journal say so"


def test_whom_no_address_was_given_for_can_be_written_to_afterwards_in_their_language():
    dossier = family(email="")
    spouse = dossier.registrants.get(role="spouse")
    assert not Told.objects.filter(registrant=spouse).exists()
    Dossier.objects.filter(pk=dossier.pk).update(confirmed_at=clock.now())
    confirming.write_again(firm.actor_of(dossier), dossier.pk, spouse.pk, ADDRESS, key=uuid4(), language="en")
    (mail,) = mails()
    assert (mail.kind, mail.language) == ("employee_filed", "en")
    with pytest.raises(confirming.CannotWrite):
        confirming.write_again(firm.actor_of(dossier), dossier.pk, spouse.pk, ADDRESS, key=uuid4())


def test_nobody_writes_to_a_minor_afterwards():
    dossier = family()
    child = dossier.registrants.filter(role="child").first()
    with pytest.raises(NotFound):
        confirming.write_again(firm.actor_of(dossier), dossier.pk, child.pk, "child@example.org", key=uuid4())
    child.refresh_from_db()
    assert child.email == "" and mails("child@example.org") == []


def test_a_language_that_is_corrected_counts_from_the_next_mail():
    dossier = family()
    spouse = dossier.registrants.get(role="spouse")
    confirming.write_again(firm.actor_of(dossier), dossier.pk, spouse.pk, ADDRESS, key=uuid4(), language="en")
    confirming.write_again(firm.actor_of(dossier), dossier.pk, spouse.pk, ADDRESS, key=uuid4())
    assert [mail.language for mail in mails()] == ["fr", "en", "en"]
    changed = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
    assert changed.count("employee.address_changed") == 1, "the same address again changes nothing"


def test_an_adult_child_who_is_added_afterwards_is_written_to_as_well():
    dossier = firm.a_sent_request()
    child = firm.added(dossier, "child", GROWN)
    with_contact(dossier, child, "ayo@example.org", "en")
    firm.send_documents(dossier)
    dossier.refresh_from_db()
    requesting.send_person(firm.actor_of(dossier), dossier.pk, child.pk, expects=dossier.version, key=uuid4())
    assert kinds("ayo@example.org") == ["employee_filed"]
