"""What the tests of the outbox share."""

import dataclasses

import pytest

from matricule.core import config, outbox


@pytest.fixture
def configured(monkeypatch):
    """Return a function that changes settings of this process for the test."""

    def change(**values: object) -> None:
        changed = dataclasses.replace(config.current(), **values)
        monkeypatch.setattr(config, "current", lambda: changed)

    return change


def enqueue(**values) -> outbox.Mail:
    given = {
        "kind": "sign_in_code",
        "to": "lina@example.org",
        "subject": "Un sujet",
        "body": "Bonjour é\n",
        "language": "fr",
    }
    return outbox.enqueue_mail(**(given | values))


def state(mail: outbox.Mail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.last_error
