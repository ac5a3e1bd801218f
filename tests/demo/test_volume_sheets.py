"""Rows written by COPY come back as they went in."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from matricule.core import clock
from matricule.core.outbox.models import Mail
from matricule.demo.volume.sheets import Sheets, fresh, text_of
from matricule.dossiers.models import Dossier, File, Registrant
from tests.support import factories as make

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\\N"),
        (True, "t"),
        (False, "f"),
        (12, "12"),
        ("a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e"),
        ("Été", "Été"),
        (b"\x00\xff", "\\\\x00ff"),
        (bytearray(b"\x01"), "\\\\x01"),
        (memoryview(b"\x02"), "\\\\x02"),
        (date(2026, 2, 1), "2026-02-01"),
        (AT, "2026-11-26T09:30:00+00:00"),
        (File.State.READY, "ready"),
    ],
)
def test_each_kind_of_value_has_one_spelling(value, text):
    assert text_of(value) == text


def test_a_fresh_row_has_the_defaults_of_its_columns_and_an_id_of_its_own():
    one, other = fresh(Registrant, birth_name="Aa"), fresh(Registrant)
    assert (one.birth_name, other.birth_name, one.role, one.position) == ("Aa", "", "principal", 1)
    assert one.pk != other.pk


@pytest.mark.django_db
def test_rows_come_back_as_they_went_in():
    sheets, owner, name = Sheets(), make.a_user(), "L\\été\t\n'\"\\N"
    dossier = fresh(Dossier, reference="M26-0000-0000", route="student", owner_id=owner.pk, opened_at=AT, ended_at=AT)
    dossier.answers = {"a": [1, name, None]}
    sheets.add(dossier)
    person = sheets.add(fresh(Registrant, dossier_id=dossier.pk, birth_name=name, iban="FR76", iban_index=b"\\x\x00"))
    person.sections_done, person.arrival_date = ["a", name], date(2026, 9, 1)
    assert sheets.write() == 2
    kept = Registrant.objects.select_related("dossier").get(pk=person.pk)
    assert (kept.birth_name, kept.iban, bytes(kept.iban_index)) == (name, "FR76", b"\\x\x00")
    assert (kept.sections_done, kept.arrival_date, kept.typed) == (["a", name], date(2026, 9, 1), {})
    assert (kept.dossier.answers, kept.dossier.opened_at, kept.dossier.label) == ({"a": [1, name, None]}, AT, "draft")
    assert sheets.write() == 0


@pytest.mark.django_db
def test_what_is_sealed_is_sealed_in_the_table():
    sheets, secret = Sheets(), uuid4().hex
    mail = fresh(Mail, kind="x", to_address="a@example.org", language="fr", subject="s", body=secret, message_id="<a>")
    mail.next_at = mail.created_at = clock.wall()
    sheets.add(mail)
    sheets.write()
    with connection.cursor() as cursor:
        cursor.execute("select position(%s in encode(body, 'escape')) from core_mail", [secret])
        assert cursor.fetchone() == (0,)
    assert Mail.objects.get().body == secret
