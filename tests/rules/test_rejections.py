"""Why a request is turned down: the file is checked when it is read, and says which reasons need words."""

import pytest

from matricule.rules import data, rejections
from matricule.rules.errors import RulesError

ROW = {
    "code": "x",
    "needs_words": False,
    "label": {"fr": "a", "en": "b"},
    "text": {"fr": "c", "en": "d"},
    "about": {"fr": "f", "en": "g"},
    "source": "e",
}
CLOSURE = ROW | {"code": "y"}
APPEAL = {"text": {"fr": "a", "en": "b"}, "about": {"fr": "a", "en": "b"}, "source": "c"}


@pytest.fixture
def read(monkeypatch):
    def give(rows, appeal=APPEAL, closures=(CLOSURE,)):
        raw = {"rejection": rows, "closure": list(closures), "appeal": appeal}
        monkeypatch.setattr(data, "read_toml", lambda name: raw)
        return rejections.table.__wrapped__()

    return give


def test_the_reasons_of_the_rules_say_whether_they_need_words():
    rows = rejections.table().rows
    assert list(rows) == ["already_registered", "duplicate", "not_entitled", "not_genuine", "other_route"]
    assert {code for code, row in rows.items() if row.needs_words} == {"not_entitled", "not_genuine", "other_route"}
    for row in rows.values():
        for words in (row.text, row.about):
            assert row.needs_words is ("ci-dessous" in words["fr"]), "who is told to read below finds words there"
        assert "vous avez" not in row.about["fr"].lower().replace("vous avez envoyé", ""), "of the person, not to them"


def test_the_reasons_to_close_say_nothing_of_a_decision_and_are_none_to_turn_down():
    table = rejections.table()
    assert list(table.closures) == ["at_wish", "opened_twice", "not_here", "died"]
    assert not set(table.closures) & (set(table.rows) | {"silence"})
    for row in table.closures.values():
        assert row.needs_words is ("ci-dessous" in row.text["fr"]) is ("ci-dessous" in row.about["fr"])
        assert "vous" not in row.about["fr"].lower().replace("vous avez envoyé", ""), "of the person, not to them"
        assert rejections.get(row.code) is row


@pytest.mark.parametrize(("closures", "reason"), [((), "no reason"), ((ROW,), "turns down and closes")])
def test_a_file_without_reasons_to_close_or_with_one_that_turns_down_is_wrong(read, closures, reason):
    with pytest.raises(RulesError, match=reason):
        read([ROW], closures=closures)


def test_a_good_row_is_read(read):
    assert read([ROW | {"needs_words": True}]).rows["x"].needs_words is True


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"needs_words": None}, "needs_words"),
        ({"needs_words": "yes"}, "needs_words"),
        ({"code": ""}, "no code"),
        ({"source": " "}, "no source"),
        ({"label": {"fr": "a"}}, "fr and en"),
        ({"text": {"fr": "a", "en": " "}}, "fr and en"),
        ({"about": {"fr": "a"}}, "fr and en"),
    ],
)
def test_a_wrong_row_stops_the_start_with_its_reason(read, change, reason):
    with pytest.raises(RulesError, match=reason):
        read([ROW | change])


@pytest.mark.parametrize(
    ("rows", "appeal"), [([], APPEAL), ([ROW, ROW], APPEAL), ([ROW], {}), ([ROW], {"source": "x"})]
)
def test_a_table_without_rows_or_appeal_is_wrong(read, rows, appeal):
    with pytest.raises(RulesError):
        read(rows, appeal)
