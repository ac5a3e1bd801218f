"""Every address of a company's requests × who asks: whoever acts for the company today, nobody else (R49 to R51)."""

from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import translation

from matricule.accounts import members
from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.dossiers.models import File, Page
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

ROUTES = [route for route in cast._walk(get_resolver().url_patterns, "", ()) if route.name.startswith("requests:")]
OF_A_REQUEST = [route for route in ROUTES if "dossier_id" in route.parts]
GIVEN = {"name": "civil_status", "slot": "identity", "part": "main", "size": "view"}
ACTIONS = {"requests:file-act": "remove", "requests:page-act": "turn"}


@pytest.fixture
def chief():
    return company.a_company()


@pytest.fixture
def dossier(chief):
    organisation = Organisation.objects.get(pk=chief.company.id)
    return firm.a_sent_request(organisation, User.objects.get(pk=chief.user_id), family=True)


def ids_of(dossier):
    spouse = dossier.registrants.get(role="spouse")
    file = File.objects.filter(version__document__registrant=spouse, version__document__slot="identity").get()
    page = Page.objects.filter(file=file).first()
    return {"dossier_id": dossier.pk, "person_id": spouse.pk, "file_id": file.pk, "page_id": page.pk}


def nobodys():
    return {name: uuid4() for name in ("dossier_id", "person_id", "file_id", "page_id")}


def address(route, ids):
    known = {**GIVEN, **ids, "action": ACTIONS.get(route.name, "")}
    with translation.override("en"):
        return reverse(route.name, kwargs={part: known[part] for part in route.parts})


def test_every_address_goes_through_the_gate_of_companies():
    assert len(OF_A_REQUEST) >= 22
    assert {route.view.rule for route in ROUTES} == {"company"}


def outsiders(chief):
    """Return browsers of everybody who does not act for the company, by what they are."""
    left = company.a_colleague(chief)
    gone = company.browser(left.user_id)
    members.remove(chief.user_id, chief.company.id, left.user_id)
    worker = caisse.a_caseworker()
    return {
        "another company": company.browser(company.a_company(siret=company.OTHER_SIRET).user_id),
        "the same SIRET": company.browser(company.a_company().user_id),
        "a removed member": gone,
        "a student": company.browser(make.a_submitted().owner_id),
        "a caseworker": caisse.desk(worker),
    }


def test_a_request_of_another_company_answers_like_one_that_does_not_exist_and_nothing_changes(
    chief, dossier, promise
):
    everybody, ids = outsiders(chief), ids_of(dossier)
    if not WHOLE:
        everybody = {who: everybody[who] for who in ("another company", "a removed member")}
    before = cast.fingerprint()
    for who, client in everybody.items():
        for route in OF_A_REQUEST:
            for method in ("get", "post"):
                found = getattr(client, method)(address(route, ids))
                missing = getattr(client, method)(address(route, nobodys()))
                assert found.status_code in {302, 404, 405}, (who, route.name, method)
                assert cast.plain(found)[0] == cast.plain(missing)[0], (who, route.name, method)
    assert cast.fingerprint() == before
    promise(
        "access to a company's request",
        f"{len(everybody)} kinds of outsiders, {2 * len(OF_A_REQUEST)} answers each, as if it did not exist",
    )


def test_every_member_reads_the_request_that_a_colleague_opened(chief, dossier):
    client, ids = company.browser(company.a_colleague(chief).user_id), ids_of(dossier)
    for name in ("requests:request", "requests:documents", "requests:file", "requests:receipt", "requests:write"):
        route = next(route for route in ROUTES if route.name == name)
        mark = cast.last_entry()
        assert client.get(address(route, ids)).status_code == 200, name
        assert any(action.startswith("read.") for action, _ in cast.entries_since(mark)), name


def test_a_person_of_another_request_is_not_reached_through_ones_own(chief, dossier):
    mine = ids_of(dossier)
    other = ids_of(firm.a_sent_request(family=True))
    client = company.browser(chief.user_id)
    for route in OF_A_REQUEST:
        if "person_id" in route.parts:
            mixed = {**other, "dossier_id": mine["dossier_id"]}
            assert client.get(address(route, mixed)).status_code in {404, 405}, route.name


def test_a_file_of_one_person_is_not_shown_under_another(chief, dossier):
    ids = {**ids_of(dossier), "person_id": dossier.registrants.get(position=1).pk}
    client = company.browser(chief.user_id)
    for name in ("requests:file", "requests:original", "requests:image", "requests:file-act", "requests:page-act"):
        route = next(route for route in ROUTES if route.name == name)
        assert client.get(address(route, ids)).status_code == 404, name


def test_nobody_signed_in_is_sent_to_the_employers_door(dossier):
    client = cast.browser()
    for route in OF_A_REQUEST:
        answer = client.get(address(route, ids_of(dossier)))
        assert answer.status_code == 302 and "/employer/sign-in/" in answer["Location"], route.name


def test_the_member_s_own_space_as_a_student_shows_no_request_of_the_company(chief, dossier):
    page = company.browser(chief.user_id).get("/en/student/space/").content.decode()
    assert dossier.reference not in page
