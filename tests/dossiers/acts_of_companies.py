"""The acts of a company that are killed at every write (issue 5, section 5), in the shape of ``acts``."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import access, asked
from matricule.dossiers.case import CategoryCheck
from matricule.dossiers.keeping import KEPT, ListExport, MonthlyTold, SavedView
from matricule.dossiers.listing import EVERYTHING
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import (
    checking,
    confirming,
    deposit,
    ending,
    exporting,
    handing,
    joining,
    monthly,
    requesting,
    viewing,
)
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.told import Told
from tests.dossiers.acts import On
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support.kills import Act


class Ours(On):
    """A request of a company, and a member who acts on it."""

    @property
    def ids(self) -> tuple[access.Actor, Any]:
        """Return who acts on which request."""
        return firm.actor_of(self.dossier), self.dossier.pk

    @property
    def first(self) -> Any:
        """Return the employee's id."""
        return self.dossier.registrants.get(position=1).pk


def two_accounts() -> Ours:
    """Return a request of one account, and another account of the same SIRET that is to take it over."""
    on = Ours(firm.a_request())
    assert on.dossier.organisation is not None
    other = company.a_company(siret=on.dossier.organisation.siret)
    on.target = (caisse.a_caseworker(), other.company.id, on.dossier.organisation.pk)
    return on


def shown(on: Ours) -> tuple[Any, ...]:
    """Return what the company's pages show: how the request stands, and each person of it."""
    found = Dossier.objects.filter(pk=on.dossier.pk).first()
    if found is None:
        return ()
    return (
        (found.label, found.category, found.own_reference, found.office, found.sendable_on, bool(found.receipt)),
        found.sendable_told_at is not None,
        [
            (
                person.role,
                person.state,
                person.city,
                dict(person.typed),
                tuple(person.sections_done),
                bool(person.receipt),
            )
            for person in found.registrants.order_by("position")
        ],
    )


def opened(company: Any) -> int:
    """Return how many requests a company has."""
    return Dossier.objects.filter(organisation=company[0]).count()


def ready_to_open() -> tuple[Any, Any, Any]:
    """Return a company, a member of it, and the key of the page."""
    company = firm.a_company()
    return company, firm.a_member(company), uuid4()


def with_a_child() -> Ours:
    """Return a draft with a child in it, who is acted on."""
    dossier = firm.a_request()
    return Ours(dossier, requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4()))


def waiting_for_its_day() -> Ours:
    """Return a draft whose contract began yesterday and whose company was not told."""
    dossier = firm.a_request()
    Dossier.objects.filter(pk=dossier.pk).update(sendable_on=clock.today() - timedelta(days=1))
    return Ours(dossier)


def added() -> Ours:
    """Return a request that was sent, and somebody ready to be sent after it."""
    dossier = firm.a_sent_request()
    person = firm.added(dossier)
    firm.send_documents(dossier)
    dossier.refresh_from_db()
    return Ours(dossier, person.pk)


class Reader(Ours):
    """A sent request of a company, and a member who reads the list; ``target`` is a view or a file of theirs."""

    @property
    def here(self) -> tuple[access.Actor, Any]:
        """Return who acts for which company."""
        return firm.actor_of(self.dossier), self.dossier.organisation_id


def with_a_view() -> Reader:
    """Return a member who keeps a view."""
    on = Reader(firm.a_request())
    on.target = viewing.keep(*on.here, "To send", EVERYTHING, key=uuid4())
    return on


def with_a_file(*, made: bool = False, days_ago: int = 0) -> Reader:
    """Return a member who asked for a file of the list."""
    on = Reader(firm.a_request())
    on.target = exporting.ask(*on.here, EVERYTHING, "csv", "fr", key=uuid4())
    if made:
        exporting.make(on.target)
    then = clock.now() - days_ago * KEPT
    ListExport.objects.filter(pk=on.target).update(asked_at=then, ready_at=then if made else None)
    return on


def views_of(on: Reader) -> list[str]:
    """Return the names of the views."""
    return [row.name for row in SavedView.objects.filter(organisation=on.dossier.organisation_id).order_by("pk")]


def files_of(on: Reader) -> list[tuple[str, int, int, bool]]:
    """Return how far the files are."""
    rows = ListExport.objects.filter(organisation=on.dossier.organisation_id).order_by("pk")
    return [(row.state, row.total, row.done, row.blob is not None) for row in rows]


