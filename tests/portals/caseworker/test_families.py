"""A request with a family on the desk: one person at a time, and each act concerns that person alone."""

from uuid import uuid4

import pytest
from lxml import html

from matricule.accounts.organisations import Membership
from matricule.dossiers import labels, standing
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, ending, numbers, talking
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker(role="supervisor")


@pytest.fixture
def desk(worker):
    return caisse.desk(worker)


@pytest.fixture
def dossier():
    return firm.a_sent_request(family=True)


def at(dossier, rest, person):
    return f"/en/desk/dossier/{dossier.pk}/{rest}?person={person.pk}"


def accept_all(desk, dossier: Dossier, person: Registrant, number: str) -> None:
    """Accept every document of one person on the pages, sending first what was not sent."""
    for half in standing.halves(person):
        if half.phase > 2 or half.holds:
            continue
        if half.state == "missing":
            firm.send_document(dossier, person, half.slot, half.part)
        given = {"version": str(caisse.version_of(dossier)), "paper_number": number,
                 "until_day": "30", "until_month": "9", "until_year": "2027"}  # fmt: skip
        answer = desk.post(at(dossier, f"{half.slot}/{half.part}/accept/", person), given)
        assert answer.status_code == 302, (half.code, answer.status_code)


def answer_checks(desk, dossier: Dossier, person: Registrant) -> None:
    """Answer every check of the person's category on its page."""
    case = desk.get(at(dossier, "checks/", person)).context["form"]
    given = {name: "holds" for name in case.fields if name.startswith("answer_")}
    version = str(caisse.version_of(dossier))
    assert desk.post(at(dossier, "checks/", person), {**given, "version": version}).status_code == 302


def give(desk, dossier: Dossier, person: Registrant, act: str) -> None:
    if act == "provisional":
        answer_checks(desk, dossier, person)
    given = {"version": str(caisse.version_of(dossier)), "idempotency_key": str(uuid4())}
    assert desk.post(at(dossier, f"{act}/", person), given).status_code == 302


def states(dossier: Dossier) -> list[str]:
    return list(dossier.registrants.order_by("position").values_list("state", flat=True))


def test_a_family_of_four_is_examined_person_by_person_to_a_number_for_each(desk, dossier, later):  # noqa: F811
    for place, person in enumerate(dossier.registrants.order_by("position")):
        accept_all(desk, dossier, person, f"C8X4T2L{place}")
        give(desk, dossier, person, "provisional")
        give(desk, dossier, person, "register")
    dossier.refresh_from_db()
    assert dossier.label == "provisional" and dossier.queue == "register"
    later(11)
    numbers.take_answers()
    assert states(dossier) == ["registered"] * 4
    dossier.refresh_from_db()
    assert dossier.label == "registered" and labels.counts(dossier.organisation_id)["registered"] == 1


def test_somebody_at_the_register_reads_as_the_company_reads_them(desk, dossier):
    person = dossier.registrants.get(position=1)
    accept_all(desk, dossier, person, "C8X4T2L0")
    give(desk, dossier, person, "provisional")
    give(desk, dossier, person, "register")
    page = html.fromstring(desk.get(at(dossier, "identity/main/", person)).content)
    tabs = [" ".join(tab.text_content().split()) for tab in page.xpath("//nav[@class='tabs']/a")]
    assert len(tabs) == 4 and "Provisional number issued" in tabs[0]
    assert all("In progress" in tab for tab in tabs[1:]), tabs


def test_the_page_shows_who_is_looked_at_and_the_way_to_the_others(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    page = desk.get(at(dossier, "identity/main/", spouse)).content.decode()
    assert "Bello, Tunde" in page and "Okonkwo, Adaeze Ifeoma" in page and "filed by an employer" in page
    for person in dossier.registrants.all():
        assert f"?person={person.pk}" in page
    assert f"identity/main/accept/?person={spouse.pk}" in page


def test_a_person_of_another_request_and_no_identifier_are_not_found(desk, dossier):
    other = firm.a_sent_request().registrants.get()
    assert desk.get(at(dossier, "identity/main/", other)).status_code == 404
    assert desk.get(f"/en/desk/dossier/{dossier.pk}/?person=x").status_code == 404


def test_the_file_opens_at_the_first_person_who_has_something_to_examine(desk, dossier):
    employee = dossier.registrants.get(position=1)
    accept_all(desk, dossier, employee, "C8X4T2L9")
    answer = desk.get(f"/en/desk/dossier/{dossier.pk}/")
    assert f"?person={dossier.registrants.get(role='spouse').pk}" in answer["Location"]


def test_one_is_turned_down_and_the_others_go_on(desk, worker, dossier):
    spouse = dossier.registrants.get(role="spouse")
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="already_registered")
    dossier.refresh_from_db()
    assert states(dossier).count("rejected") == 1 and dossier.label == "partial"
    employee = dossier.registrants.get(position=1)
    accept_all(desk, dossier, employee, "C8X4T2L9")
    give(desk, dossier, employee, "provisional")
    assert states(dossier)[0] == "provisional_number"


