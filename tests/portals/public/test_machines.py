"""What search engines and finders of weaknesses read."""

from datetime import UTC, datetime, timedelta

import pytest

from matricule.core import clock, config
from matricule.portals.public import machines


@pytest.fixture
def settings_are(monkeypatch):
    def use(**values):
        monkeypatch.setattr(machines.config, "current", lambda: config.Config(**values))

    return use


def test_a_demo_is_listed_nowhere(client):
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode() == "User-agent: *\nDisallow: /\n"


def test_pages_that_explain_are_listed_and_spaces_are_not(client, settings_are):
    settings_are(demo=False)
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /" not in lines
    assert {"Disallow: /fr/student/", "Disallow: /en/student/", "Disallow: /space/"} <= set(lines)
    assert {"Allow: /fr/student/questions/", "Allow: /en/student/questions/"} <= set(lines)


def test_whom_to_tell_of_a_weakness_and_until_when_it_holds(client, settings_are):
    settings_are(contact_address="contact@caisse.fr", site_url="https://inscription.caisse.fr")
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())
    assert lines["Contact"] == "mailto:contact@caisse.fr"
    assert lines["Canonical"] == "https://inscription.caisse.fr/.well-known/security.txt"
    assert lines["Preferred-Languages"] == "fr, en"
    ends = datetime.fromisoformat(lines["Expires"])
    assert ends.tzinfo == UTC
    assert timedelta(days=60) < ends - clock.wall() < timedelta(days=365), "RFC 9116: less than a year"


def test_without_an_address_to_write_to_there_is_no_such_text(client, settings_are):
    settings_are(contact_address="")
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("path", ["/robots.txt", "/.well-known/security.txt"])
def test_they_are_only_read(client, path):
    assert client.post(path).status_code == 405
