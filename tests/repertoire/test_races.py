"""Many at once: one number a person, one taker an answer."""

from collections import Counter as Tally
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from matricule import repertoire
from matricule.repertoire import AlreadyHolds, AlreadySubmitted, NoAnswer, RequestReused
from matricule.repertoire.models import Counter, Holder, Submission
from tests.repertoire.people import ACTOR, attribute, submit
from tests.support.promises import bulk
from tests.support.threads import together

pytestmark = [pytest.mark.race, pytest.mark.bulk]
AT_ONCE = 12


def test_one_request_twelve_times_at_once_is_one_number(whole_db, promise):
    rounds = bulk(2, 60)
    for done in range(1, rounds + 1):
        subject, request = uuid4(), uuid4()
        results = together(AT_ONCE, lambda _, who=subject, what=request: attribute(who, request_id=what)[1])
        assert len(set(results)) == 1
        assert Holder.objects.count() == Counter.objects.get().last == done
    promise("one request for a number", f"{AT_ONCE} at once x {rounds}: {rounds} numbers")


def test_twelve_requests_for_one_person_at_once_are_one_number(whole_db, promise):
    rounds = bulk(2, 60)
    for done in range(1, rounds + 1):
        subject = uuid4()
        results = together(AT_ONCE, lambda _, who=subject: attribute(who)[1])
        outcomes = Tally(type(one) for one in results)
        assert outcomes == {repertoire.Issued: 1, AlreadyHolds: AT_ONCE - 1}
        assert Holder.objects.count() == Counter.objects.get().last == done
    promise("twelve requests for one person", f"{AT_ONCE} at once x {rounds}: {rounds} numbers")


def test_one_request_for_two_people_at_once_serves_one(whole_db):
    request = uuid4()
    results = together(2, lambda _: attribute(request_id=request)[1])
    assert Tally(type(one) for one in results)[repertoire.Issued] == 1
    assert any(isinstance(one, (RequestReused, IntegrityError)) for one in results)
    assert Holder.objects.count() == 1


def test_a_person_is_sent_once_by_twelve_at_once(whole_db):
    subject, _ = attribute()
    results = together(AT_ONCE, lambda _: submit(subject))
    assert Tally(type(one) for one in results) == {repertoire.Sent: 1, AlreadySubmitted: AT_ONCE - 1}
    assert Submission.objects.count() == 1


def test_workers_share_the_answers_and_none_is_taken_twice(whole_db, time, promise):
    people = bulk(12, 200)
    for _ in range(people):
        submit(attribute()[0])
    time.pass_(days=10)

    def work(_: int) -> list:
        taken = []
        while True:
            with transaction.atomic():
                due = repertoire.answers_due(limit=1)
                taken += [repertoire.take(one.id, actor=ACTOR).id for one in due]
            if not due:
                return taken

    taken = [one for share in together(4, work) for one in share]
    assert len(taken) == len(set(taken)) == people
    assert Holder.objects.filter(kind="nir").count() == people
    promise("answers of the repertoire", f"4 workers, {people} answers: each taken once")


def test_an_answer_that_two_take_at_once_is_taken_by_one(whole_db, time):
    sent = submit(attribute()[0])
    time.pass_(days=10)

    def take(_: int):
        with transaction.atomic():
            return repertoire.take(sent.id, actor=ACTOR)

    assert Tally(type(one) for one in together(4, take)) == {repertoire.Answer: 1, NoAnswer: 3}
