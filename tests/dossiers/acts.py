"""The acts that are killed at every write, one row each (issue 3, section 1): add an operation, add a row.

A row names the function that it proves; ``test_kills`` fails for a function of the operations that no row names.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import time_machine

from matricule.core import clock, outbox
from matricule.dossiers import access, tasks, uploads
from matricule.dossiers.models import Dossier, File, Page, Version
from matricule.dossiers.operations import deposit, files, pages, retention
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from tests.core.outbox_support import enqueue, state
from tests.support import factories as make
from tests.support.kills import Act

GERMAN = {**make.NON_EU, "nationality": "DE", "birth_country": "DE", "residence_title": ""}
MOVED = {**make.CONTACT, "city": "Dole", "postcode": "39100"}
RELATIVE = "it asks for one step more from where things stand"


@dataclass
class On:
    """A dossier, its owner, and what in it is acted on, with the key of the page that asks."""

    dossier: Dossier
    target: Any = None
    key: UUID = field(default_factory=uuid4)

    @property
    def ids(self) -> tuple[access.Actor, UUID]:
        """Return who acts on which dossier."""
        return make.owner_of(self.dossier), self.dossier.pk

    @property
    def now(self) -> Dossier:
        """Return the dossier as it is."""
        return Dossier.objects.get(pk=self.dossier.pk)


def holding(*counts: int, slot: str = "identity", **changes: Any) -> On:
    """Return a draft with a file of so many pages each; the first is acted on."""
    dossier = make.a_draft()
    ids = [make.add(dossier, slot, pages=count, **changes) for count in counts]
    return On(dossier, ids[0])


def page(number: int, *counts: int) -> On:
    """Return a draft with files, and the page of the first that is acted on."""
    on = holding(*counts)
    on.target = Page.objects.get(file=on.target, number=number).pk
    return on


def after(on: On, act: Any) -> On:
    """Return it with ``act`` done."""
    act(*on.ids, on.target)
    return on


def waiting() -> On:
    """Return a draft with a file that was received while the parser was busy."""
    return holding(0, waiting=True, ok=False, verdict="checking", kind="")


def twice_sent() -> On:
    """Return a draft with the same bytes in two places; the second waits for "keep it?"."""
    dossier, data = make.a_draft(), make.a_pdf()
    make.add(dossier, "enrolment", data=data)
    return On(dossier, make.add(dossier, "identity", data=data))


def long_removed() -> On:
    """Return a draft with a file that was removed 31 days ago."""
    on = after(holding(1, 1), files.remove_file)
    File.objects.filter(pk=on.target).update(removed_at=clock.now() - timedelta(days=31))
    return on


def settle(verdict: str, *, ok: bool, pages: int) -> Any:
    """Return the job that checks a file, with what the parser will say of it."""
    said = make.checked(b"", verdict=verdict, ok=ok, pages=pages)

    def do(on: On) -> None:
        with mock.patch.object(uploads, "check", lambda *_args, **_named: said):
            tasks.check_file(str(on.target))

    return do


def sent_version(on: On) -> UUID:
    """Return the first version of the identity document of a submitted dossier."""
    found = Version.objects.filter(document__registrant__dossier=on.dossier, document__slot="identity")
    return found.order_by("number").values_list("pk", flat=True)[0]


def add(on: On, **named: Any) -> UUID:
    """Add the file that the row brought."""
    return files.add_file(*on.ids, "identity", "main", on.target, key=on.key, **named)


def shown(on: On) -> list[tuple[Any, ...]]:
    """Return what the documents' page shows: each file with its state, its pages as they are ordered and turned."""
    found = File.objects.filter(version__document__registrant__dossier=on.dossier)
    return [
        (
            *(file.state, file.verdict, file.blob is not None, file.position, file.removed_at is None),
            list(file.pages.filter(removed_at=None).order_by("position", "number").values_list("number", "rotation")),
        )
        for file in found.order_by("version__number", "added_at", "pk")
    ]


def typed(on: On) -> tuple[Any, ...]:
    """Return what the form shows."""
    person = on.now.registrants.get(position=1)
    return (
        dict(person.typed),
        person.city,
        str(person.iban),
        tuple(person.sections_done),
        on.now.answers["nationality"],
    )


def standing(on: On) -> tuple[Any, ...]:
    """Return how the request stands."""
    found = Dossier.objects.filter(pk=on.dossier.pk).first()
    return (found.label, found.submitted_at is not None, bool(found.receipt)) if found else ()


def next_round() -> None:
    """Send what is due when the lease of a sender that died is over."""
    with time_machine.travel(clock.wall() + timedelta(minutes=3), tick=False):
        outbox.deliver_due()


