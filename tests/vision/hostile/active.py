"""PDFs that act, hide something or reach out."""

from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from tests.vision.hostile.registry import CLEANED, OK, case, family
from tests.vision.hostile.seeds import attachment, pages, pdf_file, saved, with_action, with_annotation


def _script(**more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert('x')", **more)


def _names(key: str, value: Callable[[pikepdf.Pdf], object]) -> bytes:
    pdf = pages()
    pdf.Root.Names = Dictionary({key: Dictionary(Names=Array(["a", value(pdf)]))})
    return saved(pdf)


@family("JavaScript", CLEANED)
def _scripts() -> dict[str, Callable[[], bytes]]:
    def page_event() -> bytes:
        pdf = pages()
        pdf.pages[0].obj.AA = Dictionary(O=_script())
        return saved(pdf)

    def outline() -> bytes:
        pdf = pages()
        item = pdf.make_indirect(Dictionary(Title="x", A=_script()))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))
        return saved(pdf)

    def chain() -> bytes:
        action = _script()
        for _ in range(30):
            action = Dictionary(S=Name.GoTo, D="x", Next=Array([action]))
        return with_action(action)

    def field() -> bytes:
        pdf = pages()
        box = pdf.make_indirect(Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=_script())))
        pdf.Root.AcroForm = Dictionary(Fields=Array([box]))
        return saved(pdf)

    def script_stream() -> bytes:
        pdf = pages()
        script = pdf.make_indirect(Stream(pdf, b"app.alert(1)"))
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=script)
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    return {
        "js_open": lambda: with_action(_script()),
        "js_names": lambda: _names("/JavaScript", lambda pdf: _script()),
        "js_page_event": page_event,
        "js_outline": outline,
        "js_chain": chain,
        "js_field": field,
        "js_annotation": lambda: saved(with_annotation(Subtype=Name.Link, A=_script())),
        "js_stream_in_object_stream": script_stream,
        "js_escaped_name": lambda: with_action(_script()).replace(b"/JavaScript", b"/J#61v#61Script"),
        "js_in_utf16": lambda: with_action(Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('é€')"))),
        "js_on_closing": lambda: _root(AA=Dictionary(WC=_script(), WS=_script(), DP=_script())),
        "js_in_a_later_version": lambda: pdf_file() + with_action(_script()),
    }


def _root(**entries: object) -> bytes:
    pdf = pages()
    for key, value in entries.items():
        pdf.Root[f"/{key}"] = value
    return saved(pdf)


@family("actions", CLEANED)
def _actions() -> dict[str, Callable[[], bytes]]:
    def of(kind: str, **more: object) -> bytes:
        return with_action(Dictionary(S=Name(f"/{kind}"), **more))

    return {
        "launch": lambda: of("Launch", F="calc.exe"),
        "launch_with_windows": lambda: of("Launch", Win=Dictionary(F="cmd.exe", P="/c calc")),
        "launch_from_annotation": lambda: saved(
            with_annotation(Subtype=Name.Widget, FT=Name.Btn, T="b", A=Dictionary(S=Name.Launch, F="/bin/sh"))
        ),
        "submit_form": lambda: of("SubmitForm", F="http://example.invalid/"),
        "submit_form_when_opened": lambda: _root(
            AA=Dictionary(O=Dictionary(S=Name.SubmitForm, F="http://example.invalid/"))
        ),
        "import_data": lambda: of("ImportData", F="x.fdf"),
        "launch_after_go_to": lambda: of("GoTo", D="x", Next=Dictionary(S=Name.Launch, F="calc.exe")),
    }


@family("embedded files", CLEANED)
def _embedded() -> dict[str, Callable[[], bytes]]:
    def associated() -> bytes:
        pdf = pages()
        pdf.Root.AF = Array([attachment(pdf)])
        return saved(pdf)

    def buried() -> bytes:
        pdf = pages()
        pdf.pages[0].obj.Resources = Dictionary(Properties=Dictionary(Odd=Dictionary(Deep=Array([attachment(pdf)]))))
        return saved(pdf)

    def of_a_page() -> bytes:
        pdf = pages()
        pdf.pages[0].obj.AF = Array([attachment(pdf)])
        return saved(pdf)

    def portfolio() -> bytes:
        pdf = pages()
        pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.T)
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["a", attachment(pdf)])))
        return saved(pdf)

    def annotation() -> bytes:
        pdf = with_annotation(Subtype=Name.FileAttachment)
        pdf.pages[0].obj.Annots[0].FS = attachment(pdf)
        return saved(pdf)

    return {
        "embedded_file": lambda: _names("/EmbeddedFiles", attachment),
        "associated_file": associated,
        "associated_file_of_a_page": of_a_page,
        "buried_file": buried,
        "file_annotation": annotation,
        "portfolio": portfolio,
    }


@family("media", CLEANED)
def _media() -> dict[str, Callable[[], bytes]]:
    def external_stream() -> bytes:
        pdf = pages()
        stream = pdf.make_indirect(Stream(pdf, b""))
        stream.F = Dictionary(Type=Name.Filespec, F="/etc/passwd")
        pdf.pages[0].obj.Contents = stream
        return saved(pdf)

    return {
        "rich_media": lambda: saved(with_annotation(Subtype=Name.RichMedia, RichMediaContent=Dictionary())),
        "three_dimensions": lambda: saved(with_annotation(Subtype=Name("/3D"), Contents="x")),
        "screen": lambda: saved(with_annotation(Subtype=Name.Screen, T="x")),
        "movie": lambda: saved(with_annotation(Subtype=Name.Movie, Movie=Dictionary(F="film.avi"))),
        "sound": lambda: with_action(Dictionary(S=Name.Sound)),
        "rendition": lambda: with_action(Dictionary(S=Name.Rendition, OP=0, JS="x")),
        "external_stream": external_stream,
    }


@family("XFA form", CLEANED)
def _xfa() -> dict[str, Callable[[], bytes]]:
    def xfa() -> bytes:
        pdf = pages()
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_indirect(Stream(pdf, b"<xdp:xdp/>")))
        return saved(pdf)

    def in_packets() -> bytes:
        pdf = pages()
        packet = pdf.make_indirect(Stream(pdf, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'))
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array(["template", packet, "datasets", packet]))
        return saved(pdf)

    return {"xfa_form": xfa, "xfa_packets_with_entity": in_packets}


@case("XFA form", "dynamic_form")
def xfa_dynamic() -> bytes:
    pdf = pages()
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_indirect(Stream(pdf, b"<xdp:xdp/>")))
    pdf.Root.NeedsRendering = True
    return saved(pdf)


@family("links", OK)
def _links() -> dict[str, Callable[[], bytes]]:
    def link(action: Dictionary) -> bytes:
        return saved(with_annotation(Subtype=Name.Link, A=action))

    return {
        "link_uri": lambda: link(Dictionary(S=Name.URI, URI="http://example.invalid/track?you")),
        "link_of_the_document": lambda: _root(URI=Dictionary(Base="http://example.invalid/")),
        "link_file_scheme": lambda: link(Dictionary(S=Name.URI, URI="file:///etc/passwd")),
        "link_javascript_scheme": lambda: link(Dictionary(S=Name.URI, URI="javascript:alert(1)")),
        "link_embedded": lambda: link(Dictionary(S=Name.GoToE, D="x", T=Dictionary(R=Name.C, N="a"))),
        "link_other_file": lambda: link(Dictionary(S=Name.GoToR, F="other.pdf", D="x")),
    }
