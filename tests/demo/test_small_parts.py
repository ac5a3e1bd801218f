"""Small parts of the demo: zones at their edges, wrong files of people, examples laid without their drawings."""

from datetime import date
from importlib.resources import files

import pytest
from PIL import Image

from matricule.demo import loading
from matricule.demo.documents import canvas, examples, mrz
from matricule.demo.documents.mrz import Holder, Paper
from matricule.demo.people import Owned, build, get_person, load_people, read_person

DAY = date(2030, 1, 2)
HOLDER = Holder("Dupont", "Ana", "FRA", date(2005, 3, 4), "F")

# --- zones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surname", "given", "width", "field"),
    [
        ("", "", 5, "<<<<<"),
        ("AB", "CD", 6, "AB<<CD"),
        ("AB", "CD", 5, "AB<<C"),
        ("ABCDEF", "GH", 6, "ABC<<G"),
        ("ABCDEF", "", 4, "ABCD"),
        ("-", "Ana", 6, "ANA<<<"),
        ("A", "B C", 8, "A<<B<C<<"),
    ],
)
def test_names_at_the_width_of_their_field(surname, given, width, field):
    assert mrz.name_field(surname, given, width) == field


@pytest.mark.parametrize(("sex", "shown"), [("F", "F"), ("M", "M"), ("X", "<"), ("", "<"), ("f", "<")])
def test_a_sex_that_a_zone_does_not_know_is_left_open(sex, shown):
    holder = Holder("A", "B", "FRA", DAY, sex)
    assert mrz.td3(holder, Paper("P", "FRA", "1", DAY))[1][20] == shown
    assert mrz.td1(holder, Paper("ID", "FRA", "1", DAY))[1][7] == shown
    assert mrz.mrv_a(holder, Paper("VD", "FRA", "1", DAY))[1][20] == shown


def test_signs_within_a_number_are_left_out():
    assert mrz.td3(HOLDER, Paper("P", "FRA", "12-AB 34", DAY))[1].startswith("12AB34<<<")


@pytest.mark.parametrize(("optional", "digit"), [("", "<"), ("0", "0"), ("1", "7")])
def test_an_empty_optional_field_has_a_filler_for_a_digit(optional, digit):
    assert mrz.td3(HOLDER, Paper("P", "FRA", "1", DAY, optional))[1][42] == digit


def test_the_optional_field_of_a_card_counts_in_its_composite_digit():
    plain, more = (mrz.td1(HOLDER, Paper("ID", "FRA", "1", DAY, optional)) for optional in ("", "1"))
    assert more[0][15] == "1" and plain[1][29] != more[1][29]


@pytest.mark.parametrize(
    ("make", "paper"),
    [
        (mrz.td1, Paper("ID", "FRA", "1", DAY, "1" * 16)),
        (mrz.mrv_a, Paper("VD", "FRA", "1", DAY, "1" * 17)),
        (mrz.td3, Paper("PASS", "FRA", "1", DAY)),
        (mrz.td3, Paper("P", "FRANCE", "1", DAY)),
    ],
)
def test_what_does_not_fit_is_refused_and_not_cut(make, paper):
    with pytest.raises(ValueError, match="holds"):
        make(HOLDER, paper)


@pytest.mark.parametrize(("born", "shown"), [(date(1999, 12, 31), "991231"), (date(2005, 3, 4), "050304")])
def test_days_have_six_figures(born, shown):
    assert mrz.td3(Holder("A", "B", "FRA", born, "F"), Paper("P", "FRA", "1", DAY))[1][13:19] == shown


def test_a_zone_is_inked_one_letter_after_another():
    page = canvas.Canvas(200, 40)
    page.mrz((10, 5), "I<I", 30, "#000000")
    picture = page.finished()
    inked = [x for x in range(200) if any(picture.getpixel((x, y)) != (255, 255, 255) for y in range(40))]
    assert 10 <= min(inked) and max(inked) <= 102  # noqa: SIM300
    middle = [x for x in inked if 42 <= x < 68]
    assert middle, "the filler is drawn too"


def test_a_letter_that_no_zone_has_is_refused():
    with pytest.raises(KeyError):
        canvas.Canvas(100, 40).mrz((0, 0), "é", 30)


# --- files of people --------------------------------------------------------------------------------------------

