"""``matricule translation``."""

import json

import pytest

from matricule.cli import main


def answer(capsys, *words):
    assert main(["translation", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_needed_with_who_may_translate(capsys):
    found = answer(capsys, "--country", "CN", "--language", "zh")
    assert (found["needed"], found["rule"]) == (True, "translation_needed")
    assert found["source"]
    assert "consulat de France" in found["translators"]["fr"]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["--country", "BG", "--language", "bg"], "issued_in_free_movement"),
        (["--country", "bg", "--language", "BG"], "issued_in_free_movement"),
        (["--country", "US", "--language", "en"], "accepted_language"),
        (["--country", "SN", "--language", "fr"], "in_french"),
        (["--country", "CN", "--language", "zh", "--multilingual-form"], "multilingual_form"),
        (["--country", "CN", "--language", "zh", "--plurilingual-extract"], "plurilingual_extract"),
    ],
)
def test_not_needed(capsys, words, rule):
    found = answer(capsys, *words)
    assert (found["needed"], found["rule"]) == (False, rule)
    assert "translators" not in found


def test_norwegian_is_one_language(capsys):
    answers = [answer(capsys, "--country", "US", "--language", code) for code in ("no", "nb", "nn")]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("country", "language", "option"), [("XX", "en", "--country"), ("", "en", "--country"), ("CN", "xx", "--language")]
)
def test_a_code_that_does_not_exist_is_bad_input_with_what_to_write(capsys, country, language, option):
    assert main(["translation", "--country", country, "--language", language]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"matricule translation: {option}: This ")
    assert "two letters" in captured.err


def test_both_options_are_needed(capsys):
    assert main(["translation", "--country", "CN"]) == 2
    assert "--language" in capsys.readouterr().err


def test_in_words(capsys):
    assert main(["translation", "--country", "CN", "--language", "zh"]) == 0
    out = capsys.readouterr().out
    assert "Chinese" in out and "sworn translator" in out and "Source: Art. R114-7" in out
    assert main(["translation", "--country", "DE", "--language", "de"]) == 0
    assert "translator (" not in capsys.readouterr().out
