"""The demo's pages: one click to be somebody, every e-mail, moving time."""

import pytest

from matricule.accounts.models import User
from matricule.core import clock, outbox
from matricule.core.outbox import Mail
from matricule.demo import time_machine
from matricule.demo.people import load_people
from tests.support import factories as make

pytestmark = pytest.mark.django_db
ANH = next(person for person in load_people() if person.key == "anh")


@pytest.fixture(autouse=True)
def now_again():
    yield
    time_machine.back_to_now()


def test_nobody_is_shown_before_the_load(client):
    page = client.get("/en/demo/").content.decode()
    assert "The invented people are not loaded" in page and ANH.birth_name not in page


def test_one_click_signs_in(client):
    make.a_draft(make.a_user(ANH.email))
    page = client.get("/fr/demo/").content.decode()
    assert ANH.birth_name in page and "Brouillon" in page
    answer = client.post("/fr/demo/be/anh/")
    assert answer["Location"] == "/fr/student/space/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email=ANH.email).pk)


@pytest.mark.parametrize("key", ["nobody", "thiago"])
def test_somebody_who_is_not_there_is_not_found(client, key):
    assert client.post(f"/fr/demo/be/{key}/").status_code == 404


def test_looking_does_not_sign_in(client):
    assert client.get("/fr/demo/be/anh/").status_code == 405


def test_a_code_is_shown_large(client):
    client.post("/en/student/sign-in/", {"email": "code@example.org"})
    outbox.deliver_due()
    page = client.get("/en/demo/mailbox/").content.decode()
    mail = Mail.objects.get()
    code = next(
        word for word in mail.body.replace("\u00a0", " ").split() if word.strip(".").isdigit() and len(word) >= 6
    )
    assert code.strip(".") in page.replace(" ", "") and "code@example.org" in page


def test_the_mailbox_alone_answers_a_refresh(client):
    assert b"<html" not in client.get("/en/demo/mailbox/", headers={"HX-Request": "true"}).content
    assert b"<html" in client.get("/en/demo/mailbox/").content


def test_a_mail_is_shown_whole_with_its_link(client):
    make.a_submitted()
    mail = Mail.objects.get(kind="deposit_receipt")
    page = client.get(f"/en/demo/mailbox/{mail.pk}/").content.decode()
    assert 'href="http' in page and "/space/" in page
    assert "Bonjour" in page and "Hello" in page


def test_a_mail_can_come_back(client):
    make.a_submitted()
    outbox.deliver_due()
    mail = Mail.objects.get(kind="deposit_receipt")
    client.post(f"/en/demo/mailbox/{mail.pk}/send-back/")
    mail.refresh_from_db()
    assert mail.state == "bounced"


@pytest.mark.parametrize("path", ["", "send-back/"])
def test_an_unknown_mail_is_not_found(client, path):
    address = f"/en/demo/mailbox/01a20071-2aa5-7354-b889-191815ad3b52/{path}"
    assert (client.post(address) if path else client.get(address)).status_code == 404


def test_time_goes_forward_and_back(client):
    before = clock.today()
    client.post("/en/demo/time/", {"step": "week"})
    assert (clock.today() - before).days == 7
    assert "7 days ahead" in client.get("/en/demo/time/").content.decode()
    client.post("/en/demo/time/", {"step": "now"})
    assert clock.today() == before


def test_beyond_ten_years_the_page_says_so(client):
    time_machine.forward(days=3600)
    answer = client.post("/en/demo/time/", {"step": "quarter"})
    assert answer.status_code == 422 and b"Ten years are enough" in answer.content


def test_an_unknown_step_moves_nothing(client):
    before = clock.today()
    client.post("/en/demo/time/", {"step": "century"})
    assert clock.today() == before


def test_one_click_is_somebody_of_the_invented_company(client):
    from matricule.accounts import organisations
    from matricule.demo import company

    assert client.post("/en/demo/be/chloe/").status_code == 404, "not before the load"
    company.load()
    company.load()
    page = client.get("/en/demo/").content.decode()
    assert "Chloé Morel" in page and "Karim Benali" in page and "Atelier Lumen" in page
    assert client.post("/en/demo/be/karim/")["Location"] == "/en/employer/"
    home = client.get("/en/employer/", follow=True).content.decode()
    assert "Atelier Lumen" in home and "has not yet checked" not in home
    (place,) = organisations.memberships_of(User.objects.get(email="chloe.morel@example.org").pk)
    assert place.administers and len(organisations.members(place.company.id)) == 2
