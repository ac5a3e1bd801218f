"""The drawn examples of the checklists: one for each code, each its own, small, and up to date."""

import hashlib
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat

from matricule.demo.documents import examples

CODES = sorted(examples.EXAMPLES)
EXPECTED = {
    "identity", "residence_permit", "civil_status", "translation", "rib", "parental_authorisation", "enrolment",
    "visa_d", "vls_ts_validation", "resources", "s1", "agreement_form", "agreement_form_andorra", "french_identity",
    "ofpra", "residence_receipt",
}  # fmt: skip


def picture(path):
    return Image.open(path).convert("RGB")


def distance(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    return {path.stem: path for path in examples.build(folder / "new")}


def test_every_code_of_a_student_has_its_example():
    assert set(CODES) == EXPECTED


def test_nothing_else_lies_in_the_folder():
    assert {path.name for path in examples.FOLDER.iterdir()} == {f"{code}.webp" for code in CODES}


@pytest.mark.parametrize("code", CODES)
def test_an_example_is_small_and_of_the_agreed_size(code):
    path = examples.FOLDER / f"{code}.webp"
    assert path.stat().st_size <= 12_000
    assert picture(path).size == (312, 218)


def test_no_two_examples_are_alike():
    files = [examples.FOLDER / f"{code}.webp" for code in CODES]
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in files}) == len(files)
    for one, other in combinations(files, 2):
        assert distance(picture(one), picture(other)) > 8, (one.name, other.name)


@pytest.mark.parametrize("code", CODES)
def test_the_committed_example_is_what_the_generator_draws(code, fresh):
    """By eye, not by byte: another Pillow may compress otherwise. Run the module to draw them again."""
    committed = picture(examples.FOLDER / f"{code}.webp")
    assert distance(committed, picture(fresh[code])) < 2, "run python -m matricule.demo.documents.examples"


@pytest.mark.parametrize("code", CODES)
def test_an_example_shows_the_red_word(code):
    """SPÉCIMEN in red: pixels clearly redder than green and blue, spread across the middle."""
    image = picture(examples.FOLDER / f"{code}.webp")
    red = [
        (x, y)
        for x in range(0, image.width, 2)
        for y in range(40, 190, 2)
        if (pixel := image.getpixel((x, y)))[0] - max(pixel[1:]) > 18
    ]
    assert len(red) > 150
    assert max(x for x, _ in red) - min(x for x, _ in red) > 120


def test_the_command_writes_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EXAMPLES", {"rib": examples.EXAMPLES["rib"]})
    assert examples.main([str(tmp_path / "out")]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["rib.webp"]