def test_sending_back_names_the_person_whose_document_it_is(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    half = next(half for half in standing.halves(spouse) if half.code == "marriage")
    page = desk.get(at(dossier, f"{half.slot}/{half.part}/refuse/", spouse))
    assert page.status_code == 200 and "Bello" in page.content.decode()


def test_every_link_of_a_page_about_somebody_stays_with_that_person(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    for rest in ("identity/main/", "identity/main/refuse/"):
        page = html.fromstring(desk.get(at(dossier, rest, spouse)).content)
        own = [link for link in page.xpath("//main//a/@href") if link.startswith("?")]
        assert len(own) >= 2 and all(f"person={spouse.pk}" in link for link in own), own
    page = html.fromstring(desk.get(at(dossier, "identity/main/", spouse)).content)
    acts = page.xpath("//section[@aria-labelledby='acts']//a/@href")
    assert len(acts) >= 5 and all(link.endswith(f"?person={spouse.pk}") for link in acts), acts


def test_after_an_act_on_somebody_the_desk_shows_that_person_again(desk, dossier):
    child = dossier.registrants.filter(role="child").first()
    given = {"version": str(caisse.version_of(dossier)), "reason": "already_registered"}
    answer = desk.post(at(dossier, "reject/", child), given)
    assert answer.status_code == 302 and answer["Location"].endswith(f"?person={child.pk}")
    answer = desk.post(at(dossier, "reopen/", child), {"version": str(caisse.version_of(dossier))})
    assert answer.status_code == 302 and answer["Location"].endswith(f"?person={child.pk}")


def test_a_page_that_a_colleague_of_the_company_overtook_names_them(desk, dossier):
    employee = dossier.registrants.get(position=1)
    stale = str(caisse.version_of(dossier) - 1)
    answer = desk.post(at(dossier, "reject/", employee), {"version": stale, "reason": "already_registered"})
    page = answer.content.decode()
    name = Membership.objects.get(organisation=dossier.organisation).name
    assert answer.status_code == 409 and name in page and "The person" not in page


def test_messages_with_a_company_say_the_company(desk, dossier):
    talking.write(firm.actor_of(dossier), dossier.pk, "Bonjour", kind="question")
    page = desk.get(f"/en/desk/dossier/{dossier.pk}/write/").content.decode()
    assert "The company reads French" in page and "The person" not in page


def test_a_document_is_sent_back_to_the_person_whose_page_it_was_by_its_own_links(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    page = html.fromstring(desk.get(at(dossier, "identity/main/refuse/", spouse)).content)
    (link,) = [link for link in page.xpath("//main//a/@href") if "reason=wrong_person" in link]
    address = f"/en/desk/dossier/{dossier.pk}/identity/main/refuse/{link}"
    given = {"reason": "wrong_person", "version": str(caisse.version_of(dossier)), "days": "45"}
    seen = html.fromstring(desk.post(address, given).content).xpath("string(//input[@name='seen']/@value)")
    assert desk.post(address, {**given, "seen": seen}).status_code == 302
    assert [state == "awaiting_documents" for state in states(dossier)] == [False, True, False, False]


def test_what_a_family_member_cannot_get_is_answered_by_the_link_of_their_page(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    asking.cannot_get(
        firm.actor_of(dossier), dossier.pk, "marriage", "main", why="x" * 30, lasting=False, person_id=spouse.pk
    )
    page = html.fromstring(desk.get(at(dossier, "identity/main/", spouse)).content)
    (link,) = [link for link in page.xpath("//main//a/@href") if "/impossible/" in link]
    assert desk.get(link).status_code == 200


def test_the_desk_stays_with_a_person_from_one_document_to_the_next(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    given = {"version": str(caisse.version_of(dossier)), "paper_number": "C8X4T2L9"}
    answer = desk.post(at(dossier, "identity/main/accept/", spouse), given)
    assert answer["Location"].endswith(f"/{dossier.pk}/?person={spouse.pk}")
    assert f"person={spouse.pk}" in desk.get(answer["Location"])["Location"]


@pytest.mark.parametrize(("language", "accepted"), [("en", True), ("ig", False), ("", False)])
def test_the_birth_record_of_each_person_is_shown_with_what_holds_for_its_language(desk, dossier, language, accepted):
    child = dossier.registrants.filter(role="child").first()
    Registrant.objects.filter(pk=child.pk).update(document_language=language)
    answer = desk.get(at(dossier, "civil_status/main/", child))
    assert answer.status_code == 200
    checks = html.fromstring(answer.content).xpath("string(//section[@aria-labelledby='chk'])")
    assert ("no translation is needed" in checks) == accepted, checks


def test_the_desk_says_the_company_where_the_company_typed_and_wrote(desk, dossier):
    talking.write(firm.actor_of(dossier), dossier.pk, "Bonjour", kind="question")
    page = desk.get(at(dossier, "identity/main/", dossier.registrants.get(position=1))).content.decode()
    assert "Typed by the company" in page and "The company wrote" in page and "The person wrote" not in page
    student = make.a_submitted()
    page = desk.get(f"/en/desk/dossier/{student.pk}/identity/main/").content.decode()
    assert "Typed by the person" in page and "by the company" not in page


@pytest.mark.parametrize("role", ["principal", "spouse"])
def test_a_typing_error_of_one_person_is_corrected_on_the_page(desk, dossier, role):
    person = dossier.registrants.get(role=role)
    assert "Lagos" in desk.get(at(dossier, "correct/", person) + "&field=birth_place").content.decode()
    given = {"version": str(caisse.version_of(dossier)), "field": "birth_place", "value": "Ibadan",
             "why": "as on the passport"}  # fmt: skip
    assert desk.post(at(dossier, "correct/", person), given).status_code == 302
    places = dict(dossier.registrants.values_list("role", "birth_place"))
    assert places[role] == "Ibadan" and set(places.values()) == {"Lagos", "Ibadan"}


def test_turning_one_person_down_says_that_the_others_keep_their_request(desk, dossier):
    child = dossier.registrants.filter(role="child").first()
    page = desk.get(at(dossier, "reject/", child)).content.decode()
    assert f'Only for <b translate="no">{child.birth_name}, {child.given_names}</b>' in page
    alone = make.a_submitted()
    assert "the other people" not in desk.get(f"/en/desk/dossier/{alone.pk}/reject/").content.decode()


def test_the_past_in_france_and_a_second_nationality_stand_at_each_person_s_own_desk(desk, dossier):
    spouse, employee = dossier.registrants.get(role="spouse"), dossier.registrants.get(position=1)
    Registrant.objects.filter(pk=spouse.pk).update(nationality_2="PT", past={"where": "Lyon", "when": "2019"})
    page = desk.get(at(dossier, "", spouse), follow=True).content.decode()
    assert "Lyon, 2019" in page and "Second nationality" in page and "Portugal" in page
    page = desk.get(at(dossier, "", employee), follow=True).content.decode()
    assert "Lyon, 2019" not in page and "Portugal" not in page


def test_a_second_nationality_is_corrected_as_the_first_is(desk, dossier):
    spouse = dossier.registrants.get(role="spouse")
    page = html.fromstring(desk.get(at(dossier, "identity/main/", spouse)).content)
    rows = [" ".join(row.text_content().split()) for row in page.xpath("//table[contains(@class, 'compare')]//tr")]
    first = next(i for i, row in enumerate(rows) if row.startswith("Nationality"))
    assert rows[first + 1].startswith("Second nationality–correct"), "one that was forgotten can be written"
    (link,) = [link for link in page.xpath("//main//a/@href") if "field=nationality_2" in link]
    assert "No other nationality" in desk.get(link).content.decode()
    given = {"version": str(caisse.version_of(dossier)), "field": "nationality_2", "value": "PT", "why": "passport"}
    assert desk.post(link, {**given, "why": ""}).status_code == 422
    assert desk.post(link, given).status_code == 302
    assert set(dossier.registrants.values_list("role", "nationality_2")) == {
        ("principal", ""), ("spouse", "PT"), ("child", "")
    }  # fmt: skip
    page = desk.get(link.replace("/en/", "/fr/")).content.decode()
    assert "Seconde nationalité" in page and "Portugal" in page and "Pas d’autre nationalité" in page


def test_a_second_nationality_of_a_student_is_in_the_questionnaire_not_here(desk):
    student = make.a_submitted()
    assert desk.get(f"/en/desk/dossier/{student.pk}/correct/?field=nationality_2").status_code == 404
    page = desk.get(f"/en/desk/dossier/{student.pk}/identity/main/").content.decode()
    assert "Second nationality" not in page
