"""Signing in by a proof: a new key, the proof noted with its time, and no way around a stronger one."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from matricule.accounts import backend
from matricule.accounts.models import Session
from matricule.accounts.sessions import SessionStore
from matricule.core import clock
from tests.support import factories as make

pytestmark = pytest.mark.django_db
FIVE = timedelta(minutes=5)


def a_request(**data):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session.update(data)
    request.session.save()
    request.user = SimpleNamespace(is_authenticated=False)
    return request


def later(monkeypatch, **delay) -> None:
    moment = clock.wall() + timedelta(**delay)
    monkeypatch.setattr(clock, "wall", lambda: moment)


def test_the_key_changes_at_sign_in_and_the_planted_one_is_dead():
    request = a_request(planted=True)
    planted = request.session.session_key
    backend.sign_in(request, make.a_user(), "code")
    request.session.save()
    assert request.session.session_key != planted
    assert SessionStore(planted).load() == {}


def test_another_persons_sign_in_takes_nothing_of_the_first():
    request = a_request()
    backend.sign_in(request, make.a_user(), "code")
    request.session["typed"] = "the first one's"
    backend.sign_in(request, make.a_user(), "code")
    assert "typed" not in request.session


def test_signing_out_leaves_no_row():
    request = a_request()
    backend.sign_in(request, make.a_user(), "code")
    request.session.save()
    backend.sign_out(request)
    assert not Session.objects.filter(user_id__isnull=False).exists()


def test_nobody_comes_in_by_name_and_password():
    make.a_user("minh@example.org")
    assert authenticate(None, username="minh@example.org", password="!") is None
    assert authenticate(None, username="minh@example.org", password="") is None


@pytest.mark.parametrize("user_id", ["", "1", None, "00000000-0000-0000-0000-000000000000", "x" * 40])
def test_an_id_that_is_nobodys_finds_nobody(user_id):
    assert backend.CodeBackend().get_user(user_id) is None


def test_a_disabled_person_is_not_found():
    user = make.a_user()
    assert backend.CodeBackend().get_user(user.pk) == user
    user.is_active = False
    user.save()
    assert backend.CodeBackend().get_user(str(user.pk)) is None


def test_a_code_never_passes_where_a_passkey_is_asked():
    request = a_request()
    backend.sign_in(request, make.a_user(), "code")
    assert not backend.proved_within(request, frozenset({"passkey"}), FIVE)
    assert not backend.proved_within(request, frozenset({"passkey", "totp"}), FIVE)
    assert backend.proved_within(request, frozenset({"code"}), FIVE)


def test_nothing_is_proved_before_signing_in_nor_by_asking_for_nothing():
    request = a_request()
    assert not backend.proved_within(request, frozenset({"code"}), FIVE)
    backend.sign_in(request, make.a_user(), "code")
    assert not backend.proved_within(request, frozenset(), FIVE)


def test_a_proof_is_old_after_its_time_and_fresh_when_given_again(monkeypatch):
    request = a_request()
    backend.sign_in(request, make.a_user(), "code")
    later(monkeypatch, minutes=4, seconds=59)
    assert backend.proved_within(request, frozenset({"code"}), FIVE)
    later(monkeypatch, seconds=2)
    assert not backend.proved_within(request, frozenset({"code"}), FIVE)
    backend.prove_again(request, "code")
    assert backend.proved_within(request, frozenset({"code"}), FIVE)


def test_a_second_proof_keeps_the_first_and_a_new_sign_in_forgets_both(monkeypatch):
    request = a_request()
    user = make.a_user()
    backend.sign_in(request, user, "code")
    backend.prove_again(request, "passkey")
    assert set(request.session[backend.PROOFS]) == {"code", "passkey"}
    backend.sign_in(request, user, "code")
    assert set(request.session[backend.PROOFS]) == {"code"}
