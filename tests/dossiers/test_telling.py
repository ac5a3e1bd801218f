"""Who is told what of a company's request: its members in words that name nobody, its people at their own address."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import people
from matricule.dossiers.case import Ask, Number
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, ending, files, requesting, silence
from matricule.notices import desk as notices_desk
from matricule.notices.models import Notice
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.later import deliver, later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def ask(worker, dossier: Dossier, *codes: str) -> None:
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={code: ("not_sent", {}) for code in codes},
    )  # fmt: skip


def kinds(address: str = "adaeze@example.org") -> list[str]:
    return [mail.kind for mail in Mail.objects.order_by("created_at") if mail.to_address == address]


def to_company() -> list[str]:
    mails = Mail.objects.exclude(kind__startswith="employee_").order_by("created_at")
    return [kind for kind in mails.values_list("kind", flat=True) if kind != "request_receipt"]


def state(dossier: Dossier) -> str:
    return str(caisse.person(dossier).state)


def days(later, count: int) -> None:  # noqa: F811
    for _ in range(count):
        later(1)
        silence.run()
        deliver()


def test_the_rib_is_asked_of_the_employee_by_post_and_the_company_hears_nothing(worker):
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib")
    mail = Mail.objects.get(kind="employee_asked")
    assert mail.to_address == "adaeze@example.org" and mail.language == "en"
    for word in ("Atelier Doubs", "RIB", "by post", "Monday", "CPAM du Doubs"):
        assert word in mail.body, word
    assert to_company() == []
    assert state(dossier) == "under_examination", "it never blocks"


def test_a_document_of_the_company_is_asked_of_the_company_alone(worker):
    dossier = firm.a_sent_request()
    ask(worker, dossier, "civil_status")
    assert kinds() == ["employee_filed"] and to_company() == ["request_asked"]


def test_each_is_reminded_of_what_they_send_and_what_comes_by_post_closes_nothing(worker, later, promise):  # noqa: F811
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib")
    days(later, 90)
    assert kinds() == ["employee_filed", "employee_asked", "employee_reminder", "employee_reminder"]
    assert to_company() == [] and state(dossier) == "under_examination"
    mixed = firm.a_sent_request()
    mixed.registrants.update(email="second@example.org")
    ask(worker, mixed, "rib", "civil_status")
    days(later, 90)
    assert kinds("second@example.org").count("employee_reminder") == 2
    assert to_company().count("request_reminder") == 2
    assert state(mixed) == "closed", "the company was reminded twice of what it sends"
    promise("who is reminded", "RIB alone: 2 reminders to the employee, no closure; with a document: 2 each, closed")


def test_the_company_answers_its_part_and_the_file_goes_on_while_the_rib_is_awaited(worker, later):  # noqa: F811
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib", "civil_status")
    assert state(dossier) == "awaiting_documents"
    answer(dossier)
    assert state(dossier) == "under_examination"
    assert Ask.objects.get().state == "open", "the RIB is still awaited"
    days(later, 90)
    assert state(dossier) == "under_examination" and kinds().count("employee_reminder") == 2
    assert "request_reminder" not in to_company()


def answer(dossier: Dossier) -> None:
    person = caisse.person(dossier).pk
    files.add_file(firm.actor_of(dossier), dossier.pk, "civil_status", "main", make.checked(), person_id=person)


def test_a_closure_waits_for_reminders_to_who_can_answer(worker, later):  # noqa: F811
    """Both mails to the employee arrived, those to the company came back: nothing is closed."""
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib", "civil_status")
    for _ in range(50):
        later(1)
        silence.run()
        deliver()
        Mail.objects.filter(kind="request_reminder").update(state="bounced")
    assert state(dossier) == "awaiting_reminded" and Ask.objects.get().held_at is not None


def test_what_comes_by_post_closes_nothing_whatever_the_state(worker, later):  # noqa: F811
    """The second lock: an ask for a RIB never leads here, and would close nothing if it did."""
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib")
    dossier.registrants.update(state="awaiting_documents")
    days(later, 90)
    assert state(dossier) == "awaiting_reminded" and Ask.objects.get().held_at is not None


def test_a_number_is_told_without_the_number(worker):
    dossier = firm.a_sent_request()
    assert caisse.give_provisional(worker, dossier) == []
    mail = Mail.objects.get(kind="employee_provisional")
    assert mail.to_address == "adaeze@example.org" and "Atelier Doubs" in mail.body
    assert Number.objects.get().value[:7] not in mail.body.replace(" ", "")


def test_an_end_is_told_to_the_person_and_to_the_company(worker):
    dossier = firm.a_sent_request()
    ending.reject(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        reason=ending.REJECTIONS[0], words="Une explication.",
    )  # fmt: skip
    assert kinds()[-1] == "employee_ended" and to_company()[-1] == "request_ended"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Atelier Doubs", "Atelier Doubs"),
        ("Café & Cie (Besançon)", "Café & Cie (Besançon)"),
        ("Win http://evil.example/a now", "Win http evil example a now"),
        ("evil.com", "evil com"),
        ("a@b.org\r\nBcc: x", "a b org Bcc x"),
        ("x" * 90, "x" * 60),
        ("...", "…"),
    ],
    ids=["plain", "signs", "link", "host", "header", "long", "nothing"],
)
def test_a_companys_name_makes_no_link_in_a_mail_to_somebody_else(typed, said):
    assert notices_desk.company_name(typed) == said


def test_an_office_without_an_address_is_said_to_be_on_ameli(worker, monkeypatch):
    monkeypatch.setattr("matricule.rules.offices.postal_address", lambda *_: ())
    dossier = firm.a_sent_request()
    ask(worker, dossier, "rib")
    assert "ameli.fr" in Mail.objects.get(kind="employee_asked").body


def test_who_has_no_address_is_not_written_to(worker):
    dossier = firm.a_ready_request()
    dossier.registrants.update(email="")
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    ask(worker, dossier, "rib")
    assert not Mail.objects.filter(kind__startswith="employee_").exists()
    ask(worker, dossier, "civil_status")
    assert to_company() == ["request_asked"]


# --- stay titles


def test_the_end_of_a_stay_title_is_told_once_three_months_before_and_caught_up(promise):
    dossier = firm.a_sent_request()
    end = firm.EMPLOYEE["stay"]["title_until"]
    assert requesting.tell_titles() == 0
    with time_machine.travel(clock.now() + (end - clock.today()) - people.TITLE_SOON + timedelta(days=20)):
        assert requesting.tell_titles() == 1 and requesting.tell_titles() == 0
    notice = Notice.objects.get(kind="request_title")
    assert notice.context["end_on"] == end.isoformat() and "Adaeze" not in str(notice.context)
    assert Mail.objects.filter(kind="request_title", dossier_id=dossier.pk).count() == 1
    promise("stay titles", "told once, 3 months before the end, also when the calendar was stopped for 20 days")


def test_no_title_of_a_draft_or_of_a_request_that_ended_is_told():
    firm.a_ready_request()
    sent = firm.a_sent_request()
    sent.registrants.update(state="rejected")
    end = firm.EMPLOYEE["stay"]["title_until"]
    with time_machine.travel(clock.now() + (end - clock.today()) - timedelta(days=10)):
        assert requesting.tell_titles() == 0
    with time_machine.travel(clock.now() + (end - clock.today()) + timedelta(days=10)):
        sent.registrants.update(state="registered")
        assert requesting.tell_titles() == 0, "it has ended: the list says so"
