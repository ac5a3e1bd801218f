"""The lines of a company's list: what the operations write of a request, and the reconciler that compares them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.core import clock
from matricule.core.journal import entries_about
from matricule.dossiers import access, lines, reconciling, requests, states
from matricule.dossiers.case import Ask
from matricule.dossiers.listing import ListedPerson, ListedRequest
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, deposit, ending, joining, requesting
from matricule.dossiers.states import State
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def line(dossier):
    return ListedRequest.objects.get(pk=dossier.pk)


def test_a_new_request_has_a_line_without_a_name():
    dossier = firm.a_request()
    found = line(dossier)
    assert (found.filter, found.turn, found.person_key, found.people) == ("draft", "1 later", "", 1)
    assert found.opened_at == found.changed_at == dossier.opened_at


def test_a_page_that_is_complete_gives_the_name_and_an_own_number_its_key():
    dossier = firm.a_request()
    firm.fill(dossier, dossier.registrants.get())
    actor = firm.actor_of(dossier)
    requesting.change_request(actor, dossier.pk, category="salarie", answers={}, own_reference="pay-ü7")
    assert (line(dossier).person_key, line(dossier).own_key) == ("okonkwo adaeze ifeoma", "PAY-Ü7")


def test_what_is_typed_and_not_checked_stays_sealed():
    dossier = firm.a_request()
    person = dossier.registrants.get()
    deposit.save_typed(firm.actor_of(dossier), dossier.pk, {"birth_name": ("", "Okonkwo")}, person_id=person.pk)
    assert line(dossier).person_key == "" and ListedPerson.objects.get(pk=person.pk).name_key == ""


def test_everybody_is_found_by_birth_name_usage_name_and_given_names():
    dossier = firm.a_request()
    person = dossier.registrants.get()
    firm.fill(dossier, person, {**firm.EMPLOYEE["civil_status"], "usage_name": "Bello"})
    found = ListedPerson.objects.get(pk=person.pk)
    assert (found.name_key, found.usage_key, found.given_key) == (
        "okonkwo adaeze ifeoma", "bello adaeze ifeoma", "adaeze ifeoma okonkwo",
    )  # fmt: skip


def test_the_stay_title_of_who_is_over_is_watched_no_more():
    dossier = firm.a_sent_request()
    person = dossier.registrants.get()
    for state in State:
        Registrant.objects.filter(pk=person.pk).update(state=state)
        lines.settle(dossier, clock.now(), changed=True)
        held = ListedPerson.objects.get(pk=person.pk).title_until
        gone = state in {State.DRAFT, State.REJECTED, State.CLOSED, State.DEACTIVATED, State.WITHDRAWN}
        assert held == (None if gone else person.title_until), state


def test_who_acts_by_when_follows_the_acts():
    dossier = firm.a_sent_request()
    assert (line(dossier).filter, line(dossier).turn, line(dossier).due_on) == ("in_progress", "2", None)
    person = dossier.registrants.get()
    missing = next(half.code for half in caisse.halves(dossier).values() if half.state == "missing")
    asking.ask(
        caisse.a_caseworker(), dossier.pk, person.pk, expects=caisse.version_of(dossier),
        codes={missing: ("not_sent", {})}, days=None,
    )  # fmt: skip
    due = Ask.objects.get(registrant__dossier=dossier).due_on
    found = line(dossier)
    assert (found.filter, found.turn, found.due_on) == ("awaiting", f"1 {due.isoformat()}", due)


def ask(dossier, *codes, person=None):
    """Ask a person of a request for these documents; return by when they are due."""
    person = person or dossier.registrants.get(position=1)
    asking.ask(
        caisse.a_caseworker(), dossier.pk, person.pk, expects=caisse.version_of(dossier),
        codes={code: ("not_sent", {}) for code in codes},
    )  # fmt: skip
    return Ask.objects.get(registrant=person, state=Ask.State.OPEN).due_on


def days(dossier):
    """Return what the line says of whose turn it is: the label, the turn, the company's day, the person's."""
    found = line(dossier)
    return found.filter, found.turn, found.due_on, found.person_due_on


def test_bank_details_alone_are_the_employees_turn_beside_the_caisses():
    dossier = firm.a_sent_request()
    due = ask(dossier, "rib")
    assert days(dossier) == ("in_progress", "2", None, due)


def test_bank_details_alone_leave_a_company_that_has_a_number_nothing_to_send():
    dossier = firm.a_sent_request()
    assert caisse.give_provisional(caisse.a_caseworker(), dossier) == []
    due = ask(dossier, "rib")
    assert days(dossier) == ("provisional", "1 later", None, due)
    assert not requests.asked(dossier.organisation_id).exists()


@pytest.mark.parametrize(
    ("state", "shown", "turn", "asks"),
    [
        (State.EXAMINED, "in_progress", "2", True), (State.REOPENED, "in_progress", "2", True),
        (State.AWAITING, "awaiting", "1 later", True), (State.REMINDED, "reminded", "1 later", True),
        (State.PROVISIONAL, "provisional", "1 later", True), (State.SUSPENDED, "provisional", "1 later", True),
        (State.REGISTERED, "registered", "1 later", False), (State.REJECTED, "rejected", "1 later", False),
        (State.CLOSED, "closed", "1 later", False), (State.WITHDRAWN, "closed", "3", False),
    ],
)  # fmt: skip
def test_bank_details_alone_are_nowhere_the_companys(state, shown, turn, asks):
    dossier = firm.a_sent_request()
    due = ask(dossier, "rib")
    Registrant.objects.filter(dossier=dossier).update(state=state)
    dossier.label = states.dossier_label([state], [False])
    lines.settle(dossier, clock.now(), changed=True)
    assert days(dossier) == (shown, turn, None, due if asks else None)


def test_bank_details_of_a_family_of_which_one_has_ended_leave_the_caisse_its_turn():
    dossier = firm.a_sent_request(family=True)
    first, second, *_others = dossier.registrants.order_by("position")
    ending.reject(
        caisse.a_caseworker(), dossier.pk, second.pk, expects=caisse.version_of(dossier), reason="already_registered"
    )
    due = ask(dossier, "rib", person=first)
    assert days(dossier) == ("partial", "2", None, due)


def test_what_is_asked_beside_the_bank_details_is_the_companys_until_it_has_answered():
    dossier = firm.a_sent_request()
    due = ask(dossier, "rib", "civil_status")
    assert days(dossier) == ("awaiting", f"1 {due.isoformat()}", due, due)
    person = dossier.registrants.get()
    half = caisse.halves(dossier)["civil_status"]
    asking.cannot_get(
        firm.actor_of(dossier), dossier.pk, half.slot, half.part, why="Nobody keeps the register any more.",
        lasting=True, person_id=person.pk,
    )  # fmt: skip
    assert days(dossier) == ("in_progress", "2", None, due)


def test_what_a_company_owes_beside_a_number_is_its_turn_though_somebody_has_ended():
    dossier = firm.a_sent_request(family=True)
    worker = caisse.a_caseworker()
    assert caisse.give_provisional(worker, dossier) == []
    spouse = dossier.registrants.get(role="spouse")
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="already_registered")
    due = ask(dossier, next(code for code, half in caisse.halves(dossier).items() if half.phase == 2))
    assert days(dossier) == ("partial", f"1 {due.isoformat()}", due, None)
    assert [row.pk for row in requests.asked(dossier.organisation_id)] == [dossier.pk]


def test_a_line_that_took_the_persons_day_for_the_companys_is_mended():
    dossier = firm.a_sent_request()
    due = ask(dossier, "rib")
    ListedRequest.objects.filter(pk=dossier.pk).update(due_on=due, person_due_on=None)
    assert [one.dossier_id for one in reconciling.rebuild()[1]] == [dossier.pk]
    assert days(dossier) == ("in_progress", "2", None, due)


def test_the_caisse_acts_on_a_family_until_everybodys_request_has_ended():
    dossier = firm.a_sent_request(family=True)
    first, *others = dossier.registrants.order_by("position")
    worker = caisse.a_caseworker()
    for person in others:
        ending.reject(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), reason="already_registered")
        assert (line(dossier).filter, lines.acts(line(dossier))) == ("partial", "caisse")
    Registrant.objects.filter(pk=first.pk).update(state=State.REGISTERED)
    dossier.refresh_from_db()
    lines.settle(dossier, clock.now(), changed=True)
    assert (line(dossier).filter, lines.acts(line(dossier))) == ("partial", "company")


def test_a_stay_title_counts_while_the_request_is_sent_and_not_over():
    dossier = firm.a_ready_request()
    person = dossier.registrants.get()
    assert ListedPerson.objects.get(pk=person.pk).title_until is None
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    assert ListedPerson.objects.get(pk=person.pk).title_until == person.title_until
    person.state = "rejected"
    assert lines.person_of(dossier, person)["title_until"] is None


def test_who_is_taken_out_and_a_draft_that_is_deleted_leave_no_line():
    dossier = firm.a_request()
    child = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    assert line(dossier).people == 2
    requesting.remove_person(firm.actor_of(dossier), dossier.pk, child)
    assert line(dossier).people == 1 and not ListedPerson.objects.filter(pk=child).exists()
    dossier.refresh_from_db()
    deposit.delete_draft(firm.actor_of(dossier), dossier.pk, expects=dossier.version)
    assert not ListedRequest.objects.exists() and not ListedPerson.objects.exists()


def test_a_last_change_is_an_act_that_somebody_did():
    dossier = firm.a_request()
    before = clock.now() - timedelta(days=9)
    ListedRequest.objects.filter(pk=dossier.pk).update(changed_at=before)
    Dossier.objects.filter(pk=dossier.pk).update(sendable_on=clock.today())
    requesting.tell_sendable()
    assert line(dossier).changed_at == before, "a message of the service changes nothing"
    requesting.change_request(firm.actor_of(dossier), dossier.pk, category="ict", answers={})
    assert line(dossier).changed_at > before


def test_a_student_has_no_line_and_pays_for_none():
    make.a_submitted()
    assert not ListedRequest.objects.exists()
    assert lines.differing(list(Dossier.objects.all())) == []


def test_joined_accounts_bring_their_lines():
    other = firm.a_request()
    keep = company.a_company(siret=other.organisation.siret)
    joining.join_accounts(caisse.a_caseworker(), keep.company.id, other.organisation_id)
    assert line(other).organisation_id == keep.company.id
    assert reconciling.compare()[1] == []


@pytest.mark.parametrize("what", ["missing", "a wrong name", "a person missing"])
def test_a_line_that_differs_is_mended_through_the_door(what):
    dossier = firm.a_sent_request(family=True)
    changed = line(dossier).changed_at
    if what == "missing":
        ListedRequest.objects.all().delete()
    elif what == "a wrong name":
        ListedPerson.objects.filter(registrant__role="spouse").update(name_key="somebody else")
    else:
        ListedPerson.objects.filter(registrant__role="child").delete()
    (found,) = reconciling.compare()[1]
    assert (found.dossier_id, found.lines) == (dossier.pk, False)
    version = Dossier.objects.get(pk=dossier.pk).version
    reconciling.rebuild()
    assert reconciling.compare() == (1, [])
    assert Dossier.objects.get(pk=dossier.pk).version == version
    assert entries_about(("dossier", dossier.pk))[-1].action == "caches.rebuilt"
    assert line(dossier).changed_at == (dossier.submitted_at if what == "missing" else changed)
    assert ListedPerson.objects.count() == Registrant.objects.count() == 4


def test_a_refused_act_leaves_the_line_as_it_was():
    dossier = firm.a_request()
    before = line(dossier).changed_at
    with pytest.raises(access.NotFound):
        requesting.change_request(access.member(uuid4()), dossier.pk, category="ict", answers={})
    assert line(dossier).changed_at == before
