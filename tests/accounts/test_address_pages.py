"""Through HTTP: another address for the space, the code bound to its browser, the link of the objection."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from matricule.accounts import address_changes, codes
from matricule.accounts.address_changes import AddressChange
from matricule.accounts.models import User
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.portals.components.forms import SWITCH
from tests.accounts.mails import last_code, wrong
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
ASK, CODE, STOP = "/en/student/space/address/", "/en/student/space/address/code/", "/en/student/space/address/stop/"
SPACE, INFORMATION = "/en/student/space/", "/en/student/space/information/"
OLD, NEW = "old-box@example.org", "new-box@example.org"


@pytest.fixture
def user():
    return make.a_user(OLD)


@pytest.fixture
def browser(user):
    make.a_submitted(user)
    return cast.browser(user)


def code_of() -> str:
    return last_code(NEW, "address_code")


def ask(client, address=NEW, **more):
    return client.post(ASK, {"email": address, **more})


def changed(client):
    ask(client)
    return client.post(CODE, {"code": code_of()})


def link() -> str:
    """Return where the message to the old address leads."""
    body = Mail.objects.filter(kind="address_change_asked").latest("created_at").body
    return re.search(r"/space/stop/\S+", body)[0]


def later(**delay):
    return time_machine.travel(clock.wall() + timedelta(**delay), tick=False)


def test_from_the_page_to_the_new_address(browser, user):
    assert OLD in browser.get(INFORMATION).content.decode()
    assert ask(browser)["Location"] == CODE
    assert NEW in browser.get(CODE).content.decode()
    assert browser.post(CODE, {"code": code_of()})["Location"] == INFORMATION
    page = browser.get(INFORMATION).content.decode()
    assert NEW in page and "Stop this change" in page
    assert browser.get(ASK)["Location"] == INFORMATION, "one at a time"
    with later(hours=24):
        address_changes.apply_due()
        assert browser.get(SPACE).status_code == 302, "signed out"
        newcomer = Client()
        newcomer.post("/en/student/sign-in/", {"email": NEW})
        newcomer.post("/en/student/sign-in/code/", {"code": last_code(NEW)})
        assert newcomer.get(SPACE).status_code == 200
        assert newcomer.get(SPACE).wsgi_request.user.pk == user.pk


def test_the_code_counts_in_the_browser_that_asked_only(browser, user):
    ask(browser)
    elsewhere = cast.browser(user)
    assert elsewhere.post(CODE, {"code": code_of()})["Location"] == ASK
    ask(elsewhere, "third@example.org")
    assert elsewhere.post(CODE, {"code": code_of()}).status_code == 422
    assert not AddressChange.objects.exists()


def test_a_wrong_code_changes_nothing_and_the_sixth_is_not_looked_at(browser):
    ask(browser)
    right = code_of()
    for _ in range(codes.MAX_ATTEMPTS):
        answer = browser.post(CODE, {"code": wrong(right)})
        assert answer.status_code == 422 and b"This code is not the latest one" in answer.content
    assert browser.post(CODE, {"code": right}).status_code == 422
    assert not AddressChange.objects.exists()


def test_another_code_can_be_asked_for_and_the_limit_is_that_of_an_address(browser):
    ask(browser)
    for _ in range(codes.PER_ADDRESS + 2):
        assert browser.post(CODE, {"again": "1"})["Location"] == CODE
    assert b"A new code is on its way" in browser.get(CODE).content
    assert Mail.objects.filter(kind="address_code").count() == codes.PER_ADDRESS


def test_a_known_address_gets_the_same_answer_until_its_mailbox_is_proved(browser):
    make.a_draft(make.a_user(NEW))
    seen = []
    for address in (NEW, "nobody@example.org"):
        answer = ask(browser, address)
        page = cast.plain(browser.get(CODE))[2].replace(address, "the address")
        seen.append((answer.status_code, answer["Location"], page))
    assert seen[0] == seen[1]
    ask(browser)
    answer = browser.post(CODE, {"code": code_of()})
    assert answer.status_code == 422 and b"opens another space already" in answer.content


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write your new e-mail address"),
        ("a@b.fr, c@d.fr", "one @"),
        (OLD.upper(), "address of your space already"),
    ],
)
def test_what_is_no_new_address_is_said(browser, typed, said):
    answer = ask(browser, typed)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Mail.objects.filter(kind="address_code").exists()


def test_a_misspelt_address_is_asked_about_first(browser):
    answer = ask(browser, "minh@gmial.com")
    assert answer.status_code == 200 and b"minh@gmail.com" in answer.content
    assert not Mail.objects.filter(kind="address_code").exists()
    assert ask(browser, "minh@gmial.com", as_typed="minh@gmial.com")["Location"] == CODE


@pytest.mark.parametrize(("address", "field"), [(ASK, "email"), (CODE, "code")])
def test_a_change_of_language_keeps_what_was_typed_and_sends_nothing(browser, address, field):
    ask(browser)
    answer = browser.post(address, {field: "half", SWITCH: "fr"})
    assert answer.status_code == 200 and b'value="half"' in answer.content
    assert Mail.objects.filter(kind="address_code").count() == 1


def test_the_person_stops_it_in_the_space_and_stays_signed_in(browser, user):
    changed(browser)
    other = cast.browser(user)
    assert browser.get(STOP)["Location"] == INFORMATION, "opened as a page it stops nothing"
    assert AddressChange.objects.get().state == "waiting"
    assert browser.post(STOP)["Location"] == INFORMATION
    assert AddressChange.objects.get().state == "stopped"
    assert browser.get(SPACE).status_code == 200 and other.get(SPACE).status_code == 302
    assert browser.post(STOP)["Location"] == INFORMATION, "nothing waits any more"


def test_the_old_address_stops_it_without_signing_in_by_a_button_and_once(browser, user):
    changed(browser)
    anybody = Client()
    page = anybody.get(link(), headers={"Accept-Language": "fr"}, follow=True)
    assert "Arrêter le changement" in page.content.decode()
    assert AddressChange.objects.get().state == "waiting", "a mail program that opens links stops nothing"
    address = page.redirect_chain[-1][0]
    assert "Le changement est arrêté" in anybody.post(address).content.decode()
    assert AddressChange.objects.get().state == "stopped"
    assert browser.get(SPACE).status_code == 302, "whoever was signed in is signed out"
    assert "Il n’y a plus rien à arrêter" in anybody.post(address).content.decode()
    user.refresh_from_db()
    assert user.email == OLD


def test_a_made_up_mark_finds_nothing(browser):
    changed(browser)
    row = AddressChange.objects.get()
    for mark in ("0" * 40, address_changes.mark_of(make.a_user().pk)):
        for method in ("get", "post"):
            assert getattr(Client(), method)(f"/en/student/object/{row.pk}/{mark}/").status_code == 404
    assert AddressChange.objects.get().state == "waiting"


def test_no_address_of_the_service_holds_an_e_mail_address(browser):
    answers = [ask(browser), browser.post(CODE, {"code": code_of()}), Client().get(link())]
    assert not [answer["Location"] for answer in answers if "@" in answer["Location"] or "box" in answer["Location"]]


def test_a_change_confirmed_by_the_caisse_is_shown_as_such(browser, user):
    address_changes.begin(user.pk, NEW, by="system:tests", by_caisse=True)
    assert b"Two people at the caisse confirmed it" in browser.get(INFORMATION).content
    assert User.objects.filter(email=OLD).exists()
