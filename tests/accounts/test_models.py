"""People without a password, one per mailbox whatever the case of its letters."""

import pytest
from django.db import IntegrityError, connection, transaction

from matricule.accounts import tasks
from matricule.accounts.models import LoginCode, User
from matricule.core import clock, jobs

pytestmark = pytest.mark.django_db


def test_one_person_a_mailbox_whatever_the_case():
    first = User.objects.for_address("Minh@Example.org", "en")
    assert User.objects.for_address("minh@EXAMPLE.org", "fr") == first
    assert (first.email, first.language) == ("minh@example.org", "en")


def test_the_database_refuses_capitals_and_a_second_row():
    User.objects.create(email="minh@example.org")
    for email in ("Minh@example.org", "minh@example.org"):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(email=email)


def test_nobody_has_a_password():
    user = User.objects.for_address("minh@example.org", "fr")
    assert not user.has_usable_password() and not user.check_password("") and not user.check_password("!")


def test_a_person_is_named_by_their_id_only():
    user = User.objects.for_address("minh@example.org", "fr")
    assert str(user) == f"user:{user.pk}" and "minh" not in str(user)


def test_the_address_of_a_code_is_sealed():
    now = clock.wall()
    LoginCode.objects.create(
        address="minh@example.org", address_index=b"a", network_index=b"n", browser_digest=b"b", digest=b"d",
        created_at=now, expires_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select address from accounts_logincode")
        assert b"minh" not in bytes(cursor.fetchone()[0])


def test_the_sweep_that_forgets_is_run_with_the_others():
    assert "accounts.forget" in jobs.run_sweeps()
    assert tasks.forget() is None
