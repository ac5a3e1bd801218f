"""The demo's pages: sign in as anybody with one click, read every e-mail, move time forward (house.md, 4.13)."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.accounts import backend
from matricule.accounts.models import User
from matricule.core import clock, jobs
from matricule.core.outbox import Mail, bounce, state_of
from matricule.demo import time_machine, told
from matricule.demo.company import SIRET, TEAM
from matricule.demo.employees import load_requests
from matricule.demo.people import load_people
from matricule.demo.staff import STAFF, Member
from matricule.dossiers.models import Dossier
from matricule.portals import gate

STEPS = {"day": {"days": 1}, "week": {"days": 7}, "month": {"months": 1}, "quarter": {"months": 3}}
"""How far one click of the time machine goes."""

SHOWN = 100
"""Mails shown, the newest first."""

CODES = frozenset({"sign_in_code", "address_code"})
"""Messages whose code is shown large."""

_CODE = re.compile(r"\b(\d{3} ?\d{3})\b")
_LINK = re.compile(r"https?://\S+")


@gate.public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the invented people by portal, each with one click to be them, and three short tours."""
    invented = [person.email for person in load_people()] + [member.email for member in (*TEAM, *STAFF)]
    known = set(User.objects.filter(email__in=invented).values_list("email", flat=True))
    own = Dossier.objects.filter(owner__email__in=known, organisation=None).order_by("opened_at")
    # a visitor may file under a reference again: the first request of one is the invented company's
    filed = Dossier.objects.filter(organisation__siret=SIRET).order_by("-opened_at")
    filed = filed.filter(own_reference__in=[one.own_reference for one in load_requests()])
    context = {
        "people": told.students(
            [person for person in load_people() if person.email in known],
            dict(own.values_list("owner__email", "label")),
        ),
        "team": told.team(known),
        "staff": told.desk(known),
        "filed": told.filed(dict(filed.values_list("own_reference", "label"))),
        "tours": told.TOURS,
    }
    return render(request, "demo/start.html", context)


@gate.public
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign the visitor in as one of the invented people."""
    member = next((member for member in STAFF if member.key == key), None)
    if member is not None:
        return _to_desk(request, member)
    colleague = next((member for member in TEAM if member.key == key), None)
    if colleague is not None:
        return _to_company(request, colleague)
    person = next((person for person in load_people() if person.key == key), None)
    user = User.objects.filter(email=person.email).first() if person else None
    if user is None:
        raise Http404
    backend.sign_in(request, user, "demo")
    return redirect("student:space")


def _to_desk(request: HttpRequest, member: Member) -> HttpResponse:
    """Sign the visitor in at the caisse's desk as one of its invented people."""
    user = User.objects.filter(email=member.email).first()
    if user is None:
        raise Http404
    backend.open_staff_session(request, user, "demo")
    return redirect("caseworker:lists")


def _to_company(request: HttpRequest, member: Member) -> HttpResponse:
    """Sign the visitor in as one of the people of the invented company."""
    user = User.objects.filter(email=member.email).first()
    if user is None:
        raise Http404
    backend.sign_in(request, user, "demo")
    return redirect("employer:home")


@gate.public
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show every e-mail that the service sent, the newest first; a code is shown large."""
    mails = [_shown(mail) for mail in Mail.objects.order_by("-created_at", "-pk")[:SHOWN]]
    template = "demo/_mails.html" if request.headers.get("HX-Request") else "demo/mailbox.html"
    return render(request, template, {"mails": mails})


@gate.public
@require_safe
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Show one e-mail whole, its links as links."""
    found = Mail.objects.filter(pk=mail_id).first()
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found, "state": state_of(found), "lines": _lines(found.body)})


@gate.public
@require_POST
def send_back(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Let a sent e-mail come back, as a mailbox that does not exist would."""
    found = Mail.objects.filter(pk=mail_id).first()
    if found is None:
        raise Http404
    bounce(found.message_id, kind="hard")
    return redirect("demo:mail", mail_id)


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def time(request: HttpRequest) -> HttpResponse:
    """Move business time forward, and run what falls due."""
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == "now":
            time_machine.back_to_now()
        elif step in STEPS:
            try:
                time_machine.forward(**STEPS[step])
            except ValueError:
                return render(request, "demo/time.html", {"today": clock.today(), "end": True}, status=422)
            jobs.run_pending()
        return redirect("demo:time-machine")
    return render(request, "demo/time.html", {"today": clock.today(), "moved": time_machine.offset().days})


def _shown(mail: Mail) -> dict[str, Any]:
    code = _CODE.search(mail.body) if mail.kind in CODES else None
    return {
        "id": mail.pk,
        "subject": mail.subject,
        "to": mail.to_address,
        "code": code.group(1) if code else "",
        "when": mail.created_at,
        "state": state_of(mail).words,
    }


def _lines(body: str) -> list[list[tuple[str, bool]]]:
    """Return the body line by line, each cut into plain text and links."""
    lines = []
    for line in body.splitlines():
        parts, last = [], 0
        for found in _LINK.finditer(line):
            parts += [(line[last : found.start()], False), (found.group(), True)]
            last = found.end()
        lines.append([*parts, (line[last:], False)])
    return lines
