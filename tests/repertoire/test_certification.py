"""Sent to the repertoire, and the four answers that come later."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from matricule import repertoire
from matricule.core import journal
from matricule.repertoire import AlreadyCertified, AlreadySubmitted, NoAnswer, NoNumber, RequestReused
from matricule.repertoire.models import Holder, Submission
from tests.repertoire.people import ACTOR, MAUDE, THIAGO, YASSINE, answer, attribute, submit, ten_days

pytestmark = pytest.mark.django_db
NIR_OF_THIAGO = "103079941641264"


def due() -> list[UUID]:
    with transaction.atomic():
        return [one.subject_id for one in repertoire.answers_due()]


def test_the_answer_comes_ten_days_later_and_the_law_s_limit_is_two_months(time):
    subject, _ = attribute()
    sent = submit(subject)
    assert sent.due_at - sent.sent_at == ten_days()
    assert sent.limit == date(2027, 1, 26)
    assert due() == []
    time.pass_(days=9, hours=23, minutes=59)
    assert due() == []
    time.pass_(minutes=1)
    assert due() == [subject]


def test_certified_the_nia_keeps_its_digits_and_becomes_the_nir(time):
    subject, nia = attribute()
    submit(subject)
    time.pass_(days=10)
    taken = answer(subject)
    nir = repertoire.number_of(subject)
    assert (taken.kind, taken.text, taken.number) == ("certified", {"fr": "", "en": ""}, None)
    assert (nir.number, nir.kind) == (nia.number, "nir")
    assert nir.since == time.now
    assert Holder.objects.count() == 1


def test_refused_then_sent_again_then_certified(time):
    subject, nia = attribute(identity=YASSINE)
    submit(subject)
    time.pass_(days=10)
    taken = answer(subject)
    assert (taken.kind, taken.reason) == ("refused", "birth_differs")
    assert taken.text["fr"] and taken.text["en"]
    assert repertoire.number_of(subject) == nia
    submit(subject)
    time.pass_(days=10)
    assert answer(subject).kind == "certified"
    assert repertoire.number_of(subject).number == nia.number


def test_a_document_is_needed_then_sent_again_then_certified(time):
    subject, _ = attribute(identity=MAUDE)
    submit(subject)
    time.pass_(days=10)
    taken = answer(subject)
    assert (taken.kind, taken.document, taken.reason) == ("needs_document", "civil_status", "")
    submit(subject)
    time.pass_(days=10)
    assert answer(subject).kind == "certified"


def test_known_under_a_number_that_the_table_did_not_hold(time):
    subject, nia = attribute(identity=THIAGO)
    submit(subject)
    time.pass_(days=10)
    taken = answer(subject)
    assert (taken.kind, taken.number.number, taken.number.kind) == ("known", NIR_OF_THIAGO, "nir")
    now = repertoire.number_of(subject)
    assert (now.number, now.kind) == (NIR_OF_THIAGO, "nir")
    old = Holder.objects.get(end_reason="known")
    assert (old.number, old.kind, old.replaced_by.number) == (nia.number, "nia", NIR_OF_THIAGO)
    assert repertoire.holder(nia.number) == repertoire.holder(NIR_OF_THIAGO) == subject


def test_known_under_the_number_of_somebody_loaded_before(time, tmp_path):
    from tests.repertoire.test_loading import a_file, a_row

    row = a_row(number=NIR_OF_THIAGO, birth_name="Ferreira Souza", given_names="Thiago", sex="M")
    repertoire.load(a_file(tmp_path, row), actor="system:test")
    loaded = repertoire.holder(NIR_OF_THIAGO)
    subject, nia = attribute(identity=THIAGO)
    submit(subject)
    time.pass_(days=10)
    answer(subject)
    assert repertoire.number_of(subject) == repertoire.number_of(loaded)
    assert repertoire.holder(nia.number) == subject
    assert repertoire.holder(NIR_OF_THIAGO) == loaded
    assert repertoire.subjects_of(NIR_OF_THIAGO) == (loaded, subject)
    assert Holder.objects.count() == 2


def test_a_file_without_its_civil_status_document_is_asked_for_it_and_uses_up_no_answer(time):
    subject, _ = attribute(identity=YASSINE)
    submit(subject, complete=False)
    time.pass_(days=10)
    assert answer(subject).document == "civil_status"
    submit(subject)
    time.pass_(days=10)
    assert answer(subject).kind == "refused"


def test_the_same_request_is_one_sending(time):
    subject, _ = attribute()
    request = uuid4()
    first = submit(subject, request_id=request)
    time.pass_(days=3)
    assert submit(subject, request_id=request) == first
    assert Submission.objects.count() == 1


def test_one_request_does_not_stand_for_two_people():
    request = uuid4()
    submit(attribute()[0], request_id=request)
    other, _ = attribute()
    with pytest.raises(RequestReused):
        submit(other, request_id=request)


def test_who_awaits_an_answer_is_not_sent_twice():
    subject, _ = attribute()
    submit(subject)
    with pytest.raises(AlreadySubmitted):
        submit(subject)


def test_who_has_no_number_is_not_sent():
    with pytest.raises(NoNumber):
        submit(uuid4())


def test_who_is_certified_is_not_sent_again(time):
    subject, _ = attribute()
    submit(subject)
    time.pass_(days=10)
    answer(subject)
    with pytest.raises(AlreadyCertified):
        submit(subject)


def test_an_answer_is_taken_once(time):
    subject, _ = attribute()
    sent = submit(subject)
    time.pass_(days=10)
    answer(subject)
    with pytest.raises(NoAnswer), transaction.atomic():
        repertoire.take(sent.id, actor=ACTOR)
    assert due() == []


def test_an_answer_that_has_not_come_or_that_nobody_gave_is_not_taken(time):
    sent = submit(attribute()[0])
    for answer_id in (sent.id, uuid4()):
        with pytest.raises(NoAnswer), transaction.atomic():
            repertoire.take(answer_id, actor=ACTOR)
    assert Submission.objects.get().taken_at is None


def test_an_answer_that_is_rolled_back_is_still_to_take(time):
    subject, nia = attribute()
    submit(subject)
    time.pass_(days=10)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        repertoire.take(Submission.objects.get().pk, actor=ACTOR)
        raise ZeroDivisionError
    assert repertoire.number_of(subject) == nia
    assert due() == [subject]


def test_after_a_stop_of_forty_days_the_answers_come_in_their_order(time):
    subjects = []
    for _ in range(4):
        subject, _ = attribute()
        submit(subject)
        subjects.append(subject)
        time.pass_(days=1)
    time.pass_(days=40)
    assert due() == subjects
    with transaction.atomic():
        assert [one.subject_id for one in repertoire.answers_due(limit=2)] == subjects[:2]


def test_the_journal_tells_what_happened_without_any_number(time):
    subject, nia = attribute(identity=YASSINE)
    submit(subject)
    time.pass_(days=10)
    answer(subject)
    entries = journal.entries_about(("person", subject))
    assert [(entry.actor, entry.action) for entry in entries] == [
        (ACTOR, "number.attributed"), (ACTOR, "register.submitted"), (ACTOR, "register.answered"),
    ]  # fmt: skip
    assert entries[2].detail == {"kind": "refused", "code": "birth_differs", "round": 1}
    assert nia.body[5:] not in repr(entries)


def test_nothing_readable_is_in_the_tables(time):
    for identity in (YASSINE, THIAGO):
        subject, _ = attribute(identity=identity)
        submit(subject)
    time.pass_(days=10)
    answer(subject)
    stored = ""
    with connection.cursor() as cursor:
        for table in ("holder", "counter", "intent", "submission"):
            cursor.execute(f"select * from repertoire_{table}")
            stored += repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
    for word in (
        "Amrani",
        "Yassine",
        "Ferreira",
        "2004-01-05",
        "104019935",
        "103079941",
        "differs",
        "lieu de naissance",
    ):
        assert word not in stored
    assert "refused" in stored


@pytest.mark.parametrize("days", [1, 30])
def test_the_delay_is_business_time_whatever_the_day_of_sending(time, days):
    time.pass_(days=days)
    sent = submit(attribute()[0])
    assert sent.sent_at == time.now and sent.due_at == time.now + timedelta(days=10)
