"""Where a document stands, told from its files alone: the table of design.md, section 7, without a database."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import clock
from matricule.dossiers.models import File, Registrant, Requirement, Version
from matricule.dossiers.plan import SECTIONS
from matricule.dossiers.queries import Slot, Space, first_open_section

STATES = st.lists(st.sampled_from(File.State), max_size=5)


def a_slot(*states: str, parts=("main",), codes=("identity",), sent=False, translator="sworn", **changes) -> Slot:
    """Return a slot that holds files in these states, their parts in turn."""
    version = Version(sent_at=clock.now() if sent else None, translator_kind=translator)
    held = [File(state=state, part=part) for state, part in zip(states, itertools.cycle(parts), strict=False)]
    rows = [Requirement(code=code) for code in codes]
    given_values = {"slot": "identity", "phase": 1, "requirements": rows, "version": version, "files": held}
    return Slot(**{**given_values, **changes})


def a_space(*slots: Slot) -> Space:
    return Space(dossier=None, registrant=None, slots=list(slots))


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ((), "to_send"),
        (("ready",), "ready"),
        (("refused",), "look"),
        (("already_sent",), "look"),
        (("checking",), "checking"),
        (("ready", "ready"), "ready"),
        (("ready", "refused"), "ready"),
        (("refused", "ready"), "ready"),
        (("ready", "already_sent"), "ready"),
        (("ready", "checking"), "checking"),
        (("refused", "checking"), "checking"),
        (("already_sent", "checking"), "checking"),
        (("already_sent", "refused"), "look"),
    ],
)
def test_the_state_of_a_document(states, shown):
    assert a_slot(*states).state == shown


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ((), "to_send"),
        (("ready",), "sent"),
        (("ready", "refused"), "sent"),
        (("ready", "already_sent"), "sent"),
        (("ready", "checking"), "checking"),
        (("refused",), "look"),
    ],
)
def test_once_sent_it_is_received_unless_something_waits(states, shown):
    assert a_slot(*states, sent=True).state == shown


@given(STATES, st.booleans())
def test_the_order_of_the_files_does_not_matter(states, sent):
    assert a_slot(*states, sent=sent).state == a_slot(*reversed(states), sent=sent).state


@given(STATES)
def test_a_file_that_is_checked_is_never_hidden_by_another(states):
    assert a_slot(*states, "checking").state == "checking"


@given(STATES)
def test_live_and_refused_share_the_files_among_them(states):
    slot = a_slot(*states)
    assert len(slot.live) + len(slot.refused) == len(states)
    assert all(file.state == "refused" for file in slot.refused)


class TestASharedSlot:
    """A birth record and its translation: two halves, one document."""

    CODES = ("civil_status", "translation")

    @pytest.mark.parametrize(
        ("parts", "states", "shown"),
        [
            (("main",), ("ready",), "look"),
            (("translation",), ("ready",), "look"),
            (("main", "translation"), ("ready", "ready"), "ready"),
            (("main", "translation"), ("ready", "refused"), "look"),
            (("main", "translation"), ("refused", "ready"), "look"),
            (("main", "translation"), ("ready", "checking"), "checking"),
            (("main", "translation"), ("ready", "already_sent"), "look"),
        ],
    )
    def test_it_is_ready_with_both_halves_only(self, parts, states, shown):
        assert a_slot(*states, parts=parts, codes=self.CODES).state == shown

    def test_once_sent_half_a_document_is_received_all_the_same(self):
        assert a_slot("ready", codes=self.CODES, sent=True).state == "sent"

    @pytest.mark.parametrize("sent", [False, True])
    def test_a_translation_of_nobody_needs_another_look(self, sent):
        halves = {"parts": ("main", "translation"), "codes": self.CODES, "translator": "", "sent": sent}
        assert a_slot("ready", "ready", **halves).nameless
        assert a_slot("ready", "ready", **halves).state == "look"
        assert not a_slot("ready", "refused", **halves).nameless
        assert not a_slot("ready", "ready", **{**halves, "codes": ("civil_status",)}).nameless

    def test_a_translation_that_nobody_asks_is_not_missed(self):
        assert a_slot("ready", codes=("civil_status",)).complete
        assert not a_slot("ready", codes=self.CODES).complete

    def test_a_translation_alone_is_never_the_whole(self):
        assert not a_slot("ready", parts=("translation",), codes=("civil_status",)).complete

    def test_the_halves_are_told_apart_in_order(self):
        slot = a_slot("ready", "refused", "ready", parts=("main", "translation"), codes=self.CODES)
        assert [file.state for file in slot.part("main")] == ["ready", "ready"]
        assert [file.state for file in slot.part("translation")] == ["refused"]
        assert slot.part("other") == []


def test_the_files_that_ask_are_told():
    slot = a_slot("ready", "already_sent")
    assert [file.state for file in slot.questions] == ["already_sent"] and a_slot("ready").questions == []


def test_a_document_without_a_version_is_to_send():
    assert a_slot(version=None).state == "to_send"
    assert a_slot("ready", version=None).state == "ready"


@pytest.mark.parametrize(("flags", "blocks"), [((), False), ((False,), False), ((False, True), True)])
def test_the_deposit_waits_for_a_document_when_one_of_its_requirements_says_so(flags, blocks):
    rows = [Requirement(code=str(n), blocks_submission=flag) for n, flag in enumerate(flags)]
    slot = a_slot(requirements=rows)
    assert slot.blocks is blocks
    assert slot.codes == [row.code for row in rows]


def blocking(*states: str, **changes) -> Slot:
    return a_slot(*states, requirements=[Requirement(code="identity", blocks_submission=True)], **changes)


class TestTheSpace:
    """What the pages count."""

    def test_a_phase_holds_its_own_documents_without_those_no_longer_asked(self):
        first, second, gone = a_slot(), a_slot(phase=2), a_slot("ready", dropped=True)
        space = a_space(first, second, gone)
        assert space.phase(1) == [first] and space.phase(2) == [second] and space.phase(3) == []
        assert space.asked == [first, second]

    def test_ready_counts_what_is_ready_or_received_and_still_asked(self):
        space = a_space(
            a_slot("ready"), a_slot("ready", sent=True), a_slot("refused"), a_slot("checking"), a_slot(),
            a_slot("ready", dropped=True),
        )  # fmt: skip
        assert space.ready == 2

    def test_later_is_what_was_not_sent_and_stops_nothing(self):
        optional, refused = a_slot(phase=3), a_slot("refused", phase=2)
        space = a_space(blocking(), optional, refused, a_slot("ready", phase=2), a_slot(phase=2, dropped=True))
        assert space.later == [optional, refused]

    def test_lacking_is_what_the_caisse_cannot_begin_without(self):
        empty, refused = blocking(), blocking("refused")
        space = a_space(
            empty, refused, blocking("ready"), blocking("ready", sent=True), blocking("checking"), a_slot(),
            blocking(dropped=True),
        )  # fmt: skip
        assert space.lacking == [empty, refused]

    def test_an_empty_space_counts_nothing(self):
        space = a_space()
        assert (space.ready, space.later, space.asked, space.phase(1)) == (0, [], [], [])


@pytest.mark.parametrize("done", range(len(SECTIONS) + 1))
def test_the_next_page_is_the_first_that_is_not_complete(done):
    person = Registrant(sections_done=list(SECTIONS[:done]))
    assert first_open_section(person) == (SECTIONS[done] if done < len(SECTIONS) else None)


def test_pages_done_in_another_order_leave_the_first_gap():
    assert first_open_section(Registrant(sections_done=["studies", "civil_status"])) == "parents"
