"""GET never changes state, and no unsafe method goes without its token (reliability.md R48, R58)."""

import pytest
from django.test import Client

from matricule.dossiers import receipts
from tests.access import table
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
ROUTES = cast.routes()


@pytest.mark.slow
@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_reading_every_page_twice_changes_nothing(state):
    dossier = make.a_ready_draft() if state == "draft" else make.a_submitted()
    if dossier.submitted_at:
        receipts.of(dossier.pk)
    client = cast.browser(dossier.owner)
    ids = table.ids_of(dossier)
    before = cast.fingerprint()
    for _ in range(2):
        for route in ROUTES:
            for language in ("fr", "en"):
                for address in table.addresses(route.name, route.parts, ids, language):
                    client.get(address)
        assert cast.fingerprint() == before
    assert client.get("/en/student/space/").status_code == 200


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_form_without_its_token_is_refused(route):
    dossier = make.a_ready_draft()
    client = cast.browser(dossier.owner, enforce_csrf_checks=True)
    before = cast.fingerprint()
    for address in table.addresses(route.name, route.parts, table.ids_of(dossier), "en"):
        # the webhook has no session: its signature is its token, and it is not set up here
        assert client.post(address).status_code == (404 if route.name == "bounces" else 403), address
    assert cast.fingerprint() == before


def test_a_form_from_elsewhere_is_refused_even_with_a_token():
    client = Client(enforce_csrf_checks=True)
    client.get("/en/student/sign-in/")
    token = client.cookies["csrf"].value
    data = {"email": "minh@example.org", "csrfmiddlewaretoken": token}
    assert client.post("/en/student/sign-in/", data, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/en/student/sign-in/", data).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "https:evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
        "///evil.example", "////evil.example", "javascript:alert(1)", "/\t/evil.example", " //evil.example",
        "http:///evil.example", "data:text/html,x", "evil.example", "\x00//evil.example", "/\r\n/evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["/en/student/sign-in/", "/en/student/sign-in/code/"])
def test_next_never_leads_elsewhere(page, elsewhere):
    client = cast.browser(make.a_user())
    for answer in (client.get(page, {"next": elsewhere}), client.post(page, {"next": elsewhere})):
        target = answer["Location"]
        assert target.startswith("/") and not target.startswith(("//", "/\\")), target
        assert "\r" not in target and "\n" not in target and "\t" not in target


def test_next_leads_back_to_the_page_that_was_asked_for():
    client = cast.browser(make.a_user())
    back = "/en/student/space/documents/"
    assert client.get("/en/student/sign-in/", {"next": back})["Location"] == back
    sent = cast.browser().get(back)["Location"]
    assert sent == "/en/student/sign-in/?next=%2Fen%2Fstudent%2Fspace%2Fdocuments%2F"


def test_a_post_of_somebody_signed_out_is_not_replayed_by_next():
    sent = cast.browser().post("/en/student/space/language/", {"language": "fr"})
    assert sent["Location"] == "/en/student/sign-in/"


@pytest.mark.parametrize("header", ["X-Matricule-Fragment", "HX-Request"])
def test_a_script_that_is_signed_out_gets_a_401_to_act_on(header):
    answer = cast.browser().get("/en/student/space/", headers={header: "1"})
    assert answer.status_code == 401 and answer.content == b""
