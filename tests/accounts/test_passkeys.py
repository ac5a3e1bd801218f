"""Passkeys: what a browser answers is checked against this session's challenge, this host, and user verification.

The ceremonies with a real browser are in tests/browser/test_desk_sign_in.py; here what must be refused.
"""

import json
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.conf import settings
from django.http import HttpRequest

from matricule.accounts import passkeys
from matricule.accounts.models import Session
from matricule.core import clock
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return request


def test_the_options_ask_for_user_verification_on_this_host(request_):
    made = json.loads(passkeys.creation_options(request_, make.a_user(), "Camille Roy"))
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["rp"]["id"] == passkeys.host() == "localhost"
    asked = json.loads(passkeys.request_options(request_))
    assert asked["userVerification"] == "required" and asked["rpId"] == "localhost"


def test_each_challenge_is_new(request_):
    seen = {json.loads(passkeys.request_options(request_))["challenge"] for _ in range(20)}
    assert len(seen) == 20


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 3}', '{"id": "AAAA"}', "x" * 5000])
def test_what_is_no_answer_opens_nothing(request_, answer):
    passkeys.request_options(request_)
    with pytest.raises(passkeys.BadPasskey):
        passkeys.verify(request_, answer)


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": "AAAA", "rawId": "AAAA", "type": "public-key"}'])
def test_what_is_no_answer_makes_nothing(request_, answer):
    user = make.a_user()
    passkeys.creation_options(request_, user, "Camille")
    with pytest.raises(passkeys.BadPasskey):
        passkeys.register(request_, user, answer)
    assert not passkeys.has_one(user.pk)


def test_without_a_challenge_nothing_is_checked(request_):
    with pytest.raises(passkeys.BadPasskey):
        passkeys.verify(request_, '{"id": "AAAA"}')


def test_a_challenge_is_spent_by_one_answer_and_dies_after_five_minutes(request_):
    passkeys.request_options(request_)
    assert passkeys._spend(request_)
    with pytest.raises(passkeys.BadPasskey):
        passkeys._spend(request_)
    passkeys.request_options(request_)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False), pytest.raises(passkeys.BadPasskey):
        passkeys._spend(request_)


def test_a_known_passkey_with_a_wrong_answer_opens_nothing(request_):
    from webauthn.helpers import bytes_to_base64url

    row = make.a_passkey(make.a_user(), credential_id=b"credential")
    passkeys.request_options(request_)
    identifier = bytes_to_base64url(b"credential")
    wrong = {"id": identifier, "rawId": identifier, "type": "public-key", "response": {}}
    with pytest.raises(passkeys.BadPasskey):
        passkeys.verify(request_, json.dumps(wrong))
    row.refresh_from_db()
    assert row.used_at is None


def test_all_of_a_person_are_taken_away_at_once():
    user, other = make.a_user(), make.a_user()
    make.a_passkey(user, credential_id=b"one")
    make.a_passkey(user, credential_id=b"two")
    make.a_passkey(other, credential_id=b"three")
    for person in (user, other):
        company.browser(person.pk)
    assert passkeys.has_one(user.pk)
    passkeys.forget_all(by="system:tests", user_id=user.pk)
    assert not passkeys.has_one(user.pk) and passkeys.has_one(other.pk)
    assert list(Session.objects.values_list("user_id", flat=True)) == [other.pk], (
        "the sessions of the lost ones end too"
    )
