"""The shape of an entry, at each edge: what is just short enough, and what is one sign too many."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core.journal import chain, entry
from matricule.core.journal.entry import Refused, check, check_detail

WHO = UUID("019abcde-0000-7000-8000-00000000000f")
AT = datetime(2026, 11, 21, 10, 0, 0, 5, tzinfo=UTC)
ROW = (7, 202611, AT, f"user:{WHO}", "read.space", "dossier", WHO, '{"pages": 2}', "done")


@pytest.mark.parametrize(
    "actor", ["anonymous", f"user:{WHO}", "system:a", "system:" + "a" * 60, "system:core.vault-2_x"]
)
def test_an_actor_is_a_person_a_job_or_nobody(actor):
    check(actor, "read.space", None, "done")


@pytest.mark.parametrize(
    "actor",
    ["", "user:", f"user:{str(WHO).upper()}", f"user:{WHO}\n", f" user:{WHO}", f"user:{WHO.hex}", "system:",
     "system:" + "a" * 61, "system:Job", "system:a b", "Anonymous", "anonymous ", "lina@example.org"],
)  # fmt: skip
def test_no_other_text_is_an_actor(actor):
    with pytest.raises(Refused, match="actor"):
        check(actor, "read.space", None, "done")


@pytest.mark.parametrize("name", ["a", "a" * 40, "a.b.c.d", "file.added", "a1_2"])
def test_an_action_an_outcome_and_a_kind_are_short_names(name):
    check("anonymous", name, (name, WHO), name)


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a" * 41, "a.b.c.d.e", "a..b", ".a", "a.", "a b", "é", "a\n"])
@pytest.mark.parametrize("part", ["action", "outcome", "kind of the subject"])
def test_each_part_is_named_when_it_is_none(name, part):
    given_parts = {"action": "a", "outcome": "a", "kind of the subject": "a", part: name}
    with pytest.raises(Refused, match=part):
        check("anonymous", given_parts["action"], (given_parts["kind of the subject"], WHO), given_parts["outcome"])


class TestTheDetail:
    """Codes, counts and flags."""

    @pytest.mark.parametrize("value", [10**12 - 1, -(10**12) + 1, 0, True, False, None, "", "x" * 64, "a" * 40])
    def test_what_passes(self, value):
        check_detail({"code": value})

    @pytest.mark.parametrize("value", [10**12, -(10**12), 1.0, b"x", "x" * 65, "a b", "é", "a@b", {}, ()])
    def test_what_does_not(self, value):
        with pytest.raises(Refused, match="detail code"):
            check_detail({"code": value})

    @pytest.mark.parametrize("key", sorted(entry.PERSONAL))
    def test_no_key_says_that_something_personal_follows(self, key):
        for spelt in (key, f"old_{key}", f"{key}_new"):
            with pytest.raises(Refused):
                check_detail({spelt: 1})

    @pytest.mark.parametrize("key", ["", "A", "1", "a b", "a-b", "é", "a" * 41, "_a"])
    def test_a_key_is_a_plain_name(self, key):
        with pytest.raises(Refused, match="plain"):
            check_detail({key: 1})

    @pytest.mark.parametrize("key", ["named", "nirvana", "texture", "a" * 40, "pages"])
    def test_a_key_that_only_resembles_one_passes(self, key):
        check_detail({key: 1})

    @pytest.mark.parametrize("digits", range(1, 13))
    def test_a_run_of_nine_digits_is_too_much_like_a_number(self, digits):
        text = "1" * digits
        if digits < 9:
            check_detail({"code": text})
        else:
            with pytest.raises(Refused):
                check_detail({"code": text})

    @pytest.mark.parametrize("hidden", ["1-2-3-4-5-6-7-8-9", "1.2345.6789", "x123456789", "FR76" + "A" * 12])
    def test_hyphens_and_dots_hide_none(self, hidden):
        with pytest.raises(Refused):
            check_detail({"code": hidden})


class TestTheBytes:
    """What a mark covers: one spelling, whatever the database or the driver gives."""

    def test_the_order_of_a_detail_does_not_count(self):
        first, second = ([*ROW[:7], text, "done"] for text in ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'))
        assert entry.canonical(tuple(first)) == entry.canonical(tuple(second))

    def test_a_detail_as_text_bytes_or_object_is_the_same(self):
        rows = [(*ROW[:7], detail, "done") for detail in ('{"pages": 2}', b'{"pages":2}', {"pages": 2})]
        assert len({entry.canonical(row) for row in rows}) == 1

    def test_one_moment_in_two_zones_is_the_same(self):
        paris = AT.astimezone(timezone(timedelta(hours=1)))
        assert entry.canonical(ROW) == entry.canonical((*ROW[:2], paris, *ROW[3:]))

    def test_a_microsecond_is_not(self):
        later = AT + timedelta(microseconds=1)
        assert entry.canonical(ROW) != entry.canonical((*ROW[:2], later, *ROW[3:]))

    def test_an_entry_without_a_subject_reads_as_such(self):
        row = (*ROW[:5], None, None, "{}", "done")
        assert entry.from_row(row).subject is None and json.loads(entry.canonical(row))[5:7] == [None, None]

    def test_an_entry_reads_as_it_was_written(self):
        found = entry.from_row(ROW)
        assert (found.id, found.at, found.subject, found.detail) == (7, AT, ("dossier", WHO), {"pages": 2})


class TestTheLink:
    """Each seal holds the one before it."""

    def seal(self, previous=None, rows=(ROW,), kind="rows", month=202611) -> chain.Seal:
        return chain.link(previous, month=month, kind=kind, rows=rows, sealed_at=AT)

    def test_the_first_begins_the_chain(self):
        seal = self.seal()
        assert (seal.n, seal.prev, seal.rows, seal.first_id, seal.last_id) == (1, chain.START, 1, 7, 7)
        assert seal.hash == chain.seal_hash(seal)

    def test_the_next_hangs_on_it(self):
        first = self.seal()
        second = self.seal(first, [(8, *ROW[1:]), (9, *ROW[1:])])
        assert (second.n, second.prev, second.first_id, second.last_id) == (2, first.hash, 8, 9)

    def test_a_seal_without_rows_names_none(self):
        seal = self.seal(self.seal(), (), "final")
        assert (seal.rows, seal.first_id, seal.last_id, seal.marks) == (0, 0, 0, b"")
        assert list(chain.marks_of(seal)) == []

    @pytest.mark.parametrize(
        "changes",
        [{"n": 2}, {"month": 202612}, {"kind": "final"}, {"first_id": 1}, {"last_id": 9}, {"rows": 2},
         {"marks": bytes(24)}, {"prev": bytes(31) + b"x"}, {"sealed_at": AT + timedelta(seconds=1)}],
    )  # fmt: skip
    def test_its_hash_covers_every_part_of_it(self, changes):
        seal = self.seal()
        assert chain.seal_hash(chain.Seal(**{**vars(seal), **changes})) != seal.hash

    @given(st.lists(st.integers(1, 2**63 - 1), unique=True, max_size=5))
    def test_the_marks_give_their_rows_back(self, numbers):
        rows = [(number, *ROW[1:]) for number in sorted(numbers)]
        seal = self.seal(None, rows)
        assert [number for number, _ in chain.marks_of(seal)] == sorted(numbers)
        assert all(mac == chain.mark(row) for (_, mac), row in zip(chain.marks_of(seal), rows, strict=True))

    def test_marks_of_rows_seals_and_heads_are_of_different_kinds(self):
        assert len({chain.mark(ROW), chain.head_mac(entry.canonical(ROW))[:16], self.seal().hash[:16]}) == 3
