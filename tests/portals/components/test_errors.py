"""What a visitor is told when the database is away, and when it is our own fault."""

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import Client, RequestFactory

from matricule.accounts.models import Session
from matricule.portals.components import errors


def while_raising(error, cause=None):
    try:
        raise error from cause
    except Exception:
        return errors.broken(RequestFactory().get("/fr/"))


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_is_away_asks_to_come_back(error):
    answer = while_raising(error)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "gone" not in answer.content.decode()


def test_a_library_may_wrap_the_error_of_the_database():
    assert while_raising(RuntimeError("job not kept"), OperationalError("gone")).status_code == 503


@pytest.mark.parametrize("error", [IntegrityError("twice"), ValueError("x")])
def test_our_own_fault_is_not_the_database(error):
    answer = while_raising(error)
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_asked_for_without_an_exception_it_is_our_own_fault():
    assert errors.broken(RequestFactory().get("/fr/")).status_code == 500


@pytest.mark.parametrize(
    ("error", "status"),
    [(TooManyFilesSent(), 413), (RequestDataTooBig(), 413), (SuspiciousOperation(), 400), (None, 400)],
)
def test_more_than_any_form_of_ours_has_is_too_large(error, status):
    assert errors.bad_request(RequestFactory().get("/fr/"), error).status_code == status


def test_a_form_whose_session_was_replaced_meanwhile_is_led_back_to_its_page():
    ended = SessionInterrupted("the session was deleted before the request completed")
    answer = errors.bad_request(RequestFactory().post("/fr/student/sign-in/code/?next=x"), ended)
    assert (answer.status_code, answer["Location"]) == (302, "/fr/student/sign-in/code/")
    assert errors.bad_request(RequestFactory().get("/fr/"), ended).status_code == 400


@pytest.mark.django_db
def test_a_session_that_the_database_was_too_busy_to_keep_asks_to_come_back(monkeypatch):
    """As it happens: the statement that keeps the session waits too long, and Django says that the session is gone."""

    def too_busy(self, *_given, **_named):
        raise OperationalError("canceling statement due to lock timeout")

    visitor = Client()
    visitor.post("/en/student/sign-in/", {"email": "person@example.org"})
    monkeypatch.setattr(Session, "save", too_busy)
    answer = visitor.post("/en/student/sign-in/code/", {"code": "000000"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    monkeypatch.undo()
    assert visitor.post("/en/student/sign-in/code/", {"code": "000000"})["Location"].endswith("/code/?again=1")
