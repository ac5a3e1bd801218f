"""Migrations that move data, on a database that has rows: back to before, rows as they were, forward, and read."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from matricule.core import clock
from matricule.dossiers.listing import ListedRequest
from matricule.dossiers.models import Dossier, Registrant
from tests.support import cluster

SILENCE = {"reason": "silence", "words": "", "reopen_on": "2027-01-04"}
REFUSAL = {"reason": "not_entitled", "words": "Invented words."}


@pytest.fixture
def as_owner(whole_db):
    """Give the tests' connection the owner's rights: only the owner changes tables."""
    settings = connection.settings_dict
    connection.close()
    before, settings["USER"] = settings["USER"], cluster._role("DATABASE_OWNER_URL")
    yield
    connection.close()
    settings["USER"] = before


def migrate(name: str) -> Apps:
    """Bring the tables of dossiers to where they were after this migration; return the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate([("dossiers", name)])
    return MigrationExecutor(connection).loader.project_state([("dossiers", name)]).apps


def a_row(apps: Apps, people: list[dict[str, Any]], **values: Any) -> UUID:
    """Write one dossier with its people into tables of an earlier day."""
    user = apps.get_model("accounts", "User").objects.create(email=f"{uuid4().hex}@example.org", language="fr")
    number = apps.get_model("dossiers", "Dossier").objects.count()
    dossier = apps.get_model("dossiers", "Dossier").objects.create(
        owner=user, reference=f"M26-AAAA-{number:04d}", opened_at=clock.now(), **{"route": "student", **values}
    )
    for position, person in enumerate(people, start=1):
        apps.get_model("dossiers", "Registrant").objects.create(dossier=dossier, position=position, **person)
    return dossier.pk


def endings(dossier_id: UUID) -> list[dict[str, str]]:
    return [person.ending for person in Registrant.objects.filter(dossier=dossier_id).order_by("position")]


def an_ending_of_each_person(apps: Apps) -> Callable[[], None]:
    both = [{"state": "closed"}, {"state": "rejected"}, {"state": "registered"}]
    silent = a_row(apps, both, ending=SILENCE)
    refused = a_row(apps, both, ending=REFUSAL)
    open_one = a_row(apps, [{"state": "under_examination"}])

    def read() -> None:
        assert endings(silent) == [SILENCE, {}, {}]
        assert endings(refused) == [{}, REFUSAL, {}]
        assert endings(open_one) == [{}]

    return read


def the_postcode_of_what_was_sent(apps: Apps) -> Callable[[], None]:
    family = [{"postcode": "25300"}, {"postcode": "39100"}]
    sent = a_row(apps, family, submitted_at=clock.now(), office="251", queue="to_take")
    draft = a_row(apps, family)

    def read() -> None:
        assert Dossier.objects.get(pk=sent).postcode == "25300"
        assert Dossier.objects.get(pk=draft).postcode == ""

    return read


def what_ended_is_not_answered(apps: Apps) -> Callable[[], None]:
    ended = a_row(apps, [{"state": "rejected"}], queue="done", answered_at=clock.now())
    answered = a_row(apps, [{"state": "under_examination"}], queue="answered", answered_at=clock.now())

    def read() -> None:
        assert Dossier.objects.get(pk=ended).answered_at is None
        assert Dossier.objects.get(pk=answered).answered_at is not None

    return read


def the_day_of_drafts(apps: Apps) -> Callable[[], None]:
    day = date(2026, 11, 2)
    company = apps.get_model("accounts", "Organisation").objects.create(created_at=clock.now())
    begun = [{"contract_start": day}, {}]
    ours = {"organisation": company, "route": "employee"}
    draft = a_row(apps, begun, category="salarie", **ours)
    others = [
        a_row(apps, begun, category="membre_majeur_famille", **ours),
        a_row(apps, [{}], category="salarie", **ours),
        a_row(apps, begun, category="salarie", submitted_at=clock.now(), **ours),
        a_row(apps, begun),
    ]

    def read() -> None:
        assert Dossier.objects.get(pk=draft).sendable_on == day
        assert Dossier.objects.get(pk=draft).sendable_told_at is not None
        assert not Dossier.objects.filter(pk__in=others).exclude(sendable_on=None).exists()

    return read


def whose_day_it_is(apps: Apps) -> Callable[[], None]:
    moment, day, later = clock.now(), date(2027, 1, 11), date(2027, 2, 1)
    company = apps.get_model("accounts", "Organisation").objects.create(created_at=moment)

    def a_line(codes: dict[str, Any], turn: str, due: date, state: str = "under_examination", now: date | None = None):
        """Write a request that waits for these documents (code: since when answered), and its line of that day."""
        pk = a_row(apps, [{"state": state}], organisation=company, route="employee")
        person = apps.get_model("dossiers", "Registrant").objects.get(dossier=pk)
        asked = {"registrant": person, "asked_at": moment, "days": 45, "due_on": now or due}
        ask = apps.get_model("dossiers", "Ask").objects.create(**asked)
        for code, at in codes.items():
            item = {"ask": ask, "slot": code, "part": "main", "code": code, "asked_at": moment, "answered_at": at}
            apps.get_model("dossiers", "AskItem").objects.create(**item)
        values = {"filter": "in_progress", "rank": 1, "opened_at": moment, "changed_at": moment}
        line = {"dossier_id": pk, "organisation": company, "turn": turn, "due_on": due, **values}
        apps.get_model("dossiers", "ListedRequest").objects.create(**line)
        return pk

    first = f"1 {day.isoformat()}"
    wanted = {
        a_line({"rib": None}, "2", day): ("2", None, day),
        a_line({"rib": None}, first, day, "provisional_number"): ("1 later", None, day),
        a_line({"rib": None, "identity": None}, first, day): (first, day, day),
        a_line({"rib": moment, "identity": None}, first, day): (first, day, None),
        a_line({"rib": None, "identity": moment}, "2", day): ("2", None, day),
        a_line({"identity": None}, "2", day): (first, day, None),
        a_line({"identity": None}, first, day, now=later): (f"1 {later.isoformat()}", later, None),
        a_line({"rib": None}, "1 later", day, "registered"): ("1 later", None, None),
    }

    def read() -> None:
        rows = ListedRequest.objects.filter(pk__in=wanted).values_list("pk", "turn", "due_on", "person_due_on")
        assert {pk: said for pk, *said in rows} == {pk: list(said) for pk, said in wanted.items()}

    return read


MOVED = {
    "0010_ending_of_a_person": ("0009_lost_mailbox", an_ending_of_each_person),
    "0018_queue_of_a_place": ("0017_queue_of_a_category", the_postcode_of_what_was_sent),
    "0019_answered_after_an_end": ("0018_queue_of_a_place", what_ended_is_not_answered),
    "0020_posted_rib": ("0019_answered_after_an_end", the_day_of_drafts),
    "0022_day_of_the_person": ("0021_index_of_companies_only", whose_day_it_is),
}
"""Each migration of dossiers that moves data, in order, with the one before it, and what puts the rows to read."""


def test_every_migration_that_moves_data_is_tried_below():
    moving = {
        name
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app == "dossiers" and any(isinstance(one, RunPython | RunSQL) for one in migration.operations)
    }
    assert moving == set(MOVED)


def test_rows_of_an_earlier_day_are_there_after_the_migrations(as_owner):
    last = max(name for app, name in MigrationLoader(None).disk_migrations if app == "dossiers")
    reads = [put(migrate(before)) for before, put in MOVED.values()]
    migrate(last)
    for read in reads:
        read()
