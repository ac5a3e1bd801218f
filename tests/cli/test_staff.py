"""``matricule staff``: the first supervisor, and what is done when somebody leaves or loses a passkey."""

import json
from contextlib import nullcontext

import pytest

from matricule.accounts import passkeys, staff
from matricule.accounts.models import User
from matricule.cli import main
from matricule.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch):
    from matricule.cli import runtime

    monkeypatch.setattr(runtime, "service", nullcontext)


def appoint(email="irene@example.org", role="supervisor", office="251"):
    return main(["staff", "appoint", "--email", email, "--name", "Irène Faivre", "--office", office, "--role", role])


def test_the_first_supervisor_is_named_here(capsys):
    assert appoint("Irene@Example.org") == 0
    user = User.objects.get(email="irene@example.org")
    assert staff.post_of(user.pk).supervises
    assert "CPAM du Doubs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "office", "said"),
    [("two@a.org, b@b.org", "251", "not one e-mail"), ("a@example.org", "000", "no caisse")],
)
def test_a_wrong_word_appoints_nobody(capsys, email, office, said):
    assert appoint(email, office=office) == 2
    assert said in capsys.readouterr().err and not staff.Staff.objects.exists()


def test_who_works_here(capsys):
    appoint()
    appoint("camille@example.org", "caseworker")
    capsys.readouterr()
    assert main(["staff", "list", "--office", "251", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["role"] for row in rows] == ["supervisor", "caseworker"] and not rows[0]["passkey"]
    assert main(["staff", "list", "--office", "251"]) == 0
    assert "no passkey yet" in capsys.readouterr().out


def test_somebody_leaves_and_the_last_supervisor_does_not(capsys):
    appoint()
    assert main(["staff", "dismiss", "--email", "irene@example.org"]) == 2
    assert "keeps a supervisor" in capsys.readouterr().err
    appoint("camille@example.org", "caseworker")
    assert main(["staff", "dismiss", "--email", "camille@example.org"]) == 0
    assert main(["staff", "dismiss", "--email", "camille@example.org"]) == 2
    assert main(["staff", "dismiss", "--email", "nobody@example.org"]) == 2


def test_a_lost_passkey_makes_room_for_a_new_one():
    appoint()
    user = User.objects.get()
    passkeys.Passkey.objects.create(user=user, credential_id=b"x", public_key=b"y", made_at=clock.wall())
    assert main(["staff", "forget-passkeys", "--email", "irene@example.org"]) == 0
    assert not passkeys.has_one(user.pk)
