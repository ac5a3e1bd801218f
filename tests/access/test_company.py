"""The employers' portal: every route × administrator, member, removed member, other company, others (issue 5, 5)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from matricule.accounts import companies, invitations, members, organisations
from matricule.accounts.models import User
from tests.access import table
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

ROUTES = [route for route in cast.company_routes() if route.name.startswith("employer:")]
OPEN = {"employer:sign-in", "employer:sign-out", "employer:household", "employer:confirm-mailbox",
        "employer:invitation"}  # fmt: skip
"""The door, what is said to everybody, and links that carry a secret of their own."""
STRONG = {"employer:register"}
ADMINISTRATORS = {"employer:invite", "employer:withdraw-invitation", "employer:role"}
"""What a member may not even ask for."""
METHODS = ("get", "post")


def ids_of(chief, colleague, invitation):
    return {"user_id": colleague.user_id, "invitation_id": invitation, "token": "0" * 64}


def calls(client, ids, routes):
    for route in routes:
        parts = {part: ids.get(part, uuid4()) for part in route.parts}
        for method in METHODS:
            yield (route.name, method), getattr(client, method)(reverse(route.name, kwargs=parts))


@pytest.fixture
def world():
    """Give a company with an administrator, a member, somebody invited, and one request."""
    chief = company.a_company()
    colleague = company.a_colleague(chief)
    invitation = invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "member")
    return chief, colleague, ids_of(chief, colleague, invitation)


INSIDE = [route for route in ROUTES if route.name not in OPEN | STRONG]


def test_every_route_of_a_company_has_its_rule():
    assert len(ROUTES) >= 20
    rules = {route.name: route.view.rule for route in ROUTES}
    assert {name for name, rule in rules.items() if rule == "public"} == OPEN
    assert {name for name, rule in rules.items() if rule == "strongly"} == STRONG
    assert {rules[route.name] for route in INSIDE} == {"company"}


@pytest.mark.parametrize("role", ["nobody", "student", "employer_with_a_code_only", "caseworker_of_this_office"])
def test_whoever_did_not_sign_in_strongly_is_sent_to_the_door_whatever_exists(role, world):
    chief, _, ids = world
    if role == "nobody":
        client = cast.browser()
    elif role == "student":
        client = cast.browser(make.a_submitted().owner)
    elif role == "employer_with_a_code_only":
        client = company.browser(chief.user_id, method="code")
    else:
        client = cast.browser(User.objects.get(pk=caisse.a_caseworker().uuid))
    before = cast.fingerprint()
    for what, answer in calls(client, ids, INSIDE + [route for route in ROUTES if route.name in STRONG]):
        assert answer.status_code == 302 and "/employer/sign-in/" in answer["Location"], what
    assert cast.fingerprint() == before


@pytest.mark.parametrize("role", ["removed_member", "strong_stranger"])
def test_a_removed_member_is_out_at_the_next_request_like_somebody_who_never_was_in(role, world, promise):
    chief, colleague, ids = world
    client = company.browser(colleague.user_id if role == "removed_member" else make.a_user().pk)
    if role == "removed_member":
        assert client.get(reverse("employer:people")).status_code == 200
        members.remove(chief.user_id, chief.company.id, colleague.user_id)
    before = cast.fingerprint()
    answers = 0
    for (name, method), answer in calls(client, ids, INSIDE):
        assert answer.status_code in {302, 404}, (name, method)
        if answer.status_code == 302:
            assert answer["Location"].endswith("/employer/register/"), (name, method)
        assert "Atelier Lumen" not in answer.content.decode(), (name, method)
        answers += 1
    assert cast.fingerprint() == before
    promise(f"access to a company, {role}", f"{answers} answers: none shows the company, none changes a row")


def test_somebody_of_another_company_reaches_nothing_of_this_one(world, promise):
    chief, _, ids = world
    other = company.a_company(siret=company.OTHER_SIRET, name="Autre maison")
    client = company.browser(other.user_id)
    session = client.session
    session["company"] = str(chief.company.id)  # a session that names a company it has no place in
    session.save()
    with_ids = [route for route in INSIDE if {"user_id", "invitation_id"} & set(route.parts)]
    known = [(what, cast.plain(answer)) for what, answer in calls(client, ids, with_ids)]
    nothing = [(what, cast.plain(answer)) for what, answer in calls(client, {}, with_ids)]
    assert known == nothing
    for (name, method), answer in calls(client, ids, INSIDE):
        assert "Atelier Lumen" not in answer.content.decode(), (name, method)
    assert [one.role for one in organisations.members(chief.company.id)] == ["member", "administrator"]
    assert len(invitations.still_open(chief.company.id)) == 1
    promise("access to a company, another company", f"{len(known)} answers, each that of what does not exist")


def test_a_member_changes_nothing_that_an_administrator_decides(world):
    chief, colleague, ids = world
    client = company.browser(colleague.user_id)
    ids = {**ids, "user_id": chief.user_id}
    before = organisations.members(chief.company.id)
    for (name, method), answer in calls(client, ids, INSIDE):
        if name in ADMINISTRATORS and method == "post":
            assert answer.status_code in {404, 422}, (name, method)
        assert answer.status_code in {200, 302, 404, 405, 422}, (name, method)
    assert organisations.members(chief.company.id) == before
    assert len(invitations.still_open(chief.company.id)) == 1


def test_an_administrator_opens_every_page(world):
    chief, _, ids = world
    client = company.browser(chief.user_id)
    for route in INSIDE:
        answer = client.get(reverse(route.name, kwargs={part: ids[part] for part in route.parts}))
        assert answer.status_code in ({302} if route.name == "employer:home" else {200, 405}), route.name


def test_a_company_that_was_joined_to_another_has_no_pages_of_its_own(world):
    chief, _, _ = world
    other = company.a_company()
    companies.join("system:tests", other.company.id, chief.company.id)
    page = company.browser(chief.user_id).get(reverse("employer:people")).content.decode()
    assert other.email in page


def test_the_persons_own_routes_show_no_request_of_a_company_to_the_member_who_opened_it():
    dossier = firm.a_sent_request()
    client = company.browser(dossier.owner_id)
    for route in cast.routes():
        if route.name.startswith("student:") and "dossier_id" in route.parts and "file_id" not in route.parts:
            for address in table.addresses(route.name, route.parts, {"dossier_id": dossier.pk, "page_id": uuid4()},
                                           "en"):  # fmt: skip
                assert client.get(address).status_code in {404, 405}, address
