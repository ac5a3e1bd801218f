"""``matricule number check``."""

import io
import json

import pytest

from matricule.cli import main


def printed(capsys, *words):
    assert main(["number", "check", *words]) == 0
    return capsys.readouterr().out


def test_the_answer_in_json_is_that_of_the_issue(capsys):
    answer = json.loads(printed(capsys, "1 98 07 99 352 017 52", "--json"))
    assert list(answer) == ["kind", "verdict", "reasons", "formatted"]
    assert (answer["kind"], answer["verdict"]) == ("NIR", "valid")
    assert answer["formatted"] == "1 98 07 99 352 017 52"
    assert [list(reason) for reason in answer["reasons"]] == [["code", "fr", "en"]]
    assert "NIA" in answer["reasons"][0]["fr"]


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        ("198079935201753", "NIR", "invalid"),
        ("284202B32102528", "NIR", "valid"),
        ("198439935201746", "NIR", "warning"),
        ("7112312345678", "NNP", "valid"),
        ("5112312345678", "MIG", "valid"),
        ("1732829320abc0001", "NTT", "valid"),
        ("hello", "unknown", "invalid"),
        ("", "unknown", "invalid"),
    ],
)
def test_an_answer_is_an_answer_whatever_the_verdict(capsys, text, kind, verdict):
    answer = json.loads(printed(capsys, text, "--json"))
    assert (answer["kind"], answer["verdict"]) == (kind, verdict)


def test_letters_are_printed_as_they_are(capsys):
    assert "\\u00" not in printed(capsys, "198079935201753", "--json")


def test_in_words_in_either_language(capsys):
    assert "NIR: cannot be used" in printed(capsys, "198079935201753")
    assert "key (the last 2 digits)" in printed(capsys, "198079935201753")
    assert "clé (les 2 derniers chiffres)" in printed(capsys, "198079935201753", "--language", "fr")
    assert "can be used, look again" in printed(capsys, "198439935201746")


def test_the_number_may_come_from_standard_input_and_stay_out_of_the_process_list(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("198079935201752\nrest"))
    assert json.loads(printed(capsys, "-", "--json"))["verdict"] == "valid"


@pytest.mark.parametrize(
    "words", [["number"], ["number", "check"], ["number", "guess", "1"], ["number", "check", "1", "2"]]
)
def test_another_use_is_bad_input(capsys, words):
    assert main(words) == 2
    assert "usage: matricule number" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["number", "--help"], ["number", "check", "--help"]])
def test_help(capsys, words):
    assert main(words) == 0
    assert "check" in capsys.readouterr().out