ANH = files("matricule.demo.people").joinpath("anh.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "passport"\nnumber', 'kind = "passport"\nhue = 1\nnumber', "IdentityPaper does not know ['hue']"),
        ("[stay]", "[stay]\nwhy = 1", "Stay does not know ['why']"),
        ("[record]", "[record]\nwhy = 1", "Record does not know ['why']"),
        ("[school]", "[school]\nwhy = 1", "School does not know ['why']"),
        ('state = "draft"', 'state = "draft"\nwhy = 1', "Person does not know ['why']"),
        ('requirement = "identity"\n', "", "requirement"),
        ('iban = "', 'iban = x"', "people/anh.toml"),
        ('state = "draft"', 'state = "DRAFT"', "unknown state 'DRAFT'"),
    ],
)  # fmt: skip
def test_a_slip_in_a_file_is_named(old, new, says):
    assert old in ANH
    with pytest.raises(ValueError, match=r"people/anh\.toml") as caught:
        read_person("anh", ANH.replace(old, new, 1))
    assert says in str(caught.value)


def test_people_come_in_the_order_of_their_keys_and_are_read_once():
    keys = [person.key for person in load_people()]
    assert keys == sorted(keys) and load_people() is load_people()
    assert read_person("other", ANH).key == "other"


# --- sending ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owned", "already", "sent"),
    [
        (Owned("identity", "passport", "jpeg"), [], ("main", "passport.jpg")),
        (Owned("translation", "translation"), [], ("translation", "translation.pdf")),
        (Owned("civil_status", "birth_record", "png"), [], ("main", "birth-record.png")),
        (Owned("identity", "passport", "jpeg"), ["passport.jpg"], None),
        (Owned("identity", "passport", "jpeg"), ["passport.pdf"], ("main", "passport.jpg")),
        (Owned("identity", "passport", "jpeg", "blurred"), [], ("main", "passport.jpg")),
    ],
)
def test_a_document_is_sent_once_under_its_own_name(monkeypatch, owned, already, sent):
    done = []
    named = [type("File", (), {"name": name}) for name in already]
    monkeypatch.setattr(loading.File.objects, "filter", lambda **_: named)
    monkeypatch.setattr(
        loading.documents, "draw", lambda kind, person, *, seed, fmt, flaw: f"{kind} {seed} {fmt} {flaw}".encode()
    )
    monkeypatch.setattr(
        loading.sending, "add", lambda actor, pk, slot, part, name, data: done.append((part, name, data))
    )
    loading._send(None, type("D", (), {"pk": 1}), get_person("anh"), owned, 4, "slot")
    assert [row[:2] for row in done] == ([sent] if sent else [])
    if sent:
        assert done[0][2].decode() == f"{owned.kind} 4 {owned.fmt} {owned.flaw}"


@pytest.mark.parametrize(("fmt", "name"), [("pdf", "birth-record.pdf"), ("jpeg", "birth-record.jpg")])
def test_a_document_is_sent_as_a_file_of_its_kind(fmt, name):
    assert Owned("civil_status", "birth_record", fmt).name == name


def test_a_list_of_a_row_becomes_a_tuple_and_an_unknown_name_is_a_fault():
    assert build(Owned, {"requirement": "identity", "kind": "passport", "flaw": ["cut"]}).flaw == ("cut",)
    with pytest.raises(TypeError, match=r"Owned does not know .'colour'."):
        build(Owned, {"requirement": "identity", "kind": "passport", "colour": "red"})


# --- examples ---------------------------------------------------------------------------------------------------


@pytest.fixture
def plain(monkeypatch):
    """Pages and cards of one colour each, and who they were asked for."""
    asked = []

    def paper(size, colour):
        return lambda kind, key: asked.append((kind, key)) or Image.new("RGB", size, colour)

    monkeypatch.setattr(examples, "_page", paper((124, 175), "#0000FF"))
    monkeypatch.setattr(examples, "_card", paper((125, 88), "#00FF00"))
    return asked


@pytest.mark.parametrize("code", sorted(examples.EXAMPLES))
def test_an_example_lays_its_papers_within_its_frame(code, plain):
    picture = examples.EXAMPLES[code]()
    assert picture.size == examples.SIZE
    colours = [colour for _, colour in picture.getcolors(picture.width * picture.height)]
    assert any(max(colour) - min(colour) > 200 for colour in colours), "a paper is to be seen"
    assert all(get_person(key) for _, key in plain) and 1 <= len(plain) <= 2
    assert len(set(plain)) == len(plain)


def test_building_again_replaces_and_keeps_the_order(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EXAMPLES", dict.fromkeys(("b", "a"), lambda: Image.new("RGB", (4, 4))))
    for _ in range(2):
        assert [path.name for path in examples.build(tmp_path / "deep" / "folder")] == ["a.webp", "b.webp"]
