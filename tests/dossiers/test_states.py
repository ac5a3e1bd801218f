"""The table of states: every legal move, every other one refused, and the label of several people (house.md, 3)."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.cli import dossiers as command
from matricule.dossiers import states
from matricule.dossiers.states import ENDED, LABEL_OF, LABELS, MOVES, IllegalMove, Move, State, Who

ACTIONS = sorted({move.action for move in MOVES})
PEOPLE = st.lists(st.sampled_from(State), min_size=1, max_size=8)


def moves_of(action: str) -> list[Move]:
    return [move for move in MOVES if move.action == action]


@pytest.mark.parametrize(("action", "state"), list(itertools.product(ACTIONS, State)))
def test_an_action_starts_only_where_the_table_says(action, state):
    ends = {move.ends for move in moves_of(action) if state in move.starts}
    if ends:
        assert {states.after(action, state)} == ends
    else:
        with pytest.raises(IllegalMove) as refused:
            states.after(action, state)
        assert (refused.value.action, refused.value.state) == (action, state)


def test_an_unknown_action_moves_nothing():
    with pytest.raises(IllegalMove):
        states.after("erase", State.DRAFT)


def test_no_action_has_two_ends_from_one_state():
    for action, state in itertools.product(ACTIONS, State):
        assert len({move.ends for move in moves_of(action) if state in move.starts}) <= 1


def test_no_move_stays_where_it_is_but_the_reminder():
    assert {move.action for move in MOVES if move.ends in move.starts} == {"remind"}


def test_every_state_is_reached_from_a_draft_and_none_leads_back_to_it():
    reached = {State.DRAFT}
    while more := {move.ends for move in MOVES if move.starts & reached} - reached:
        reached |= more
    assert reached == set(State)
    assert not any(move.ends is State.DRAFT for move in MOVES)


def test_a_draft_moves_by_its_person_and_by_submitting_only():
    assert [(move.action, move.who) for move in MOVES if State.DRAFT in move.starts] == [("submit", Who.PERSON)]


def test_nothing_leaves_a_number_issued_or_a_withdrawal():
    assert not any(move.starts & {State.REGISTERED, State.WITHDRAWN, State.DEACTIVATED} for move in MOVES)


def test_only_a_number_that_is_not_certified_ends_by_the_caisse():
    (move,) = moves_of("deactivate")
    assert move.who is Who.CAISSE
    assert move.starts == {State.PROVISIONAL, State.NOTICED, State.SUSPENDED, State.AT_REGISTER}


def test_only_the_calendar_closes_for_silence_and_only_after_a_reminder():
    assert [(move.starts, move.who) for move in moves_of("close")] == [(frozenset({State.REMINDED}), Who.CLOCK)]


def test_the_person_never_decides():
    decided = {State.PROVISIONAL, State.REGISTERED, State.REJECTED, State.CLOSED, State.AT_REGISTER}
    assert not {move.ends for move in MOVES if move.who is Who.PERSON} & decided


def test_every_state_has_a_label_with_words_in_both_languages():
    assert set(LABEL_OF) == set(State) and set(LABEL_OF.values()) <= set(LABELS)
    assert all(label.fr and label.en and label.tag and label.icon for label in LABELS.values())


@pytest.mark.parametrize(
    ("people", "label"),
    [
        ([State.DRAFT], "draft"),
        ([State.EXAMINED, State.REOPENED], "in_progress"),
        ([State.REMINDED, State.AWAITING, State.REGISTERED], "reminded"),
        ([State.AWAITING, State.REGISTERED, State.REJECTED], "awaiting"),
        ([State.REGISTERED, State.REGISTERED], "registered"),
        ([State.REGISTERED, State.EXAMINED], "partial"),
        ([State.REJECTED, State.PROVISIONAL], "partial"),
        ([State.PROVISIONAL, State.EXAMINED], "provisional"),
        ([State.EXAMINED, State.AT_REGISTER], "in_progress"),
        ([State.WITHDRAWN, State.REGISTERED], "registered"),
        ([State.WITHDRAWN, State.EXAMINED, State.REJECTED], "partial"),
        ([State.WITHDRAWN, State.WITHDRAWN], "withdrawn"),
        ([State.CLOSED, State.DEACTIVATED], "closed"),
        ([], "withdrawn"),
    ],
)
def test_the_label_of_several_people(people, label):
    assert states.dossier_label(people) == label


def test_at_the_register_a_known_provisional_number_shows():
    assert states.dossier_label([State.AT_REGISTER], [True]) == "provisional"
    assert states.dossier_label([State.AT_REGISTER], [False]) == "in_progress"
    assert states.dossier_label([State.AT_REGISTER, State.EXAMINED], [True, False]) == "provisional"
    assert states.dossier_label([State.EXAMINED], [True]) == "in_progress"
    for state in set(State) - {State.WITHDRAWN}:
        for known in (True, False):  # one person reads what a request of that person alone does
            assert states.person_label(state, known) == states.dossier_label([state], [known]), (state, known)


def test_a_number_known_must_be_told_of_each_person():
    with pytest.raises(ValueError, match="argument"):
        states.dossier_label([State.EXAMINED, State.EXAMINED], [True])


@given(PEOPLE)
def test_the_label_follows_the_six_rules_in_order(people):
    """The rules of house.md 3, written a second time, the slow way."""
    left_out = {State.WITHDRAWN}
    if set(people) - {State.DRAFT, State.WITHDRAWN}:  # the others were sent: this one is being added to them
        left_out.add(State.DRAFT)
    here = [LABEL_OF[state] for state in people if state not in left_out]
    rules = [
        (not here, "withdrawn"),
        ("reminded" in here, "reminded"),
        ("awaiting" in here, "awaiting"),
        (len(set(here)) == 1, here[0] if here else ""),
        (any(state in ENDED for state in people), "partial"),
        ("provisional" in here, "provisional"),
        (True, "in_progress"),
    ]
    assert states.dossier_label(people) == next(label for applies, label in rules if applies)


@given(PEOPLE, st.randoms())
def test_the_order_of_the_people_does_not_matter(people, random):
    shuffled = list(people)
    random.shuffle(shuffled)
    assert states.dossier_label(shuffled) == states.dossier_label(people)


@given(PEOPLE)
def test_who_withdrew_counts_for_nothing(people):
    assert states.dossier_label([*people, State.WITHDRAWN]) == states.dossier_label(people)


@given(PEOPLE)
def test_everyone_ended_means_that_no_label_asks_for_an_act(people):
    if states.all_ended(people):
        assert states.dossier_label(people) in {"registered", "rejected", "closed", "withdrawn", "partial"}
    else:
        assert any(state not in ENDED and state is not State.WITHDRAWN for state in people)


def test_the_document_of_statuses_is_up_to_date():
    document = Path(__file__).resolve().parents[2] / "docs" / "statuses.md"
    assert document.read_text("utf-8") == command.document(), "run: matricule statuses --doc"


@pytest.mark.parametrize(("action", "state"), list(itertools.product(ACTIONS, State)))
def test_whether_an_action_may_be_offered_is_read_from_the_same_table(action, state):
    assert states.may(action, state) is any(state in move.starts for move in moves_of(action))
