"""A member's means to sign in: two at least to lose one, never the last taken away, each change told (issue 5, 1)."""

from uuid import uuid4

import pyotp
import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from matricule.accounts import means, staff, totp
from matricule.accounts.models import User
from matricule.core import clock, journal
from matricule.core.outbox import Mail
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.get(pk=company.a_company().user_id)


@pytest.fixture
def page():
    with translation.override("en"):
        return reverse("employer:sign-in-means")


def an_app(user: User) -> str:
    secret = totp.begin_another(user.pk)
    assert means.prove_app(user.pk, pyotp.TOTP(secret).now())
    return secret


def mails(kind: str) -> int:
    return Mail.objects.filter(kind=kind).count()


def acts(user: User) -> list[str]:
    return [entry.action for entry in journal.entries_about(("user", user.pk)) if entry.outcome == "done"]


def test_the_last_passkey_and_the_last_app_stay(user):
    key = make.a_passkey(user)
    with pytest.raises(means.LastMeans):
        means.remove_passkey(user.pk, key.pk, keep_session=None)
    key.delete()
    an_app(user)
    with pytest.raises(means.LastMeans):
        means.remove_app(user.pk, keep_session=None)
    assert means.removable(user.pk) == set() and means.of(user.pk).count == 1


def test_of_two_means_either_goes_and_is_told_and_journaled(user):
    one, two = make.a_passkey(user), make.a_passkey(user)
    means.remove_passkey(user.pk, one.pk, keep_session=None)
    assert [key.id for key in means.of(user.pk).keys] == [two.pk]
    assert mails("sign_in_removed") == 1 and "passkey.taken_away" in acts(user)
    with pytest.raises(means.NoSuchMeans):
        means.remove_passkey(user.pk, one.pk, keep_session=None)
    an_app(user)
    means.remove_app(user.pk, keep_session=None)
    assert mails("sign_in_removed") == 2 and "app.taken_away" in acts(user)
    with pytest.raises(means.NoSuchMeans):
        means.remove_app(user.pk, keep_session=None)


def test_nobody_takes_away_somebody_elses(user):
    other = User.objects.get(pk=company.a_company().user_id)
    key, _ = make.a_passkey(other), make.a_passkey(other)
    make.a_passkey(user), make.a_passkey(user)
    with pytest.raises(means.NoSuchMeans):
        means.remove_passkey(user.pk, key.pk, keep_session=None)


def test_a_second_app_counts_from_its_first_right_code_and_the_first_goes_on_until_then(user):
    first = an_app(user)
    second = totp.begin_another(user.pk)
    assert second != first and totp.begin_another(user.pk) == second, "the page may be opened again"
    assert not means.prove_app(user.pk, "000000") and mails("sign_in_added") == 1
    with time_machine.travel(clock.wall().timestamp() + 60):
        assert totp.verify(user.pk, pyotp.TOTP(first).now())
        assert means.prove_app(user.pk, pyotp.TOTP(second).now())
        assert not totp.verify(user.pk, pyotp.TOTP(first).now())
    with time_machine.travel(clock.wall().timestamp() + 700):
        assert totp.verify(user.pk, pyotp.TOTP(second).now())
    assert mails("sign_in_added") == 2 and acts(user).count("app.proved") == 2


def test_guesses_at_another_apps_code_are_limited(user):
    an_app(user)
    secret = totp.begin_another(user.pk)
    for _ in range(totp.TRIES):
        means.prove_app(user.pk, "000000")
    assert not means.prove_app(user.pk, pyotp.TOTP(secret).now())


def test_the_code_of_the_app_in_use_adds_nothing_and_tells_of_nothing(user):
    secret = an_app(user)
    with time_machine.travel(clock.wall().timestamp() + 60):
        assert not means.prove_app(user.pk, pyotp.TOTP(secret).now())
        assert totp.verify(user.pk, pyotp.TOTP(secret).now()), "the code was not used up"
    assert mails("sign_in_added") == 1 and acts(user).count("app.proved") == 1


def test_staff_keep_a_passkey_whatever_app_they_have(user):
    staff.appoint(by="system:tests", user=user, name="Camille Roy", office="251", role="caseworker")
    key = make.a_passkey(user)
    an_app(user)
    assert means.removable(user.pk) == {"app"}
    with pytest.raises(means.LastMeans):
        means.remove_passkey(user.pk, key.pk, keep_session=None)


