"""What in a PDF acts, hides or reaches out: found by value in every object, wherever it hangs, and taken away.

Sources: ISO 32000-2, 12.6.4 (action types), 7.11.4 (embedded files), 14.13 (associated files), 12.5.6 (annotations),
12.7.8 (XFA), 7.3.8.2 (external stream data); reliability.md R04. pikepdf's Sanitizer visits the known slots; this
sweep looks at every object, because an attachment hidden elsewhere survived a strip by slots (stack.md section 4).
Imported in the parser child only.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

ACTIONS = {
    "/JavaScript": "scripts",
    "/Launch": "launches",
    "/SubmitForm": "submits",
    "/ImportData": "submits",
    "/URI": "links",
    "/GoToR": "links",
    "/GoToE": "links",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_MEDIA = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
_SUSPECT = re.compile(
    rb"/(?:JS|JavaScript|Launch|SubmitForm|ImportData|URI|GoToR|GoToE|Rendition|Movie|Sound|RichMedia\w*|3D|Screen"
    rb"|EF|EmbeddedFile|FileAttachment|XFA|F|PieceInfo|Metadata)(?![A-Za-z0-9])"
)
_FILES = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
_PRIVATE = {"/PieceInfo", "/Metadata"}
_DEPTH = 60
# Links and private data are taken out of the copy too, but are no reason to alarm the person.
QUIET = {"links", "private"}


def found(pdf: pikepdf.Pdf) -> Counter[str]:
    """How many of each kind this PDF holds: scripts, attachments, launches, submits, links, media, forms, external,
    private."""
    with pikepdf.explicit_conversion():
        return Counter(kind for _, _, kind in _risks(pdf))


def sweep(pdf: pikepdf.Pdf) -> None:
    """Take every one of them out of every object, in place."""
    with pikepdf.explicit_conversion():
        for holder, key, _ in list(_risks(pdf)):
            for name in [key] if key else list(holder.keys()):
                if name in holder:
                    del holder[name]


def _risks(pdf: pikepdf.Pdf) -> Iterator[tuple[Dictionary | Stream, str, str]]:
    """(dictionary, key to delete or "" for all of them, kind) for everything found."""
    for top in pdf.objects:
        if isinstance(top, Stream):
            if _SUSPECT.search(top.stream_dict.unparse(resolved=True)):
                yield from _in_stream(top)
                yield from _within(top.stream_dict, 0)
        elif isinstance(top, (Dictionary, Array)) and _SUSPECT.search(top.unparse(resolved=True)):
            yield from _within(top, 0)


def _in_stream(stream: Stream) -> Iterator[tuple[Dictionary | Stream, str, str]]:
    if stream.get(Name.F) is not None:
        yield stream, "/F", "external"
    if _text(stream.get(Name.Type)) == "/EmbeddedFile":
        yield stream, "/Type", "attachments"


def _within(value: pikepdf.Object, depth: int) -> Iterator[tuple[Dictionary | Stream, str, str]]:
    if depth > _DEPTH:
        raise pikepdf.PdfError("objects nested too deep to be examined")
    if isinstance(value, Array):
        children = list(value)
    elif isinstance(value, Dictionary):
        yield from _in_dictionary(value)
        children = [child for _, child in value.items()]
    else:
        return
    for child in children:
        if isinstance(child, (Dictionary, Array)) and not child.is_indirect:
            yield from _within(child, depth + 1)


def _in_dictionary(value: Dictionary) -> Iterator[tuple[Dictionary | Stream, str, str]]:
    action = ACTIONS.get(_text(value.get(Name.S)))
    if action:
        yield value, "", action
    files = value.get(Name.EF)  # a font may be called EF in a list of resources: only its content tells
    if isinstance(files, Dictionary) and any(isinstance(files.get(key), Stream) for key in _FILES):
        yield value, "", "attachments"
    if isinstance(value.get(Name.XFA), (Array, Stream)):
        yield value, "/XFA", "forms"
    if isinstance(value.get(Name.JS), (pikepdf.String, Stream)):
        yield value, "/JS", "scripts"
    if _text(value.get(Name.Subtype)) in _MEDIA and (value.get(Name.Rect) is not None):
        yield value, "", "media"
    for key in _PRIVATE:
        if isinstance(value.get(key), (Dictionary, Stream)):
            yield value, key, "private"


def _text(value: object) -> str:
    return str(value) if isinstance(value, Name) else ""
