"""The whole journey of a student with the keyboard alone, from the first page to the receipt."""

import pytest

from matricule.demo.people import get_person
from tests.browser.conftest import DESK
from tests.browser.keyboard import Keyboard
from tests.browser.visitor import answers_of, drawn, typed_by
from tests.support import tested

pytestmark = [pytest.mark.prove, pytest.mark.slow]
DOCUMENTS = {"identity": "id_card", "enrolment": "school_certificate", "resources": "resources"}


def answer_all(hand, answers):
    """Answer every question of the questionnaire."""
    while question := hand.who.question():
        value = answers[question]
        if " " in value:
            for part, text in zip(("day", "month", "year"), value.split(), strict=True):
                hand.type_in(f"{question}_{part}", text)
        else:
            hand.type_in(question, value)
        hand.go_on()


def test_from_the_first_page_to_the_receipt(visit, promise):
    with tested.journey("keyboard", "fr"):
        pressed = _to_the_receipt(visit)
    promise("a whole request with the keyboard alone", f"{pressed} keys beside what is typed, each stop in sight")


def _to_the_receipt(visit):
    """Send a whole request; return how many keys were pressed beside what is typed."""
    lucia = get_person("lucia")
    who = visit("fr", DESK)
    hand = Keyboard(who)
    who.goto("/")
    hand.follow(lambda focus: focus["main"] and focus["href"].endswith("/student/questions/"), "the first door")
    answer_all(hand, answers_of(lucia))
    hand.follow(lambda focus: focus["form"].endswith("/student/start/"), "start")
    hand.type_in("email", who.email)
    hand.go_on()
    hand.type_in("code", who.code().replace(" ", ""))
    hand.go_on()
    who.note_dossier()
    for name, values in typed_by(lucia).items():
        assert who.path == who.place(f"identify/{name}/")
        for field, text in values.items():
            hand.type_in(field, text)
        hand.go_on()
    assert who.path == who.place("documents/")
    for slot, kind in DOCUMENTS.items():
        hand.choose_file(f"{slot}-main", drawn(kind, "lucia"))
        who.until(lambda slot=slot: who.files_of(slot), slot)
        who.judged()
    hand.follow(lambda focus: focus["main"] and focus["big"] and focus["tag"] == "A", "read again")
    hand.to(lambda focus: focus["id"] == "id_declare", "the declaration")
    hand.press("Space")
    hand.go_on()
    assert who.path == who.place("receipt/")
    return hand.pressed
