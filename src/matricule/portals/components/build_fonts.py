"""Make the web fonts from two PyPI packages (both under the SIL Open Font License).

in : the packages font-source-sans-pro (text) and font-rhd (Red Hat Display, headings), fonttools and brotli
out: six woff2 files, by default where the style sheet looks for them; nothing third-party is committed
The family is renamed in the name table: "Source" is a reserved font name and a subset is a modified version.
Run at set-up: ``python -m matricule.portals.components.build_fonts [FOLDER]``.
"""

import os
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent / "static/matricule/fonts"
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+0178,U+02C6,U+02DC,U+02B3,U+1D49,U+1E9E,U+2010-2015,U+2018-201E,"
    "U+2020-2022,U+2026,U+202F,U+2030,U+2039-203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2248,U+2264-2265"
)
EXT = "U+0100-024F,U+0259,U+02BB-02BC,U+0300-0304,U+0306-030C,U+031B,U+0323,U+0327-0328,U+1E00-1EF9"
FILES = (
    ("text-400", "text", LATIN),
    ("text-400-ext", "text", EXT),
    ("text-600", "semibold", LATIN),
    ("text-600-ext", "semibold", EXT),
    ("head-700", "head", LATIN),
    ("head-700-ext", "head", EXT),
)


def build(out: Path = TARGET) -> list[Path]:
    """Write the six files into ``out``, leaving alone those already there; return the files written."""
    missing = [job for job in FILES if not (out / f"{job[0]}.woff2").exists()]
    if not missing:
        return []
    out.mkdir(parents=True, exist_ok=True)
    return [_cut(out / f"{name}.woff2", source, ranges) for name, source, ranges in missing]


def points(ranges: str) -> list[int]:
    """Return the code points of a CSS list of ranges: "U+0020-007E,U+0131"."""
    found: list[int] = []
    for part in ranges.split(","):
        low, _, high = part[2:].partition("-")
        found += range(int(low, 16), int(high or low, 16) + 1)
    return found


def _source(kind: str) -> str:
    from font_rhd import RedHatDisplayBold
    from font_source_sans_pro import SourceSansPro, SourceSansProSemibold

    return str({"text": SourceSansPro, "semibold": SourceSansProSemibold, "head": RedHatDisplayBold}[kind])


def _cut(target: Path, kind: str, ranges: str) -> Path:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(_source(kind))
    family = "Matricule Head" if kind == "head" else "Matricule Text"
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = family.replace(" ", "") if record.nameID == 6 else family
    options = subset.Options()
    options.flavor, options.hinting = "woff2", False
    options.layout_features = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points(ranges))
    cutter.subset(font)
    font.flavor = "woff2"
    aside = target.with_suffix(f".{os.getpid()}.new")
    font.save(aside)
    os.replace(aside, target)
    return target


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
