"""On the pages: an adult of the family gets an address, a minor none; who is written to, and what the receipt says."""

from uuid import uuid4

import pytest
from lxml import html

from matricule.dossiers import people, receipts
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import requesting
from tests.portals.requests.test_filing import at, text
from tests.support import caisse
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

ADDRESS = {"email": "tunde@example.org", "language": "en"}
HINT = {
    "en": "We write here about what concerns this person alone: an address of the company does not count.",
    "fr": "Nous y écrivons ce qui ne concerne que cette personne\u00a0: une adresse de l’entreprise ne compte pas.",
}


@pytest.fixture
def draft(chief) -> Dossier:
    return firm.owned(chief, firm.a_ready_request, family=True)


def spouse_of(dossier: Dossier) -> Registrant:
    return dossier.registrants.get(role="spouse")


def child_of(dossier: Dossier) -> Registrant:
    return dossier.registrants.filter(role="child").first()


def sent(client, dossier: Dossier) -> Dossier:
    form = client.get(at("check", dossier.pk)).context["form"]
    given = {"version": form["version"].value(), "idempotency_key": form["idempotency_key"].value(), "declare": "on"}
    assert client.post(at("check", dossier.pk), given)["Location"] == at("receipt", dossier.pk)
    dossier.refresh_from_db()
    return dossier


def typed_by(client, draft: Dossier, person: Registrant, **values: str) -> str:
    """Type into the page of the contact as a browser does that has just opened it; return what is shown then."""
    page, held = at("identify", draft.pk, person.pk, "contact"), Registrant.objects.get(pk=person.pk).typed
    return text(client.post(page, {**values, **{f"base:{name}": held.get(name, "") for name in values}}, follow=True))


def cards(answer) -> dict[str, str]:
    """Return the text of each person's card of a receipt, by name."""
    found = html.fromstring(answer.content).xpath("//main//section[contains(h2, ',')]")
    return {" ".join(card.xpath("string(h2)").split()): " ".join(card.text_content().split()) for card in found}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_an_adult_asks_for_an_address_and_says_what_it_is_for(client, draft, language):
    page = text(client.get(at("identify", draft.pk, spouse_of(draft).pk, "contact", language=language)))
    assert HINT[language] in page and 'name="email"' in page and 'name="street"' not in page
    assert {"fr": "Page 3 sur 4", "en": "Page 3 of 4"}[language] in page


def test_a_minor_has_no_such_page_and_nobody_writes_to_them(client, draft):
    child = child_of(draft)
    assert client.get(at("identify", draft.pk, child.pk, "contact")).status_code == 404
    assert client.post(at("identify", draft.pk, child.pk, "contact"), ADDRESS).status_code == 404
    sent(client, draft)
    assert client.get(at("write-to", draft.pk, child.pk)).status_code == 404
    page = text(client.get(at("request", draft.pk)))
    assert at("write-to", draft.pk, child.pk) not in page
    assert at("write-to", draft.pk, spouse_of(draft).pk) in page


def test_the_page_may_stay_empty_and_an_address_needs_a_language(client, draft):
    spouse = spouse_of(draft)
    page = at("identify", draft.pk, spouse.pk, "contact")
    assert client.post(page, {"email": "", "language": ""})["Location"] == at("identify", draft.pk, spouse.pk, "stay")
    spouse.refresh_from_db()
    assert people.CONTACT in spouse.sections_done and spouse.email == ""
    said = typed_by(client, draft, spouse, email=ADDRESS["email"], language="")
    assert "Choose the language in which this person reads best." in said
    said = typed_by(client, draft, spouse, email="tunde@", language="en")
    assert "An e-mail address looks like name@example.org" in said
    assert "complete “E-mail”" in text(client.get(at("check", draft.pk))), "what was typed is not dropped in silence"
    typed_by(client, draft, spouse, **ADDRESS)
    spouse.refresh_from_db()
    assert (spouse.email, spouse.language) == ("tunde@example.org", "en")
    typed_by(client, draft, spouse, email="", language="en")
    spouse.refresh_from_db()
    assert (spouse.email, spouse.language) == ("", ""), "nobody reads in a language without an address"


def test_the_address_is_read_again_before_sending_and_shown_afterwards(client, draft):
    spouse = spouse_of(draft)
    assert "No e-mail address: this person is not written to" in text(client.get(at("check", draft.pk)))
    client.post(at("identify", draft.pk, spouse.pk, "contact"), ADDRESS)
    page = text(client.get(at("check", draft.pk)))
    assert "tunde@example.org" in page and "not written to" not in page and "Before you can send" not in page
    sent(client, draft)
    page = text(client.get(at("request", draft.pk)))
    assert page.count("tunde@example.org") == 2, "among what was sent, and where it was written to"
    assert page.count("Written to the person") == 2 and "Without an e-mail address" not in page


