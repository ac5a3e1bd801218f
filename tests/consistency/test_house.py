"""What every tracked file keeps to: sizes, nothing inline, colours in one place, no machine's address, no secret."""

import ast
import re
import subprocess
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "matricule"
SHEET = SRC / "portals/components/static/matricule/matricule.css"
MAX_LINES, MAX_FUNCTION, MAX_PICTURE = 400, 50, 120_000
INLINE = re.compile(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:|\ssrc=\"data:")
COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}\b(?!\s*\{)|\b(?:rgba?|hsla?|oklch|hwb)\(")
# Written in two halves, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        [
            r"pypi\." + r"org",
            r"python" + r"hosted\.org",
            r"registry\.npm" + "js",
            r"/simp" + r"le/?\"",
            r"conda\." + "io",
        ]
    )
)
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + r")/\w")
SECRETS = re.compile(
    "-----BEGIN (?:[A-Z]+ )?PRIVATE" + r" KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[bp]-[0-9]"
)


@cache
def every_file() -> tuple[Path, ...]:
    """Return the tracked files; without git, or in somebody else's clone, the files that .gitignore does not name."""
    with suppress(OSError, subprocess.CalledProcessError):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
        return tuple(ROOT / name for name in listed.stdout.split("\0") if name)
    return walked(ROOT)


def walked(root: Path) -> tuple[Path, ...]:
    ignored = [line.rstrip("/") for line in (root / ".gitignore").read_text(encoding="utf-8").splitlines() if line]
    return tuple(
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and ".git" not in path.relative_to(root).parts
        and not any(
            path.relative_to(root).is_relative_to(pattern)
            or any(fnmatch(part, pattern) for part in path.relative_to(root).parts)
            for pattern in ignored
        )
    )


def tracked(*suffixes: str) -> list[Path]:
    """Return the tracked files, all of them or those with these endings, that stand in the folder."""
    return [path for path in every_file() if path.is_file() and (not suffixes or path.suffix in suffixes)]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(*suffixes: str) -> list[tuple[str, str]]:
    found = []
    for path in tracked(*suffixes):
        try:
            found.append((shown(path), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def matches(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """Return "file:line" of every match of ``pattern``."""
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group()!r}"
        for name, text in texts(*suffixes)
        for found in pattern.finditer(text)
    ]


def modules() -> list[Path]:
    return [path for path in tracked(".py") if path.is_relative_to(SRC) and "migrations" not in path.parts]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in defined]


def test_without_git_the_same_files_are_read() -> None:
    kept = {shown(path) for path in every_file() if path.is_file()}
    found = {shown(path) for path in walked(ROOT)}
    assert kept <= found
    assert not [name for name in found if name.startswith((".venv/", "var/", ".git/")) or name.endswith(".pyc")]


def test_no_module_holds_two_ideas() -> None:
    long = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    found = {f"{shown(path)}:{name}": lines for path in modules() for name, lines in functions(path)}
    assert {name: lines for name, lines in found.items() if lines > MAX_FUNCTION} == {}


def test_templates_hold_nothing_inline() -> None:
    assert matches(INLINE, ".html") == []


def test_colours_stand_in_the_first_part_of_the_sheet() -> None:
    sheet = SHEET.read_text(encoding="utf-8")
    rules = re.sub(
        r'url\("[^"]*"\)', "", sheet[sheet.index("/* ---------- 2. base") : sheet.index("/* ---------- print")]
    )
    assert COLOUR.findall(rules) == []
    assert [path for path in tracked(".css") if path != SHEET] == []


def test_no_registry_is_named() -> None:
    assert matches(REGISTRIES) == []


def test_no_path_of_a_machine_is_written() -> None:
    assert matches(MACHINE) == []


def test_no_secret_is_kept() -> None:
    assert matches(SECRETS) == []
    assert [shown(path) for path in tracked(".pem", ".key", ".p12", ".env")] == []


def test_what_is_built_is_not_kept() -> None:
    assert [shown(path) for path in tracked(".mo", ".pyc", ".woff2")] == []
    assert not (ROOT / "uv.lock").exists() or ROOT / "uv.lock" not in tracked()


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").iterdir()), ids=lambda path: path.name)
def test_the_pinned_lists_hold_no_address(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")


def test_pictures_of_the_documents_are_light() -> None:
    heavy = {shown(path): path.stat().st_size for path in tracked(".png", ".webp", ".jpg")}
    assert {name: size for name, size in heavy.items() if size > MAX_PICTURE} == {}


def test_every_template_is_used() -> None:
    """By its name in a view, another template, or a tag that builds the name (a component, an error page)."""
    from matricule.portals.components import errors

    code = "\n".join(text for name, text in texts(".py", ".html", ".toml") if not name.startswith("tests/"))
    unused = []
    for path in tracked(".html"):
        if "templates" not in path.parts:
            continue
        name = path.as_posix().rpartition("/templates/")[2]
        component = name.removeprefix("components/").removesuffix(".html")
        used = f'"{name}"' in code or name in {f"{status}.html" for status in errors.STATUSES}
        if not used and f'"{component}"' not in code and f"'{component}'" not in code:
            unused.append(name)
    assert unused == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (INLINE, '<p style="x">'), (INLINE, "<script>1</script>"), (INLINE, '<a onclick="x">'),
        (COLOUR, "color: #fff;"), (COLOUR, "background: rgb(1 2 3)"), (MACHINE, "see /" + "work/main"),
        (REGISTRIES, "https://pypi." + "org/x"), (SECRETS, "-----BEGIN PRIVATE" + " KEY-----"),
    ],
)  # fmt: skip
def test_the_patterns_find_what_they_look_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def names_the_browser_marker(path: Path) -> bool:
    """Tell whether a test file marks something, or everything, as a browser test."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == "browser" and getattr(node.value, "attr", "") == "mark"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_the_browser_tests_of_a_run_are_all_there_are():
    """scripts/check reads only the files that scripts/browser-tests prints; tests/browser marks whatever it holds."""
    printed = subprocess.run([ROOT / "scripts" / "browser-tests"], capture_output=True, check=True, text=True)
    folder, *files = printed.stdout.split()
    elsewhere = [path for path in (ROOT / "tests").rglob("test_*.py") if ROOT / folder not in path.parents]
    assert folder == "tests/browser" and len(files) >= 3
    assert files == sorted(str(path.relative_to(ROOT)) for path in elsewhere if names_the_browser_marker(path))
