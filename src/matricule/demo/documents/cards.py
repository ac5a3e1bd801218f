"""Documents the size of a hand: passport page, identity card, visa, residence permit, European health insurance card.

Sizes follow ICAO 9303 at about ten pixels a millimetre: 1250 wide, whatever the shape.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matricule.demo.documents import marks, mrz
from matricule.demo.documents.canvas import Canvas, font, wrap
from matricule.demo.documents.words import Day, country, read_data
from matricule.demo.people import Person

WIDTH = 1250
INK = "#1D2A2E"
_EDGE = 60

Field = tuple[float, float, str, str]


def _theme(name: str) -> Mapping[str, Any]:
    theme: Mapping[str, Any] = read_data("cards.toml")["themes"][name]
    return theme


def _labels(language: str) -> Mapping[str, str]:
    labels: Mapping[str, str] = read_data("cards.toml")["labels"][language]
    return labels


def _title(language: str, kind: str) -> str:
    titles = read_data("cards.toml")["titles"]
    title: str = titles.get(language, {}).get(kind) or titles["en"][kind]
    return title


def _sheet(height: int, theme: Mapping[str, Any], seed: int, woven: tuple[int, int]) -> Canvas:
    canvas = Canvas(WIDTH, height)
    marks.ground(canvas, theme["ground"])
    marks.weave(canvas, theme["lines"], seed, *woven)
    return canvas


def _fields(canvas: Canvas, rows: Sequence[Field], ink: str, size: float = 28) -> None:
    for x, y, label, value in rows:
        canvas.text((x, y), label, 17, ink)
        room = canvas.width - x - 40
        fitted = size
        while fitted > 16 and font("bold", fitted).getlength(value) / 2 > room:
            fitted -= 1
        canvas.text((x, y + size + 4), value, fitted, INK, "bold")


def _zone(canvas: Canvas, lines: Sequence[str], top: int) -> None:
    pitch = (canvas.width - 2 * _EDGE) / len(lines[0])
    canvas.rect((0, top, canvas.width, canvas.height), "#FBF9F4")
    room = (canvas.height - top - pitch) / len(lines)
    for index, line in enumerate(lines):
        canvas.mrz((_EDGE + pitch * 0.2, top + room * 0.34 + room * index + pitch * 0.3), line, pitch)


def _holder(person: Person, *, usage: bool = False) -> mrz.Holder:
    return mrz.Holder(
        surname=(usage and person.usage_name) or person.birth_name,
        given_names=person.given_names,
        nationality=country(person.nationality).iso3,
        birth=person.birth_date,
        sex=person.sex,
    )


def _look(person: Person) -> marks.Look:
    return marks.look_of(person.look)


def zone_lines(kind: str, person: Person) -> tuple[str, ...]:
    """Give the machine readable lines that a kind of document shows for a person, nothing for a kind without."""
    issuer, paper = country(person.nationality).iso3, person.paper
    if kind == "passport":
        return mrz.td3(_holder(person), mrz.Paper("P", issuer, paper.number, paper.expires))
    if kind in ("id_card", "id_card_back"):
        return mrz.td1(_holder(person), mrz.Paper("ID", issuer, paper.number, paper.expires))
    if kind in ("visa_d", "vls_ts"):
        stay = _stay(person)
        optional = paper.number if paper.kind == "passport" else ""
        return mrz.mrv_a(_holder(person), mrz.Paper("VD", "FRA", stay["number"], stay["ends"], optional))
    if kind in ("residence_permit", "residence_permit_back"):
        stay = _stay(person)
        return mrz.td1(_holder(person), mrz.Paper("IR", "FRA", stay["number"], stay["ends"]))
    return ()


def _stay(person: Person) -> dict[str, Any]:
    stay = person.stay
    if stay is None:
        end = person.courses_start.replace(year=person.courses_start.year + 1)
        return {"number": "SPC000000", "starts": person.arrival, "ends": end, "label": "ÉTUDIANT"}
    return {"number": stay.number, "starts": stay.starts, "ends": stay.ends, "label": stay.label}


def passport(person: Person, seed: int) -> Canvas:
    """Draw the identity page of a passport: portrait, fields in two languages, two lines of TD3."""
    home = country(person.nationality)
    theme, words = _theme(home.theme), _labels(home.language)
    canvas = _sheet(880, theme, seed, (96, 700))
    marks.rosette(canvas, (1060, 420), 230, theme["lines"], 13)
    marks.arch(canvas, (66, 40), 56, theme["ink"], "#FBF8F3", "#F2B441")
    canvas.text((138, 68), home.local, 24, theme["ink"], "title", gap=3)
    canvas.text((138, 96), _title(home.language, "passport"), 22, theme["ink"], "bold", gap=2)
    marks.portrait(canvas, (66, 150, 372, 546), _look(person), theme["back"])
    marks.portrait(canvas, (1056, 170, 1186, 338), _look(person), theme["back"], ghost=True)
    surname, given = person.birth_name.upper(), person.given_names.upper() or "—"
    left, middle = 424, 730
    top = (
        (left, 150, "Type", "P"),
        (560, 150, words["code"], home.iso3),
        (middle + 100, 150, words["number"], person.paper.number),
    )
    rows: list[Field] = [
        *top,
        (left, 226, words["surname"], surname),
        (left, 302, words["given"], given),
        (left, 378, words["nationality"], home.citizen.upper()),
        (left, 454, words["birth"], f"{Day.of(person.birth_date)}"),
        (middle, 454, words["sex"], person.sex),
        (middle + 150, 454, words["place"], person.birth_place.upper()),
        (left, 530, words["issued"], f"{Day.of(person.paper.issued)}"),
        (middle + 150, 530, words["authority"], person.paper.authority.upper()),
        (left, 606, words["expires"], f"{Day.of(person.paper.expires)}"),
    ]
    _fields(canvas, rows, theme["ink"])
    marks.signature(canvas, (96, 624), 190, seed + 7, "#26305A")
    canvas.text((66, 684), "Signature", 15, theme["ink"])
    marks.specimen(canvas, (740, 400), 150)
    _zone(canvas, zone_lines("passport", person), 704)
    return canvas


def id_card_front(person: Person, seed: int) -> Canvas:
    """Draw the front of a national identity card."""
    home = country(person.nationality)
    theme, words = _theme(home.theme), _labels(home.language if home.language in ("fr", "es", "de", "it") else "fr")
    canvas = _sheet(788, theme, seed, (130, 740))
    marks.rosette(canvas, (980, 520), 210, theme["lines"])
    canvas.rect((0, 0, WIDTH, 112), theme["ink"])
    marks.arch(canvas, (58, 28), 58, "#FBF8F3", theme["ink"], "#F2B441")
    canvas.text((134, 56), home.local, 30, "#FFFFFF", "title", gap=3)
    canvas.text((134, 90), _title(home.language, "id_card"), 21, "#F4EFE4", "bold", gap=2)
    canvas.text((1190, 74), person.paper.number, 36, "#FFFFFF", "bold", "rs", gap=3)
    marks.portrait(canvas, (58, 160, 378, 580), _look(person), theme["back"])
    marks.portrait(canvas, (1062, 550, 1192, 720), _look(person), theme["back"], ghost=True)
    rows: list[Field] = [
        (430, 184, words["surname"], person.birth_name.upper()),
        (430, 266, words["given"], person.given_names.upper() or "—"),
        (430, 348, words["birth"], f"{Day.of(person.birth_date)}"),
        (790, 348, words["sex"], person.sex),
        (430, 430, words["nationality"], home.citizen.upper()),
        (790, 430, words["place"], person.birth_place.upper()),
        (430, 512, words["expires"], f"{Day.of(person.paper.expires)}"),
    ]
    _fields(canvas, rows, theme["ink"], 31)
    marks.signature(canvas, (450, 660), 240, seed + 3, "#26305A")
    _gold(canvas, 150, 620)
    marks.specimen(canvas, (760, 470), 150)
    return canvas


def _gold(canvas: Canvas, x: int, y: int) -> None:
    canvas.rect((x, y, x + 132, y + 108), "#E3C27A", "#A98433", 2.5, 16)
    for step in (36, 72):
        canvas.line([(x, y + step), (x + 132, y + step)], "#A98433", 2)
    canvas.line([(x + 46, y), (x + 46, y + 108)], "#A98433", 2)
    canvas.line([(x + 86, y), (x + 86, y + 108)], "#A98433", 2)


def id_card_back(person: Person, seed: int) -> Canvas:
    """Draw the back of a national identity card, with three lines of TD1."""
    home = country(person.nationality)
    theme, words = _theme(home.theme), _labels(home.language if home.language in ("fr", "es", "de", "it") else "fr")
    canvas = _sheet(788, theme, seed, (30, 500))
    tall = 158 + seed % 34 if person.sex == "F" else 166 + seed % 28
    rows: list[Field] = [
        (70, 76, words["authority"], person.paper.authority.upper()),
        (70, 170, words["issued"], f"{Day.of(person.paper.issued)}"),
        (460, 170, words["height"], f"{tall} cm"),
        (70, 264, words["home"], f"{person.birth_place.upper()}, {home.local}"),
    ]
    _fields(canvas, rows, theme["ink"], 31)
    marks.rosette(canvas, (1010, 210), 150, theme["ink"])
    marks.arch(canvas, (960, 150), 116, theme["ink"], "#FBF8F3", "#F2B441")
    marks.bars(canvas, (70, 382, 520, 452), seed)
    marks.specimen(canvas, (620, 270), 150)
    _zone(canvas, zone_lines("id_card", person), 506)
    return canvas


def visa(person: Person, seed: int, kind: str) -> Canvas:
    """Draw a long-stay visa on a passport page: "vls_ts" (stands for a permit) or "visa_d" (a card to ask for)."""
    theme, stay = _theme("visa"), _stay(person)
    canvas = _sheet(850, theme, seed, (120, 640))
    marks.rosette(canvas, (930, 330), 240, theme["lines"], 17)
    canvas.rect((0, 0, WIDTH, 100), theme["ink"])
    marks.arch(canvas, (60, 22), 56, "#FBF8F3", theme["ink"], "#F2B441")
    canvas.text((136, 66), "VISA", 46, "#FFFFFF", "title", gap=10)
    canvas.text((350, 64), "FRANCE", 26, "#F4EFE4", "bold", gap=4)
    canvas.text((1190, 66), stay["number"], 36, "#FFFFFF", "bold", "rs", gap=3)
    marks.portrait(canvas, (60, 150, 316, 480), _look(person), theme["back"])
    days = (stay["ends"] - stay["starts"]).days + 1
    notes = {
        "vls_ts": ("VISA DE LONG SÉJOUR VALANT TITRE DE SÉJOUR", "À valider en ligne dans les 3 mois de l’arrivée"),
        "visa_d": ("CARTE DE SÉJOUR À SOLLICITER", "Dans les 2 mois suivant l’arrivée en France"),
    }[kind]
    number = person.paper.number
    rows: list[Field] = [
        (360, 166, "Valable pour / Valid for", "FRANCE"),
        (360, 244, "Du / From", f"{Day.of(stay['starts'])}"),
        (610, 244, "Au / Until", f"{Day.of(stay['ends'])}"),
        (860, 244, "Type de visa / Type of visa", "D"),
        (360, 322, "Nombre d’entrées / Entries", "MULT"),
        (610, 322, "Durée du séjour / Days", f"{days}"),
        (860, 322, "N° de passeport / Passport No.", number),
        (360, 400, "Nom, prénoms / Surname, given names", f"{person.birth_name} {person.given_names}".strip().upper()),
        (360, 478, "Remarques / Remarks", f"{stay['label']} · {notes[0]}"),
    ]
    _fields(canvas, rows, theme["ink"])
    canvas.text((360, 548), notes[1], 21, INK)
    marks.stamp(canvas, (190, 560), "SERVICE DES VISAS · SPÉCIMEN", "SPÉCIMEN", "#2B4C8C", seed, 84)
    marks.specimen(canvas, (760, 350), 150)
    _zone(canvas, zone_lines(kind, person), 672)
    return canvas


def permit_front(person: Person, seed: int) -> Canvas:
    """Draw the front of a residence permit card."""
    theme, stay, home = _theme("permit"), _stay(person), country(person.nationality)
    canvas = _sheet(788, theme, seed, (20, 770))
    marks.rosette(canvas, (1010, 330), 200, theme["lines"], 9)
    canvas.text((60, 78), "TITRE DE SÉJOUR", 40, theme["ink"], "title", gap=3)
    canvas.text((62, 112), "RESIDENCE PERMIT", 20, theme["ink"], "bold", gap=4)
    canvas.text((1190, 80), stay["number"], 38, INK, "bold", "rs", gap=3)
    canvas.line([(60, 132), (1190, 132)], theme["ink"], 3)
    marks.portrait(canvas, (60, 166, 380, 590), _look(person), theme["back"])
    rows: list[Field] = [
        (430, 190, "Nom, prénoms / Name", f"{person.birth_name} {person.given_names}".strip().upper()),
        (430, 274, "Sexe", person.sex),
        (540, 274, "Nationalité", home.iso3),
        (720, 274, "Date de naissance / Date of birth", f"{Day.of(person.birth_date)}"),
        (430, 358, "Catégorie du titre / Type of permit", stay["label"]),
        (430, 442, "Date de délivrance", f"{Day.of(stay['starts'])}"),
        (720, 442, "Expire le / Expiry", f"{Day.of(stay['ends'])}"),
        (430, 526, "Remarques / Remarks", "AUTORISE SON TITULAIRE À TRAVAILLER"),
    ]
    _fields(canvas, rows, theme["ink"], 30)
    marks.signature(canvas, (450, 670), 220, seed + 5, "#26305A")
    marks.arch(canvas, (1090, 590), 130, theme["ink"], "#FBF8F3", "#F2B441")
    marks.specimen(canvas, (730, 440), 150)
    return canvas


def permit_back(person: Person, seed: int) -> Canvas:
    """Draw the back of a residence permit card, with three lines of TD1."""
    theme = _theme("permit")
    canvas = _sheet(788, theme, seed, (20, 500))
    home = country(person.birth_country)
    town = f"{person.address.postcode} {person.address.city.upper()}"
    rows: list[Field] = [
        (300, 76, "Lieu de naissance / Place of birth", f"{person.birth_place.upper()} ({home.fr.upper()})"),
        (300, 166, "Date d’entrée en France / Date of entry", f"{Day.of(person.arrival)}"),
        (300, 256, "Adresse / Address", person.address.street.upper()),
        (300, 306, "", town),
        (300, 376, "Autorité / Authority", "PRÉFECTURE – SPÉCIMEN"),
    ]
    _fields(canvas, rows, theme["ink"], 30)
    _gold(canvas, 90, 90)
    marks.rosette(canvas, (1060, 250), 130, theme["ink"], 9)
    marks.specimen(canvas, (640, 270), 150)
    _zone(canvas, zone_lines("residence_permit", person), 506)
    return canvas


def ceam_front(person: Person, seed: int) -> Canvas:
    """Draw the front of a European health insurance card, in a design of our own."""
    home, cover = country(person.nationality), person.cover
    canvas = Canvas(WIDTH, 788)
    marks.ground(canvas, ("#0B3F63", "#0F5F86", "#3A87A6"))
    marks.weave(canvas, "#1C6B93", seed, 150, 780, 20)
    canvas.rect((0, 0, WIDTH, 128), "#0A3150")
    marks.arch(canvas, (60, 34), 62, "#F2B441", "#0A3150", "#FBF8F3")
    canvas.text((140, 80), _title(home.language, "ceam"), 31, "#FFFFFF", "title", gap=1)
    canvas.disc((1150, 64), 44, None, "#F2B441", 3)
    canvas.text((1150, 76), person.nationality, 32, "#FFFFFF", "bold", "ms")
    number = cover.number if cover else "99000000000000000000"
    owner = f"{cover.institution_code} – {cover.institution}" if cover else "999900 – SPÉCIMEN"
    until = Day.of(cover.until if cover else person.courses_start.replace(year=person.courses_start.year + 1))
    rows = [
        (60, 190, "3. Nom / Name", person.birth_name.upper(), 560),
        (60, 300, "4. Prénoms / Given names", person.given_names.upper() or "—", 560),
        (60, 410, "5. Date de naissance / Date of birth", f"{Day.of(person.birth_date):/}", 560),
        (650, 410, "6. N° personnel / Personal No.", f"{seed % 90 + 10}S{person.birth_date:%d%m%y}", 540),
        (60, 520, "7. Institution", owner, 1130),
        (60, 630, "8. N° de la carte / Card No.", number, 700),
        (790, 630, "9. Date d’expiration / Expiry", f"{until:/}", 400),
    ]
    for x, y, label, value, width in rows:
        canvas.text((x, y), label, 20, "#DDEBF2")
        canvas.rect((x, y + 12, x + width, y + 66), "#F4F8FA", radius=8)
        canvas.text((x + 18, y + 50), value, 31, INK, "bold", gap=1)
    marks.slanted(canvas, (760, 300), marks.WORD, 150, 14, "#FFFFFF", 0.3, gap=10)
    return canvas


def ceam_back(person: Person, seed: int) -> Canvas:
    """Draw the back of a European health insurance card: stripe, place to sign, what the card is for."""
    canvas = Canvas(WIDTH, 788, "#EAF1F5")
    marks.weave(canvas, "#D3E2EA", seed, 20, 780, 20)
    canvas.rect((0, 70, WIDTH, 210), "#22282C")
    canvas.rect((60, 262, 760, 352), "#FFFFFF", "#A9B6BA", 2, 4)
    canvas.text((60, 384), "Signature du titulaire / Holder’s signature", 19, "#3D4B52")
    marks.signature(canvas, (110, 312), 300, seed + 2)
    said = (
        "Cette carte prouve le droit aux soins médicalement nécessaires pendant un séjour temporaire dans un autre "
        "État de l’Union européenne, en Islande, au Liechtenstein, en Norvège ou en Suisse.\n"
        "This card proves the right to care that becomes necessary during a temporary stay in another of these States."
    )
    for index, line in enumerate(wrap(said, 25, 1120)):
        canvas.text((60, 460 + index * 38), line, 25, "#22363F")
    marks.arch(canvas, (1070, 262), 96, "#0B3F63", "#EAF1F5", "#F2B441")
    canvas.text((60, 720), "Perdue ou volée : prévenez l’institution nommée au recto.", 21, "#3D4B52", "bold")
    marks.specimen(canvas, (650, 480), 160)
    return canvas


CARDS: dict[str, Callable[[Person, int], Canvas]] = {
    "passport": passport,
    "id_card_front": id_card_front,
    "id_card_back": id_card_back,
    "visa_d": lambda person, seed: visa(person, seed, "visa_d"),
    "vls_ts": lambda person, seed: visa(person, seed, "vls_ts"),
    "residence_permit_front": permit_front,
    "residence_permit_back": permit_back,
    "ceam_front": ceam_front,
    "ceam_back": ceam_back,
}
# Both sides on one page, as a scanner gives them.
PAIRS = {
    "id_card": ("id_card_front", "id_card_back"),
    "residence_permit": ("residence_permit_front", "residence_permit_back"),
    "ceam": ("ceam_front", "ceam_back"),
}