def waiting_for_the_month() -> Reader:
    """Return a company that was there last month, and for which something waits."""
    on = Reader(firm.a_request())
    Organisation.objects.filter(pk=on.dossier.organisation_id).update(created_at=clock.now() - timedelta(days=60))
    begun = {"sendable_on": clock.today() - timedelta(days=1), "sendable_told_at": clock.now()}
    Dossier.objects.filter(pk=on.dossier.pk).update(**begun)
    return on


def with_a_title_that_ends() -> Ours:
    """Return a request whose employee's title ends in a month; no other title is near its end."""
    Registrant.objects.update(title_told_at=clock.now())
    dossier = firm.a_ready_request()
    soon = {**firm.EMPLOYEE["stay"], "title_until": clock.today() + timedelta(days=30)}
    on = Ours(dossier)
    requesting.save_section(*on.ids, on.first, "stay", {}, soon)
    dossier.refresh_from_db()
    requesting.send(*on.ids, expects=dossier.version, key=uuid4())
    return on


def link(on: Ours) -> str:
    """Return the secret of the first link to the employee."""
    return confirming.token_of(Told.objects.filter(registrant=on.first).order_by("at")[0].pk)


def links(on: Ours) -> tuple[Any, ...]:
    """Return what the links to the employee were answered, and what the request knows of it."""
    found = Dossier.objects.get(pk=on.dossier.pk)
    rows = Told.objects.filter(registrant=on.first).order_by("at").values_list("answer", "mail_id")
    known = (found.confirmed_at is not None, found.unknown_at is not None)
    return ([(answer, mail is not None) for answer, mail in rows], known)


def to_check() -> Ours:
    """Return a request that was sent, and the caseworker who answers a check of it."""
    return Ours(firm.a_sent_request(), caisse.a_caseworker())


def to_hand_over() -> Ours:
    """Return a request that was sent, and its caseworker; somebody works at another office."""
    caisse.a_caseworker(caisse.PARIS)
    return to_check()


def told_of_the_office(on: Ours) -> tuple[Any, ...]:
    """Return which office has the request, and whom it told so."""
    kinds = ("employee_office", "request_office")
    mails = Mail.objects.filter(dossier_id=on.dossier.pk, kind__in=kinds).order_by("kind")
    return Dossier.objects.get(pk=on.dossier.pk).office, list(mails.values_list("kind", flat=True))


def answer(on: Ours) -> None:
    """Say that the contract runs, as the page shown at first has it."""
    found = {"contract_running": checking.Found(True)}
    checking.answer_checks(on.target, on.dossier.pk, on.first, expects=on.dossier.version, found=found)


