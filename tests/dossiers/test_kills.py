"""The process of every act on a dossier is killed before and after its writes: what was acknowledged is there, once.

Nothing half-done is visible, every file of a row opens, no file without a row outlives the reconciler, the journal
verifies, and asking again ends in one effect (reliability.md F01, F21; issue 3, section 1).
"""

import inspect
import os
import pkgutil
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

from matricule.core import outbox
from matricule.core.outbox import Mail, transport
from matricule.core.outbox.transport import Outcome, Result
from matricule.core.vault import backend
from matricule.core.vault.folder import Folder
from matricule.dossiers import operations
from tests.dossiers import (
    acts,
    acts_of_accounts,
    acts_of_companies,
    acts_of_signing_in,
    acts_of_the_caisse,
    acts_of_the_calendar,
    acts_of_the_mailbox,
    not_killed,
)
from tests.support import kills
from tests.support.promises import WHOLE, bulk

pytestmark = pytest.mark.race

ACTS = [*acts.ACTS, *acts_of_the_caisse.ACTS, *acts_of_the_calendar.ACTS, *acts_of_the_mailbox.ACTS]
OF_COMPANIES = [*acts_of_companies.ACTS, *acts_of_accounts.ACTS]
"""Acts that only ``make prove`` kills: ``make test`` walks their doors in the tests of each room."""
OF_SIGN_IN = acts_of_signing_in.ACTS if WHOLE else acts_of_signing_in.ACTS[: acts_of_signing_in.FLOOR]
DEPOSIT = {act.name for act in acts.ACTS}
EACH = None if WHOLE else 4
"""Writes of an act of the deposit that ``make test`` kills at; ``make prove`` takes every point, reads too."""
CAISSE = bulk(3, 40)
"""Writes of an act of the caisse or the calendar that are killed at; none has more than the whole."""
POINTS = bulk(300, 1_600)
"""Moments, before or after a write, at which an act was killed (issue 4, section 6).

The whole is every pair that there is, killed before and after in the acts of the deposit, before in the others (and
after the last): 1,639 kills at 999 pairs of 134 acts when they were counted for this bound. An act that learns to
write in fewer statements lowers it: count again then."""
PAIRS = bulk(200, 975)
killed: dict[str, tuple[int, int]] = {}
"""Of each act: its writes that were killed at, and the kills."""


@pytest.fixture
def place(whole_db, tmp_path, monkeypatch) -> Folder:
    """Give the vault a folder of its own, with its folders made: a first file's extra points are in test_vault_…"""
    folder = Folder(tmp_path / "vault")
    for name in ("tmp", *(f"{a:x}/{b:x}" for a in range(16) for b in range(16))):
        (folder.root / name).mkdir(parents=True)
    monkeypatch.setattr(backend, "current", lambda: folder)
    return folder


