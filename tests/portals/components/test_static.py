"""The style sheet, the sprite, the script and the fonts keep the promises of design.md."""

import gzip
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from matricule.portals import components
from matricule.portals.components import build_fonts
from tests.support import tested

ROOT = Path(components.__file__).parent
STATIC = ROOT / "static" / "matricule"
CSS = (STATIC / "matricule.css").read_text(encoding="utf-8")
JS = (STATIC / "matricule.js").read_text(encoding="utf-8")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6})", block))


LIGHT = tokens(CSS[: CSS.index("@media (prefers-color-scheme: dark)")])
DARK = {**LIGHT, **tokens(CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index("2. base")])}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink-2", "paper"), ("ink-2", "sunken"),
    ("ink-2", "surface"),
    ("ink-2", "brand-soft"), ("ink-2", "accent-soft"), ("ink-2", "ok-soft"),
    ("brand", "paper"), ("brand", "brand-soft"),
    ("on-brand", "brand"), ("accent-ink", "accent-soft"), ("ok", "ok-soft"), ("ok", "surface"), ("bad", "bad-soft"),
    ("bad", "surface"), ("wait", "wait-soft"), ("night", "accent"), ("cream", "night"), ("saffron", "night"),
]  # fmt: skip
EDGES = [("edge", "surface"), ("edge", "paper"), ("edge", "sunken"), ("focus", "surface"), ("focus", "paper")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(theme: dict[str, str]) -> None:
    poor = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in TEXT}
    assert {pair: value for pair, value in poor.items() if value < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_and_focus_can_be_seen(theme: dict[str, str]) -> None:
    poor = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in EDGES}
    assert {pair: value for pair, value in poor.items() if value < 3} == {}


def test_colours_stand_in_the_tokens_and_in_print_only() -> None:
    screens = CSS[CSS.index("/* ---------- 2. base") : CSS.index("/* ---------- print")]
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!\s*\{)", re.sub(r'url\("[^"]*"\)', "", screens)) == []


def test_no_picture_hides_in_the_sheet() -> None:
    assert "data:" not in CSS
    assert "http" not in CSS.replace('a[href^="http"]', "")


def test_templates_hold_nothing_inline() -> None:
    for source in ROOT.rglob("*.html"):
        text = source.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|src=\"data:", text), source.name


def test_the_first_view_stays_light() -> None:
    def packed(text: str) -> int:
        return len(gzip.compress(text.encode()))

    assert packed(CSS) < 12_000
    assert packed(JS) < 6_000


def test_the_script_never_parses_text_as_html_or_code() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b", JS)


def test_ranges_of_the_fonts_are_those_of_the_sheet() -> None:
    ranges = re.findall(r'text-400\.woff2"\) format\("woff2"\); unicode-range: ([^;]+);', CSS)
    promised = set(build_fonts.points(ranges[0].replace(" ", "")))
    assert promised <= set(build_fonts.points(build_fonts.LATIN))


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fonts") / "a folder"
    assert len(build_fonts.build(out)) == 6
    return out


def test_fonts_are_small_renamed_and_hold_every_latin_name(fonts: Path) -> None:
    for path in fonts.iterdir():
        assert path.suffix == ".woff2"
        assert path.stat().st_size < 16_000, path.name
        names = {str(record) for record in TTFont(path)["name"].names if record.nameID in (1, 3, 4, 6, 16)}
        assert not any("Source" in name for name in names), path.name
    held = set(TTFont(fonts / "text-400.woff2").getBestCmap()) | set(
        TTFont(fonts / "text-400-ext.woff2").getBestCmap()
    )
    text = "Nguyễn Łukasz Çağlar Ștefănescu Ólafsdóttir Þór Œdipe 1ᵉʳ « — » €\u202f"
    assert set(map(ord, text)) <= held


def test_fonts_that_are_there_are_left_alone(fonts: Path) -> None:
    assert build_fonts.build(fonts) == []
    (fonts / "head-700.woff2").unlink()
    assert [path.name for path in build_fonts.build(fonts)] == ["head-700.woff2"]
    assert not list(fonts.glob("*.new"))


# --- every pair of colours that the sheet itself puts together --------------------------------------------------

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
INK = re.compile(r"(?<![\w-])color:\s*var\(--([\w-]+)\)")
GROUND = re.compile(r"(?<![\w-])background(?:-color)?:\s*var\(--([\w-]+)\)")
UNREAD = re.compile(r"::selection|:disabled|\[disabled\]|\.icon|svg|::before|::after|::marker|progress|meter")


def pairs_of_the_sheet() -> dict[tuple[str, str], str]:
    """Return each pair of tokens that one rule of the sheet gives as colour and ground, with a rule that does."""
    screens = re.sub(r"/\*.*?\*/", "", CSS[CSS.index("/* ---------- 2. base") :], flags=re.DOTALL)
    found = {}
    for selector, body in RULE.findall(screens):
        ink, ground = INK.search(body), GROUND.search(body)
        if ink and ground and not UNREAD.search(selector):
            found[ink.group(1), ground.group(1)] = selector.strip()
    return found


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_that_the_sheet_puts_together_can_be_read(theme: dict[str, str], promise) -> None:
    pairs = pairs_of_the_sheet()
    assert len(pairs) >= 12
    unknown = {name for pair in pairs for name in pair if name not in theme}
    assert unknown == set(), "a colour of the sheet is no token"
    poor = {pair: (round(contrast(theme[pair[0]], theme[pair[1]]), 2), rule) for pair, rule in pairs.items()}
    theme_name = "dark" if theme is DARK else "light"
    if tested.WRITES:
        weak = [pair for pair in {*pairs, *TEXT} if contrast(theme[pair[0]], theme[pair[1]]) < 4.5]
        weak += [pair for pair in EDGES if contrast(theme[pair[0]], theme[pair[1]]) < 3]
        compared = len({*pairs, *TEXT, *EDGES})
        tested.write("contrast", theme_name, record={"pairs": compared, "poor": len(weak)})
    assert {pair: found for pair, found in poor.items() if found[0] < 4.5} == {}
    least = min(value for value, _ in poor.values())
    promise(
        f"contrast, {theme_name}",
        f"{len(pairs)} pairs read from the sheet and {len(TEXT)} more, least {least}; {len(EDGES)} edges, focus ≥ 3",
    )


def test_every_token_of_a_text_is_in_a_pair() -> None:
    """Inks named anywhere in the sheet are compared with a ground somewhere above."""
    inks = set(INK.findall(CSS))
    paired = {pair[0] for pair in (*TEXT, *EDGES, *pairs_of_the_sheet())}
    assert inks - paired - {"edge", "line"} == set()