def test_without_an_address_one_can_be_given_after_sending(client, draft):
    sent(client, draft)
    spouse = spouse_of(draft)
    assert "Without an e-mail address, this person is not written to." in text(client.get(at("request", draft.pk)))
    address = at("write-to", draft.pk, spouse.pk)
    page = client.get(address)
    assert "opens a page with what this person sends by post" in text(page) and "Write to them" in text(page)
    given = {**ADDRESS, "idempotency_key": str(uuid4())}
    assert client.post(address, given)["Location"] == at("request", draft.pk)
    spouse.refresh_from_db()
    assert (spouse.email, spouse.language) == ("tunde@example.org", "en")
    assert firm.link_of(draft, "spouse")
    assert "Write again" in text(client.get(address)) and "Without an e-mail" not in text(
        client.get(at("request", draft.pk))
    )


def test_an_adult_at_the_head_of_a_request_is_not_called_an_employee(client, chief):
    draft = firm.owned(chief, firm.a_request, category=people.ADULT_FAMILY)
    person = draft.registrants.get()
    address = at("identify", draft.pk, person.pk, "contact")
    page = text(client.get(address))
    assert HINT["en"] in page and "This person’s phone number" in page and "mployee" not in page.split("<main")[1]
    home = {"street": "8 rue de la République", "postcode": "25000", "city": "Besançon", "phone": "06 12 34 56 79"}
    assert client.post(address, home)["Location"] == at("identify", draft.pk, person.pk, "stay")
    person.refresh_from_db()
    assert person.email == "" and person.phone == "+33612345679"
    client.post(address, {**home, **ADDRESS})
    person.refresh_from_db()
    assert (person.email, person.language) == ("tunde@example.org", "en")


# --- the receipt


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_receipt_names_the_rib_once_with_the_employee(client, draft, language):
    sent(client, draft)
    found = cards(client.get(at("receipt", draft.pk, language=language)))
    post = {"fr": "Par la poste, pas encore reçu", "en": "By post, not received yet"}[language]
    assert [name for name, words in found.items() if post in words] == ["Okonkwo, Adaeze Ifeoma"]
    assert [name for name, words in found.items() if "RIB" in words] == ["Okonkwo, Adaeze Ifeoma"]
    assert len(found) == 4
    facts = receipts.facts(draft)
    assert [len(person["by_post"]) for person in facts["people"]] == [1, 0, 0, 0]
    assert not any(row["code"] in people.BY_PERSON for person in facts["people"] for row in person["later"])


def test_the_receipt_says_where_each_adult_is_written_to(client, draft):
    client.post(at("identify", draft.pk, spouse_of(draft).pk, "contact"), {**ADDRESS, "language": "fr"})
    sent(client, draft)
    found = cards(client.get(at("receipt", draft.pk)))
    assert "Written to in English: adaeze@example.org" in found["Okonkwo, Adaeze Ifeoma"]
    assert "Written to in French: tunde@example.org" in found["Bello, Tunde"]
    assert not any("Written to" in found[name] for name in ("Bello, Zainab", "Bello, Kayode"))


def test_the_receipt_of_each_who_is_added_shows_the_mails_about_them_alone(client, chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    shown = []
    for role in ("spouse", "child"):
        person = firm.added(dossier, role)
        firm.send_documents(dossier)
        requesting.send_person(
            firm.actor_of(dossier), dossier.pk, person.pk, expects=caisse.version_of(dossier), key=uuid4()
        )
        shown.append(person)
    found = [
        [mail.id for mail in client.get(at("person-receipt", dossier.pk, person.pk)).context["mails"]]
        for person in shown
    ]
    assert [len(mails) for mails in found] == [1, 1] and found[0] != found[1]
    facts = [Registrant.objects.get(pk=person.pk).receipt for person in shown]
    assert not any(person["by_post"] for one in facts for person in one["people"]), "the RIB is the employee's"


# --- the desk


def test_the_desk_reads_where_an_adult_is_written_to_and_nothing_of_a_minor(client, draft):
    client.post(at("identify", draft.pk, spouse_of(draft).pk, "contact"), ADDRESS)
    sent(client, draft)
    desk = caisse.desk(caisse.a_caseworker())

    def typed(person: Registrant) -> dict[str, str]:
        answer = desk.get(f"/en/desk/dossier/{draft.pk}/?person={person.pk}", follow=True)
        return {row["name"]: str(row["value"]) for row in answer.context["typed"]}

    assert typed(spouse_of(draft))["email"] == "tunde@example.org" and typed(spouse_of(draft))["language"] == "English"
    assert not {"email", "language"} & set(typed(child_of(draft)))
