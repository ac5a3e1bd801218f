"""The documents say what the code does: codes, commands, settings and links that they name exist."""

import ast
import re
from pathlib import Path

import pytest

from matricule.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
HEALTH = ROOT / "src/matricule/core/health.py"
FAULTS = ROOT / "src/matricule/core/journal/sealing.py"


def codes(path: Path, *functions: str) -> set[str]:
    """Return the codes that these functions answer."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.name in functions or node.name.startswith("check_"))
    ]
    returned = [node.value for one in asked for node in ast.walk(one) if isinstance(node, ast.Return) and node.value]
    texts = [leaf.value for value in returned for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]+", text)} - {"ok"}


def test_every_code_of_the_health_page_is_explained() -> None:
    found = codes(HEALTH, "_one") | codes(FAULTS, "fault")
    assert {"silent", "queue_stuck", "unreachable", "head_missing", "broken"} <= found
    assert {code for code in found if f"`{code}`" not in OPERATIONS} == set()


def test_every_command_named_exists() -> None:
    named = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"`(?:\.venv/bin/)?matricule ([a-z][a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named
    assert {one for one in named if one[1] not in COMMANDS} == set()


def test_every_setting_named_exists() -> None:
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = {
        word for page in PAGES for word in re.findall(r"`(MATRICULE_[A-Z0-9_]+)", page.read_text(encoding="utf-8"))
    }
    known = set(re.findall(r"`(MATRICULE_[A-Z0-9_]+)`", document)) | {"MATRICULE_S3_", "MATRICULE_PROCESS"}
    assert named
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)|<img[^>]* src=\"([^\"]+)\"", page.read_text(encoding="utf-8"))
    local = [one or two for one, two in targets if "://" not in (one or two)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nobody_takes_it_for_a_service_of_the_state(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    for sentence in re.findall(r"[^.\n]*\bofficial\b[^.\n]*", text):
        assert re.search(r"\b(?:not|no|never|nothing|official (?:language|names?))\b", sentence), sentence


def test_the_readme_gives_no_figure_without_its_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make bench" in text
    assert not re.search(r"\b\d+(?:\.\d+)? ?(?:ms|milliseconds|requests? (?:a|per) second)\b", text)
