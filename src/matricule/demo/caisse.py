"""What the invented caseworkers do with a file: the acts of the desk, as somebody at its screens would do them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from matricule.accounts.models import User
from matricule.core import outbox
from matricule.demo.staff import STAFF
from matricule.dossiers import access, checks, letters, standing
from matricule.dossiers.case import Certificate, Reminder
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import checking, ending, examining, numbers, silence


@dataclass(frozen=True)
class Caseworker:
    """One of the invented caseworkers, at work on one dossier."""

    actor: access.Actor
    dossier_id: UUID

    @property
    def version(self) -> int:
        """Return the version that a page opened now would show."""
        return Dossier.objects.values_list("version", flat=True).get(pk=self.dossier_id)

    def take(self) -> None:
        """Take the dossier."""
        examining.take(self.actor, self.dossier_id, expects=self.version)

    def accept(self, person: Registrant, phase: int, *, until: date | None, paper_number: str, but: str = "") -> None:
        """Accept what a person sent for the documents up to a phase, all ``but`` one.

        ``until`` is the last day of a stay document, ``paper_number`` the number of the identity document.
        """
        for half in standing.halves(person):
            if half.phase <= phase and half.state == "to_examine" and half.code != but and half.version is not None:
                examining.accept(
                    self.actor,
                    self.dossier_id,
                    half.version.pk,
                    half.part,
                    expects=self.version,
                    until=until if half.code in examining.TIMED else None,
                    paper_number=paper_number if half.code in examining.NUMBERED else "",
                )

    def send_back(self, person: Registrant, requirement: str, reason: str, fields: Mapping[str, str]) -> None:
        """Send one document back. Raises LookupError when it was not sent."""
        half = next((one for one in standing.halves(person) if one.code == requirement), None)
        if half is None or half.version is None:
            raise LookupError(requirement)
        examining.refuse(
            self.actor,
            self.dossier_id,
            half.version.pk,
            half.part,
            expects=self.version,
            reason=reason,
            fields=fields,
        )

    def turn_down(self, person: Registrant, reason: str, words: str) -> None:
        """Turn a person's request down."""
        ending.reject(self.actor, self.dossier_id, person.pk, expects=self.version, reason=reason, words=words)

    def answer_checks(self, person: Registrant) -> None:
        """Say of every check of the category that it holds; a student's dossier has none."""
        dossier = Dossier.objects.get(pk=self.dossier_id)
        found = {item.check.code: checking.Found(True) for item in checks.of(dossier, person) if item.open}
        if found:
            checking.answer_checks(self.actor, dossier.pk, person.pk, expects=dossier.version, found=found)

    def give_number(self, person: Registrant) -> None:
        """Answer the checks of the category, give the provisional number, and make the certificate on its day."""
        self.answer_checks(person)
        stops = numbers.issue_provisional(self.actor, self.dossier_id, person.pk, expects=self.version, key=uuid4())
        if stops:
            raise LookupError("somebody looks like this person")
        for certificate in Certificate.objects.filter(registrant=person, withdrawn_at=None):
            letters.of(certificate.pk)

    def send_to_register(self, person: Registrant) -> None:
        """Send a complete file to the national register."""
        numbers.send_to_register(self.actor, self.dossier_id, person.pk, expects=self.version, key=uuid4())


def caseworker(key: str, dossier_id: UUID) -> Caseworker:
    """Return one of the invented caseworkers at work on a dossier; raises StopIteration for no such key."""
    member = next(member for member in STAFF if member.key == key)
    return Caseworker(access.caseworker(User.objects.get(email=member.email).pk), dossier_id)


def remind(dossier_id: UUID) -> None:
    """Do what the calendar makes due on open asks today, and hand the reminder to the mail server."""
    silence.run()
    for mail_id in Reminder.objects.filter(ask__registrant__dossier=dossier_id).values_list("mail_id", flat=True):
        if mail_id is not None:
            outbox.deliver(mail_id)
