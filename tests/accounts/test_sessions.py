"""Sessions: the row's key is a digest, its data is sealed, and all of a person's can be ended at once."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from matricule.accounts import sessions
from matricule.accounts.models import Session, User
from matricule.accounts.sessions import SessionStore
from matricule.core import clock
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def stored(**data) -> SessionStore:
    session = SessionStore()
    session.update(data)
    session.save()
    return session


def later(monkeypatch, **delay) -> None:
    moment = clock.wall() + timedelta(**delay)
    monkeypatch.setattr(clock, "wall", lambda: moment)


def test_what_was_put_in_comes_out():
    session = stored(a=1, b={"c": "é"})
    again = SessionStore(session.session_key)
    assert dict(again.items()) == {"a": 1, "b": {"c": "é"}}


def test_the_row_holds_neither_the_cookie_nor_the_data():
    session = stored(secret="482913")
    row = Session.objects.get()
    assert row.session_key == hashlib.sha256(session.session_key.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(s)::text from accounts_session s")
        text = cursor.fetchone()[0]
    assert session.session_key not in text and "482913" not in text and b"482913".hex() not in text


def test_the_stored_key_opens_nothing_as_a_cookie():
    stored(a=1)
    assert SessionStore(Session.objects.get().session_key).load() == {}


@pytest.mark.parametrize("damage", ["", "zz", "00" * 40])
def test_data_that_does_not_open_is_an_empty_session(damage):
    session = stored(a=1)
    Session.objects.update(session_data=damage)
    assert SessionStore(session.session_key).load() == {}


def test_a_flipped_byte_is_an_empty_session():
    session = stored(a=1)
    data = Session.objects.get().session_data
    Session.objects.update(session_data=data[:-1] + ("0" if data[-1] != "0" else "1"))
    assert SessionStore(session.session_key).load() == {}


def test_bytes_are_read_like_text():
    store = SessionStore()
    assert store.decode(store.encode({"a": 1}).encode()) == {"a": 1}


def test_a_key_exists_only_by_its_cookie():
    session = stored(a=1)
    assert SessionStore().exists(session.session_key)
    assert not SessionStore().exists(Session.objects.get().session_key)


def test_the_end_is_thirty_minutes_of_wall_time_away(monkeypatch):
    session = stored(a=1)
    later(monkeypatch, minutes=29)
    assert SessionStore(session.session_key).load() == {"a": 1}
    later(monkeypatch, minutes=2)
    assert SessionStore(session.session_key).load() == {}


def test_a_later_save_moves_the_end_with_the_wall_clock(monkeypatch):
    session = stored(a=1)
    later(monkeypatch, minutes=20)
    session["b"] = 2
    session.save()
    later(monkeypatch, minutes=20)
    assert SessionStore(session.session_key).load() == {"a": 1, "b": 2}


def test_the_time_machine_ends_no_session(monkeypatch):
    session = stored(a=1)
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=90))
    assert SessionStore(session.session_key).load() == {"a": 1}


def test_cycling_the_key_keeps_the_data_and_leaves_no_old_row():
    session = stored(a=1)
    old = session.session_key
    session.cycle_key()
    assert session.session_key != old and Session.objects.count() == 1
    assert SessionStore(old).load() == {} and SessionStore(session.session_key).load() == {"a": 1}


def test_deleting_by_key_or_the_current_one():
    first, second = stored(a=1), stored(a=2)
    first.delete()
    SessionStore().delete(second.session_key)
    SessionStore().delete()
    assert not Session.objects.exists()


def test_the_row_names_its_person_so_that_all_can_be_ended():
    user, other = make.a_user(), make.a_user()
    for _ in range(3):
        stored(_auth_user_id=str(user.pk))
    kept = stored(_auth_user_id=str(other.pk))
    stored(a="nobody's")
    assert sessions.end_all(user.pk) == 3
    assert Session.objects.filter(user_id=UUID(str(other.pk))).count() == 1
    assert SessionStore(kept.session_key).load()
    assert Session.objects.count() == 2


def test_ended_sessions_are_forgotten(monkeypatch):
    stored(a=1)
    later(monkeypatch, minutes=31)
    fresh = stored(a=2)
    assert sessions.forget_ended() == 1
    assert SessionStore(fresh.session_key).load() == {"a": 2}


def test_the_table_names_its_store():
    assert Session.get_session_store_class() is SessionStore
    assert SessionStore.get_model_class() is Session


def test_the_person_comes_with_the_row_also_one_who_never_signed_in(django_assert_num_queries):
    person = User.objects.create(email="anh@example.org")
    assert person.last_login is None
    key = stored(_auth_user_id=str(person.pk)).session_key
    with django_assert_num_queries(1):
        store = SessionStore(key)
        store.load()
        assert store.person == person


def test_a_session_of_nobody_or_of_somebody_who_is_gone_has_no_person():
    for data in ({}, {"_auth_user_id": str(uuid4())}):
        store = SessionStore(stored(**data).session_key)
        store.load()
        assert store.person is None
