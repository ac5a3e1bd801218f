"""French typography of every sentence of the room (wording.md 3): spaces before signs, apostrophes."""

import ast
import re
import tomllib

import pytest

from matricule.rules import data

MINE = ["number_reasons.toml", "translation.toml", "requirements.toml"]
MINE += sorted(f"employer/{path.name}" for path in (data.FOLDER / "employer").glob("*.toml"))
BAD = [
    (r"[^\u202f0-9][;!?]", "a fine no-break space before ; ! ?"),
    (r"[^\u00a0\d]:(?!//)", "a no-break space before :"),
    (r"«(?!\u00a0)|(?<!\u00a0)»", "no-break spaces inside « »"),
    (r"'", "a typographic apostrophe"),
    (r"\s\s|^\s|\s$", "single spaces"),
]


ROOM = data.FOLDER.parent
CODE = [ROOM / f"{name}.py" for name in ("answers", "countries", "dates", "languages")]
CODE += sorted((ROOM / "numbers").glob("*.py"))


def sentences(tree):
    if isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str) and (key == "fr" or key.endswith("_fr")):
                yield value
            else:
                yield from sentences(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from sentences(item)


@pytest.mark.parametrize("name", MINE)
def test_french_sentences(name):
    found = list(sentences(tomllib.loads((data.FOLDER / name).read_text(encoding="utf-8"))))
    assert found
    for text in found:
        for pattern, rule in BAD:
            assert not re.search(pattern, text), f"{rule}: {text}"


def constants(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_no_sentence_in_code_has_a_plain_space_before_a_sign(path):
    """English never has a space there; French has a no-break one."""
    for text in constants(path):
        assert not re.search(r" [;!?:»]", text), text


def test_the_check_can_fail():
    assert re.search(BAD[0][0], "un ; deux")
    assert not re.search(BAD[0][0], "un\u202f; deux")
    assert re.search(BAD[1][0], "un : deux")
    assert not re.search(BAD[1][0], "un\u00a0: deux")
    assert re.search(BAD[2][0], "« un »")
    assert not re.search(BAD[2][0], "«\u00a0un\u00a0»")
