"""Rows read by a statement of our own are the rows that the ORM reads: every column, opened and in its own type."""

import json
from datetime import date

import pytest
from django.db import connection, models

from matricule.accounts.models import Session, User
from matricule.core import clock
from matricule.core.rows import Table
from matricule.core.vault.models import Blob
from matricule.dossiers.case import Decision
from matricule.dossiers.models import Document, Dossier, File, Registrant, Requirement, Version
from tests.support import factories as make

pytestmark = pytest.mark.django_db
MODELS = (User, Dossier, Registrant, Requirement, Document, Version, File, Decision, Blob)


def values(row: models.Model) -> dict:
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def by_columns(model: type, pk: object) -> models.Model:
    table = Table(model)
    with connection.cursor() as cursor:
        cursor.execute(f"select {table.columns('t')} from {model._meta.db_table} t where t.{_key(model)} = %s", [pk])
        return table.row(cursor.fetchone())


def as_json(model: type, pk: object) -> models.Model:
    with connection.cursor() as cursor:
        cursor.execute(f"select to_jsonb(t) from {model._meta.db_table} t where t.{_key(model)} = %s", [pk])
        return Table(model).nested(json.loads(cursor.fetchone()[0]))


def _key(model: type) -> str:
    return model._meta.pk.column


@pytest.fixture
def full():
    """Return a submitted dossier with a file, a decision with a last day, and an IBAN."""
    dossier = make.a_submitted()
    Registrant.objects.filter(dossier=dossier).update(
        iban="FR7630006000011234567890189", arrival_date=date(2026, 8, 28)
    )
    version = Version.objects.filter(document__registrant__dossier=dossier).first()
    Decision.objects.create(
        version=version, part="main", accepted=True, words={"fr": "é", "en": "e"}, until=date(2027, 6, 30),
        files=[["a", "b"]], at=clock.now(),
    )  # fmt: skip
    return dossier


@pytest.mark.parametrize("read", [by_columns, as_json])
@pytest.mark.parametrize(
    "model",
    [User, Dossier, Registrant, Requirement, Document, Version, File, Decision, Blob],
    ids=lambda m: m.__name__,
)
def test_a_row_is_what_the_orm_reads(model, read, full):
    for expected in model.objects.all():
        found = read(model, expected.pk)
        assert found == expected and not found._state.adding
        assert values(found) == values(expected)
        assert {name: type(value) for name, value in values(found).items()} == {
            name: type(value) for name, value in values(expected).items()
        }


def test_a_row_whose_key_is_a_text_is_read_too():
    Session.objects.create(session_key="k", session_data="d", expire_date=clock.wall())
    assert values(by_columns(Session, "k")) == values(Session.objects.get())
    assert values(as_json(Session, "k")) == values(Session.objects.get())


def test_a_row_that_was_read_can_be_saved(full):
    person = by_columns(Registrant, Registrant.objects.get().pk)
    person.city = "Dole"
    person.save(update_fields=["city"])
    assert Registrant.objects.get().city == "Dole"


def test_a_column_that_the_model_does_not_know_is_left_out(full):
    file = File.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(t) || '{\"new\": 1}' from dossiers_file t where id = %s", [file.pk])
        assert Table(File).nested(json.loads(cursor.fetchone()[0])) == file


def test_a_sealed_value_that_was_moved_does_not_open(full):
    from matricule.core.crypto import BadToken

    file = File.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("update dossiers_file set name = (select typed from dossiers_registrant limit 1)")
    with pytest.raises(BadToken):
        as_json(File, file.pk)
    with pytest.raises(BadToken):
        by_columns(File, file.pk)
