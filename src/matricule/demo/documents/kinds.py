"""The kinds of document that can be drawn, and the pages that each has for a person."""

from dataclasses import replace
from datetime import date
from typing import Literal

from PIL import Image, ImageDraw

from matricule.demo.documents.canvas import Canvas
from matricule.demo.documents.cards import CARDS, PAIRS
from matricule.demo.documents.sheets import descriptions, draw_sheet
from matricule.demo.people import IdentityPaper, Person

Format = Literal["pdf", "jpeg", "png", "heic"]
Flaw = Literal["blurred", "cut", "turned", "dark"]

# "birth_record" is the record in the person's own language, or the plurilingual extract.
KINDS: tuple[str, ...] = (*CARDS, *PAIRS, "birth_record", *descriptions())

_CARD_DOTS, _PAGE_DOTS, _PAIR_DOTS = 254, 150, 200
_PAIR_PAGE = (1654, 2339)


def draw_pages(kind: str, person: Person, seed: int) -> tuple[list[Image.Image], int]:
    """Give the pages of a document and their resolution in dots an inch. Raises ValueError for an unknown kind."""
    if kind in CARDS:
        return [CARDS[kind](person, seed).finished()], _CARD_DOTS
    if kind in PAIRS:
        return [_both_sides(kind, person, seed)], _PAIR_DOTS
    if kind == "birth_record":
        language = person.record.language
        kind = "plurilingual_extract" if language == "multi" else f"birth_record_{language}"
    if kind not in descriptions():
        raise ValueError(f"unknown kind of document: {kind}")
    pages = [draw_sheet(kind, person, seed).finished()]
    if kind == "parental_authorisation":
        pages.append(_guardian_paper(person, seed))
    return pages, _PAGE_DOTS


def _both_sides(kind: str, person: Person, seed: int) -> Image.Image:
    page = Image.new("RGB", _PAIR_PAGE, "#FCFCFA")
    for index, side in enumerate(PAIRS[kind]):
        card = CARDS[side](person, seed).finished()
        place = ((page.width - card.width) // 2, 180 + index * (card.height + 130))
        page.paste("#B9B4AA", (place[0] - 2, place[1] - 2), _corners(card.width + 4, card.height + 4))
        page.paste(card, place, _corners(*card.size))
    return page


def _corners(width: int, height: int) -> Image.Image:
    mask = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * 2 - 1, height * 2 - 1), 92, 255)
    return mask.reduce(2)


def _guardian_paper(person: Person, seed: int) -> Image.Image:
    parent = person.parent("father") or person.parents[0]
    adult = replace(
        person,
        birth_name=parent.birth_name,
        given_names=parent.given_names,
        sex="F" if parent.role == "mother" else "M",
        birth_date=parent.birth_date,
        birth_place=parent.birth_place,
        nationality=parent.nationality,
        paper=IdentityPaper("passport", "AAD109374", date(2024, 6, 4), date(2034, 6, 4), person.paper.authority),
        look={**person.look, "hair": "grey", "style": "short", "cloth": "ink"},
    )
    card = CARDS["passport"](adult, seed + 1).finished()
    page = Canvas(1240, 1754, "#FCFCFA").finished()
    page.paste(card.resize((1100, 774), Image.Resampling.LANCZOS), (70, 150))
    return page
