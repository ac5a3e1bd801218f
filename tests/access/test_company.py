"""The employers' portal: every route × administrator, member, removed member, other company, others (issue 5, 5)."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import companies, invitations, members, organisations
from matricule.accounts.models import User
from matricule.accounts.organisations import Invitation, Membership, Organisation
from tests.access import asking, table
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

ROUTES = [route for route in cast.company_routes() if route.name.startswith("employer:")]
OPEN = {"employer:sign-in", "employer:sign-out", "employer:household", "employer:confirm-mailbox",
        "employer:invitation"}  # fmt: skip
"""The door, what is said to everybody, and links that carry a secret of their own."""
STRONG = {"employer:register"}
ADMINISTRATORS = {"employer:invite", "employer:withdraw-invitation", "employer:role"}
"""What a member may not even ask for."""
METHODS = asking.EVERYTHING if WHOLE else {"en": ("get", "post")}
CLOSED = frozenset({302, 404, 405})
"""The door, the page that opens an account, what does not exist, and what no page is asked by."""


def at(ids) -> asking.Where:
    def addresses(route, language):
        with translation.override(language):
            return [reverse(route.name, kwargs={part: ids[part] for part in route.parts})]

    return addresses


def nobodys():
    return {"user_id": uuid4(), "invitation_id": uuid4(), "token": "0" * 64}


def ids_of(chief, colleague, invitation):
    return {"user_id": colleague.user_id, "invitation_id": invitation, "token": "0" * 64}


def calls(client, ids, routes):
    return asking.calls(client, at(ids), routes, METHODS)


NAME, GUEST = "Atelier Zavoryx", "quellabine@example.org"
"""What gives the company away: found nowhere else."""


@pytest.fixture
def world():
    """Give a company with an administrator, a member, somebody invited, and one request."""
    chief = company.a_company(name=NAME)
    colleague = company.a_colleague(chief)
    invitation = invitations.invite(chief.user_id, chief.company.id, GUEST, "member")
    return chief, colleague, ids_of(chief, colleague, invitation)


INSIDE = [route for route in ROUTES if route.name not in OPEN | STRONG]
WITH_ID = [route for route in INSIDE if route.parts]


def test_every_route_of_a_company_has_its_rule():
    assert len(ROUTES) >= 20
    rules = {route.name: route.view.rule for route in ROUTES}
    assert {name for name, rule in rules.items() if rule == "public"} == OPEN
    assert {name for name, rule in rules.items() if rule == "strongly"} == STRONG
    assert {rules[route.name] for route in INSIDE} == {"company"}


@pytest.mark.bulk
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
    assert asking.alike(client, [at(ids)], at(nobodys()), WITH_ID, METHODS, statuses=CLOSED)
    for (what, _, _), answer in calls(client, ids, INSIDE + [route for route in ROUTES if route.name in STRONG]):
        assert answer.status_code == 302 and "/employer/sign-in/" in answer["Location"], what
    assert cast.fingerprint() == before


def test_a_removed_member_is_out_at_the_next_request_like_somebody_who_never_was_in(world, promise):
    chief, colleague, ids = world
    client, stranger = company.browser(colleague.user_id), company.browser(make.a_user().pk)
    assert client.get(reverse("employer:people")).status_code == 200
    members.remove(chief.user_id, chief.company.id, colleague.user_id)
    before, mark = cast.fingerprint(), cast.last_entry()
    hidden = asking.alike(client, [at(ids)], at(nobodys()), WITH_ID, METHODS, statuses=CLOSED)
    never = [cast.plain(answer) for _, answer in calls(stranger, nobodys(), INSIDE)]
    for (what, answer), expected in zip(calls(client, ids, INSIDE), never, strict=True):
        assert cast.plain(answer) == expected, what
        assert answer.status_code in {302, 404}, what
        assert answer.status_code == 404 or answer["Location"].endswith("/employer/register/"), what
    assert cast.entries_since(mark) == [], (
        "what was not asked of a dossier leaves no row, for the one as for the other"
    )
    assert cast.fingerprint() == before
    promise(
        "access to a company, a removed member",
        f"{len(never)} answers, each a stranger's; {hidden} with an id, each that of what does not exist",
    )


def of_this(chief):
    """Return every row of a company: its account, its people, whom it invited."""
    rows = [Organisation.objects.filter(pk=chief.company.id)]
    rows += [
        model.objects.filter(organisation_id=chief.company.id).order_by("pk") for model in (Membership, Invitation)
    ]
    return [list(found.values()) for found in rows]


@pytest.mark.bulk
@pytest.mark.parametrize("role", (*cast.OUTSIDERS, "the_company_s_own_who_left", "strong_stranger"))
def test_nobody_of_the_cast_reaches_anything_of_another_company(role, world, promise):
    """Whoever acts for a company has its own pages and no more; naming this one in the session gives no place in it.

    The administrator's company even has the same SIRET.
    """
    chief, colleague, ids = world
    if role in cast.OUTSIDERS:
        client = cast.signed_in(role)
    else:
        client = company.browser(make.a_user().pk if role == "strong_stranger" else colleague.user_id)
    if role == "the_company_s_own_who_left":
        members.remove(chief.user_id, chief.company.id, colleague.user_id)
    session = client.session
    session["company"] = str(chief.company.id)
    session.save()
    before, rows = cast.fingerprint(), of_this(chief)
    typed = {"role": "administrator"}
    hidden = asking.alike(client, [at(ids)], at(nobodys()), WITH_ID, METHODS, statuses=CLOSED, typed=typed)
    chosen = [client.post(reverse("employer:choose"), {"company": str(one)}) for one in (chief.company.id, uuid4())]
    assert cast.plain(chosen[0]) == cast.plain(chosen[1])
    assert cast.fingerprint() == before
    answers = 0
    for what, answer in calls(client, ids, INSIDE):
        text = answer.content.decode()
        assert NAME not in text and GUEST not in text and chief.email not in text, what
        answers += 1
    assert of_this(chief) == rows
    promise(
        f"access to a company, {role}",
        f"{hidden} answers with an id, each that of what does not exist; {answers} in all show nothing of it",
    )


@pytest.mark.bulk
def test_a_member_changes_nothing_that_an_administrator_decides(world):
    chief, colleague, ids = world
    client = company.browser(colleague.user_id)
    ids = {**ids, "user_id": chief.user_id}
    before = organisations.members(chief.company.id)
    for (name, _, method), answer in calls(client, ids, INSIDE):
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
