"""``matricule demo load`` and ``matricule demo --volume N``."""

import argparse
import json
from contextlib import nullcontext

import pytest

from matricule.cli import CommandError, runtime
from matricule.core import config
from matricule.demo import commands, loading, volume


@pytest.fixture
def loaded(monkeypatch):
    monkeypatch.setattr(runtime, "service", nullcontext)
    monkeypatch.setattr(runtime, "refuse_database_of_other_mode", lambda: None)
    monkeypatch.setattr(loading, "load", lambda: iter([loading.Loaded("anh", "anh@example.org", "draft")]))


def arguments(*words):
    parser = argparse.ArgumentParser()
    commands.add_arguments(parser)
    return parser.parse_args(words)


def test_it_says_what_became_of_each(loaded, capsys):
    assert commands.run(arguments("load")) == 0
    assert capsys.readouterr().out.split() == ["anh@example.org", "draft"]


def test_it_answers_in_json(loaded, capsys):
    assert commands.run(arguments("load", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == [{"key": "anh", "email": "anh@example.org", "became": "draft"}]


def test_it_loads_nothing_into_a_real_service(loaded, monkeypatch, capsys):
    monkeypatch.setattr(config, "current", lambda: config.Config(demo=False))
    assert commands.run(arguments("load")) == 2
    assert "only in demo mode" in capsys.readouterr().out


@pytest.fixture
def making(loaded, monkeypatch):
    """Note what is asked for, instead of making it."""
    asked = []

    def make(count, seed):
        asked.append((count, seed))
        yield from range(10_000, count, 10_000)
        yield count

    monkeypatch.setattr(volume, "make", make)
    return asked


def test_a_volume_says_how_far_it_is(making, capsys):
    assert commands.run(arguments("--volume", "25000", "--seed", "4")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines[:-1]] == ["10000 dossiers", "20000 dossiers"]
    assert lines[-1].startswith("25000 dossiers made in ") and making == [(25000, 4)]


def test_a_slow_load_says_how_far_it_is_before_the_next_ten_thousand(loaded, monkeypatch, capsys):
    monkeypatch.setattr(volume, "make_requests", lambda count, seed: iter(range(500, count + 1, 500)))
    assert commands.run(arguments("--volume", "2000", "--company")) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    monkeypatch.setattr(commands, "PAUSE", 0.0)
    assert commands.run(arguments("--volume", "2000", "--company")) == 0
    said = [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["500", "1000", "1500", "2000", "2000"]


def test_a_volume_answers_in_json(making, capsys):
    assert commands.run(arguments("--volume", "20000", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["made"] == 20000 and making == [(20000, 1)]


def test_no_volume_is_made_in_a_real_service(making, monkeypatch):
    monkeypatch.setattr(config, "current", lambda: config.Config(demo=False))
    assert commands.run(arguments("--volume", "5")) == 2
    assert making == []


@pytest.mark.parametrize("words", [(), ("load", "--volume", "5"), ("--volume", "0"), ("--volume", "-3")])
def test_one_thing_is_asked_for(making, words):
    with pytest.raises(CommandError):
        commands.run(arguments(*words))
    assert making == []


def test_a_volume_is_made_only_on_a_database_that_demo_mode_marked(making, monkeypatch):
    def refuse():
        raise CommandError("not a demo")

    monkeypatch.setattr(runtime, "refuse_database_of_other_mode", refuse)
    with pytest.raises(CommandError, match="not a demo"):
        commands.run(arguments("--volume", "5"))
    assert making == []
