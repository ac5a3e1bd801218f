"""Making an authenticator app known: a picture for its camera, a link for the device itself, the key to write."""

import re

import pytest
from django.template.loader import render_to_string

from matricule.accounts import totp
from matricule.portals.entrance import door
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def shown(secret: str) -> str:
    return render_to_string("entrance/_app.html", door.app_context(secret, "Camille Roy"))


def test_the_app_gets_a_picture_a_link_and_a_key():
    secret = totp.begin(make.a_user().pk)
    page = shown(secret)
    link = re.search(r'href="(otpauth://totp/[^"]+)"', page)[1]
    assert f"secret={secret}" in link and "Camille" in link and "issuer=Matricule" in link
    assert page.count("<svg") == 1 and 'role="img"' in page and secret in page
    assert "style=" not in page and "http:" not in page.split("<svg")[1], "nothing inline, nothing fetched"


def test_the_picture_is_that_of_the_link():
    assert door.qr("otpauth://totp/a?secret=B") != door.qr("otpauth://totp/a?secret=C")


def test_an_app_that_was_proved_shows_no_secret_again():
    page = shown("")
    assert "otpauth" not in page and "<svg" not in page and 'name="code"' in page
