"""What acts, hides or reaches out in a PDF, wherever it hangs; and what only looks like it."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from matricule.vision import pdf_risks
from tests.vision import hostile

RECT = Array([0, 0, 10, 10])


def found(pdf: pikepdf.Pdf) -> dict:
    return dict(pdf_risks.found(pdf))


def holding(value: object, key: str = "/Odd") -> pikepdf.Pdf:
    """A PDF with a value where no reader looks for it."""
    pdf = hostile.pages()
    pdf.Root[key] = value
    return pdf


@pytest.mark.parametrize(("action", "kind"), sorted(pdf_risks.ACTIONS.items()))
@pytest.mark.parametrize("place", ["open", "odd", "page", "indirect", "nested"])
def test_every_action_is_found_and_swept_wherever_it_hangs(action, kind, place):
    pdf = hostile.pages()
    value = Dictionary(S=Name(action))
    if place == "open":
        pdf.Root.OpenAction = value
    elif place == "odd":
        pdf.Root.Odd = value
    elif place == "page":
        pdf.pages[0].obj.AA = Dictionary(O=value)
    elif place == "indirect":
        pdf.Root.Odd = pdf.make_indirect(value)
    else:
        pdf.Root.Odd = Array([1, Dictionary(A=Array([value]))])
    assert found(pdf) == {kind: 1}
    pdf_risks.sweep(pdf)
    assert found(pdf) == {}


def test_a_plain_page_holds_nothing():
    assert found(hostile.pages(3)) == {}


@pytest.mark.parametrize("file", ["/F", "/UF", "/DOS", "/Mac", "/Unix"])
def test_an_embedded_file_is_found_under_each_of_its_names(file):
    pdf = hostile.pages()
    pdf.Root.Odd = Dictionary(EF=Dictionary({file: Stream(pdf, b"MZ")}))
    assert found(pdf) == {"attachments": 1}
    pdf_risks.sweep(pdf)
    assert found(pdf) == {}
    assert "/EF" not in pdf.Root.Odd


def test_a_stream_of_an_embedded_file_alone_is_found():
    pdf = hostile.pages()
    pdf.Root.Odd = Stream(pdf, b"MZ", Type=Name.EmbeddedFile)
    assert found(pdf) == {"attachments": 1}
    pdf_risks.sweep(pdf)
    assert found(pdf) == {}


def test_data_that_lie_outside_the_file_are_found():
    pdf = hostile.pages()
    pdf.Root.Odd = Stream(pdf, b"", F=String("//host/share"))
    assert found(pdf) == {"external": 1}
    pdf_risks.sweep(pdf)
    assert Name.F not in pdf.Root.Odd.stream_dict


@pytest.mark.parametrize("script", ["text", "stream"])
def test_a_script_without_its_action_is_found(script):
    pdf = hostile.pages()
    pdf.Root.Odd = Dictionary(JS=String("app.alert(1)") if script == "text" else Stream(pdf, b"app.alert(1)"))
    assert found(pdf) == {"scripts": 1}
    pdf_risks.sweep(pdf)
    assert "/JS" not in pdf.Root.Odd


@pytest.mark.parametrize("form", ["array", "stream"])
def test_a_form_of_another_maker_is_found(form):
    pdf = hostile.pages()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array(["a"]) if form == "array" else Stream(pdf, b"<xdp/>"))
    assert found(pdf) == {"forms": 1}
    pdf_risks.sweep(pdf)
    assert found(pdf) == {}
    assert "/Fields" in pdf.Root.AcroForm, "only what was found goes"


@pytest.mark.parametrize("subtype", sorted(pdf_risks._MEDIA))
def test_media_are_annotations_with_a_place_on_the_page(subtype):
    assert found(holding(Dictionary(Subtype=Name(subtype), Rect=RECT))) == {"media": 1}
    assert found(holding(Dictionary(Subtype=Name(subtype)))) == {}


@pytest.mark.parametrize("key", sorted(pdf_risks._PRIVATE))
def test_private_data_are_found_and_never_alarm(key):
    pdf = hostile.pages()
    pdf.pages[0].obj[key] = Dictionary(Owner=String("Somebody"))
    assert found(pdf) == {"private": 1}
    assert "private" in pdf_risks.QUIET
    pdf_risks.sweep(pdf)
    assert key not in pdf.pages[0].obj


@pytest.mark.parametrize(
    "value",
    [
        Dictionary(S=String("/JavaScript")),
        Dictionary(S=Name.GoTo, D=Array([])),
        Dictionary(EF=Dictionary(Type=Name.Font)),
        Dictionary(EF=Name.Helvetica),
        Dictionary(JS=Dictionary(Type=Name.Font)),
        Dictionary(XFA=Name.Yes),
        Dictionary(Metadata=String("text")),
        Array([Name.JavaScript, Name.Launch, Name.EF]),
        String("/JavaScript /Launch"),
    ],
    ids=["text", "goto", "font EF", "name EF", "font JS", "name XFA", "text metadata", "names", "string"],
)
def test_what_only_looks_like_it_is_left(value):
    pdf = holding(value)
    assert found(pdf) == {}
    before = pdf.Root.Odd.unparse()
    pdf_risks.sweep(pdf)
    assert pdf.Root.Odd.unparse() == before


def test_each_is_counted_once_although_it_is_reached_twice():
    pdf = hostile.pages()
    shared = pdf.make_indirect(Dictionary(S=Name.Launch, F=String("calc.exe")))
    pdf.Root.OpenAction, pdf.Root.Odd, pdf.pages[0].obj.AA = shared, Array([shared]), Dictionary(O=shared)
    assert found(pdf) == {"launches": 1}


def test_several_kinds_are_counted_apart():
    pdf = hostile.pages()
    pdf.Root.A1 = Dictionary(S=Name.JavaScript, JS=String("x"))
    pdf.Root.A2 = Dictionary(S=Name.URI)
    pdf.Root.A3 = Dictionary(S=Name.GoToR)
    assert found(pdf) == {"scripts": 2, "links": 2}
    pdf_risks.sweep(pdf)
    assert found(pdf) == {}


def test_objects_nested_without_end_are_not_examined_for_ever():
    value = Dictionary(S=Name.JavaScript)
    for _ in range(pdf_risks._DEPTH + 5):
        value = Array([value])
    with pytest.raises(pikepdf.PdfError, match="nested too deep"):
        found(holding(value))


def test_nesting_within_reason_is_examined_to_its_end():
    value = Dictionary(S=Name.JavaScript)
    for _ in range(pdf_risks._DEPTH - 2):
        value = Array([value])
    assert found(holding(value)) == {"scripts": 1}
