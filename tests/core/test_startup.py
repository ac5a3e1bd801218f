"""What stops the start: unfit settings of e-mail, and a rules file that somebody damaged."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matricule.core import config, startup
from matricule.rules import catalogue, data, orientation
from matricule.rules.errors import RulesError

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "matricule"
DEMO = {"MATRICULE_DEMO": "1"}


def named(**env: str) -> list[tuple[str, str]]:
    return [(found.setting, found.problem) for found in startup.problems(config.load({**DEMO, **env}))]


def test_the_demo_and_the_rules_as_they_are_start() -> None:
    assert named() == []
    assert startup.rules_problems() == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("smtp://user:secret@host?tls=none", "cannot be used: tls=none is for a server on this machine only"),
        ("smtp://user:secret@host:port", "cannot be used: must look like smtp://user:password@host:587?tls=starttls"),
        ("https://mail.caisse.fr", "cannot be used: must look like smtp://user:password@host:587?tls=starttls"),
    ],
)
def test_a_mail_server_that_cannot_be_used_stops_the_start_without_its_password(url: str, problem: str) -> None:
    assert named(MATRICULE_EMAIL_URL=url) == [("MATRICULE_EMAIL_URL", problem)]


@pytest.mark.parametrize("name", ["MATRICULE_EMAIL_FROM", "MATRICULE_EMAIL_RETURN"])
def test_a_sender_or_return_mailbox_that_is_none_stops_the_start(name: str) -> None:
    assert named(**{name: "the desk"}) == [(name, "is not one mailbox")]
    assert named(**{name: "desk@caisse.fr"}) == []


def test_what_a_setting_lacks_is_said_once() -> None:
    found = startup.problems(config.load({"MATRICULE_EMAIL_URL": "http://mail", "MATRICULE_EMAIL_FROM": "nobody"}))
    settings = [problem.setting for problem in found]
    assert len(settings) == len(set(settings))
    assert {"MATRICULE_EMAIL_URL", "MATRICULE_EMAIL_FROM"} <= set(settings)


def test_every_group_of_rules_is_read_and_the_faults_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: str) -> object:
        raise RulesError(file, 7, "has no source")

    monkeypatch.setattr(data, "check_all", lambda: fail("countries.csv"))
    monkeypatch.setattr(orientation, "load", lambda name: fail(f"orientation/{name}.toml"))
    monkeypatch.setattr(catalogue, "load", lambda route: fail(f"catalogue/{route}.toml"))
    found = startup.rules_problems()
    assert {problem.setting for problem in found} == {
        "countries.csv, row 7,",
        "orientation/student.toml, row 7,",
        "catalogue/student.toml, row 7,",
        "catalogue/employee.toml, row 7,",
    }
    assert "  countries.csv, row 7, is wrong: has no source. Mend the row" in startup.sentence(found)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a copy of the product whose rules may be damaged."""
    folder = tmp_path_factory.mktemp("copy")
    unneeded = shutil.ignore_patterns("__pycache__", "static", "documents", "people", "templates", "locale")
    shutil.copytree(PACKAGE, folder / "matricule", ignore=unneeded)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "reason"),
    [
        ("countries.csv", "FR,", "FR,,", "countries.csv, row ", "cells instead of"),
        ("requirements.toml", "[", "[[", "requirements.toml, row 0", "cannot be read"),
        ("catalogue/student.toml", "must_show", "must_see", "student.toml, row ", "missing 'must_show'"),
        ("orientation/student.toml", 'kind = "choice"', 'kind = "guess"', "student.toml, row question ", "'guess'"),
    ],
)
def test_a_damaged_rules_file_stops_the_start_with_file_row_and_reason(
    copy: Path, tmp_path: Path, file: str, old: str, new: str, where: str, reason: str
) -> None:
    rules = copy / "matricule" / "rules" / "data" / file
    whole = rules.read_text(encoding="utf-8")
    assert old in whole
    rules.write_text(whole.replace(old, new, 1), encoding="utf-8")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy), "MATRICULE_DEMO": "1", "MATRICULE_DATA": str(tmp_path)}
    try:
        for words, code in ((["check-settings", "--json"], 1), (["run"], 2)):
            done = subprocess.run(
                [sys.executable, "-m", "matricule.cli", *words], env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == code, done.stderr
            assert where in done.stdout + done.stderr
            assert reason in done.stdout + done.stderr
            assert "Traceback" not in done.stderr
            if words[0] == "check-settings":
                assert json.loads(done.stdout)["problems"][0]["remedy"]
    finally:
        rules.write_text(whole, encoding="utf-8")
    assert not any(tmp_path.iterdir()), "nothing was made for a service that does not start"
