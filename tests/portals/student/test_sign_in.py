"""Signing in, and starting with the questionnaire's answers."""

import pytest

from matricule.accounts.models import User
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier
from matricule.portals import answers
from tests.portals.student.test_way import code_from_mail, sign_in
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def start(client, given=None):
    token = answers.write({"answers": make.NON_EU if given is None else given})
    return client.post("/en/student/start/", {"answers": token})


def test_answers_that_were_changed_lead_back_to_the_questions(client):
    answer = client.post("/en/student/start/", {"answers": "forged"})
    assert answer["Location"] == "/en/student/questions/"


def test_answers_wait_for_the_code_and_go_into_the_dossier(client):
    start(client)
    assert "Your answers are kept" in client.get("/en/student/sign-in/").content.decode()
    sign_in(client)
    assert dict(Dossier.objects.get().answers) == make.NON_EU


def test_who_is_signed_in_starts_at_once(client):
    sign_in(client)
    assert not Dossier.objects.exists()
    answer = start(client)
    assert "/identify/civil_status/" in answer["Location"]


def test_starting_again_goes_on_with_the_same_dossier(client):
    sign_in(client)
    first, second = start(client), start(client)
    assert first["Location"] == second["Location"] and Dossier.objects.count() == 1


def test_starting_after_submission_leads_to_the_space(client):
    user = make.a_user("done@example.org", "en")
    make.a_submitted(user)
    sign_in(client, user.email)
    assert start(client)["Location"] == "/en/student/space/"


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a@b.fr, c@d.fr", "a b@c.fr", "a@b.fr\nBcc: x@y.fr"])
def test_what_is_no_address_is_said_and_kept(client, typed):
    sent = client.post("/en/student/sign-in/", {"email": typed})
    assert (sent.status_code, sent["Location"]) == (303, "/en/student/sign-in/?again=1")
    for _ in range(2):  # a reload shows it again and sends nothing
        page = client.get(sent["Location"])
        assert page.status_code == 422 and "error-summary" in page.content.decode()
    assert typed.split("\n")[0] in page.content.decode() and not Mail.objects.exists()
    assert "error-summary" not in client.get("/en/student/sign-in/").content.decode()


def test_an_address_that_was_refused_keeps_where_to_go_back_to(client):
    sent = client.post("/en/student/sign-in/", {"email": "nobody", "next": "/en/student/space/documents/"})
    assert sent["Location"] == "/en/student/sign-in/?next=%2Fen%2Fstudent%2Fspace%2Fdocuments%2F&again=1"
    page = client.get(sent["Location"]).content.decode()
    assert 'name="next" value="/en/student/space/documents/"' in page


@pytest.mark.parametrize("page", ["sign-in/?again=1", "sign-in/code/?again=1"])
def test_asked_to_show_again_what_was_never_refused_shows_the_page(client, page):
    client.post("/en/student/sign-in/", {"email": "minh@example.org"})
    shown = client.get(f"/en/student/{page}")
    assert shown.status_code == 200 and "error-summary" not in shown.content.decode()


@pytest.mark.parametrize(
    ("rest", "leads_to"),
    [
        ("start/", "/en/student/questions/"),
        ("sign-out/", "/en/student/space/"),
        ("space/notifications/read/", "/en/student/space/notifications/"),
        ("space/language/", "/en/student/space/information/"),
    ],
)
def test_the_address_of_a_form_opened_as_a_page_leads_to_its_page(client, rest, leads_to):
    sign_in(client)
    assert client.get(f"/en/student/{rest}")["Location"] == leads_to
    assert client.put(f"/en/student/{rest}").status_code == 405
    assert client.get("/en/student/space/").status_code == 200


def test_a_slip_in_the_domain_is_asked_about_and_may_be_kept(client):
    asked = client.post("/en/student/sign-in/", {"email": "minh@gmial.com"}, follow=True).content.decode()
    assert "minh@gmail.com" in asked and not Mail.objects.exists()
    client.post("/en/student/sign-in/", {"email": "minh@gmial.com", "as_typed": "minh@gmial.com"})
    assert Mail.objects.get().to_address == "minh@gmial.com"


def test_the_code_page_without_a_code_leads_to_the_address(client):
    assert client.get("/en/student/sign-in/code/")["Location"] == "/en/student/sign-in/"


def test_a_wrong_code_says_what_to_do_and_the_right_one_still_works(client):
    client.post("/en/student/sign-in/", {"email": "minh@example.org"})
    right = code_from_mail()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    sent = client.post("/en/student/sign-in/code/", {"code": wrong})
    assert (sent.status_code, sent["Location"]) == (303, "/en/student/sign-in/code/?again=1")
    page = client.get(sent["Location"])
    assert page.status_code == 422 and "Ask for a new code" in page.content.decode()
    assert client.post("/en/student/sign-in/code/", {"code": right}).status_code == 302


def test_a_pasted_code_with_spaces_works(client):
    client.post("/en/student/sign-in/", {"email": "minh@example.org"})
    code = code_from_mail()
    assert client.post("/en/student/sign-in/code/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_a_new_code_replaces_the_old_one(client):
    client.post("/en/student/sign-in/", {"email": "minh@example.org"})
    old = code_from_mail()
    client.post("/en/student/sign-in/code/", {"code": "abc"})
    resent = client.post("/en/student/sign-in/code/?again=1", {"again": "1"})
    assert resent["Location"] == "/en/student/sign-in/code/"
    new = code_from_mail()
    page = client.get("/en/student/sign-in/code/").content.decode()
    assert "A new code is on its way" in page
    if old != new:
        assert client.post("/en/student/sign-in/code/", {"code": old}).status_code == 303
    assert client.post("/en/student/sign-in/code/", {"code": new}).status_code == 302


def test_the_language_of_a_new_person_is_that_of_the_page(client):
    sign_in(client, "english@example.org", "en")
    assert User.objects.get(email="english@example.org").language == "en"


def test_a_known_person_is_written_to_in_their_own_language(client):
    make.a_user("known@example.org", "fr")
    client.post("/en/student/sign-in/", {"email": "known@example.org"})
    assert "Bonjour" in Mail.objects.get().body


def test_the_switch_of_language_keeps_the_address(client):
    page = client.post("/fr/student/sign-in/", {"email": "half@typed", "switch_language": "fr"})
    assert page.status_code == 200 and "half@typed" in page.content.decode()
    assert "error-summary" not in page.content.decode() and not Mail.objects.exists()


def test_back_to_the_page_that_was_asked_for(client):
    user = make.a_user("back@example.org", "en")
    dossier = make.a_draft(user)
    path = f"/en/student/dossier/{dossier.pk}/documents/"
    asked = client.get(path)
    assert asked["Location"].startswith("/en/student/sign-in/?next=")
    client.post("/en/student/sign-in/", {"email": user.email, "next": path})
    answer = client.post("/en/student/sign-in/code/", {"code": code_from_mail(), "next": path})
    assert answer["Location"] == path


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(client, evil):
    client.post("/en/student/sign-in/", {"email": "safe@example.org", "next": evil})
    answer = client.post("/en/student/sign-in/code/", {"code": code_from_mail(), "next": evil})
    assert answer["Location"] == "/en/student/space/"


def test_signing_out_ends_the_session(client):
    sign_in(client)
    assert client.get("/en/student/space/").status_code == 200
    client.post("/en/student/sign-out/")
    assert client.get("/en/student/space/").status_code == 302
