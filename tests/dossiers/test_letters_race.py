"""The worker and the person's page make a certificate while it is withdrawn, each on a connection of its own."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import OperationalError

from matricule.attestations.models import Letter
from matricule.core import clock
from matricule.dossiers import letters
from matricule.dossiers.case import Certificate, Number
from matricule.dossiers.operations import certifying, numbers
from matricule.dossiers.operations.door import operation
from tests.support import caisse
from tests.support import factories as make
from tests.support.promises import bulk
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race]
COUNT = count(1)


def a_certificate() -> Certificate:
    """Return a provisional certificate whose letter is not made yet."""
    person = caisse.person(make.a_submitted())
    value = f"2040399243{next(COUNT):03d}54"
    index = numbers.index_of(value)
    Number.objects.create(registrant=person, kind="nia", value=value, value_index=index, issued_at=clock.now())
    today = clock.today()
    return Certificate.objects.create(
        registrant=person,
        kind="provisional",
        starts_on=today,
        ends_on=today + timedelta(days=90),
        why_ends="stay",
        issued_at=clock.now(),
    )


def withdraw(row: Certificate) -> None:
    with operation(certifying.ACTOR, "register_answer", row.registrant.dossier_id) as op:
        certifying.withdraw(op, op.principal)


def test_there_is_one_letter_at_most_and_it_never_stands_beside_a_withdrawn_certificate(promise):
    rounds, made, late = bulk(4, 40), 0, 0
    for turn in range(rounds):
        row = a_certificate()
        acts = [lambda: letters.of(row.pk)] * 3  # noqa: B023  run before the next turn
        acts.insert(turn % 4, lambda: withdraw(row))  # noqa: B023
        answers = together(4, lambda number: acts[number]())  # noqa: B023
        late += sum(isinstance(answer, OperationalError) for answer in answers)  # waited too long: a job comes again
        assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, OperationalError)]
        row.refresh_from_db()
        found = Letter.objects.filter(subject_id=row.pk)
        if row.withdrawn_at is None:  # it was the withdrawal that waited too long
            withdraw(row)
            row.refresh_from_db()
        assert row.withdrawn_at is not None and found.count() <= 1
        assert [letter.pk for letter in found] == ([row.letter_id] if row.letter_id else [])
        assert all(letter.withdrawn_at is not None for letter in found)
        made += found.count()
    promise(
        "certificates made while they are withdrawn",
        f"{rounds} rounds of 3 makers, {made} letters: none stands; {late} too late",
    )
