"""A number is drawn once, in the caller's transaction, with the published structure; it can end, never come again."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from matricule import repertoire
from matricule.core import journal
from matricule.repertoire import AlreadyCertified, AlreadyHolds, NoNumber, NumbersExhausted, OtherBirth, RequestReused
from matricule.repertoire.models import Counter, Holder, Intent
from matricule.rules.errors import InputError
from matricule.rules.numbers import check
from tests.repertoire.people import ACTOR, an_identity, answer, attribute, submit

pytestmark = pytest.mark.django_db


def test_the_first_number_of_a_birth_has_its_structure_and_order_001():
    _, issued = attribute()
    assert (issued.body, issued.kind) == ("2040399243001", "nia")
    assert issued.number == issued.body + issued.key
    assert check(issued.number).kind == "NIR" and check(issued.number).verdict == "valid"


def test_numbers_of_one_birth_follow_each_other_and_other_births_count_apart():
    orders = [attribute()[1].body[10:] for _ in range(3)]
    assert orders == ["001", "002", "003"]
    for changed in ({"sex": "M"}, {"birth_date": "2004-04-14"}, {"birth_country": "TH"}, {"birth_date": "2004-00-00"}):
        assert attribute(identity=an_identity(**changed))[1].body[10:] == "001"


def test_the_same_request_gives_the_same_number_and_one_entry():
    request = uuid4()
    subject, first = attribute(request_id=request)
    _, second = attribute(subject, request_id=request)
    assert second == first
    assert (Holder.objects.count(), Intent.objects.count(), Counter.objects.get().last) == (1, 1, 1)
    assert len(journal.entries_about(("person", subject))) == 1


def test_another_request_for_somebody_who_has_a_number_is_refused():
    subject, first = attribute()
    with pytest.raises(AlreadyHolds):
        attribute(subject)
    assert repertoire.number_of(subject) == first
    assert Counter.objects.get().last == 1


def test_one_request_does_not_stand_for_two_people():
    request = uuid4()
    attribute(request_id=request)
    with pytest.raises(RequestReused):
        attribute(request_id=request)
    assert Holder.objects.count() == 1


def test_what_is_rolled_back_leaves_no_gap():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        repertoire.attribute(uuid4(), an_identity(), uuid4(), actor=ACTOR)
        raise ZeroDivisionError
    assert attribute()[1].body[10:] == "001"
    assert (Holder.objects.count(), Intent.objects.count()) == (1, 1)


def test_a_number_that_somebody_brought_along_is_passed_over(tmp_path):
    from tests.repertoire.test_loading import a_file, a_row

    brought = "2040399243002"
    repertoire.load(a_file(tmp_path, a_row(body=brought, birth_name="Trần")), actor="system:test")
    assert [attribute()[1].body[10:] for _ in range(2)] == ["001", "003"]


def test_after_order_999_the_caseworker_is_told_and_nothing_is_written():
    attribute()
    Counter.objects.update(last=998)
    assert attribute()[1].body[10:] == "999"
    with pytest.raises(NumbersExhausted) as caught:
        attribute()
    assert (Holder.objects.count(), Intent.objects.count(), Counter.objects.get().last) == (2, 2, 999)
    assert "999" in caught.value.text["fr"] and "999" in caught.value.text["en"]
    assert attribute(identity=an_identity(sex="M"))[1].body[10:] == "001"


def test_a_birth_that_gives_no_number_is_refused_before_anything_is_written():
    with pytest.raises(InputError) as caught:
        attribute(identity=an_identity(sex=""))
    assert caught.value.field == "sex"
    assert not Intent.objects.exists()


def test_it_belongs_to_the_transaction_of_the_act(monkeypatch):
    from matricule.repertoire import rows

    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(rows, "connection", Outside)
    for call in (
        lambda: repertoire.attribute(uuid4(), an_identity(), uuid4(), actor=ACTOR),
        lambda: repertoire.submit(uuid4(), uuid4(), actor=ACTOR),
        lambda: repertoire.deactivate(uuid4(), "fraud", actor=ACTOR),
    ):
        with pytest.raises(transaction.TransactionManagementError):
            call()


def test_the_table_itself_refuses_two_live_numbers_and_one_number_twice():
    attribute()
    row = Holder.objects.get()
    for changes in ({"number_index": b"x"}, {"subject_id": uuid4()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Holder.objects.create(**{**_columns(row), **changes})


def _columns(row: Holder) -> dict:
    names = [field.attname for field in Holder._meta.concrete_fields if field.attname != "id"]
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("changes", [{"kind": "nir"}, {"end_reason": "fraud"}, {"ended_at": "2026-11-26T10:00:00Z"}])
def test_the_table_refuses_a_row_that_contradicts_itself(changes):
    attribute()
    with pytest.raises(IntegrityError), transaction.atomic():
        Holder.objects.update(**changes)


def test_a_corrected_identity_is_what_the_next_comparison_and_sending_see(time):
    subject, issued = attribute()
    right = an_identity(birth_name="Nguyễn Hoàng", passport="K7654321", birth_place="Huế")
    with transaction.atomic():
        repertoire.correct(subject, right, actor=ACTOR)
    assert repertoire.number_of(subject) == issued
    assert repertoire.known(an_identity()) == []
    (found,) = repertoire.known(right)
    assert (found.identity, found.by) == (right, ("names_date_country", "passport"))
    assert [entry.action for entry in journal.entries_about(("person", subject))][-1] == "number.corrected"


@pytest.mark.parametrize("changes", [{"sex": "M"}, {"birth_date": "2004-04-14"}, {"birth_country": "TH"}])
def test_a_number_that_says_another_birth_is_not_corrected(changes):
    subject, _ = attribute()
    with pytest.raises(OtherBirth), transaction.atomic():
        repertoire.correct(subject, an_identity(**changes), actor=ACTOR)
    assert repertoire.known(an_identity()) != []


def test_another_day_of_the_same_month_leaves_the_number_right():
    subject, _ = attribute()
    with transaction.atomic():
        repertoire.correct(subject, an_identity(birth_date="2004-03-15"), actor=ACTOR)
    assert repertoire.known(an_identity(birth_date="2004-03-15", passport="")) != []


def test_what_is_certified_or_not_there_is_not_corrected(time):
    with pytest.raises(NoNumber), transaction.atomic():
        repertoire.correct(uuid4(), an_identity(), actor=ACTOR)
    subject, _ = attribute()
    submit(subject)
    time.pass_(days=10)
    answer(subject)
    with pytest.raises(AlreadyCertified), transaction.atomic():
        repertoire.correct(subject, an_identity(given_names="Thị"), actor=ACTOR)


def test_a_number_can_be_deactivated_and_its_row_stays():
    subject, issued = attribute()
    with transaction.atomic():
        repertoire.deactivate(subject, "fraud", actor=ACTOR)
    assert repertoire.number_of(subject) is None
    assert repertoire.holder(issued.number) == subject
    row = Holder.objects.get()
    assert (row.end_reason, row.ended_at is not None, row.replaced_by) == ("fraud", True, None)
    assert [entry.action for entry in journal.entries_about(("person", subject))][-1] == "number.deactivated"


def test_a_person_whose_number_was_deactivated_gets_another_one_and_never_the_old():
    subject, first = attribute()
    with transaction.atomic():
        repertoire.deactivate(subject, "identity_not_proved", actor=ACTOR)
    _, second = attribute(subject)
    assert second.body[10:] == "002"
    assert repertoire.number_of(subject) == second != first


def test_the_end_of_a_number_withdraws_what_was_sent(time):
    subject, _ = attribute()
    submit(subject)
    with transaction.atomic():
        repertoire.deactivate(subject, "fraud", actor=ACTOR)
    time.pass_(days=40)
    with transaction.atomic():
        assert repertoire.answers_due() == []


def test_who_has_no_number_has_none_to_end():
    with pytest.raises(NoNumber), transaction.atomic():
        repertoire.deactivate(uuid4(), "fraud", actor=ACTOR)


@pytest.mark.parametrize("reason", ["", "Fraud", "because of Mr Nguyễn", "x" * 41])
def test_a_reason_is_a_code(reason):
    subject, _ = attribute()
    with pytest.raises(ValueError, match="short code"), transaction.atomic():
        repertoire.deactivate(subject, reason, actor=ACTOR)
    assert repertoire.number_of(subject) is not None
