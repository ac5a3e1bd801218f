"""The same request many times at once, through the pages, as the web server's threads take them (F21, R32 to R35)."""

import re
import statistics
import time

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from matricule.accounts import codes
from matricule.accounts.models import LoginCode, Session, User
from matricule.core import journal
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier
from matricule.notices.models import Notice
from matricule.site import settings
from tests.accounts.mails import last_code, wrong
from tests.portals.student.test_way import sign_in
from tests.support import factories as make
from tests.support.autosaves import Autosaves
from tests.support.promises import bulk
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race, pytest.mark.bulk]
ASK, CODE = "/en/student/sign-in/", "/en/student/sign-in/code/"
WIDTH = 40
"""Requests inside the service at one moment, each with a connection of its own: five times the threads of its web
server. Two processes of tests share 120 connections of PostgreSQL, and another test takes 50 (threads.py)."""
IN_FLIGHT = f"{WIDTH} in flight"


def window(client: Client) -> Client:
    """Return another window of the same browser: the same cookies."""
    other = Client(raise_request_exception=False, REMOTE_ADDR=client.defaults.get("REMOTE_ADDR", "127.0.0.1"))
    other.cookies = client.cookies.copy()
    return other


def post(client: Client, address: str, values: dict) -> HttpResponse:
    """Return the answer to a form, sent again while it is 503: nobody waits longer than ``lock_timeout``."""
    end = time.monotonic() + 60
    while (answer := client.post(address, values)).status_code == 503 and time.monotonic() < end:
        pass
    return answer


def entries(action: str, outcome: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute("select outcome from core_journal where action = %s", [action])
        return sum(not outcome or row[0] == outcome for row in cursor.fetchall())


def test_the_same_submit_many_times_at_once_is_one_dossier_one_mail_one_entry(promise):
    rounds, times, busy = bulk(1, 50), bulk(40, 200), 0
    for number in range(rounds):
        # a network of its own: from one alone the forty-first code in a quarter of an hour would not leave
        client, name = Client(REMOTE_ADDR=f"192.0.{number}.7"), f"student{number}@example.org"
        dossier = make.a_ready_draft(make.a_user(name, "en"))
        sign_in(client, name)
        address = f"/en/student/dossier/{dossier.pk}/"
        page = client.get(address + "check/").content.decode()
        form = dict(re.findall(r'name="(idempotency_key|version)" value="([^"]+)"', page)) | {"declare": "on"}
        answers = together(times, lambda _: window(client).post(address + "check/", form), WIDTH)  # noqa: B023
        # whoever waits longer for the dossier than a busy machine may let them is told to try again, and does
        busy += sum(answer.status_code == 503 for answer in answers)
        answers = [post(client, address + "check/", form) if a.status_code == 503 else a for a in answers]
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, address + "receipt/")}
        about = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
        assert about.count("dossier.submitted") == 1
        assert Dossier.objects.filter(owner_id=dossier.owner_id).count() == 1
        assert Mail.objects.filter(kind="deposit_receipt", dossier_id=dossier.pk).count() == 1
        assert Notice.objects.filter(kind="deposit_receipt", dossier_id=dossier.pk).count() == 1
    assert Dossier.objects.exclude(submitted_at=None).count() == rounds
    promise(
        "submit",
        f"the same one {times} times, {IN_FLIGHT}, x {rounds}: {rounds} dossiers, {rounds} mails, "
        f"{rounds} journal entries; {busy} were told 503, asked again and got their receipt",
    )


def test_two_windows_that_type_at_once_lose_no_field_in_silence(promise):
    rounds, fields = bulk(12, 300), ["street", "building", "apartment", "letter_box", "postcode", "city"]
    client = Client()
    dossier = make.a_draft(make.a_user("student@example.org", "en"))
    sign_in(client, "student@example.org")
    saves = Autosaves(
        [window(client), window(client)],
        f"/en/student/dossier/{dossier.pk}/autosave/",
        fields,
        lambda: dossier.registrants.get().typed,
    )
    for number in range(rounds):
        saves.save_at_once(number)
    saves.nothing_is_lost()
    kept, refused = (sum(len(one) for one in found) for found in (saves.kept, saves.refused))
    assert kept and refused
    promise(
        "two windows",
        f"{rounds * 2} autosaves of one draft, two at once: {kept} fields kept, {refused} conflicts said, 0 lost",
    )


