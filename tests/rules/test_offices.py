"""Which office examines, and where its letters go."""

import pytest

from matricule.rules import data, offices, rejections
from matricule.rules.errors import RulesError


@pytest.mark.parametrize(("postcode", "office"), [("25000", "251"), ("01000", "011"), ("75011", "751"), ("", "")])
def test_a_students_office_is_that_of_the_residence(postcode, office):
    assert offices.for_student(postcode) == office


def test_a_body_may_name_one_office_for_all():
    assert offices.for_student("75011", one_for_all="251") == "251"
    with pytest.raises(RulesError, match="not the code"):
        offices.for_student("75011", one_for_all="000")


def test_letters_of_students_have_an_address_of_their_own():
    assert offices.postal_address("251") == ("CPAM du Doubs", "25036 Besançon cedex")
    assert len(offices.postal_address("011")) == 3
    assert offices.postal_address("000") == ()
    assert offices.name("251") == "CPAM du Doubs" and offices.name("") == ""


@pytest.mark.parametrize(
    "row", ["000,students,a,b,seed,2022-03-01", "251,parties,a,b,seed,2022-03-01", "251,students,,b,seed,2022-03-01"]
)
def test_a_wrong_row_stops_the_start(monkeypatch, tmp_path, row):
    (tmp_path / offices.FILE).write_text(",".join(offices.COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    real = data.read_csv
    monkeypatch.setattr(offices.data, "read_csv", lambda name, columns: real(name, columns, folder=tmp_path))
    offices.addresses.cache_clear()
    try:
        with pytest.raises(RulesError):
            offices.addresses()
    finally:
        offices.addresses.cache_clear()


def test_each_rejection_says_why_and_how_to_contest():
    found = rejections.table()
    assert set(found.rows) == {"already_registered", "duplicate", "not_entitled", "not_genuine", "other_route"}
    for row in found.rows.values():
        assert row.text["fr"] != row.text["en"] and row.source
    assert "recours amiable" in found.appeal["fr"]
    with pytest.raises(KeyError):
        rejections.get("mood")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[rejection]]\ncode = ""\n',
        '[[rejection]]\ncode = "x"\nsource = "s"\nlabel = { fr = "a" }\ntext = { fr = "a", en = "b" }\n',
        '[[rejection]]\ncode = "x"\nlabel = { fr = "a", en = "b" }\ntext = { fr = "a", en = "b" }\n',
    ],
)
def test_a_wrong_file_of_rejections_is_refused(monkeypatch, tmp_path, text):
    (tmp_path / rejections.FILE).write_text(text, encoding="utf-8")
    real = data.read_toml
    monkeypatch.setattr(rejections.data, "read_toml", lambda name: real(name, folder=tmp_path))
    rejections.table.cache_clear()
    try:
        with pytest.raises(RulesError):
            rejections.table()
    finally:
        rejections.table.cache_clear()
