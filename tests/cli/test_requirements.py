"""``matricule requirements``."""

import io
import json

import jsonschema
import pytest

from matricule.cli import main
from matricule.rules.answers import ROUTES

BRAZIL = {"nationality": "BR", "birth_date": "2004-03-17", "residence_title": "vls_ts", "document_language": "pt"}


@pytest.fixture
def given(tmp_path):
    def write(content):
        path = tmp_path / "answers.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return ["requirements", "--route", "student", "--answers", str(path)]

    return write


def refused(capsys, words):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_the_list_in_json(capsys, given):
    assert main([*given(BRAZIL), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [item["code"] for item in found][:3] == ["identity", "visa_d", "enrolment"]
    for item in found:
        assert {"code", "phase", "required", "reason", "source"} <= set(item)
        assert set(item["reason"]) == set(item["label"]) == {"fr", "en"}


def test_the_list_in_words(capsys, given):
    assert main(given(BRAZIL)) == 0
    out = capsys.readouterr().out
    assert out.index("Phase 1") < out.index("visa_d") < out.index("Phase 2") < out.index("Phase 3") < out.index("rib")


def test_the_day_of_the_request_decides_ages(capsys, given):
    words = [*given(BRAZIL | {"birth_date": "2008-11-21"}), "--json", "--on"]
    assert main([*words, "2026-11-20"]) == 0
    assert "visa_d" not in capsys.readouterr().out
    assert main([*words, "2026-11-21"]) == 0
    assert "visa_d" in capsys.readouterr().out


def test_answers_may_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(BRAZIL)))
    assert main(["requirements", "--route", "student", "--answers", "-", "--json"]) == 0
    assert "visa_d" in capsys.readouterr().out


@pytest.mark.parametrize("route", ROUTES)
def test_the_schema_of_each_route(capsys, route):
    assert main(["requirements", "--route", route, "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    if route == "student":
        jsonschema.validate(BRAZIL, schema)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "colour: This answer is not known on this route."),
        ({"nationality": "Brazil"}, "nationality: This country code is not in the list."),
        ({"birth_date": "17/03/2004"}, "birth_date: Write the date like 2004-03-17"),
        ({"home_cover": "lots"}, "home_cover: Choose one of: none, ceam, s1."),
        ({"nationality": None}, "nationality: This answer is missing"),
    ],
)
def test_an_answer_that_cannot_be_read_is_named(capsys, given, change, said):
    assert said in refused(capsys, given(BRAZIL | change))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON: look at line 1, column 1"),
        (b'{"nationality":\n "BR",}', "not JSON: look at line 2"),
        (b"[]", "one JSON object"),
        (b'"BR"', "one JSON object"),
        (b"\xff\xfe", "not text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(capsys, given, content, said):
    assert said in refused(capsys, given(content))


def test_a_file_that_is_not_there(capsys, tmp_path):
    words = ["requirements", "--route", "student", "--answers", str(tmp_path / "absent.json")]
    assert "No such file" in refused(capsys, words)


def test_the_other_options(capsys, given):
    assert "--on: write the date" in refused(capsys, [*given(BRAZIL), "--on", "tomorrow"])
    assert "--schema describes them" in refused(capsys, ["requirements", "--route", "student"])
    assert "invalid choice" in refused(capsys, ["requirements", "--route", "tourist", "--schema"])
    assert "--route" in refused(capsys, ["requirements", "--schema"])
