"""The chain as pure computation: what a seal covers, and what changes its hash."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import keys
from matricule.core.journal import chain

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
SUBJECT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def row(number: int, **more: object) -> tuple[object, ...]:
    """Return a row of the journal as the database gives it."""
    parts = {
        "id": number,
        "month": 202611,
        "at": AT,
        "actor": "system:test",
        "action": "read.space",
        "subject_kind": "dossier",
        "subject_id": SUBJECT,
        "detail": {"count": 3},
        "outcome": "done",
    }
    return tuple({**parts, **more}.values())


def seal(previous: chain.Seal | None = None, *numbers: int, kind: chain.Kind = "rows") -> chain.Seal:
    return chain.link(previous, month=202611, kind=kind, rows=[row(number) for number in numbers], sealed_at=AT)


def test_the_first_seal_stands_on_nothing_and_the_next_on_the_first():
    one = seal(None, 4, 7)
    two = seal(one, 9)
    assert (one.n, one.prev, one.first_id, one.last_id, one.rows) == (1, chain.START, 4, 7, 2)
    assert (two.n, two.prev, two.first_id, two.last_id, two.rows) == (2, one.hash, 9, 9, 1)
    assert chain.seal_hash(one) == one.hash != two.hash == chain.seal_hash(two)


@pytest.mark.parametrize("kind", ["final", "drop"])
def test_a_seal_without_rows_is_a_link_as_well(kind):
    one = seal(None, 4)
    end = seal(one, kind=kind)
    assert (end.rows, end.marks, end.first_id, end.last_id, end.prev) == (0, b"", 0, 0, one.hash)
    assert list(chain.marks_of(end)) == []


@given(st.lists(st.integers(1, 2**62), min_size=1, max_size=30, unique=True).map(sorted))
def test_the_marks_of_a_seal_are_those_of_its_rows_in_order(numbers):
    made = seal(None, *numbers)
    assert list(chain.marks_of(made)) == [(number, chain.mark(row(number))) for number in numbers]
    assert len(made.marks) == len(numbers) * (chain.ID + chain.MAC)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 2},
        {"month": 202612},
        {"kind": "final"},
        {"first_id": 3},
        {"last_id": 8},
        {"rows": 3},
        {"marks": b"\0" * 48},
        {"prev": b"\1" * 32},
        {"sealed_at": AT + timedelta(microseconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_a_seal_is_under_its_hash(change):
    made = seal(None, 4, 7)
    assert chain.seal_hash(replace(made, **change)) != made.hash


def test_the_hash_of_a_seal_does_not_cover_itself():
    made = seal(None, 4)
    assert chain.seal_hash(replace(made, hash=b"other")) == made.hash


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5},
        {"month": 202612},
        {"at": AT + timedelta(microseconds=1)},
        {"actor": "system:other"},
        {"action": "read.file"},
        {"subject_kind": "file"},
        {"subject_id": UUID(int=1)},
        {"subject_kind": None, "subject_id": None},
        {"detail": {"count": 4}},
        {"detail": {"counts": 3}},
        {"detail": {}},
        {"outcome": "refused"},
    ],
    ids=lambda change: "+".join(f"{key}" for key in change),
)
def test_every_column_is_under_the_mark_of_its_row(change):
    assert chain.mark(row(4, **change)) != chain.mark(row(4))


def test_the_same_row_has_the_same_mark_however_the_driver_spells_it():
    paris = timezone(timedelta(hours=1))
    same = [
        row(4),
        row(4, at=AT.astimezone(paris)),
        row(4, detail='{"count": 3}'),
        row(4, detail=b'{ "count" : 3 }'),
    ]
    assert len({chain.mark(one) for one in same}) == 1


def test_two_keys_make_two_chains(tmp_path, monkeypatch):
    before = seal(None, 4)
    keys.make(tmp_path / "other.toml")
    monkeypatch.setattr(keys, "current", lambda: keys.load(tmp_path / "other.toml"))
    assert seal(None, 4).hash != before.hash
    assert chain.head_mac(b"head") != b"" and chain.mark(row(4)) != before.marks[chain.ID :]


def test_a_mark_never_passes_for_a_seal_or_a_head():
    data = b"the same bytes"
    assert len({chain.head_mac(data), chain._mac(b"row", data), chain._mac(b"seal", data)}) == 3


@pytest.mark.parametrize("kind", ["bytes", "memoryview"])
def test_a_seal_comes_back_from_its_row(kind):
    made = seal(seal(None, 2), 4, 7)
    columns = chain.COLUMNS.split(", ")
    spelled = bytes if kind == "bytes" else memoryview
    values = [getattr(made, name) for name in columns]
    found = chain.from_row(tuple(spelled(value) if isinstance(value, bytes) else value for value in values))
    assert found == made
