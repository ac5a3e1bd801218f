"""``matricule demo --volume N --company`` as a person types it: a process of its own, its answer, what it made."""

import json
import os
import subprocess
import sys

import pytest

from matricule.core import demo_mark
from matricule.demo.volume import companies
from matricule.dossiers import labels, queues, reconciling
from matricule.dossiers.models import Dossier


def shell(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command against the database of the test."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-m", "matricule.cli", "demo", *words]
    return subprocess.run(line, env=environment, check=False, capture_output=True, text=True, timeout=300)


@pytest.fixture
def demo(whole_db, monkeypatch):
    """Give a database of the demo to the test and to what it starts."""
    from django.db import connection

    url = os.environ["DATABASE_URL"]
    monkeypatch.setenv("DATABASE_URL", url.replace("matricule_template", connection.settings_dict["NAME"]))
    demo_mark.leave()


def test_requests_of_a_company_are_made_and_the_answer_is_one_document(demo):
    done = shell("--volume", "12", "--company", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["made"] == 12
    company_id, _ = companies.firm()
    assert Dossier.objects.filter(organisation=company_id).count() == labels.counts(company_id)["all"] == 12
    assert (reconciling.compare(), queues.miscounted(), labels.miscounted()) == ((12, []), [], [])
