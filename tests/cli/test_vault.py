"""``matricule reconcile`` and ``matricule rotate-keys``."""

import json
import os

import pytest

from matricule import cli
from matricule.core import clock, config, keys, resealing, vault
from matricule.core.vault import backend, reconciler
from matricule.core.vault.folder import Folder


@pytest.fixture
def place(tmp_path, monkeypatch, db):
    folder = Folder(tmp_path / "vault")
    monkeypatch.setattr(backend, "current", lambda: folder)
    return folder


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    path = tmp_path / "keys.toml"
    keys.make(path)
    monkeypatch.setattr(keys, "current", lambda: keys.load(path))
    return path


def orphan(place: Folder) -> None:
    path = place._path(vault.prepare(b"left", context="x").id)
    written = clock.wall().timestamp() - 5 * 3600
    os.utime(path, (written, written))


def test_reconcile_says_what_it_found(place, capsys):
    vault.put(b"kept", context="x")
    orphan(place)
    assert cli.main(["reconcile"]) == 0
    assert "2 files, 1 rows. Without a row: 0 (0 removed)" in capsys.readouterr().out
    assert cli.main(["reconcile", "--grace", "4", "--dry-run", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["orphans"], answer["removed"], answer["dry_run"]) == (1, 0, True)
    assert cli.main(["reconcile", "--grace", "4"]) == 0
    assert "Without a row: 1 (1 removed)" in capsys.readouterr().out
    assert len(list(place.stored())) == 1


def test_a_missing_file_is_an_error(place, capsys):
    blob_id = vault.put(b"lost", context="x")
    place.remove(blob_id)
    assert cli.main(["reconcile"]) == 1
    assert f"Missing file: {blob_id}" in capsys.readouterr().out
    assert cli.main(["reconcile", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["missing"] == [str(blob_id)]


def test_the_fuse_and_the_wrong_database_are_explained(place, capsys, monkeypatch):
    monkeypatch.setattr(reconciler, "FUSE_FILES", 0)
    orphan(place)
    assert cli.main(["reconcile", "--grace", "4"]) == 1
    assert "the right database?" in capsys.readouterr().out
    vault.put(b"kept", context="x")
    assert cli.main(["reconcile", "--grace", "4"]) == 1
    assert "--fuse" in capsys.readouterr().out
    assert cli.main(["reconcile", "--grace", "4", "--fuse", "1"]) == 0


def test_a_grace_before_now_is_refused(capsys):
    assert cli.main(["reconcile", "--grace", "-1"]) == 2
    assert "--grace" in capsys.readouterr().err


def test_a_key_is_replaced_in_steps(place, key_file, capsys):
    blob_id = vault.put(b"kept", context="x")
    assert cli.main(["rotate-keys", "--add", "vault", str(key_file)]) == 0
    assert "--activate vault:k2" in capsys.readouterr().out
    assert keys.load(key_file).vault.active == "k1"
    assert cli.main(["rotate-keys", "--activate", "vault:k2", str(key_file)]) == 0
    assert keys.load(key_file).vault.active == "k2"
    capsys.readouterr()
    assert cli.main(["rotate-keys", "--rewrap"]) == 0
    assert capsys.readouterr().out.startswith("1 file keys")
    assert vault.read(blob_id, context="x") == b"kept"


@pytest.mark.parametrize("broken", [0, 2])
def test_the_columns_are_sealed_again_and_what_does_not_open_is_told(place, monkeypatch, capsys, broken):
    report = resealing.Report(resealed=7)
    report.unreadable.update({"core_mail.body": broken} if broken else {})
    monkeypatch.setattr(resealing, "reseal", lambda: report)
    assert cli.main(["rotate-keys", "--reseal"]) == (1 if broken else 0)
    said = capsys.readouterr().out
    assert said.startswith("7 values are sealed with the active key.")
    assert ("opens 2 values of core_mail.body" in said) is bool(broken)


def test_the_key_file_of_the_settings_is_the_default(key_file, monkeypatch):
    monkeypatch.setattr(config, "current", lambda: config.Config(keys_file=str(key_file)))
    assert cli.main(["rotate-keys", "--add", "fields"]) == 0
    assert set(keys.load(key_file).fields.keys) == {"k1", "k2"}


def test_mistakes_are_told_without_a_trace(key_file, tmp_path, capsys, monkeypatch):
    for words in (
        ["--add", "journal", str(key_file)],
        ["--activate", "vault:k9", str(key_file)],
        ["--add", "vault", str(tmp_path / "none")],
    ):
        assert cli.main(["rotate-keys", *words]) == 2

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(keys, "add_key", refuse)
    assert cli.main(["rotate-keys", "--add", "vault", str(key_file)]) == 2
    err = capsys.readouterr().err
    assert "cannot be written: Permission denied" in err
    assert "Traceback" not in err
    assert cli.main(["rotate-keys"]) == 2
