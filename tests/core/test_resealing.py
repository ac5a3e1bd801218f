"""A key of the columns is replaced: everything is sealed again and readable meanwhile, then the old key may go."""

import pytest
from django.db import connection

from matricule.core import crypto, keys, resealing
from matricule.core.outbox import Mail
from matricule.dossiers.models import Registrant
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(tmp_path, monkeypatch):
    """Give a key file of its own; everything that follows is sealed with its first key."""
    path = tmp_path / "keys.toml"
    keys.make(path)
    monkeypatch.setattr(keys, "current", lambda: keys.load(path))
    return path


def renew(path):
    keys.activate(path, "fields", keys.add_key(path, "fields"))


def key_ids() -> set[str]:
    """Return the keys that sealed what any table holds now."""
    found = set()
    with connection.cursor() as cursor:
        for model, column in resealing.sealed_columns():
            cursor.execute(f'select "{column.column}" from {model._meta.db_table} where "{column.column}" is not null')
            found |= {bytes(token)[2:4].decode() for (token,) in cursor.fetchall()}  # after version and length
    return found


def test_every_sealed_column_of_every_table_is_known():
    known = [(model._meta.label, column.name) for model, column in resealing.sealed_columns()]
    assert {("core.Mail", "body"), ("dossiers.Registrant", "iban"), ("dossiers.File", "name")} <= set(known)
    assert len(known) == len(set(known)) >= 35, "a column twice, or columns that are not found any more"


def test_what_an_older_key_sealed_is_sealed_again_and_says_the_same(ring, monkeypatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    make.a_submitted()
    said = [list(model.objects.order_by("pk").values()) for model in (Registrant, Mail)]
    renew(ring)
    make.a_submitted()
    assert key_ids() == {"k1", "k2"}
    report = resealing.reseal()
    assert report.resealed > 5 and not report.unreadable
    assert key_ids() == {"k2"}
    for model, before in zip((Registrant, Mail), said, strict=True):
        assert list(model.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk").values()) == before
    assert resealing.reseal() == resealing.Report()


def test_what_somebody_writes_meanwhile_is_kept(ring, monkeypatch):
    make.a_submitted()
    renew(ring)
    real = crypto.seal

    def seal(*given):
        monkeypatch.setattr(crypto, "seal", real)
        Mail.objects.all().update(body="written meanwhile")
        return real(*given)

    monkeypatch.setattr(crypto, "seal", seal)
    monkeypatch.setattr(resealing, "sealed_columns", lambda: [(Mail, Mail._meta.get_field("body"))])
    resealing.reseal()
    assert set(Mail.objects.values_list("body", flat=True)) == {"written meanwhile"}


def test_a_value_that_no_key_opens_is_told_and_left(ring):
    make.a_submitted()
    with connection.cursor() as cursor:
        cursor.execute("update core_mail set body = overlay(body placing '\\x00'::bytea from octet_length(body))")
    count = Mail.objects.count()
    renew(ring)
    assert count and resealing.reseal().unreadable == {"core_mail.body": count}