def test_taking_one_away_ends_the_other_sessions(user, page):
    keys = [make.a_passkey(user), make.a_passkey(user)]
    here, elsewhere = company.browser(user.pk), company.browser(user.pk)
    assert elsewhere.get(page).status_code == 200
    here.post(page, {"step": "remove", "what": str(keys[0].pk)})
    assert here.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302


# --- the page


def test_an_older_session_is_asked_who_it_is_first_and_nothing_is_done(user, page):
    keys = [make.a_passkey(user), make.a_passkey(user)]
    client = company.browser(user.pk)
    with time_machine.travel(clock.wall().timestamp() + 6 * 60):
        assert "Is it you?" in client.get(page).content.decode()
        client.post(page, {"step": "remove", "what": str(keys[0].pk)})
        assert means.of(user.pk).count == 2
        assert client.post(page, {"step": "prove", "method": "nothing"}).status_code == 200
        wrong = client.post(page, {"step": "prove", "method": "passkey", "credential": "{}"})
        assert wrong.status_code == 422 and "Nothing was done" in wrong.content.decode()
        assert client.post(page, {"step": "prove", "method": "app", "code": "000000"}).status_code == 422


def test_the_code_of_the_app_is_a_fresh_proof(user, page):
    secret = an_app(user)
    client = company.browser(user.pk, "app")
    with time_machine.travel(clock.wall().timestamp() + 6 * 60):
        given = {"step": "prove", "method": "app", "code": pyotp.TOTP(secret).now()}
        assert client.post(page, given).status_code == 302
        assert "What opens your account" in client.get(page).content.decode()


def test_an_app_that_was_never_proved_is_no_fresh_proof_and_is_not_offered_as_one(user, page):
    make.a_passkey(user)
    client = company.browser(user.pk)
    client.get(page + "?app=1")
    secret = totp.begin_another(user.pk)
    with time_machine.travel(clock.wall().timestamp() + 6 * 60):
        assert "Use the code of my app" not in client.get(page).content.decode()
        given = {"step": "prove", "method": "app", "code": pyotp.TOTP(secret).now()}
        answer = client.post(page, given)
        assert answer.status_code == 422 and "Use the code of my app" not in answer.content.decode()
        assert "Is it you?" in client.get(page).content.decode()
        assert means.of(user.pk).app_since is None and mails("sign_in_added") == 0
        assert means.prove_app(user.pk, pyotp.TOTP(secret).now()), "its code is good where it is told of"
        assert "Use the code of my app" in client.get(page).content.decode()


def test_the_page_says_what_there_is_and_offers_to_take_away_only_what_may_go(user, page):
    make.a_passkey(user)
    client = company.browser(user.pk)
    html = client.get(page).content.decode()
    assert "cannot be taken away" in html and "Take away" not in html
    an_app(user)
    html = client.get(page).content.decode()
    assert html.count('name="what"') == 2 and "cannot be taken away" not in html


def test_the_secret_of_an_app_is_shown_only_when_asked_for(user, page):
    make.a_passkey(user)
    client = company.browser(user.pk)
    assert "Write this key" not in client.get(page).content.decode()
    html = client.get(page + "?app=1").content.decode()
    assert totp.begin_another(user.pk) in html
    answer = client.post(page, {"step": "app", "code": "000000"})
    assert answer.status_code == 422 and "Write this key" in answer.content.decode()
    good = {"step": "app", "code": pyotp.TOTP(totp.begin_another(user.pk)).now()}
    assert client.post(page, good).status_code == 302 and means.of(user.pk).app_since is not None


def test_what_is_no_means_of_theirs_is_not_there(user, page):
    make.a_passkey(user)
    client = company.browser(user.pk)
    for what in ("x", str(uuid4()), "app"):
        assert client.post(page, {"step": "remove", "what": what}).status_code == 404
    key = str(means.of(user.pk).keys[0].id)
    assert client.post(page, {"step": "remove", "what": key}).status_code == 422
    assert client.post(page, {"step": "make", "credential": "{}"}).status_code == 422
