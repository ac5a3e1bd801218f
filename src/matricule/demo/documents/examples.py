"""The small drawn examples of the checklists: one picture for each document code of a student.

The pictures are committed where the pages find them; `python -m matricule.demo.documents.examples` draws them again.
A picture is 312 by 218 pixels, shown at half that size, at most 12 kB.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image, ImageFilter

from matricule.demo.documents.canvas import Canvas
from matricule.demo.documents.cards import CARDS
from matricule.demo.documents.marks import WORD, slanted
from matricule.demo.documents.sheets import draw_sheet
from matricule.demo.people import get_person

SIZE = (312, 218)
FOLDER = Path(__file__).parents[2] / "portals" / "components" / "static" / "matricule" / "examples"
_SEED = 11
# Drawn larger, so that turning a page leaves no steps.
_FINE = 3

Maker = Callable[[], Image.Image]


def build(out_dir: Path) -> list[Path]:
    """Draw every example into a folder as `<code>.webp`; give their paths in the order of the codes."""
    out_dir.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for code in sorted(EXAMPLES):
        path = out_dir / f"{code}.webp"
        EXAMPLES[code]().save(path, "WEBP", quality=84, method=6)
        made.append(path)
    return made


def _card(kind: str, key: str) -> Image.Image:
    return CARDS[kind](get_person(key), _SEED).finished()


def _page(kind: str, key: str) -> Image.Image:
    # The watermark of the page itself is too pale at this size: the example writes its own.
    return draw_sheet(kind, get_person(key), _SEED, word_at=3000).finished()


def _lay(base: Image.Image, paper: Image.Image, width: int, at: tuple[int, int], angle: float) -> None:
    """Lay a paper of a width (in pixels of the example) with its top left near `at`, turned, with a soft shadow."""
    wide = width * _FINE
    small = paper.resize((wide, round(paper.height * wide / paper.width)), Image.Resampling.LANCZOS)
    mask = Image.new("L", small.size, 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    small = small.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    place = (at[0] * _FINE, at[1] * _FINE)
    shade = Image.new("L", base.size)
    shade.paste(mask, (place[0] + 2 * _FINE, place[1] + 3 * _FINE))
    soft = shade.filter(ImageFilter.GaussianBlur(3 * _FINE)).point(lambda value: value // 3)
    base.paste("#3A342A", (0, 0), soft)
    base.paste(small, place, mask)


def _finish(base: Image.Image, centre: tuple[float, float] | None = None) -> Image.Image:
    canvas = Canvas(*SIZE)
    canvas.image = base.resize(canvas.image.size, Image.Resampling.LANCZOS)
    if centre:
        slanted(canvas, centre, WORD, 40, 14, "#B4321F", 0.42, gap=3)
    return canvas.finished()


def _ground(colour: str) -> Image.Image:
    return Image.new("RGB", (SIZE[0] * _FINE, SIZE[1] * _FINE), colour)


def _sheet(kind: str, key: str, ground: str, behind: tuple[str, str] | None = None) -> Image.Image:
    base = _ground(ground)
    if behind:
        _lay(base, _page(*behind), 220, (74, 8), -5)
        _lay(base, _page(kind, key), 218, (14, 22), 2)
    else:
        _lay(base, _page(kind, key), 256, (28, 14), 0)
    return _finish(base, (156, 128))


def _cards(front: tuple[str, str], ground: str, behind: tuple[str, str] | None = None) -> Image.Image:
    base = _ground(ground)
    if behind:
        _lay(base, _card(*behind), 216, (84, 8), -6)
        _lay(base, _card(*front), 226, (12, 56), 3)
    else:
        _lay(base, _card(*front), 284, (10, 6), 1.5)
    return _finish(base)


def _authorisation() -> Image.Image:
    base = _ground("#F0E4D8")
    _lay(base, _page("parental_authorisation", "valentina"), 226, (14, 12), 0)
    _lay(base, _card("passport", "valentina"), 128, (172, 112), -5)
    return _finish(base, (120, 120))


EXAMPLES: dict[str, Maker] = {
    "agreement_form": partial(_sheet, "quebec_form", "maude", "#DDE6F2"),
    "agreement_form_andorra": partial(_sheet, "andorra_form", "pol", "#F3E1D6"),
    "civil_status": partial(_sheet, "birth_record_pt", "thiago", "#DDE8DF"),
    "enrolment": partial(_sheet, "school_certificate", "thiago", "#DCE9EB"),
    "french_identity": partial(_cards, ("passport", "awa"), "#EFE0E0"),
    "identity": partial(_cards, ("passport", "thiago"), "#E3E8DA", ("id_card_front", "jonas")),
    "ofpra": partial(_sheet, "ofpra", "oleksandra", "#EADFE6"),
    "parental_authorisation": _authorisation,
    "residence_permit": partial(
        _cards, ("residence_permit_front", "oleksandra"), "#EBE2EC", ("residence_permit_back", "oleksandra")
    ),
    "residence_receipt": partial(_sheet, "residence_receipt", "yassine", "#F2E2D2"),
    "resources": partial(_sheet, "resources", "lucia", "#E2E8D8"),
    "rib": partial(_sheet, "rib", "thiago", "#D9E8E1"),
    "s1": partial(_sheet, "s1", "giulia", "#DEE3F1"),
    "translation": partial(_sheet, "translation", "anh", "#F1E7D3", ("birth_record_vi", "anh")),
    "visa_d": partial(_cards, ("vls_ts", "anh"), "#E0EADA"),
    "vls_ts_validation": partial(_sheet, "vls_ts_validation", "anh", "#DFE2EE"),
}


def main(argv: list[str] | None = None) -> int:
    """Draw the examples into the folder given, or where the pages find them."""
    parser = argparse.ArgumentParser(prog="matricule.demo.documents.examples", description="Draw the examples.")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    build(parser.parse_args(argv).folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
