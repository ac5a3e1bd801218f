"""Through HTTP: fixation, the end of sessions, the same answer to everybody, and no code left in clear."""

import dataclasses
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matricule.accounts import codes, sessions
from matricule.accounts.models import Session, User
from matricule.core import clock, config, outbox
from matricule.core.outbox import Mail, relay
from matricule.site import settings
from tests.accounts.mails import last_code, wrong
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
ASK, CODE, SPACE = "/en/student/sign-in/", "/en/student/sign-in/code/", "/en/student/space/"


def ask(client, address="minh@example.org"):
    return client.post(ASK, {"email": address})


def sign_in(client, address="minh@example.org"):
    ask(client, address)
    return client.post(CODE, {"code": last_code(address)})


def is_in(client) -> bool:
    return client.get(SPACE).status_code == 200


def later(monkeypatch, **delay) -> None:
    moment = clock.wall() + timedelta(**delay)
    monkeypatch.setattr(clock, "wall", lambda: moment)


def plain(response) -> str:
    text = response.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def test_the_session_key_changes_at_sign_in(client):
    ask(client)
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(CODE, {"code": last_code()})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    victim_of_fixation = Client()
    victim_of_fixation.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert is_in(client) and not is_in(victim_of_fixation)


def test_another_browser_cannot_use_the_code(client):
    ask(client)
    thief = Client()
    ask(thief, "thief@example.org")
    assert thief.post(CODE, {"code": last_code("minh@example.org")}, follow=True).status_code == 422
    assert not is_in(thief)
    assert Client().post(CODE, {"code": last_code("minh@example.org")})["Location"] == ASK


def test_signing_out_ends_the_session_and_asks_the_browser_to_forget(client):
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    answer = client.post("/en/student/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache"'
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_in(client) and not is_in(again)


def test_every_session_of_a_person_ends_at_the_next_request(client):
    other = Client()
    sign_in(client)
    sign_in(other)
    sessions.end_all(User.objects.get().pk)
    assert not is_in(client) and not is_in(other)


def test_a_disabled_person_is_out_at_the_next_request(client):
    sign_in(client)
    assert is_in(client)
    User.objects.update(is_active=False)
    assert not is_in(client)


def test_thirty_minutes_without_a_sign_end_the_session(client, monkeypatch):
    sign_in(client)
    assert is_in(client)
    later(monkeypatch, minutes=30, seconds=1)
    assert not is_in(client)


def test_a_person_at_work_stays_in(client, monkeypatch):
    sign_in(client)
    for _ in range(4):
        later(monkeypatch, minutes=20)
        assert is_in(client)


def test_a_sign_of_life_is_written_once_a_minute_at_most(client, monkeypatch):
    sign_in(client)
    moment = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: moment)
    assert is_in(client)

    def writes() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/en/help/")
        return sum("accounts_session" in query["sql"] for query in seen if query["sql"].startswith("UPDATE"))

    assert writes() == 0
    later(monkeypatch, seconds=61)
    assert writes() == 1


def test_pages_know_when_the_session_ends(client):
    sign_in(client)
    assert client.get(SPACE).wsgi_request.session_ends_in == 30 * 60
    assert not hasattr(Client().get("/en/help/").wsgi_request, "session_ends_in")


def test_known_and_unknown_addresses_get_the_same_page_for_the_same_statements():
    make.a_user("known12@example.org")
    seen = []
    for address in ("known12@example.org", "unknown@example.org"):
        client = Client()
        client.get(ASK)
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, address)
        page = plain(client.get(CODE)).replace(address, "the address")
        seen.append((answer.status_code, answer["Location"], len(queries), page))
    assert seen[0] == seen[1]


def test_beyond_the_limit_the_page_is_the_same_and_no_mail_leaves(client):
    ask(client)
    before = plain(client.get(CODE))
    for _ in range(codes.PER_ADDRESS - 1):
        ask(Client())
    answer = ask(client)
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert plain(client.get(CODE)) == before
    assert Mail.objects.count() == codes.PER_ADDRESS


def test_made_up_client_addresses_do_not_lift_the_limit():
    for number in range(codes.PER_NETWORK + 3):
        made_up = f"10.0.{number}.1"
        headers = {"X-Forwarded-For": made_up, "X-Real-IP": made_up, "Forwarded": f"for={made_up}"}
        Client().post(ASK, {"email": f"p{number}@example.org"}, headers=headers)
    assert Mail.objects.count() == codes.PER_NETWORK


def test_wrong_late_used_and_dead_codes_get_the_same_page(client, monkeypatch):
    noon = clock.wall().replace(hour=12)  # eleven minutes later is the same day: the demo's bar says which it is
    monkeypatch.setattr(clock, "wall", lambda: noon)
    ask(client)
    right = last_code()
    first = plain(client.post(CODE, {"code": wrong(right)}, follow=True))
    for _ in range(codes.MAX_ATTEMPTS - 1):
        client.post(CODE, {"code": wrong(right)})
    dead = plain(client.post(CODE, {"code": wrong(right)}, follow=True))
    later(monkeypatch, minutes=11)
    late = plain(client.post(CODE, {"code": wrong(right)}, follow=True))
    assert first == dead == late


def test_no_code_and_no_ticket_lies_in_clear_in_any_table(client):
    ask(client)
    code = last_code()
    ticket_secret = client.session["code_ticket"][1]
    stored = cast.everything_stored()
    assert Session.objects.exists() and "sign_in_code" in stored
    for text in (code, f"{code[:3]} {code[3:]}", ticket_secret):
        assert text not in stored
        assert text.encode().hex() not in stored


def test_outside_the_demo_a_sent_code_is_not_even_kept_sealed(client, monkeypatch):
    ask(client)
    code = last_code()
    mail = Mail.objects.get()
    served = dataclasses.replace(config.current(), demo=False)
    monkeypatch.setattr(relay, "config", SimpleNamespace(current=lambda: served))
    assert outbox.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.body) == ("sent", "")
    assert client.post(CODE, {"code": code}).status_code == 302


def test_signing_in_again_finds_the_same_person(client):
    for _ in range(3):
        sign_in(client)
        client.post("/en/student/sign-out/")
    assert User.objects.count() == 1
