"""Every address of a company's requests × who asks: whoever acts for the company today, nobody else (R49 to R51)."""

from collections import Counter
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import translation

from matricule.accounts import companies, members
from matricule.dossiers.case import Number
from matricule.dossiers.models import File, Page, Registrant
from matricule.portals.components.forms import SWITCH
from matricule.rules.numbers import format_nir, masked
from tests.support import cast, company
from tests.support import companies as firm
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

ROUTES = [route for route in cast._walk(get_resolver().url_patterns, "", ()) if route.name.startswith("requests:")]
OF_A_REQUEST = [route for route in ROUTES if "dossier_id" in route.parts]
GIVEN = {"name": "civil_status", "slot": "identity", "part": "main", "size": "view"}
ACTIONS = {"requests:file-act": "remove", "requests:page-act": "turn", "requests:view-act": "rename"}


@pytest.fixture
def chief():
    return company.a_company()


@pytest.fixture
def dossier(chief):
    return firm.owned(chief, firm.a_sent_request, family=True)


def ids_of(dossier):
    spouse = dossier.registrants.get(role="spouse")
    file = File.objects.filter(version__document__registrant=spouse, version__document__slot="identity").get()
    page = Page.objects.filter(file=file).first()
    return {"dossier_id": dossier.pk, "person_id": spouse.pk, "file_id": file.pk, "page_id": page.pk}


def nobodys():
    return {name: uuid4() for name in ("dossier_id", "person_id", "file_id", "page_id")}


def address(route, ids, language="en"):
    known = {**GIVEN, **ids, "action": ACTIONS.get(route.name, "")}
    with translation.override(language):
        return reverse(route.name, kwargs={part: known[part] for part in route.parts})


def test_every_address_goes_through_the_gate_of_companies():
    assert len(OF_A_REQUEST) >= 22
    assert {route.view.rule for route in ROUTES} == {"company"}


METHODS = dict.fromkeys(("fr", "en"), cast.METHODS) if WHOLE else {"en": ("get", "post")}
BRIEF = ("removed_member", "other_company", "caseworker_of_this_office", "the_company_s_own_who_left")
"""Who asks in ``make test``; everybody of the cast in ``make prove``."""


def calls(client, ids, routes=OF_A_REQUEST):
    for route in routes:
        for language, methods in METHODS.items():
            for method in methods:
                yield (route.name, language, method), getattr(client, method)(address(route, ids, language))


def outsider(role, chief):
    """Return the browser of somebody who does not act for the company: of the cast, or who did until today."""
    if role != "the_company_s_own_who_left":
        return cast.signed_in(role)
    left = company.a_colleague(chief)
    gone = company.browser(left.user_id)
    members.remove(chief.user_id, chief.company.id, left.user_id)
    return gone


@pytest.mark.slow
@pytest.mark.bulk
@pytest.mark.parametrize("role", (*cast.OUTSIDERS, "the_company_s_own_who_left") if WHOLE else BRIEF)
def test_a_request_of_a_company_answers_to_others_like_one_that_does_not_exist(role, chief, dossier, promise):
    """The cast has companies and requests of its own, the administrator's even of the same SIRET."""
    client, draft = outsider(role, chief), firm.a_ready_request(dossier.organisation, dossier.owner, family=True)
    before, mark = cast.fingerprint(), cast.last_entry()
    missing = [cast.plain(answer) for _, answer in calls(client, nobodys())]
    refusals, hidden = cast.entries_since(mark), 0
    assert {outcome for _, outcome in refusals} <= {"refused"}
    for known in (dossier, draft):
        mark = cast.last_entry()
        for (what, answer), expected in zip(calls(client, ids_of(known)), missing, strict=True):
            assert answer.status_code in {302, 404, 405}, what
            assert cast.plain(answer) == expected, what
            assert answer.status_code != 302 or "/employer/sign-in/" in answer["Location"], what
            hidden += 1
        assert cast.entries_since(mark) == refusals, "what is there leaves the refusals of what is not"
    assert cast.fingerprint() == before
    promise(f"access to a company's request, {role}", f"{hidden} answers, each that of a request that does not exist")


TRAITS = ("Okonkwo", "Bello", "Zainab", "Kayode", "8 rue de la République", "adaeze@example.org", "76543201.pdf")
NUMBER = "290059935200187"


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_whatever_shows_a_name_a_number_or_an_image_of_somebody_filed_for_leaves_an_entry(state, chief, promise):
    """What the answers hold decides, not a table. A POST without a change is a reading as well.

    The search is typed in small letters: a page that shows again what was typed has read nothing.
    """
    companies.prove("system:tests", chief.company.id)
    a_request = firm.a_ready_request if state == "draft" else firm.a_sent_request
    dossier = firm.owned(chief, a_request, family=True)
    File.objects.filter(version__document__registrant__dossier=dossier).update(name="76543201.pdf")
    ids, shown = ids_of(dossier), Counter()
    if state == "sent":
        person = dossier.registrants.get(role="spouse")
        Registrant.objects.filter(pk=person.pk).update(state="provisional_number")
        at = dossier.submitted_at
        Number.objects.create(registrant=person, kind="nia", value=NUMBER, value_index=b"n", issued_at=at)
    traits = [*TRAITS, NUMBER, format_nir(NUMBER), masked(NUMBER), dossier.reference]
    client = company.browser(company.a_colleague(chief).user_id)
    for route in [route for route in cast.company_routes() if not {"user_id", "token"} & set(route.parts)]:
        known = {**ids, "invitation_id": uuid4(), "view_id": uuid4(), "export_id": uuid4()}
        for what, ask in {
            "get": lambda at: client.get(at),
            "again": lambda at: client.get(at, {"again": "1"}),
            "post": lambda at: client.post(at, {"q": dossier.reference.lower()}),
            "switch": lambda at: client.post(at, {SWITCH: "fr"}),
        }.items():
            with cast.undone():
                mark = cast.last_entry()
                answer = ask(address(route, known))
                if not cast.shows(answer, traits):
                    continue
                entries = cast.entries_since(mark)
                assert entries and {outcome for _, outcome in entries} == {"done"}, (route.name, what, entries)
                shown[route.name] += 1
    least = {"requests:request", "requests:documents", "requests:file", "requests:image", "requests:list"}
    least |= {"requests:number", "requests:receipt"} if state == "sent" else {"requests:check", "requests:identify"}
    assert least <= set(shown), least - set(shown)
    promise(
        f"journal rows of a company's request, {state}",
        f"{shown.total()} answers of {len(shown)} routes show a person, each with its row",
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
