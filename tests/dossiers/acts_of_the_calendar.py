"""The acts that nobody presses: what the calendar and the national register do, killed at every write (issue 4).

A row of these is made due by moving the dates of its own dossier back; business time stays where it is, so that what
an earlier round left behind is not due again.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from unittest import mock

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.case import Ask, Certificate, Reminder
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import certifying, ending, numbers, silence, spaces
from matricule.repertoire import standin
from matricule.repertoire.models import Submission
from matricule.rules.numbers import nir
from tests.dossiers.acts_of_the_caisse import At, asked, complete, first_phase, row
from tests.support import caisse
from tests.support.kills import Act
from tests.support.later import deliver

FRESH = count(1)
WORDS = {"fr": "Le répertoire demande une pièce.", "en": "The register asks for a document."}


def days_pass(at: At, days: int) -> None:
    """Let the open ask of the dossier be so many days older, its reminders with it."""
    back = timedelta(days=days)
    for ask in Ask.objects.filter(registrant__dossier=at.dossier, state=Ask.State.OPEN):
        ask.asked_at, ask.due_on = ask.asked_at - back, ask.due_on - back
        ask.save()
    for reminder in Reminder.objects.filter(ask__registrant__dossier=at.dossier):
        reminder.sent_at -= back
        reminder.save()


def asked_15_days_ago(at: At) -> None:
    """Leave an ask without an answer until its first reminder."""
    asked(at)
    days_pass(at, 15)


def reminded_twice(at: At) -> None:
    """Remind twice, each mail sent, and let the due day pass."""
    asked(at)
    for days in (15, 15):
        days_pass(at, days)
        silence.run()
        deliver()
    days_pass(at, 30)


def reminded_in_vain(at: At) -> None:
    """Remind twice, the second of which comes back."""
    reminded_twice(at)
    last = Reminder.objects.filter(ask__registrant__dossier=at.dossier).latest("number")
    Mail.objects.filter(pk=last.mail_id).update(state="bounced")


def courses_ahead(at: At) -> None:
    """Give the NIA before the first day of courses, which then comes."""
    today = clock.today()
    people = Registrant.objects.filter(dossier=at.dossier)
    people.update(courses_start=today + timedelta(days=10), arrival_date=today - timedelta(days=40))
    first_phase(at)
    caisse.give_provisional(at.worker, at.dossier)
    people.update(courses_start=today)


def certificate_that_ends(at: At) -> None:
    """Issue a provisional certificate, and let its end alone be near."""
    courses_ahead(at)
    certifying.run()
    today = clock.today()
    Certificate.objects.exclude(registrant__dossier=at.dossier).update(ends_on=today - timedelta(days=1))
    mine = Certificate.objects.filter(registrant__dossier=at.dossier)
    mine.update(starts_on=today - timedelta(days=200), ends_on=today + timedelta(days=40))


def space_that_closes(at: At) -> None:
    """Let this space alone close in less than a month, and in more than a week after the first warning."""
    Dossier.objects.update(space_closes_on=None)
    Dossier.objects.filter(pk=at.dossier.pk).update(space_closes_on=clock.today() + timedelta(days=29))


def a_free_number() -> str:
    """Return a NIR of the published structure that nobody holds."""
    body = f"2040399243{next(FRESH):03}"
    return body + str(nir.key_of(body))


def answered_by(kind: str, **more: str) -> Callable[[At], None]:
    """Send a file to the register, and let the answer of this kind come."""

    def send(at: At) -> None:
        complete(at)
        number = {"number": a_free_number()} if kind == "known" else {}
        chosen = standin.Chosen(kind, **more, **number)  # type: ignore[arg-type]
        with mock.patch.object(standin, "choose", lambda *_given, **_named: chosen):
            caisse.send_to_register(at.worker, at.dossier)
        Submission.objects.filter(subject_id=at.person).update(due_at=clock.now())

    return send


def calendar(name: str, of: str, do: Callable[[], object], *before: Callable[[At], object]) -> Act:
    """Return the row of an act of the calendar; done twice it finds nothing left to do, and refuses nothing."""
    return row(name, of, lambda _at: do(), *before, second=())


REGISTER: dict[str, dict[str, Any]] = {
    "certified": {},
    "known": WORDS,
    "refused": {"reason": "birth_differs", **WORDS},
    "needs_document": {"document": "civil_status", **WORDS},
}

ACTS = [
    calendar("remind", "silence.run", silence.run, asked_15_days_ago),
    calendar("close for silence", "silence.run", silence.run, reminded_twice),
    calendar("hold a closure", "silence.run", silence.run, reminded_in_vain),
    row(
        "close what the calendar held",
        "ending.close",
        lambda at: ending.close(*at.theirs, at.person, expects=at.expects),
        reminded_in_vain,
    ),
    calendar("issue on the first day of courses", "certifying.run", certifying.run, courses_ahead),
    calendar("warn of a certificate", "certifying.run", certifying.run, certificate_that_ends),
    calendar("warn of a space", "spaces.run", spaces.run, space_that_closes),
    *(
        calendar(
            f"the register answers: {kind}", "numbers.take_answers", numbers.take_answers, answered_by(kind, **more)
        )
        for kind, more in REGISTER.items()
    ),
]
