"""The commands about settings, and the generated document."""

import json
from pathlib import Path

import pytest

from matricule.cli import main, settings
from matricule.core import config, keys

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the process the settings of a service that may start; return the folder of its key file."""
    keys.make(tmp_path / "keys.toml")
    for name, value in {
        "MATRICULE_DEMO": "0",
        "MATRICULE_DATA": str(tmp_path / "var"),
        "MATRICULE_KEYS_FILE": str(tmp_path / "keys.toml"),
        "MATRICULE_SITE_URL": "https://inscription.caisse.fr",
        "MATRICULE_EMAIL_URL": "smtps://user:pass@mail.caisse.fr",
        "MATRICULE_EMAIL_FROM": "inscription@caisse.fr",
        "DATABASE_URL": "",
        "DATABASE_OWNER_URL": "",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_fit_settings_are_said_to_be(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-settings"]) == 0
    assert capsys.readouterr().out == "The settings are fit for real people.\n"


def test_the_demo_is_fit_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-settings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "demo": True, "problems": []}


def test_unfit_settings_are_named_with_their_remedy(
    real: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATRICULE_KEYS_FILE", str(real / "nowhere.toml"))
    monkeypatch.setenv("MATRICULE_EMAIL_FROM", "")
    assert main(["check-settings", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["ok"]
    assert [row["setting"] for row in found["problems"]] == ["MATRICULE_KEYS_FILE", "MATRICULE_EMAIL_FROM"]
    assert all(row["problem"] and row["remedy"] for row in found["problems"])
    assert main(["check-settings"]) == 1
    assert "MATRICULE_EMAIL_FROM is missing" in capsys.readouterr().out


def test_a_value_that_cannot_be_read_is_a_problem_too(
    real: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert main(["check-settings", "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)["problems"]
    assert (row["setting"], row["problem"]) == ("PORT", "must be a whole number")


def test_the_document_of_the_repository_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings-doc", "--check", str(ROOT / "docs" / "settings.md")]) == 0, "make docs"


def test_an_old_document_is_refused_and_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "settings.md"
    assert main(["settings-doc", "--check", str(page)]) == 2
    page.write_text("old", encoding="utf-8")
    assert main(["settings-doc", "--check", str(page)]) == 2
    assert "make docs" in capsys.readouterr().err
    assert main(["settings-doc", "--write", str(page)]) == 0
    assert main(["settings-doc", "--check", str(page)]) == 0
    assert main(["settings-doc"]) == 0
    assert capsys.readouterr().out == page.read_text(encoding="utf-8")


def test_the_document_names_every_setting_and_marks_the_secret_ones() -> None:
    text = settings.document()
    assert text.count("\n| `") == len(config.Config.__dataclass_fields__)
    assert "| `PORT` | `8000` |" in text
    assert all(line.endswith(" Secret. |") for line in text.splitlines() if "| `DATABASE_" in line)
    assert "| `MATRICULE_DEMO` | `0` |" in text


def test_a_key_file_is_made_once(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = real / "new.toml"
    assert main(["make-keys", str(path)]) == 0
    assert f"MATRICULE_KEYS_FILE={path}" in capsys.readouterr().out
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert main(["make-keys", str(path)]) == 2
    assert "not replaced" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_key_file_is_not_made_in_the_data_folder_nor_nowhere(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make-keys", str(real / "var" / "keys.toml")]) == 2
    assert "outside the data folder" in capsys.readouterr().err
    assert main(["make-keys", str(real / "no such folder" / "keys.toml")]) == 2
    assert "cannot be written" in capsys.readouterr().err
