"""What is made before the first request: once, and again only when its source changed."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core import management

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