ACTS = [
    Act(
        "keep a view",
        "viewing.keep",
        lambda: Reader(firm.a_request()),
        lambda on: viewing.keep(*on.here, "To send", EVERYTHING, key=on.key),
        views_of,
        second=(AlreadyDone,),
    ),
    Act(
        "rename a view",
        "viewing.rename",
        with_a_view,
        lambda on: viewing.rename(*on.here, on.target, "Sent"),
        views_of,
    ),
    Act(
        "remove a view",
        "viewing.remove",
        with_a_view,
        lambda on: viewing.remove(*on.here, on.target),
        views_of,
        second=(access.NotFound,),
    ),
    Act(
        "ask for a file of the list",
        "exporting.ask",
        lambda: Reader(firm.a_request()),
        lambda on: exporting.ask(*on.here, EVERYTHING, "csv", "fr", key=on.key),
        files_of,
        second=(AlreadyDone,),
    ),
    Act(
        "make a file of the list",
        "exporting.make",
        with_a_file,
        lambda on: exporting.make(on.target),
        lambda on: [(state, blob) for state, _total, _done, blob in files_of(on)],
        settle=lambda on: exporting.make(on.target),
    ),
    Act(
        "erase a file of the list",
        "exporting.forget",
        lambda: with_a_file(made=True, days_ago=2),
        lambda on: exporting.forget(),
        files_of,
    ),
    Act(
        "tell a company what waits this month",
        "monthly.run",
        waiting_for_the_month,
        lambda on: monthly.run(),
        lambda on: MonthlyTold.objects.filter(organisation=on.dossier.organisation_id).count(),
    ),
    Act(
        "answer a check of the category",
        "checking.answer_checks",
        to_check,
        answer,
        lambda on: [(row.code, row.holds) for row in CategoryCheck.objects.filter(registrant=on.first)],
        second=(Conflict,),
    ),
    Act(
        "hand a request over",
        "handing.hand_over",
        to_hand_over,
        lambda on: handing.hand_over(
            on.target, on.dossier.pk, caisse.PARIS, "Lives in Paris now.", expects=on.dossier.version
        ),
        told_of_the_office,
        second=(Conflict, access.NotFound),
        shares=True,
    ),
    Act(
        "open a request",
        "requesting.open_request",
        ready_to_open,
        lambda on: requesting.open_request(access.member(on[1].pk), on[0].pk, "salarie", {}, key=on[2]),
        opened,
        second=(AlreadyDone,),
    ),
    Act(
        "change the category",
        "requesting.change_request",
        lambda: Ours(firm.a_request()),
        lambda on: requesting.change_request(*on.ids, category="ict", answers={"filed_alone": True}),
        shown,
    ),
    Act(
        "autosave of the category",
        "requesting.save_asked",
        lambda: Ours(firm.a_request()),
        lambda on: requesting.save_asked(*on.ids, {"category": ("salarie", "ict"), "own_reference": ("", "A-12")}),
        lambda on: [asked.typed(row) for row in Dossier.objects.filter(pk=on.dossier.pk)],
    ),
    Act(
        "add a person",
        "requesting.add_person",
        lambda: Ours(firm.a_request()),
        lambda on: requesting.add_person(*on.ids, "spouse", key=on.key),
        shown,
        second=(AlreadyDone,),
    ),
    Act(
        "take a person out",
        "requesting.remove_person",
        with_a_child,
        lambda on: requesting.remove_person(*on.ids, on.target),
        shown,
        second=(access.NotFound,),
    ),
    Act(
        "autosave of a request",
        "deposit.save_typed",
        lambda: Ours(firm.a_request()),
        lambda on: deposit.save_typed(*on.ids, {"city": ("", "Dole")}, person_id=on.first),
        shown,
    ),
    Act(
        "save a page of a request",
        "requesting.save_section",
        lambda: Ours(firm.a_request()),
        lambda on: requesting.save_section(
            *on.ids, on.first, "contact", {"city": ("", "Besançon")}, firm.EMPLOYEE["contact"]
        ),
        shown,
    ),
    Act(
        "send a request",
        "requesting.send",
        lambda: Ours(firm.a_ready_request()),
        lambda on: requesting.send(*on.ids, expects=on.dossier.version, key=on.key),
        shown,
        second=(AlreadyDone,),
        shares=True,
    ),
    Act(
        "add a person to a request that was sent",
        "requesting.add_person",
        lambda: Ours(firm.a_sent_request()),
        lambda on: requesting.add_person(*on.ids, "spouse", key=on.key),
        shown,
        second=(AlreadyDone,),
    ),
    Act(
        "a company withdraws a request",
        "ending.withdraw",
        lambda: Ours(firm.a_sent_request(family=True)),
        lambda on: ending.withdraw(*on.ids, expects=on.dossier.version),
        shown,
        second=(Conflict,),
        shares=True,
    ),
    Act(
        "send a person who was added",
        "requesting.send_person",
        added,
        lambda on: requesting.send_person(*on.ids, on.target, expects=on.dossier.version, key=on.key),
        shown,
        second=(AlreadyDone,),
        shares=True,
    ),
    Act(
        "tell that a draft can be sent",
        "requesting.tell_sendable",
        waiting_for_its_day,
        lambda on: requesting.tell_sendable(),
        shown,
    ),
    Act(
        "tell that a stay title ends",
        "requesting.tell_titles",
        with_a_title_that_ends,
        lambda on: requesting.tell_titles(),
        lambda on: [row.title_told_at is not None for row in on.dossier.registrants.all()],
    ),
    Act(
        "write to an employee again",
        "confirming.write_again",
        lambda: Ours(firm.a_sent_request()),
        lambda on: confirming.write_again(*on.ids, on.first, "new@example.org", key=on.key),
        links,
        second=(AlreadyDone,),
    ),
    Act(
        "an employee confirms",
        "confirming.confirm",
        lambda: Ours(firm.a_sent_request()),
        lambda on: confirming.confirm(link(on), firm.EMPLOYEE["civil_status"]["birth_date"]),
        links,
    ),
    Act(
        "an employee does not know the company",
        "confirming.disown",
        lambda: Ours(firm.a_sent_request()),
        lambda on: confirming.disown(link(on)),
        links,
        shares=True,
    ),
    Act(
        "join two accounts of a company",
        "joining.join_accounts",
        two_accounts,
        lambda on: joining.join_accounts(on.target[0], on.target[1], on.target[2]),
        lambda on: (str(Dossier.objects.get(pk=on.dossier.pk).organisation_id == on.target[1]), shown(on)),
    ),
]
