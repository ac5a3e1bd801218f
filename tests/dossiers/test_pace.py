"""A dossier takes so many files in an hour, refused ones too (reliability.md R08)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from matricule.core import clock
from matricule.dossiers.models import File
from matricule.dossiers.operations import pace
from tests.support import factories as make
from tests.support.threads import together


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(pace, "HOURLY", 3)


def refused(dossier) -> None:
    make.add(dossier, "identity", data=None, ok=False, verdict="broken", pages=0)


@pytest.mark.django_db
def test_refused_files_are_counted_and_the_hour_passes(monkeypatch):
    dossier = make.a_draft()
    make.add(dossier, "identity")
    refused(dossier)
    refused(dossier)
    for another in (refused, lambda draft: make.add(draft, "identity")):
        with pytest.raises(pace.TooOften):
            another(dossier)
    refused(make.a_draft())  # somebody else's hour
    assert File.objects.count() == 4
    later = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    make.add(dossier, "identity")


@pytest.mark.django_db
def test_the_page_says_that_one_must_wait_and_keeps_what_was_sent(client):
    dossier = make.a_draft()
    client.force_login(dossier.owner)
    address = f"/fr/student/dossier/{dossier.pk}/documents/identity/add/"
    sent = [SimpleUploadedFile(f"{n}.pdf", b"no pdf") for n in range(4)]
    answer = client.post(address, {"files": sent})
    assert answer.status_code == 429
    assert "dix minutes" in answer.content.decode()
    assert File.objects.count() == 3


def test_many_at_once_cannot_pass(whole_db):
    dossier = make.a_draft()
    results = together(12, lambda _: refused(dossier))
    held = [result for result in results if isinstance(result, pace.TooOften)]
    assert (File.objects.count(), len(held), results.count(None)) == (3, 9, 3)
