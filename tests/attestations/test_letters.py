"""A letter is made once, whoever asks and however often, and read back with its hash checked."""

import hashlib
from uuid import uuid4

import pytest
from django.db import connection, transaction

from matricule import attestations
from matricule.attestations import letters, typesetting
from matricule.attestations.models import Letter
from matricule.core import vault
from matricule.core.vault.models import Blob
from tests.attestations.test_typesetting import DATED, FACTS
from tests.support.threads import together

GIVEN = {key: value for key, value in FACTS.items() if key != "demo"}


def issue(subject_id, **changes):
    return attestations.issue("deposit_receipt", subject_id, {**GIVEN, **changes}, dated=DATED)


@pytest.mark.django_db
class TestOne:
    """One after the other."""

    def test_asked_twice_it_is_the_same_letter_even_with_other_facts(self):
        subject = uuid4()
        first = issue(subject)
        before = attestations.read(first)
        assert issue(subject, name="Somebody Else") == first
        assert attestations.read(first) == before and Letter.objects.count() == Blob.objects.count() == 1

    def test_the_row_tells_what_the_vault_holds(self):
        letter = Letter.objects.get(pk=issue(uuid4()))
        data = attestations.read(letter.pk)
        assert hashlib.sha256(data).hexdigest() == letter.sha256
        assert (letter.pages, letter.dated, str(letter)) == (2, DATED, "letter:deposit_receipt")

    def test_another_subject_is_another_letter(self):
        assert issue(uuid4()) != issue(uuid4())

    def test_the_bytes_open_for_their_letter_only(self):
        letter = Letter.objects.get(pk=issue(uuid4()))
        with pytest.raises(vault.Corrupt):
            vault.read(letter.blob, context=f"letter:{uuid4()}")

    def test_facts_that_do_not_fit_leave_nothing(self):
        with pytest.raises(typesetting.LetterError):
            attestations.issue("deposit_receipt", uuid4(), {}, dated=DATED)
        assert not Letter.objects.exists() and not Blob.objects.exists()

    def test_the_demo_marks_its_letters(self, monkeypatch):
        seen = []
        compose = typesetting.compose
        monkeypatch.setattr(typesetting, "compose", lambda *a, **k: seen.append(a[1]["demo"]) or compose(*a, **k))
        issue(uuid4(), demo=False)
        assert seen == [True]

    def test_only_two_names_are_offered(self):
        with pytest.raises(AttributeError):
            attestations.seal  # noqa: B018


@pytest.mark.slow
@pytest.mark.usefixtures("whole_db")
class TestAtOnce:
    """Several at once, each with a connection of its own."""

    def test_eight_at_once_make_one_letter(self):
        subject = uuid4()
        answers = together(8, lambda _: issue(subject))
        assert len(set(answers)) == 1
        assert Letter.objects.count() == Blob.objects.count() == 1

    def test_who_waited_finds_the_letter_after_a_failure_of_the_first(self):
        subject = uuid4()
        answers = together(4, lambda number: issue(subject, **({"sent": 1} if number % 2 else {})))
        made = {answer for answer in answers if not isinstance(answer, Exception)}
        assert len(made) == 1 and Letter.objects.count() == 1

    def test_the_lock_is_the_letters_own(self):
        subject = uuid4()
        with transaction.atomic():
            letters._alone("deposit_receipt", subject)
            (other,) = together(1, lambda _: issue(uuid4()))
            assert Letter.objects.filter(pk=other).exists()
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks join pg_database on pg_database.oid = database"
                " where locktype = 'advisory' and datname = current_database()"
            )
            assert cursor.fetchone() == (0,)
