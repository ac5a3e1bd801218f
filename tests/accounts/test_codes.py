"""The code: right once, in its browser, for its purpose, in its ten minutes; never more than five attempts."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matricule.accounts import codes, devices
from matricule.accounts.models import LoginCode, User
from matricule.core import clock
from matricule.core.outbox import Mail
from tests.accounts.mails import last_code, wrong
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def ask(address: str = "minh@example.org", network: str = "192.0.2.0/24", **given) -> codes.Ticket:
    return codes.request_code(address, language="fr", network=network, **given)


def later(monkeypatch, **delay) -> None:
    moment = clock.wall() + timedelta(**delay)
    monkeypatch.setattr(clock, "wall", lambda: moment)


def outcomes() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select action, outcome from core_journal order by id")
        return cursor.fetchall()


def test_the_right_code_makes_the_person_of_a_new_address():
    ticket = ask("Minh@Example.org")
    user = codes.verify(ticket, last_code(), language="en")
    assert (user.email, user.language) == ("minh@example.org", "en")


def test_the_right_code_finds_the_person_of_a_known_address_who_keeps_their_language():
    known = make.a_user("minh@example.org", "fr")
    assert codes.verify(ask(), last_code(), language="en") == known
    known.refresh_from_db()
    assert known.language == "fr"


def test_nobody_is_made_before_the_mailbox_is_proved():
    ticket = ask()
    assert codes.verify(ticket, wrong(last_code()), language="fr") is None
    assert not User.objects.exists()


def test_spaces_and_hyphens_of_a_paste_are_dropped():
    code = "".join([*"123", "\u202f", *"45", "-", "6", " "])
    assert codes.clean(code) == "123456"
    assert codes.clean("١٢٣456") == "456"


def test_a_code_is_used_once():
    ticket, code = ask(), last_code()
    assert codes.verify(ticket, code, language="fr") is not None
    assert codes.verify(ticket, code, language="fr") is None


def test_five_wrong_ones_and_the_right_one_is_dead():
    ticket, code = ask(), last_code()
    for _ in range(codes.MAX_ATTEMPTS):
        assert codes.verify(ticket, wrong(code), language="fr") is None
    assert codes.verify(ticket, code, language="fr") is None
    assert LoginCode.objects.get().attempts == codes.MAX_ATTEMPTS


def test_the_fifth_attempt_may_still_be_right():
    ticket, code = ask(), last_code()
    for _ in range(codes.MAX_ATTEMPTS - 1):
        codes.verify(ticket, wrong(code), language="fr")
    assert codes.verify(ticket, code, language="fr") is not None


def test_the_database_itself_refuses_a_sixth_attempt():
    ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        LoginCode.objects.update(attempts=6)


def test_another_browser_cannot_use_it_and_costs_no_attempt():
    ticket, code = ask(), last_code()
    stolen = codes.Ticket(ticket.code_id, "another browser's secret")
    assert codes.verify(stolen, code, language="fr") is None
    assert LoginCode.objects.get().attempts == 0
    assert codes.verify(ticket, code, language="fr") is not None


def test_the_ticket_of_one_code_opens_no_other():
    first = ask("first@example.org")
    ask("second@example.org")
    assert codes.verify(first, last_code("second@example.org"), language="fr") is None


def test_it_serves_its_purpose_only():
    ticket, code = ask(purpose="e-mail-change"), last_code()
    assert codes.verify(ticket, code, language="fr") is None
    assert codes.verify(ticket, code, language="fr", purpose="e-mail-change") is not None


@pytest.mark.parametrize(
    ("delay", "good"), [({"minutes": 9, "seconds": 59}, True), ({"minutes": 10, "seconds": 1}, False)]
)
def test_it_lives_ten_minutes_of_wall_time(monkeypatch, delay, good):
    ticket, code = ask(), last_code()
    later(monkeypatch, **delay)
    assert (codes.verify(ticket, code, language="fr") is not None) is good


def test_the_time_machine_does_not_age_a_code(monkeypatch):
    ticket, code = ask(), last_code()
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=90))
    assert codes.verify(ticket, code, language="fr") is not None


@pytest.mark.parametrize("code_id", ["", "no uuid", "00000000-0000-0000-0000-000000000000"])
def test_a_ticket_that_names_no_code_is_refused(code_id):
    assert codes.verify(codes.Ticket(code_id, "x"), "123456", language="fr") is None


def test_a_disabled_person_is_not_let_in():
    User.objects.create(email="minh@example.org", is_active=False)
    assert codes.verify(ask(), last_code(), language="fr") is None


def test_beyond_the_limit_of_an_address_the_answer_is_the_same_and_no_mail_leaves():
    for _ in range(codes.PER_ADDRESS):
        ask()
    ticket = ask()
    assert Mail.objects.count() == codes.PER_ADDRESS
    assert LoginCode.objects.filter(pk=ticket.code_id).exists() and len(ticket.secret) >= 32
    assert outcomes()[-1] == ("sign_in.code_asked", "held")


def test_beyond_the_limit_of_a_network_no_mail_leaves_to_anybody():
    for number in range(codes.PER_NETWORK):
        ask(f"person{number}@example.org")
    ask("one-more@example.org")
    assert Mail.objects.count() == codes.PER_NETWORK
    ask("elsewhere@example.org", network="198.51.100.0/24")
    assert Mail.objects.count() == codes.PER_NETWORK + 1


def test_the_limit_ends_with_its_window(monkeypatch):
    for _ in range(codes.PER_ADDRESS + 1):
        ask()
    later(monkeypatch, minutes=15, seconds=1)
    ask()
    assert Mail.objects.count() == codes.PER_ADDRESS + 1


def test_ten_guesses_an_hour_from_a_network_and_its_next_code_stays_here(monkeypatch):
    for _ in range(2):
        ticket = ask()
        for _ in range(codes.MAX_ATTEMPTS):
            codes.verify(ticket, "000000", language="fr")
    ask()
    assert Mail.objects.count() == 2
    later(monkeypatch, hours=1, seconds=1)
    ask()
    assert Mail.objects.count() == 3


def test_guessing_elsewhere_does_not_shut_the_person_out():
    for _ in range(2):
        ticket = ask(network="203.0.113.0/24")
        for _ in range(codes.MAX_ATTEMPTS):
            codes.verify(ticket, "000000", language="fr")
    mine = ask()
    assert codes.verify(mine, last_code(), language="fr") is not None


def test_a_browser_that_signed_the_person_in_before_gets_its_code_whatever_others_asked():
    person = make.a_user("known@example.org", "fr")
    mine = frozenset({devices.digest(person.pk)})
    for _ in range(codes.PER_ADDRESS):
        ask("known@example.org", network="203.0.113.0/24")
    assert Mail.objects.count() == codes.PER_ADDRESS
    home = {"language": "fr", "network": "192.0.2.0/24"}
    codes.request_code("known@example.org", **home)
    codes.request_code("known@example.org", **home, browser=frozenset({devices.digest(make.a_user().pk)}))
    assert Mail.objects.count() == codes.PER_ADDRESS, "a new browser, or another person's, waits like the stranger"
    ticket = codes.request_code("known@example.org", **home, browser=mine)
    assert codes.verify(ticket, last_code(), language="fr") == person
    for _ in range(codes.PER_ADDRESS):
        codes.request_code("known@example.org", **home, browser=mine)
    # the two that were held were asked from here too
    assert Mail.objects.count() == 2 * codes.PER_ADDRESS - 2, "no browser fills a mailbox"


@pytest.mark.parametrize("held", [False, True])
def test_a_known_and_an_unknown_address_cost_the_same_statements(held):
    make.a_user("known@example.org", "fr")
    shapes = []
    for address in ("known@example.org", "unknown@example.org"):
        for _ in range(codes.PER_ADDRESS if held else 0):
            ask(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            ask(address)
        shapes.append([query["sql"].split(" ")[0] for query in seen.captured_queries])
    assert shapes[0] == shapes[1]


def test_a_known_persons_mail_is_in_their_language_and_nobody_else_can_choose_it():
    make.a_user("known@example.org", "en")
    ask("known@example.org")
    assert Mail.objects.latest("created_at").language == "en"


def test_every_demand_and_every_attempt_is_journaled_without_the_address():
    ticket, code = ask(), last_code()
    codes.verify(ticket, wrong(code), language="fr")
    codes.verify(ticket, code, language="fr")
    assert outcomes() == [
        ("sign_in.code_asked", "done"), ("sign_in.code_tried", "refused"), ("sign_in.code_tried", "done"),
    ]  # fmt: skip


def test_codes_are_six_digits_spread_over_the_whole_range(monkeypatch):
    sent = []
    monkeypatch.setattr(codes.notices, "send", lambda *_, context, **__: sent.append(context["code"]))
    for number in range(300):
        ask(f"p{number}@example.org", network=f"{number}")
    assert all(len(code) == 6 and code.isdigit() for code in sent)
    assert len(set(sent)) > 290
    assert len(Counter(code[0] for code in sent)) == 10


def test_old_codes_are_forgotten_and_fresh_ones_kept(monkeypatch):
    ask("old@example.org")
    later(monkeypatch, days=1, minutes=1)
    ask("fresh@example.org")
    assert codes.forget_old() == 1
    assert LoginCode.objects.get().address == "fresh@example.org"
