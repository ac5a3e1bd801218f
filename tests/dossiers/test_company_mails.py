"""How many mails each member of a company gets for each kind of message, by what they chose and by acts (issue 5, 5).

Three people: one wants mails at once, one a day, one none; a shared mailbox gets its copy. Each act below is done as a
person or the calendar does it, and its mails are counted; everybody finds every message on the page.
"""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from matricule.accounts import companies, digests, members, organisations
from matricule.accounts.models import User
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import people, telling
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, confirming, ending, requesting, silence, talking
from matricule.notices import kinds
from matricule.notices.models import Notice
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

SHARED = "rh@example.org"


@pytest.fixture
def team():
    """Return the three members, by what they chose."""
    chief = company.a_company()
    daily, none = company.a_colleague(chief), company.a_colleague(chief)
    members.choose_delivery(daily.user_id, chief.company.id, "daily")
    members.choose_delivery(none.user_id, chief.company.id, "none")
    companies.set_shared_mailbox(chief.user_id, chief.company.id, SHARED)
    row = organisations.Organisation.objects.get(pk=chief.company.id)
    assert companies.confirm_shared_mailbox(companies._token(row))
    return chief, daily, none


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier(team):
    owner = User.objects.get(pk=team[0].user_id)
    return firm.a_sent_request(organisations.Organisation.objects.get(pk=team[0].company.id), owner)


def addresses(kind: str) -> Counter[str]:
    return Counter(mail.to_address for mail in Mail.objects.filter(kind=kind))


def counts(team, kind: str) -> list[int]:
    """Return the mails of a kind: at once, daily, none, shared mailbox."""
    found = addresses(kind)
    return [found[address] for address in (*(one.email for one in team), SHARED)]


def on_the_pages(team, kind: str) -> list[int]:
    return [Notice.objects.filter(recipient_id=one.user_id, kind=kind).count() for one in team]


def ask(worker, dossier: Dossier) -> None:
    given = {"expects": caisse.version_of(dossier), "codes": {"civil_status": ("not_sent", {})}}
    asking.ask(worker, dossier.pk, caisse.person(dossier).pk, **given)


def confirm(dossier: Dossier) -> None:
    confirming.confirm(firm.link_of(dossier), firm.EMPLOYEE["civil_status"]["birth_date"])


def reject(worker, dossier: Dossier) -> None:
    given = {"expects": caisse.version_of(dossier), "reason": "duplicate"}
    ending.reject(worker, dossier.pk, caisse.person(dossier).pk, **given)


def write(worker, dossier: Dossier) -> None:
    talking.write(worker, dossier.pk, "Une question sur ce dossier.", language="fr", key=uuid4())


def test_each_preference_by_acts(team, worker, dossier, later, promise):  # noqa: F811
    """Kind by kind; a day hangs on an ask and a reminder, which do not wait for the mail of the day."""
    confirm(dossier)
    ask(worker, dossier)
    later(15)
    silence.run()
    write(worker, dossier)
    reject(worker, dossier)
    expected = {
        "request_receipt": [1, 0, 0, 1],
        "request_confirmed": [1, 0, 0, 1],
        "request_asked": [1, 1, 0, 1],
        "request_reminder": [1, 1, 0, 1],
        "request_message": [1, 0, 0, 1],
        "request_ended": [1, 0, 0, 1],
    }
    assert {kind: counts(team, kind) for kind in expected} == expected
    assert all(on_the_pages(team, kind) == [1, 1, 1] for kind in expected), "each finds each message on the page"
    later(1)
    digests.run()
    digests.run()
    assert counts(team, "company_digest") == [0, 1, 0, 0]
    promise(
        "mails of a company by acts", f"{len(expected)} kinds: 6 at once, 2 + 1 of the day, 0; 6 to the shared box"
    )


def test_a_draft_that_can_be_sent_is_told_on_its_day_even_after_a_stop(team, later):  # noqa: F811
    owner = User.objects.get(pk=team[0].user_id)
    draft = firm.a_ready_request(organisations.Organisation.objects.get(pk=team[0].company.id), owner)
    day = clock.today() + timedelta(days=20)
    person = draft.registrants.get()
    requesting.save_section(firm.actor_of(draft), draft.pk, person.pk, "work", {}, {"contract_start": day})
    later(19)
    assert requesting.tell_sendable() == 0
    later(6)
    assert requesting.tell_sendable() == 1 and requesting.tell_sendable() == 0
    assert counts(team, "request_sendable") == [1, 0, 0, 1]
    draft.refresh_from_db()
    requesting.send(firm.actor_of(draft), draft.pk, expects=draft.version, key=uuid4())


def test_the_end_of_a_stay_title_is_told_by_preference_too(team, dossier):
    end = firm.EMPLOYEE["stay"]["title_until"]
    with time_machine.travel(clock.now() + (end - clock.today()) - timedelta(days=30)):
        state = dossier.registrants.get().state
        for over in sorted(people.TITLE_OVER):
            dossier.registrants.update(state=over)
            assert requesting.tell_titles() == 0, over
        dossier.registrants.update(state=state)
        assert requesting.tell_titles() == 1
    assert counts(team, "request_title") == [1, 0, 0, 1]


def test_who_has_no_number_any_more_and_who_was_never_sent_is_over_for_a_stay_title():
    assert {"draft", "rejected", "closed", "nia_deactivated", "withdrawn"} == people.TITLE_OVER


def test_the_calendar_and_the_time_machine_run_these_sweeps():
    from matricule.core import jobs

    assert {"dossiers.requests", "dossiers.titles"} <= set(jobs.run_sweeps())


def test_mails_to_a_company_carry_no_name_and_those_to_the_person_a_first_name_only(team, worker, dossier):
    ask(worker, dossier)
    write(worker, dossier)
    for mail in Mail.objects.filter(dossier_id=dossier.pk):
        theirs = mail.kind.startswith("employee_")
        for word in ("Okonkwo", dossier.reference, "1990"):
            assert word not in mail.subject + mail.body
        assert ("Adaeze" in mail.body) is theirs


def test_every_kind_of_a_company_is_known():
    assert {*telling.KINDS.values(), telling.CHANGED} <= set(kinds.all_kinds())
    assert set(telling.THEIRS.values()) <= set(kinds.all_kinds())