def test_guesses_at_once_are_compared_five_times(monkeypatch, promise):
    rounds, guesses = bulk(1, 10), bulk(60, 1000)
    compared = []
    spend = codes._spend
    monkeypatch.setattr(codes, "_spend", lambda *given, **more: compared.append(1) or spend(*given, **more))
    for number in range(rounds):
        client, name = Client(REMOTE_ADDR=f"192.0.{number}.7"), f"person{number}@example.org"
        client.post(ASK, {"email": name})
        code = last_code(name)
        compared.clear()
        answers = together(guesses, lambda _: post(window(client), CODE, {"code": wrong(code)}), WIDTH)  # noqa: B023
        assert {answer["Location"] for answer in answers} == {CODE + "?again=1"}
        assert len(compared) == codes.MAX_ATTEMPTS
        client.post(CODE, {"code": code})
        assert len(compared) == codes.MAX_ATTEMPTS, "the right one is dead too"
    assert set(LoginCode.objects.values_list("attempts", "used_at")) == {(codes.MAX_ATTEMPTS, None)}
    assert not User.objects.exists()
    promise(
        "codes guessed",
        f"{guesses} guesses, {IN_FLIGHT}, x {rounds}: {codes.MAX_ATTEMPTS} compared each time, none let in",
    )


def test_a_code_opens_one_session_in_its_own_browser(promise):
    rounds, times = bulk(2, 25), WIDTH
    for number in range(rounds):
        client, name = Client(REMOTE_ADDR=f"192.0.{number}.7"), f"person{number}@example.org"
        thief = Client(REMOTE_ADDR=f"198.51.{number}.7")
        client.post(ASK, {"email": name})
        code = last_code(name)
        thief.post(ASK, {"email": f"thief{number}@example.org"})
        stolen = together(times, lambda _: post(window(thief), CODE, {"code": code}), WIDTH)  # noqa: B023
        assert {answer["Location"] for answer in stolen} == {CODE + "?again=1"}
        answers = together(times, lambda _: post(window(client), CODE, {"code": code}), WIDTH)  # noqa: B023
        assert {answer["Location"] for answer in answers} <= {CODE, CODE + "?again=1", "/en/student/space/", ASK}
        user = User.objects.get(email=name)
        assert Session.objects.filter(user_id=user.pk).count() == 1
    assert entries("sign_in.code_tried", "done") == User.objects.count() == rounds
    promise(
        "code",
        f"the right one {times} times, all in flight, x {rounds}: {rounds} sessions; "
        f"{times * rounds} from elsewhere: 0",
    )


def answer_to(client: Client, address: str, network: str) -> tuple[float, tuple]:
    """Ask for a code; return the seconds that it took and everything that the asker sees, but for secrets."""
    begun = time.perf_counter()
    asked = client.post(ASK, {"email": address}, REMOTE_ADDR=network)
    took = time.perf_counter() - begun
    page = client.get(CODE, REMOTE_ADDR=network)
    text = page.content.decode().replace(address, "the address")
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', r"\1", text)
    sent = {name: value for name, value in asked.items() if name.lower() != "x-request-id"}
    cookies = {name: (len(morsel.value), morsel["max-age"], morsel["path"]) for name, morsel in asked.cookies.items()}
    return took, (asked.status_code, sorted(sent.items()), asked.content, sorted(cookies.items()), text)


def pairs(count: int):
    """Yield what a known and an unknown address get, side by side, first and second in turn."""
    for number in range(count):
        network = f"10.{number // 250}.{number % 250}.7"
        known, unknown = f"p{number:05d}k@example.org", f"p{number:05d}u@example.org"
        make.a_user(known, "en")
        found = {}
        for address in (known, unknown) if number % 2 else (unknown, known):
            found[address] = answer_to(Client(), address, network)
        yield found[known], found[unknown]


def test_known_and_unknown_addresses_get_the_same_bytes(promise):
    count = bulk(5, 100)
    for known, unknown in pairs(count):
        assert known[1] == unknown[1]
    assert settings.SESSION_COOKIE_NAME in str(known[1])
    promise("known or unknown", f"{count} + {count} addresses get the same bytes")


@pytest.mark.prove
@pytest.mark.alone
def test_known_and_unknown_addresses_take_the_same_time(promise):
    count = 2000
    took: tuple[list[float], list[float]] = ([], [])
    for known, unknown in pairs(count):
        assert known[1] == unknown[1]
        took[0].append(known[0] * 1000)
        took[1].append(unknown[0] * 1000)
    medians = [statistics.median(one) for one in took]
    assert abs(medians[0] - medians[1]) <= 5, medians
    promise(
        "known or unknown, timed",
        f"{count} + {count}: medians {medians[0]:.2f} and {medians[1]:.2f} ms",
    )
