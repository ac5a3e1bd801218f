"""A volume of invented dossiers says what the operations would have said: nothing to mend, nothing due."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from matricule import repertoire
from matricule.accounts import staff
from matricule.accounts.models import User
from matricule.core import clock, journal, vault
from matricule.core.outbox.models import Mail
from matricule.demo import volume
from matricule.demo.volume import people, times
from matricule.dossiers import access, deadlines, likeness, plan, queries, queues, receipts, reconciling, standing
from matricule.dossiers.case import Ask, Certificate, Decision, Number, Reminder
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import certifying, examining, numbers, silence, spaces
from matricule.repertoire.models import Counter as Orders
from matricule.repertoire.models import Holder, Submission
from matricule.rules.numbers import iban
from tests.support import caisse, plans

COUNT = 400


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Make a volume in two chunks, once for this module; it is rolled back at the end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        plans.join_by_hash()
        patch.setattr(volume, "CHUNK", 250)
        patch.setattr(journal, "seal_pending", lambda: 0)  # would want a transaction of its own
        assert list(volume.make(COUNT, 7)) == [250, 400]
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(loaded):
    """Give the volume to one test, which leaves it as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_reconcilers_find_nothing_to_mend(made):
    assert reconciling.compare() == (COUNT, [])
    assert queues.miscounted() == []
    assert vault.reconcile(dry_run=True).ok


def test_no_calendar_has_anything_to_do_on_that_day(made):
    done = silence.run(), numbers.take_answers(), certifying.run(), spaces.run()
    assert done == (0, 0, 0, 0)


def test_every_kind_of_history_and_every_state_that_can_be_reached_is_there(made):
    found = set(Registrant.objects.values_list("state", flat=True))
    assert found == {kind.state.value for kind in times.KINDS.values()}
    assert sum(kind.share for kind in times.KINDS.values()) == 100
    assert set(Dossier.objects.exclude(queue="").values_list("queue", flat=True)) == set(queues.QUEUES)


def test_everybody_is_told_from_real_people_and_from_the_demos_own(made):
    assert not User.objects.exclude(email__endswith="@volume.example.org").exists()
    assert all(re.fullmatch(r"\+3363998\d{4}", phone) for phone in Registrant.objects.values_list("phone", flat=True))
    assert all(person.iban[4:9] == "99999" and iban.check(person.iban).ok for person in Registrant.objects.all()[:40])


def test_it_is_spread_over_offices_people_and_dates(made):
    offices = Counter(Dossier.objects.exclude(office="").values_list("office", flat=True))
    assert len(offices) > 30 and 0.25 < offices["251"] / offices.total() < 0.55
    several = [n for n in Counter(Dossier.objects.values_list("owner", flat=True)).values() if n > 1]
    assert several and max(several) == 2
    days = {day.date() for day in Dossier.objects.values_list("opened_at", flat=True)}
    assert len(days) > 80 and max(days) <= clock.today()


def test_a_second_load_adds_and_is_right_too(made):
    before = set(Dossier.objects.values_list("pk", flat=True))
    assert list(volume.make(60, 7)) == [60]
    after = set(Dossier.objects.values_list("pk", flat=True))
    assert before < after and len(after) == COUNT + 60
    assert (reconciling.compare(), queues.miscounted()) == ((COUNT + 60, []), [])
    assert staff.colleagues("251") and len(staff.colleagues("251")) == 4


def test_pages_read_them_like_any_other(made):
    for dossier in Dossier.objects.exclude(submitted_at=None).select_related("owner")[:25]:
        space = queries.space(access.person(dossier.owner_id), dossier.pk)
        assert len(space.asked) >= 4
        assert (space.lacking == [] or dossier.label in {"awaiting", "reminded"}) and plan.open_answers(dossier) == []
        assert plan.disagreements(dossier, space.registrant) == []
        facts = receipts.facts(dossier)
        assert facts.keys() == receipts.read(dossier).keys()
        assert facts["target"] == deadlines.first_decision_target(dossier).isoformat()
        assert len(facts["sent"]) + len(facts["later"]) == space.registrant.requirements.count()