class Carrier:
    """A mail server that says yes, and keeps what it took outside of every process."""

    def __init__(self, taken: Path) -> None:
        self.taken = taken

    def send(self, mail: Mail) -> Outcome:
        """Take the mail."""
        line = os.open(self.taken, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(line, f"{mail.message_id}\n".encode())
        os.close(line)
        return Outcome(Result.SENT)

    def close(self) -> None:
        """Hold nothing open."""


@pytest.fixture
def taken(tmp_path, monkeypatch) -> Path:
    """Return the list of what the mail server took."""
    monkeypatch.setattr(transport, "current", lambda: Carrier(tmp_path / "taken"))
    return tmp_path / "taken"


def test_a_mail_leaves_a_second_time_only_when_killed_between_the_yes_and_our_commit(place, taken, promise):
    act = next(act for act in ACTS if act.of == "outbox.deliver")
    ordeal = kills.Ordeal(act, place, None)
    names = ordeal.run()
    outbox.deliver_due()
    copies = Counter(taken.read_text(encoding="utf-8").split())
    doubled = sum(count == 2 for count in copies.values())
    assert set(copies.values()) == {1, 2}
    assert doubled == 2, "after the yes, and before the statement that writes it down"
    assert set(copies) == set(Mail.objects.values_list("message_id", flat=True))
    promise(
        "killed: a mail",
        f"{ordeal.kills} kills ({kills.summary(names)}), {len(copies)} mails, {doubled} of them twice",
    )


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_killed_at_its_writes(act, place, taken, promise):
    ordeal = kills.Ordeal(act, place, EACH if act.name in DEPOSIT else CAISSE)
    names = ordeal.run()
    for name in names:
        print(f"{act.name}: {name}")
    killed[act.name] = len(names), ordeal.kills
    promise(f"killed: {act.name}", f"{len(names)} writes ({kills.summary(names)}), {ordeal.kills} kills")


@pytest.mark.prove
@pytest.mark.parametrize("act", OF_COMPANIES, ids=lambda act: act.name)
def test_a_company_killed_at_its_writes(act, place, taken, promise):
    ordeal = kills.Ordeal(act, place, CAISSE)
    names = ordeal.run()
    killed[act.name] = len(names), ordeal.kills
    promise(f"killed at a company: {act.name}", f"{len(names)} writes ({kills.summary(names)}), {ordeal.kills} kills")


@pytest.mark.parametrize("act", OF_SIGN_IN, ids=lambda act: act.name)
def test_an_account_killed_at_its_writes(act, place, taken, promise):
    ordeal = kills.Ordeal(act, place, bulk(2, 40))
    names = ordeal.run()
    killed[act.name] = len(names), ordeal.kills
    promise(f"killed at an account: {act.name}", f"{len(names)} writes ({kills.summary(names)}), {ordeal.kills} kills")


def test_there_are_enough_kills(promise):
    if set(killed) != {act.name for act in (*ACTS, *OF_SIGN_IN, *(OF_COMPANIES if WHOLE else ()))}:
        pytest.skip("counts what the whole of this file did")
    pairs, points = (sum(column) for column in zip(*killed.values(), strict=True))
    assert points >= POINTS and pairs >= PAIRS
    assert min(pairs for pairs, _ in killed.values()) >= 2
    promise("killed: all", f"{points} kills at {pairs} pairs of an act and a write, of {len(killed)} acts")


def writers() -> Iterator[str]:
    """Yield the public functions of the operations but those that are a part of another one, within its door."""
    for module in pkgutil.iter_modules(operations.__path__):
        for name, found in vars(import_module(f"{operations.__name__}.{module.name}")).items():
            mine = isinstance(found, FunctionType) and found.__module__.endswith(f".{module.name}")
            if mine and not name.startswith("_") and "op" not in inspect.signature(found).parameters:
                yield f"{module.name}.{name}"


READERS = {
    "asking.half_of": "reads",
    "asking.term": "computes",
    "confirming.asked_by": "reads",
    "confirming.may_write": "computes",
    "confirming.token_of": "computes",
    "correcting.held_fields": "reads",
    "correcting.may": "computes",
    "deposit.keep_iban": "a part of saving bank details, of noting a RIB and of taking that back",
    "door.first_given_name": "reads",
    "door.rebuilt": "reads",
    "door.operation": "the door itself: every act goes through it",
    "door.note_refusal": "one insert: one journal entry that a refusal leaves",
    "door.was_done": "reads",
    "door.spend": "a part of every act with a key",
    "exporting.at_once": "one insert: the journal entry of a list that was given",
    "exporting.fetch": "one insert: the journal entry of a file that was fetched",
    "monthly.month_of": "computes",
    "ending.reopen_until": "computes",
    "examining.settle": "a part of accept and refuse, within their door",
    "files.decided": "reads",
    "files.slot_of": "reads",
    "handing.open_to": "reads",
    "numbers.index_of": "computes",
    "recovering.index_of": "computes",
    "recovering.still_waits": "reads",
    "silence.arrived": "reads",
    "silence.reminder_day": "reads",
    "spaces.is_closed": "reads",
    "sweeping.apart": "a part of the sweeps",
}
"""Public functions of the operations that are no act of their own, and why."""


def test_every_function_that_writes_a_dossier_is_killed():
    known = {act.of for act in [*ACTS, *acts_of_companies.ACTS]} | set(READERS)
    assert set(writers()) - known == set(), "add a row to tests/dossiers/acts.py or one beside it"
    elsewhere = ("outbox.", "address_changes.")
    assert {name for name in known if not name.startswith(elsewhere)} - set(writers()) == set(), "a row too many"


def account_writers() -> Iterator[str]:
    """Yield the public functions of the accounts, of the repertoire, and of the desk of the messages."""
    packages = [import_module(f"matricule.{name}") for name in ("accounts", "repertoire")]
    names = [
        f"{package.__name__}.{one.name}"
        for package in packages
        for one in pkgutil.iter_modules(package.__path__)
        if not one.ispkg
    ]
    for module in map(import_module, [*names, "matricule.notices.desk"]):
        for word, found in vars(module).items():
            if isinstance(found, FunctionType) and found.__module__ == module.__name__ and word[0] != "_":
                yield f"{module.__name__.rpartition('.')[2]}.{word}"


def test_every_function_that_writes_an_account_is_killed():
    acts_of_people = [*acts_of_accounts.ACTS, *acts_of_signing_in.ACTS, *acts_of_the_mailbox.ACTS]
    killed_here, reasons = {act.of for act in acts_of_people}, not_killed.REASONS
    assert set(account_writers()) - killed_here - set(reasons) == set(), "add a row to acts_of_signing_in, or a reason"
    assert set(reasons) - set(account_writers()) == set(), "a reason too many"
    assert killed_here & set(reasons) == set(), "killed after all"


def test_what_is_said_to_be_killed_within_another_act_or_elsewhere_is():
    rows_of_ours = {act.of for act in [*ACTS, *OF_COMPANIES, *acts_of_signing_in.ACTS]}
    for name, reason in not_killed.REASONS.items():
        assert set(not_killed.WITHIN.findall(reason)) <= rows_of_ours, name
    elsewhere = Path(not_killed.REPERTOIRE).read_text(encoding="utf-8")
    for name, reason in not_killed.REASONS.items():
        if reason == not_killed.ELSEWHERE:
            assert f"repertoire.{name.partition('.')[2]}(" in elsewhere, name


def test_no_two_acts_share_a_name():
    every = [act.name for act in (*ACTS, *OF_COMPANIES, *acts_of_signing_in.ACTS)]
    assert len(set(every)) == len(every)
