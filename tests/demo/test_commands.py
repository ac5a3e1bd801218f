"""``matricule demo load``."""

import argparse
import json
from contextlib import nullcontext

import pytest

from matricule.cli import runtime
from matricule.core import config
from matricule.demo import commands, loading


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
