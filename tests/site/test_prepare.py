"""What is made before the first request: once, and again only when its source changed."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core import management
from django.db import connection, transaction

from matricule import vision
from matricule.accounts.models import User
from matricule.cli import runtime
from matricule.core.startup import RefusedToStart
from matricule.site import prepare

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "Oui"\n'


def test_catalogues_are_compiled_when_missing_or_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "room" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    calls = []
    monkeypatch.setattr(prepare, "PACKAGE", tmp_path)
    monkeypatch.setattr("matricule.core.catalogs.compile_catalogs", lambda: calls.append(1))
    prepare.compile_stale_catalogs()
    assert len(calls) == 1
    source.with_suffix(".mo").touch()
    prepare.compile_stale_catalogs()
    assert len(calls) == 1
    os.utime(source.with_suffix(".mo"), (0, 0))
    prepare.compile_stale_catalogs()
    assert len(calls) == 2


def test_fonts_are_cut_when_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Path] = []
    monkeypatch.setattr(prepare, "FONT_FILES", tmp_path)
    monkeypatch.setattr(
        "matricule.site.prepare.importlib.import_module", lambda _name: type("Module", (), {"build": built.append})
    )
    prepare.build_missing_fonts()
    assert built == [tmp_path]
    (tmp_path / "text.woff2").touch()
    prepare.build_missing_fonts()
    assert len(built) == 1


def test_files_only_touches_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for step in ("compile_stale_catalogs", "build_missing_fonts", "prepare_database"):
        monkeypatch.setattr(prepare, step, lambda step=step: done.append(step))
    monkeypatch.setattr(prepare, "missing_walls", list)
    assert prepare.main(["--files-only"]) == 0
    assert done == ["compile_stale_catalogs", "build_missing_fonts"]
    assert prepare.main([]) == 0
    assert done[2:] == ["compile_stale_catalogs", "build_missing_fonts", "prepare_database"]


def test_static_files_are_collected_when_one_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = []
    monkeypatch.setattr(django_settings, "STATIC_ROOT", tmp_path)
    monkeypatch.setattr(management, "call_command", lambda name, **_: collected.append(name))
    prepare.collect_changed_static()
    prepare.collect_changed_static()
    assert collected == ["collectstatic"]
    (tmp_path / "collected.txt").write_text("other", encoding="ascii")
    prepare.collect_changed_static()
    assert collected == ["collectstatic"] * 2


ALL = {"network": True, "files": True, "privileges": True, "memory": True, "root": False}


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (ALL, []),
        ({**ALL, "network": False}, ["from the network:"]),
        ({**ALL, "files": False, "memory": False}, ["from the files of this machine, taking all memory:"]),
        ({}, ["from the network, the files of this machine, gaining privileges, taking all memory:"]),
    ],
)
def test_walls_that_do_not_hold_are_told_in_one_sentence(
    held: dict[str, bool], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vision, "isolation", lambda: held)
    found = prepare.missing_walls()
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))


def test_a_parser_that_does_not_start_is_told_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> dict[str, bool]:
        raise vision.Unavailable

    monkeypatch.setattr(vision, "isolation", fail)
    (line,) = prepare.missing_walls()
    assert "cannot be started" in line


def test_every_wall_has_its_words() -> None:
    assert set(prepare.WALLS) == set(vision.WALLS)


def test_a_database_of_the_other_mode_is_a_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise RefusedToStart("Not this database.")

    for step in ("compile_stale_catalogs", "build_missing_fonts"):
        monkeypatch.setattr(prepare, step, lambda: None)
    monkeypatch.setattr(prepare, "prepare_database", refuse)
    assert prepare.main([]) == prepare.REFUSED == runtime.REFUSED
    assert capsys.readouterr().out == "Not this database.\n"


@pytest.mark.django_db
def test_a_person_or_a_dossier_makes_a_database_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare.holds_nobody()
    with transaction.atomic():
        User.objects.for_address("someone@example.org", "fr")
        assert not prepare.holds_nobody()
        monkeypatch.setattr(connection.introspection, "table_names", list)
        assert prepare.holds_nobody(), "tables that are not there hold nobody"