DEPOSIT = [
    Act(
        "open a draft",
        "deposit.open_draft",
        make.a_user,
        lambda user: deposit.open_draft(access.person(user.pk), user.pk, "student", make.NON_EU),
        lambda user: Dossier.objects.filter(owner=user).count(),
    ),
    Act(
        "change answers",
        "deposit.change_answers",
        lambda: On(make.a_filled_draft()),
        lambda on: deposit.change_answers(*on.ids, GERMAN),
        typed,
    ),
    Act(
        "autosave",
        "deposit.save_typed",
        lambda: On(make.a_draft()),
        lambda on: deposit.save_typed(*on.ids, {"city": ("", "Dole")}),
        typed,
    ),
    Act(
        "save a page of the form",
        "deposit.save_section",
        lambda: On(make.a_draft()),
        lambda on: deposit.save_section(*on.ids, "contact", {"city": "Dole"}, MOVED),
        typed,
    ),
    Act(
        "save bank details",
        "deposit.save_bank_details",
        lambda: On(make.a_draft()),
        lambda on: deposit.save_bank_details(*on.ids, "FR7630006000011234567890189", confirmed=True),
        typed,
    ),
    Act(
        "keep an unfinished IBAN",
        "deposit.save_bank_typed",
        lambda: On(make.a_draft()),
        lambda on: deposit.save_bank_typed(*on.ids, "FR76 3000"),
        typed,
    ),
    Act(
        "submit",
        "deposit.submit",
        lambda: On(make.a_ready_draft()),
        lambda on: deposit.submit(*on.ids, expects=on.dossier.version, key=on.key),
        standing,
        second=(AlreadyDone,),
        shares=True,
    ),
    Act(
        "delete a draft",
        "deposit.delete_draft",
        lambda: On(make.a_ready_draft()),
        lambda on: deposit.delete_draft(*on.ids, expects=on.dossier.version),
        standing,
        second=(access.NotFound, Conflict),
    ),
]

FILES = [
    Act(
        "add a file",
        "files.add_file",
        lambda: On(make.a_draft(), make.checked(pages=2)),
        add,
        shown,
        second=(AlreadyDone,),
    ),
    Act(
        "add a file that waits for its verdict",
        "files.add_file",
        lambda: On(make.a_draft(), make.checked(waiting=True, ok=False, pages=0)),
        add,
        shown,
        second=(AlreadyDone,),
    ),
    Act(
        "add a file that is refused",
        "files.add_file",
        lambda: On(make.a_draft(), replace(make.checked(ok=False, pages=0, verdict="encrypted"), data=None)),
        add,
        shown,
        second=(AlreadyDone,),
    ),
    Act(
        "add a file after the submission",
        "files.add_file",
        lambda: On(make.a_submitted(), make.checked()),
        add,
        shown,
        second=(AlreadyDone,),
        shares=True,
    ),
    Act(
        "replace a document",
        "files.add_file",
        lambda: On(make.a_submitted(), make.checked()),
        lambda on: add(on, replaces=sent_version(on)),
        shown,
        second=(AlreadyDone,),
        shares=True,
    ),
    Act(
        "remove a file",
        "files.remove_file",
        lambda: holding(1),
        lambda on: files.remove_file(*on.ids, on.target),
        shown,
    ),
    Act(
        "bring a file back",
        "files.restore_file",
        lambda: after(holding(2), files.remove_file),
        lambda on: files.restore_file(*on.ids, on.target),
        shown,
    ),
    Act("keep a file", "files.keep_file", twice_sent, lambda on: files.keep_file(*on.ids, on.target), shown),
    Act(
        "move a file",
        "files.move_file",
        lambda: holding(1, 2),
        lambda on: files.move_file(*on.ids, on.target, earlier=False),
        shown,
        repeats=RELATIVE,
    ),
    Act(
        "name the translator",
        "files.name_translator",
        lambda: On(make.a_draft()),
        lambda on: files.name_translator(*on.ids, "civil_status", "sworn", "Anne Roy", "Besançon"),
        lambda on: list(
            Version.objects.filter(document__registrant__dossier=on.dossier).values_list("translator_name", flat=True)
        ),
    ),
    Act("check a file: in order", "files.settle_check", waiting, settle("ok", ok=True, pages=3), shown),
    Act("check a file: refused", "files.settle_check", waiting, settle("encrypted", ok=False, pages=0), shown),
    Act(
        "erase what was removed",
        "retention.erase_removed",
        long_removed,
        lambda _on: retention.erase_removed(),
        shown,
    ),
]

PAGES = [
    Act(
        "turn a page",
        "pages.turn_page",
        lambda: page(1, 2),
        lambda on: pages.turn_page(*on.ids, on.target),
        shown,
        repeats=RELATIVE,
    ),
    Act(
        "remove a page",
        "pages.remove_page",
        lambda: page(2, 3),
        lambda on: pages.remove_page(*on.ids, on.target),
        shown,
    ),
    Act(
        "remove the last page",
        "pages.remove_page",
        lambda: page(1, 1),
        lambda on: pages.remove_page(*on.ids, on.target),
        shown,
    ),
    Act(
        "bring a page back",
        "pages.restore_page",
        lambda: after(page(1, 1), pages.remove_page),
        lambda on: pages.restore_page(*on.ids, on.target),
        shown,
    ),
    Act(
        "move a page",
        "pages.move_page",
        lambda: page(1, 3),
        lambda on: pages.move_page(*on.ids, on.target, earlier=False),
        shown,
        repeats=RELATIVE,
    ),
]

MAIL = [
    Act(
        "send a mail",
        "outbox.deliver",
        lambda: enqueue(kind="reminder"),
        lambda mail: outbox.deliver(mail.pk),
        state,
        settle=lambda _mail: next_round(),
    ),
]

ACTS = [*DEPOSIT, *FILES, *PAGES, *MAIL]
