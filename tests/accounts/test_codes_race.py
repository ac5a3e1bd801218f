"""Guesses and demands at once, from connections of their own: the weak joints of the spike (stack.md, allauth)."""

import pytest

from matricule.accounts import codes
from matricule.accounts.models import LoginCode, User
from matricule.core.outbox import Mail
from tests.accounts.mails import last_code, wrong
from tests.support.promises import in_one_line
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race]
part = in_one_line("codes at once", 4)


def ask(address: str = "minh@example.org", network: str = "192.0.2.0/24") -> codes.Ticket:
    return codes.request_code(address, language="fr", network=network)


def test_of_two_hundred_guesses_at_once_five_are_compared_and_then_the_right_one_is_dead(monkeypatch, part):
    ticket, code = ask(), last_code()
    compared = []
    spend = codes._spend
    monkeypatch.setattr(codes, "_spend", lambda *given, **more: compared.append(1) or spend(*given, **more))
    answers = together(200, lambda _: codes.verify(ticket, wrong(code), language="fr"), width=30)
    assert answers == [None] * 200
    assert len(compared) == codes.MAX_ATTEMPTS == LoginCode.objects.get().attempts
    assert codes.verify(ticket, code, language="fr") is None
    assert len(compared) == codes.MAX_ATTEMPTS
    part(f"200 guesses: {len(compared)} compared, then the right one is dead")


def test_the_right_code_twenty_times_at_once_signs_in_once(part):
    ticket, code = ask(), last_code()
    answers = together(20, lambda _: codes.verify(ticket, code, language="fr"))
    assert [type(answer) for answer in answers if answer is not None] == [User]
    assert User.objects.count() == 1
    part("20 times the right one: 1 sign-in")


def test_two_codes_of_one_new_address_make_one_person(part):
    tickets = [(ask(), last_code()) for _ in range(4)]
    answers = together(4, lambda number: codes.verify(*tickets[number], language="fr"))
    assert len({answer.pk for answer in answers}) == 1
    assert User.objects.count() == 1
    part("4 codes of one address: 1 person")


def test_demands_at_once_do_not_pass_the_limit_of_an_address(part):
    answers = together(25, lambda _: ask())
    assert all(isinstance(answer, codes.Ticket) for answer in answers)
    assert Mail.objects.count() == codes.PER_ADDRESS
    part(f"25 demands: {codes.PER_ADDRESS} mails")
