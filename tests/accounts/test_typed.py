"""What is kept of a form while a fresh proof is asked for: in the session, sealed, taken once, soon gone."""

import time_machine
from django.test import Client, RequestFactory
from pytest import fixture, mark

from matricule.accounts import backend, typed
from matricule.accounts.models import Session
from matricule.accounts.sessions import SessionStore
from matricule.core import clock
from tests.support import caisse, company
from tests.support import factories as make

pytestmark = mark.django_db
PLACE, OTHER = "/fr/one/", "/fr/another/"
WORDS = "Nguyễn Thị Minh, née à Huế"


@fixture
def request_of():
    """Return a way to send a form within one session."""
    session = SessionStore()

    def send(**given):
        request = RequestFactory().post("/", given)
        request.session = session
        return request

    return send


def later(**minutes):
    return time_machine.travel(clock.wall() + typed.timedelta(**minutes), tick=False)


def test_what_was_typed_is_taken_once_and_only_at_its_place(request_of):
    typed.keep(request_of(why=WORDS, part=["main", "translation"]), PLACE)
    request = request_of()
    assert typed.take(request, OTHER) is None and typed.has(request, PLACE)
    found = typed.take(request, PLACE)
    assert found["why"] == WORDS and found.getlist("part") == ["main", "translation"]
    assert typed.take(request, PLACE) is None and typed.TYPED not in request.session


def test_what_proves_something_once_is_not_kept(request_of):
    typed.keep(request_of(code="123456", credential="{}", csrfmiddlewaretoken="x" * 64, step="app"), PLACE)
    assert dict(typed.take(request_of(), PLACE)) == {"step": ["app"]}


def test_a_second_sending_takes_the_place_of_the_first(request_of):
    for why in ("first", "second"):
        typed.keep(request_of(why=why), PLACE)
    assert typed.take(request_of(), PLACE)["why"] == "second" and not typed.has(request_of(), PLACE)


def test_the_forms_of_a_few_windows_are_kept_and_the_oldest_makes_place(request_of):
    for number in range(typed.MOST + 1):
        typed.keep(request_of(why=str(number)), f"/fr/{number}/")
    request = request_of()
    assert [typed.has(request, f"/fr/{number}/") for number in range(typed.MOST + 1)] == [False] + [True] * typed.MOST


def test_what_is_longer_than_a_form_can_be_is_not_kept(request_of):
    typed.keep(request_of(why="x" * typed.LONGEST), PLACE)
    assert not typed.has(request_of(), PLACE)


def test_after_a_quarter_of_an_hour_it_is_given_to_nobody(request_of):
    typed.keep(request_of(why=WORDS), PLACE)
    with later(minutes=14):
        assert typed.has(request_of(), PLACE)
    with later(minutes=15):
        assert typed.take(request_of(), PLACE) is None


def a_browser_with_something_typed() -> Client:
    client = company.browser(make.a_user().pk)
    session = client.session
    session[typed.TYPED] = [[PLACE, clock.wall().timestamp(), "why=" + WORDS]]
    session.save()
    return client


def test_in_the_database_it_lies_sealed():
    a_browser_with_something_typed()
    (row,) = Session.objects.filter(user_id__isnull=False)
    lying = row.session_data.encode() + bytes.fromhex(row.session_data)
    assert not any(part in lying for part in (WORDS.encode(), b"Nguy", b"why=", PLACE.encode()))


def test_whoever_goes_on_elsewhere_has_it_deleted_from_the_session():
    client = a_browser_with_something_typed()
    with later(minutes=5):
        client.get("/en/")
        assert client.session[typed.TYPED]
    with later(minutes=16):
        client.get("/en/")
        assert typed.TYPED not in client.session


def test_signing_out_deletes_it_at_the_desk_and_at_a_company():
    for client, way in (
        (a_browser_with_something_typed(), "/en/employer/sign-out/"),
        (caisse.desk(caisse.a_caseworker()), "/en/desk/sign-out/"),
    ):
        session = client.session
        session[typed.TYPED] = [[PLACE, clock.wall().timestamp(), "why=x"]]
        session.save()
        key = session.session_key
        client.post(way)
        assert SessionStore(key).load() == {}


def test_the_next_person_in_the_same_browser_finds_nothing(request_of):
    request = request_of(why=WORDS)
    request.session.save()
    request.user = make.a_user()
    backend.sign_in(request, request.user, "code")
    typed.keep(request, PLACE)
    backend.sign_in(request, make.a_user(), "code")
    assert not typed.has(request, PLACE)
