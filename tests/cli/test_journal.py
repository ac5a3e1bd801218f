"""``matricule journal``: says whether the journal is whole, in words and in JSON, by its exit code too."""

import json

import pytest
from django.db import transaction

from matricule import cli
from matricule.cli.journal import SAYS
from matricule.core import journal
from matricule.core.journal import head
from tests.core.test_journal_verify import superuser

PROBLEMS = {
    "changed": {"entry": 7, "month": 202611},
    "missing": {"entry": 7, "month": 202611},
    "added": {"entry": 7, "month": 202611},
    "cut": {"after": 7, "seal": 3},
    "seal_missing": {"seal": 3},
    "seal_changed": {"seal": 3},
    "seal_out_of_place": {"seal": 3},
    "dropped_too_early": {"month": 202611},
    "dropped_but_present": {"month": 202611},
    "head_changed": {},
    "head_missing": {},
    "head_differs": {"seal": 3},
}


def write(count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            journal.record(actor="system:test", action="read.space")


def test_a_whole_journal_is_said_whole(whole_db, capsys):
    write(3)
    journal.seal_pending()
    write(2)
    assert cli.main(["journal", "verify"]) == 0
    assert "whole: 3 entries under 1 seals; 2 of the last seconds" in capsys.readouterr().out
    assert cli.main(["journal", "verify", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["entries"], answer["unsealed"], answer["problem"]) == (True, 3, 2, None)


def test_a_changed_entry_is_named(whole_db, capsys):
    write(3)
    journal.seal_pending()
    with superuser() as admin:
        admin.execute("update core_journal set outcome = 'refused' where id = 2")
    assert cli.main(["journal", "verify"]) == 1
    assert "NOT whole: entry 2 of 20" in capsys.readouterr().out
    assert cli.main(["journal", "verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problem"]["entry"] == 2


def test_a_restore_can_be_answered_for(whole_db, capsys):
    write(1)
    journal.seal_pending()
    head.forget()
    assert cli.main(["journal", "verify"]) == 1
    assert "head in the second place is missing" in capsys.readouterr().out
    assert cli.main(["journal", "accept-head"]) == 0
    assert cli.main(["journal", "verify"]) == 0


@pytest.mark.parametrize("kind", SAYS)
def test_every_problem_has_a_sentence(kind):
    problem = journal.Problem(kind=kind, **PROBLEMS[kind])
    assert "None" not in SAYS[kind].format(**vars(problem))


def test_an_unknown_word_is_refused(capsys):
    assert cli.main(["journal", "erase"]) == 2
    assert "invalid choice" in capsys.readouterr().err
