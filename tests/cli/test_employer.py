"""``matricule employer``."""

import json

import pytest

from matricule.cli import main

ANA = ["employer", "may", "--born", "BR", "--nationality", "BR"]


def out(capsys, *words):
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ([], "may_register: go on"),
        (["--number", "198079935201752"], "kind_of_number: answer number_kind"),
        (["--number", "198079935201752", "--number-kind", "definitive"], "has_number: stop"),
        (["--ever-in-france", "yes"], "known_in_france: answer where_and_when"),
        (["--ever-in-france", "yes", "--where", "Lyon", "--when", "2019"], "may_register_searched: go on"),
        (["--second-nationality", "FR", "--has-number", "yes", "--returning", "yes"], "returning_french: stop"),
    ],
)
def test_whether_a_person_may_be_registered(capsys, more, first):
    assert out(capsys, *ANA, *more).splitlines()[0] == first


def test_the_answer_comes_in_words_with_its_rule_and_in_json(capsys):
    words = out(capsys, *ANA, "--number", "7112312345678", "--language", "fr")
    assert "DPAE" in words and "S1106" in words and "Rule: " in words and "7112312345678" not in words
    assert "payroll number" in out(capsys, *ANA, "--number", "1912345675A12")
    assert "15" in out(capsys, *ANA, "--number", "198")
    found = json.loads(out(capsys, *ANA, "--json"))
    assert found["goes_on"] is True and found["code"] == "may_register"


def test_a_country_that_does_not_exist_is_bad_input(capsys):
    assert main(["employer", "may", "--born", "ZZ", "--nationality", "BR"]) == 2
    assert "--born: This country code" in capsys.readouterr().err
    assert main([*ANA, "--number-kind", "lucky"]) == 2
    assert main(["employer"]) == 2


def test_the_office_of_a_request(capsys):
    words = out(capsys, "employer", "office", "--category", "salarie", "--postcode", "69001")
    assert "691 CPAM du Rhône" in words and "R312-1" in words and "751" not in words
    words = out(capsys, "employer", "office", "--category", "salarie", "--postcode", "69001", "--head-office", "92000")
    assert "751 CPAM de Paris" in words and "To confirm: " in words
    assistant = ["employer", "office", "--category", "assistant_langue", "--postcode", "69001"]
    assert "SRI / Assistants de langue" in out(capsys, *assistant)
    assert "691" in out(capsys, *assistant, "--no-order") and "691" in out(capsys, *assistant, "--local")
    assert json.loads(out(capsys, *assistant, "--json"))["usual"] == "751"


def test_the_table_of_categories_and_places(capsys):
    words = out(capsys, "employer", "table", "69001", "98800", "--language", "fr")
    lines = words.splitlines()
    assert lines[:3] == ["Salarié", "  69001: CPAM du Rhône", lines[2]] and "Nouvelle-Calédonie" in lines[2]
    assert words.count("69001: CPAM de Paris") == 5
    found = json.loads(out(capsys, "employer", "table", "97400", "--json"))
    assert found["ict"]["97400"]["usual"] == "974" and len(found) == 6
