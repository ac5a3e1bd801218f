"""The code of an authenticator app: each opens one door once, five tries in ten minutes."""

from datetime import timedelta

import pyotp
import pytest
import time_machine

from matricule.accounts import totp
from matricule.core import clock
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make.a_user()


def code(secret, step=0):
    return pyotp.TOTP(secret).at(int(clock.wall().timestamp()) + step * totp.STEP)


def test_the_secret_is_made_once_and_sealed(user):
    secret = totp.begin(user.pk)
    assert totp.begin(user.pk) == secret and len(secret) >= 32
    assert not totp.is_proved(user.pk)
    assert secret in totp.address_of(secret, "Camille")


def test_a_code_opens_once(user):
    now = code(totp.begin(user.pk))
    assert totp.verify(user.pk, f" {now[:3]} {now[3:]} ")
    assert totp.is_proved(user.pk)
    assert not totp.verify(user.pk, now)


@pytest.mark.parametrize(("step", "good"), [(-1, True), (0, True), (1, True), (-2, False), (2, False)])
def test_clocks_may_differ_by_half_a_minute(user, step, good):
    assert totp.verify(user.pk, code(totp.begin(user.pk), step)) is good


def test_an_earlier_code_opens_nothing_after_a_later_one(user):
    secret = totp.begin(user.pk)
    assert totp.verify(user.pk, code(secret, 1))
    assert not totp.verify(user.pk, code(secret, 0))


def test_five_tries_then_none_for_ten_minutes(user):
    secret = totp.begin(user.pk)
    for _ in range(totp.TRIES):
        assert not totp.verify(user.pk, "000000")
    assert not totp.verify(user.pk, code(secret)), "right, and too late"
    with time_machine.travel(clock.wall() + timedelta(minutes=11), tick=False):
        assert totp.verify(user.pk, code(secret))


def test_somebody_without_an_app_has_no_code(user):
    assert not totp.verify(user.pk, "000000") and not totp.is_proved(user.pk)
