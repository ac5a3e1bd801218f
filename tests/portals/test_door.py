"""One strong means opens the door of professionals: an e-mailed code alone never adds a second one beside it."""

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client

from matricule.accounts import codes, devices, totp
from matricule.accounts.passkeys import Passkey
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.portals.employer.views.sign_in import DOOR
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db
PAGE = "/en/employer/sign-in/"


def a_browser_with_the_mailbox_of(user):
    """Return a browser that typed a right e-mailed code of this person."""
    client = Client()
    session = client.session
    session[DOOR.enrols] = str(user.pk)
    session.save()
    return client


def app_code(user):
    return pyotp.TOTP(totp.begin(user.pk)).at(int(clock.wall().timestamp()))


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def user():
    return make.a_user()


def test_whoever_has_no_means_yet_is_let_in_by_the_app_they_set_up(user):
    client = a_browser_with_the_mailbox_of(user)
    assert client.post(PAGE, {"step": "app", "code": app_code(user)}).status_code == 302
    assert is_in(client) and totp.is_proved(user.pk)


def test_beside_a_passkey_the_mailbox_sets_up_no_app(user):
    make.a_passkey(user)
    client = a_browser_with_the_mailbox_of(user)
    answer = client.post(PAGE, {"step": "app", "code": app_code(user)})
    assert answer.status_code == 302 and answer["Location"].startswith(PAGE)
    assert not is_in(client) and not totp.is_proved(user.pk)


def test_beside_an_app_the_mailbox_makes_no_passkey(user):
    assert totp.verify(user.pk, app_code(user))
    client = a_browser_with_the_mailbox_of(user)
    answer = client.post(PAGE, {"step": "make", "credential": "{}"})
    assert answer.status_code == 302 and answer["Location"].startswith(PAGE)
    assert not is_in(client) and not Passkey.objects.filter(user=user).exists()


def test_a_browser_that_proved_no_mailbox_sets_up_nothing(user):
    client = Client()
    assert client.post(PAGE, {"step": "app", "code": app_code(user)})["Location"].startswith(PAGE)
    assert client.post(PAGE, {"step": "make", "credential": "{}"})["Location"].startswith(PAGE)
    assert not is_in(client) and not totp.is_proved(user.pk)


def test_strangers_who_ask_for_codes_do_not_keep_a_members_known_browser_out(user, rf):
    company.a_company(user)
    home, response = Client(), HttpResponse()
    devices.remember(rf.get("/"), response, user)
    home.cookies.update(response.cookies)
    for _ in range(codes.PER_ADDRESS):
        codes.request_code(user.email, language="fr", network="203.0.113.0/24", purpose=DOOR.purpose)
    sent = Mail.objects.filter(kind="sign_in_code").count()
    Client().post(PAGE, {"step": "address", "email": user.email})
    assert Mail.objects.filter(kind="sign_in_code").count() == sent, "held for a browser that nobody knows"
    home.post(PAGE, {"step": "address", "email": user.email})
    assert Mail.objects.filter(kind="sign_in_code").count() == sent + 1
