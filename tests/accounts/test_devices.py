"""A browser that is new to a person is told; one that is known is not."""

import pytest
from django.test import Client

from matricule.accounts import codes, devices
from matricule.core.outbox import Mail
from tests.portals.student.test_way import sign_in
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def warnings() -> int:
    return Mail.objects.filter(kind="new_device_sign_in").count()


def test_the_first_sign_in_of_all_warns_nobody(client):
    sign_in(client, "first@example.org")
    assert warnings() == 0


def test_the_same_browser_again_warns_nobody(client):
    sign_in(client, "again@example.org")
    client.post("/en/student/sign-out/")
    sign_in(client, "again@example.org")
    assert warnings() == 0


def test_another_browser_warns_in_the_space_and_by_mail(client):
    sign_in(client, "other@example.org")
    stranger = Client()
    sign_in(stranger, "other@example.org")
    assert warnings() == 1
    mail = Mail.objects.get(kind="new_device_sign_in")
    assert "/space/" in mail.body and "other@example.org" not in mail.body


def test_strangers_who_ask_for_codes_do_not_keep_a_known_browser_out(client):
    sign_in(client, "victim@example.org")
    client.post("/en/student/sign-out/")
    for _ in range(codes.PER_ADDRESS):
        codes.request_code("victim@example.org", language="fr", network="203.0.113.0/24")
    before = Mail.objects.filter(kind="sign_in_code").count()
    Client().post("/en/student/sign-in/", {"email": "victim@example.org"})
    assert Mail.objects.filter(kind="sign_in_code").count() == before, "held for a browser that nobody knows"
    sign_in(client, "victim@example.org")
    assert client.get("/en/student/space/").status_code == 200
    assert Mail.objects.filter(kind="sign_in_code").count() == before + 1


def test_a_shared_computer_remembers_several_people(client):
    for address in ("one@example.org", "two@example.org", "one@example.org"):
        sign_in(client, address)
        client.post("/en/student/sign-out/")
    assert warnings() == 0


def test_a_cookie_that_was_changed_is_a_new_browser(client, rf):
    user = make.a_user()
    request = rf.get("/")
    request.COOKIES[devices.cookie_name()] = "forged:value"
    assert not devices.known(request, user)


def test_the_cookie_names_nobody(client):
    sign_in(client, "quiet@example.org")
    value = client.cookies[devices.cookie_name()].value
    assert "quiet" not in value
    assert client.cookies[devices.cookie_name()]["httponly"]