def test_an_operation_goes_on_where_the_history_stops(made):
    worker = caisse.a_caseworker()
    dossier = Dossier.objects.filter(office="251", queue="to_take", registrants__state="under_examination")[0]
    examining.take(worker, dossier.pk, expects=dossier.version)
    person = dossier.registrants.get()
    half = next(half for half in standing.halves(person) if half.blocks and half.state == "to_examine")
    caisse.accept(worker, dossier, half.code)
    assert Dossier.objects.get(pk=dossier.pk).queue == "taken"
    assert queues.miscounted() == []


def test_the_next_number_of_a_birth_is_one_that_nobody_holds(made):
    held = set(Number.objects.values_list("value_index", flat=True))
    assert (
        len(held)
        == Holder.objects.count()
        == Registrant.objects.filter(numbers__ended_at=None, numbers__isnull=False).count()
    )
    drafts = Registrant.objects.exclude(state="draft").filter(numbers=None)[:1]
    from matricule import repertoire

    issued = repertoire.attribute(drafts[0].pk, likeness.identity(drafts[0]), drafts[0].pk, actor="system:tests")
    assert numbers.index_of(issued.number) not in {bytes(index) for index in held}
    assert Orders.objects.count() <= Holder.objects.count()


def test_numbers_and_answers_stand_in_both_rooms_alike(made):
    at = Registrant.objects.filter(state="at_register").values_list("pk", flat=True)
    open_ones = Submission.objects.filter(taken_at=None)
    assert set(open_ones.values_list("subject_id", flat=True)) == set(at)
    assert all(row.due_at > clock.now() for row in open_ones)
    for row in Number.objects.select_related("registrant")[:20]:
        holder = Holder.objects.get(subject_id=row.registrant_id)
        assert (holder.kind, holder.number, holder.certified_at) == (row.kind, row.value, row.certified_at)
        assert row.kind == ("nir" if row.registrant.state == "registered" else "nia")


def test_who_was_reminded_has_the_proof_that_it_left(made):
    rows = Ask.objects.filter(state="open", registrant__state="awaiting_reminded")
    assert rows and all(row.reminders.count() == 1 for row in rows)
    assert all(silence.arrived(one) for one in Reminder.objects.all()[:30])
    assert not Mail.objects.exclude(state="sent").exists()


def test_later_the_calendars_find_their_work(made, monkeypatch):
    later = clock.now() + timedelta(days=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(silence, "BATCH", 3)
    with transaction.atomic():
        answer = repertoire.answers_due()[0]
    assert numbers._take(answer.id, answer.subject_id) and silence.run() >= 3
    assert Submission.objects.filter(kind="certified", taken_at=later).count() == 1
    assert (reconciling.compare()[1], queues.miscounted()) == ([], [])


def test_decisions_name_the_files_and_the_reason(made):
    for row in Decision.objects.all()[:30]:
        file = row.version.files.get(part=row.part)
        assert row.files == [[str(file.pk), file.sha256]]
        assert row.accepted or row.words.keys() == {"fr", "en"}
    assert not File.objects.exclude(blob=None).exists()
    assert set(Certificate.objects.values_list("kind", flat=True)) == {"provisional", "definitive"}


def test_numbers_that_loaded_people_hold_are_passed_over(made, monkeypatch):
    from matricule.demo.volume import numbers as drawing

    real = drawing._reserve
    held = Holder.objects.all()[0].number

    def back(missing):
        found = real(missing)
        return found | ({held[:10]: int(held[10:13])} if not back.done and held[:10] in found else {})

    back.done = False

    def once(missing):
        found = back(missing)
        back.done = True
        return found

    monkeypatch.setattr(drawing, "_reserve", once)
    (number,) = drawing._drawn(Counter({held[:10]: 1}))[held[:10]]
    assert number != held and not Holder.objects.filter(number_index=drawing.rows.number_index(number)).exists()


def test_an_address_says_which_seed_made_it_and_in_which_place():
    assert people.address(3, 42) == "invented-3-00000042@volume.example.org"
    assert people.number_in(people.address(3, 42)) == 42
    assert people.address(3, 42).startswith(people.address(3, None))
    assert not people.address(31, 1).startswith(people.address(3, None))


def test_invented_people_are_adults_of_every_situation():
    assert {"anh", "giulia", "oleksandra"} <= {profile.key for profile in people.profiles()}
    assert "valentina" not in {profile.key for profile in people.profiles()}
