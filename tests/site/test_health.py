"""Who may ask how the service is, and what each part answers when it does not move."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import Error, transaction
from django.test import Client, RequestFactory

from matricule.core import clock, config, health, jobs, journal
from matricule.core.journal import head
from matricule.core.vault import backend, errors
from matricule.site import health as pages


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch):
    """Return a function that gives the service other settings."""

    def use(**env: str) -> None:
        found = config.load({"MATRICULE_DEMO": "1", **env})
        monkeypatch.setattr(config, "current", lambda: found)

    use()
    return use


def test_alive_asks_nobody(client: Client) -> None:
    answer = client.get("/health/alive", headers={"host": "localhost"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "sid" not in answer.cookies


@pytest.mark.django_db
def test_ready_says_yes(client: Client) -> None:
    assert client.get("/health/ready").json() == {"ready": True}


def test_ready_says_no_without_its_reason(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READY", {"database": lambda: "read_only"})
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@pytest.mark.django_db
def test_full_names_each_part(client: Client) -> None:
    answer = client.get("/health/full")
    found = answer.json()
    assert set(found["checks"]) == set(health.FULL)
    assert found["checks"]["database"] == "ok"
    assert found["checks"]["vault"] == "ok"
    assert found["checks"]["worker"] == "never_seen"
    assert (answer.status_code, found["healthy"]) == (503, False)


@pytest.mark.parametrize(
    ("env", "headers", "address", "allowed"),
    [
        ({}, {}, "127.0.0.1", True),
        ({}, {}, "::1", True),
        ({}, {}, "203.0.113.9", False),
        ({}, {}, "", False),
        ({}, {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1", False),
        ({"MATRICULE_PROXIES": "1"}, {}, "127.0.0.1", False),
        ({"MATRICULE_PROXY_SSL_HEADER": "1"}, {}, "127.0.0.1", False),
        ({"MATRICULE_HEALTH_TOKEN": "tok-é"}, {"authorization": "Bearer wrong"}, "203.0.113.9", False),
        ({"MATRICULE_HEALTH_TOKEN": "token"}, {"authorization": "Bearer token"}, "203.0.113.9", True),
        (
            {"MATRICULE_HEALTH_TOKEN": "token", "MATRICULE_PROXIES": "1"},
            {"authorization": "Bearer token"},
            "127.0.0.1",
            True,
        ),
        ({}, {"authorization": "Bearer "}, "203.0.113.9", False),
    ],
)
def test_who_may_see_all(settings_of, env, headers, address, allowed) -> None:
    settings_of(**env)
    request = RequestFactory(REMOTE_ADDR=address).get("/health/full", headers=headers)
    assert pages.may_see_all(request) is allowed


def test_a_stranger_gets_what_a_page_that_does_not_exist_gives(client: Client) -> None:
    full = client.get("/health/full", REMOTE_ADDR="203.0.113.9")
    other = client.get("/health/other", REMOTE_ADDR="203.0.113.9")
    assert full.status_code == other.status_code == 404
    assert "database" not in full.content.decode()


def state(**more: object) -> SimpleNamespace:
    now = clock.wall()
    return SimpleNamespace(**{"worker_seen_at": now, "sweeps_at": now, "oldest_waiting_since": None, **more})


@pytest.mark.parametrize(
    ("check", "more", "code"),
    [
        (health.check_worker, {}, None),
        (health.check_worker, {"worker_seen_at": None}, "never_seen"),
        (health.check_worker, {"worker_seen_at": timedelta(minutes=5)}, "silent"),
        (health.check_jobs, {}, None),
        (health.check_jobs, {"sweeps_at": None}, None),
        (health.check_jobs, {"sweeps_at": timedelta(hours=1)}, "calendar_stuck"),
        (health.check_jobs, {"oldest_waiting_since": timedelta(minutes=1)}, None),
        (health.check_jobs, {"oldest_waiting_since": timedelta(hours=1)}, "queue_stuck"),
    ],
)
def test_jobs_that_do_not_move_are_named(check, more, code, monkeypatch: pytest.MonkeyPatch) -> None:
    ago = {key: clock.wall() - value if isinstance(value, timedelta) else value for key, value in more.items()}
    monkeypatch.setattr(jobs, "health", lambda: state(**ago))
    assert check() == code


@pytest.mark.parametrize("error", [Error, errors.Unavailable, OSError])
def test_a_part_that_does_not_answer_hides_no_other(error: type[Exception]) -> None:
    def broken() -> str | None:
        raise error("no detail")

    assert health.run({"broken": broken, "fine": lambda: None}) == {"broken": "unreachable", "fine": "ok"}


@pytest.mark.django_db
def test_a_mail_that_waits_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from matricule.core import outbox

    assert health.check_outbox() is None
    outbox.enqueue_mail(kind="test", to="a@caisse.fr", subject="s", body="b", language="fr")
    assert health.check_outbox() is None
    later = clock.wall() + timedelta(hours=1)
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert health.check_outbox() == "mails_waiting"


@pytest.mark.django_db
def test_an_entry_that_waits_too_long_for_its_seal_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.wall()
    assert health.check_journal() is None
    journal.record(actor="system:test", action="test.done")
    assert health.check_journal() is None
    monkeypatch.setattr(health, "SEAL_PATIENCE", timedelta(seconds=-5))
    monkeypatch.setattr(clock, "wall", lambda: now)
    assert health.check_journal() == "not_sealed"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda: None, None),
        (head.forget, "head_missing"),
        (lambda: head.path().write_text("{}", encoding="ascii"), "broken"),
        (lambda: head.write(replace(head.read(), hash="00" * 32)), "broken"),
        (lambda: head.write(replace(head.read(), n=9)), "broken"),
    ],
    ids=["whole", "head taken away", "head damaged", "another journal", "cut"],
)
def test_a_journal_that_is_not_the_one_its_head_remembers_is_named(whole_db, damage, code) -> None:
    assert health.check_journal() is None, "nothing written, nothing sealed"
    with transaction.atomic():
        journal.record(actor="system:test", action="test.done")
    journal.seal_pending()
    damage()
    assert health.check_journal() == code


def test_the_vault_is_written_to_and_left_as_it_was() -> None:
    before = list(backend.current().stored())
    assert health.check_vault() is None
    assert list(backend.current().stored()) == before
