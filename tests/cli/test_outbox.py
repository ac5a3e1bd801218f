"""``matricule outbox``: figures without an address, and another chance by identifier."""

import json

import pytest

from matricule import cli
from matricule.core import outbox
from tests.core.outbox_support import enqueue, state


@pytest.fixture
def mails(db):
    sent, refused = enqueue(), enqueue()
    outbox.deliver(sent.pk)
    outbox.Mail.objects.filter(pk=refused.pk).update(state="refused", last_error="refused_550")
    enqueue()
    return sent, refused


def test_the_status_counts_by_state_and_reason_and_names_nobody(mails, capsys):
    assert cli.main(["outbox", "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out) == {"refused (refused_550)": 1, "sent": 1, "waiting": 1}
    assert cli.main(["outbox"]) == 0
    assert "lina" not in out + capsys.readouterr().out


def test_what_is_due_is_sent_on_request(mails, capsys):
    assert cli.main(["outbox", "deliver", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sent": 1, "later": 0, "refused": 0, "expired": 0}


def test_a_refused_mail_gets_another_chance(mails, capsys):
    assert cli.main(["outbox", "again", str(mails[1].pk)]) == 0
    assert state(mails[1]) == ("waiting", "")
    assert cli.main(["outbox", "again", str(mails[0].pk)]) == 2
    assert cli.main(["outbox", "again", "lina@example.org"]) == 2
    assert "lina" not in capsys.readouterr().err
