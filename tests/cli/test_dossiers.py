"""``matricule retention``, and commands on a database that was never prepared."""

import argparse
import json
from contextlib import nullcontext
from datetime import timedelta

import pytest

from matricule.cli import dossiers, runtime
from matricule.cli.errors import CommandError
from matricule.core import clock
from matricule.dossiers.models import File
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_service(monkeypatch):
    monkeypatch.setattr(runtime, "service", nullcontext)


def arguments(*words):
    parser = argparse.ArgumentParser()
    dossiers.retention_arguments(parser)
    return parser.parse_args(words)


def removed_long_ago() -> None:
    make.add(make.a_draft(), "identity")
    File.objects.update(removed_at=clock.now() - timedelta(days=31))


def test_a_dry_run_counts_and_erases_nothing(capsys):
    removed_long_ago()
    assert dossiers.retention(arguments("--dry-run", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"dry_run": True, "files": 1, "pages": 0, "held": 0, "kept": 0}
    assert File.objects.count() == 1


def test_a_run_erases_and_says_so(capsys):
    removed_long_ago()
    assert dossiers.retention(arguments()) == 0
    assert capsys.readouterr().out == "1 files and 0 pages erased; 0 wait for the daily fuse.\n"
    assert not File.objects.exists()


def test_what_the_fuse_holds_is_an_exit_code(monkeypatch, capsys):
    from matricule.dossiers.operations import retention

    monkeypatch.setattr(retention, "FUSE", 0)
    removed_long_ago()
    assert dossiers.retention(arguments()) == 1
    assert "1 wait for the daily fuse" in capsys.readouterr().out and File.objects.exists()


def test_a_database_without_tables_is_a_sentence(monkeypatch):
    from django.db import connection

    class Empty:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def execute(self, query):
            assert "dossiers_dossier" in query

        def fetchone(self):
            return (None,)

    monkeypatch.setattr(connection, "cursor", Empty)
    with pytest.raises(CommandError, match="matricule migrate"):
        runtime._require_tables()


def test_a_prepared_database_is_fine():
    runtime._require_tables()
