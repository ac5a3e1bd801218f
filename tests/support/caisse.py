"""People of an invented caisse, and dossiers at every stage of the examination, made through the operations."""

from datetime import date
from importlib import import_module
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from matricule.accounts import backend, staff
from matricule.accounts.models import User
from matricule.core import clock
from matricule.dossiers import access, checks, standing
from matricule.dossiers.case import Decision
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import checking, examining, numbers
from tests.support import factories as make

DOUBS, PARIS = "251", "751"
UNTIL = date(2027, 9, 30)


def a_caseworker(office: str = DOUBS, role: str = "caseworker", name: str = "Camille Roy") -> access.Actor:
    """Return somebody who examines dossiers at an office."""
    user = make.a_user()
    staff.appoint(by="system:tests", user=user, name=name, office=office, role=role)
    return access.caseworker(user.pk)


def desk(worker: access.Actor, method: str = "demo") -> Client:
    """Return a browser signed in at the desk as ``worker``, with a fresh proof."""
    client = Client()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    backend.open_staff_session(request, User.objects.get(pk=worker.uuid), method)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def version_of(dossier: Dossier) -> int:
    """Return the version that a page opened now would show."""
    return Dossier.objects.get(pk=dossier.pk).version


def halves(dossier: Dossier) -> dict[str, standing.Half]:
    """Return the halves of the first person by the document's code."""
    return {half.code: half for half in standing.halves(dossier.registrants.get(position=1))}


def accept(worker: access.Actor, dossier: Dossier, code: str, **given) -> None:
    """Accept one document as it stands."""
    half = halves(dossier)[code]
    given.setdefault("until", UNTIL if code in examining.TIMED else None)
    given.setdefault("paper_number", "C8X4T2L9" if code in examining.NUMBERED else "")
    examining.accept(worker, dossier.pk, half.version.pk, half.part, expects=version_of(dossier), **given)


def accept_phase(worker: access.Actor, dossier: Dossier, phase: int, **given) -> None:
    """Accept every document of a phase, sending the missing ones first."""
    for half in halves(dossier).values():
        if half.phase == phase:
            if half.state == "missing":
                make.add(dossier, half.slot, half.part)
            if not halves(dossier)[half.code].holds:
                accept(worker, dossier, half.code, **given.get(half.code, {}))


def decide(file: File, *, accepted: bool = True) -> Decision:
    """Put a decision in force on a file's half of its version, without the examination around it."""
    row = Decision.objects.create(
        version=file.version, part=file.part, accepted=accepted, files=[[str(file.pk), file.sha256]], at=clock.now()
    )
    examining.settle(file.version)
    return row


def person(dossier: Dossier):
    """Return the first person of a dossier."""
    return dossier.registrants.get(position=1)


def answer_checks(worker: access.Actor, dossier: Dossier, one) -> None:
    """Say of every check of a person's category that it holds; a student's dossier has none."""
    dossier = Dossier.objects.get(pk=dossier.pk)
    asked = [item.check.code for item in checks.of(dossier, one) if item.open]
    found = {code: checking.Found(True) for code in asked}
    if found:
        checking.answer_checks(worker, dossier.pk, one.pk, expects=dossier.version, found=found)


def give_provisional(worker: access.Actor, dossier: Dossier):
    """Accept phase 1 and give the NIA; return what stopped it."""
    accept_phase(worker, dossier, 1)
    answer_checks(worker, dossier, person(dossier))
    return numbers.issue_provisional(worker, dossier.pk, person(dossier).pk, expects=version_of(dossier), key=uuid4())


def send_to_register(worker: access.Actor, dossier: Dossier):
    """Accept phase 2 and send the file to the register; return what stopped it."""
    accept_phase(worker, dossier, 2)
    return numbers.send_to_register(worker, dossier.pk, person(dossier).pk, expects=version_of(dossier), key=uuid4())
