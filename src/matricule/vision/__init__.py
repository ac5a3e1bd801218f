"""What does this file show? Files of strangers are parsed only in a child process, behind walls.

`check` judges the structure of one file, `render_page` draws one page, `join` makes one PDF of several files,
`clean_copy` gives a PDF without scripts, attachments and links. Nothing here knows Django, a dossier or a person.
The parser starts at the first use; `isolation` starts it and says which walls the system grants.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matricule.vision import verdicts
from matricule.vision.client import Answer, Busy, Bytes, Parser, Unavailable, parser, size_of
from matricule.vision.limits import Fence, Limits, ShownLimit, shown
from matricule.vision.verdicts import Verdict

__all__ = [
    "Answer",
    "Busy",
    "Fence",
    "Limits",
    "Part",
    "Refused",
    "ShownLimit",
    "Unavailable",
    "Verdict",
    "check",
    "clean_copy",
    "isolation",
    "join",
    "render_page",
    "share",
    "shown",
]

WALLS = ("network", "files", "privileges", "memory")
# fmt: off
_EXTENSIONS = frozenset({
    "pdf", "jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif", "gif", "tif", "tiff", "webp", "bmp", "svg", "avif",
    "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "rtf", "txt", "html", "htm", "zip", "eml", "exe",
})
# fmt: on


class Refused(Exception):
    """A file that cannot be drawn, joined or cleaned. `code` is a key of verdicts.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a joined PDF: its bytes, its kind (from its verdict), and the pages to take as (index from 0, turn
    in degrees clockwise: 0, 90, 180, 270). No pages given = all of them, unturned."""

    data: Bytes
    kind: str
    pages: Sequence[tuple[int, int]] = field(default=())


def isolation() -> dict[str, bool]:
    """Start the parser and say which walls hold around each child, as really tried in one: network, files, privileges,
    memory (and namespace, root, calls: how the first two are held). A False is for the start-up page. Raises
    Unavailable."""
    return parser.warm()


def share(path: Path, most: int | None = None) -> None:
    """Look at one file at a time among all processes that name the same `path` (a file that need not exist yet),
    and tell Busy at once to callers with a patience when `most` callers of this process are in."""
    parser.share(path, most)


def check(
    data: Bytes,
    *,
    limits: Limits | None = None,
    declared: str = "",
    fence: Fence | None = None,
    patience: float | None = None,
    using: Parser | None = None,
) -> Verdict:
    """The structural verdict on one file (bytes, or an open descriptor), by its content.

    `declared`: the extension of its name, without the dot; an accepted file of another kind is kept and `notice` says
    so.
    `patience`: seconds to wait while another file is looked at (None: as long as it takes); then Busy.
    A child that gives no answer, crashes or passes its limits gives the verdict "bomb". Raises Busy, Unavailable.
    """
    given = limits or Limits()
    size = size_of(data)
    if size == 0:
        return verdicts.refusal("empty")
    if size > given.file_bytes:
        return verdicts.too_large(size, given)
    arguments = {
        "limits": {"file_pages": given.file_pages, "pixels": given.pixels},
        "declared": _extension(declared),
    }
    answer = (using or parser).call("check", arguments, [data], fence, patience)
    if answer.header is None:
        _not_starved(answer, fence)
        return verdicts.refusal("bomb", ended=answer.ended[:40])
    try:
        return Verdict.from_json(answer.header)
    except (KeyError, TypeError, ValueError, OverflowError):
        return verdicts.refusal("bomb", ended="unreadable")


def render_page(
    data: Bytes,
    page: int = 0,
    *,
    width: int,
    rotation: int = 0,
    fence: Fence | None = None,
    patience: float | None = None,
    using: Parser | None = None,
) -> bytes:
    """One page as a JPEG `width` pixels wide (160 for thumbnails, 1200 for viewing), without any metadata.

    `page` counts from 0; `rotation` is in degrees clockwise, on top of the photo's own turn mark, which is always
    applied.
    Photos are not enlarged. Raises Refused (code), Busy, Unavailable.
    """
    arguments = {"page": page, "width": width, "rotation": _turn(rotation)}
    return _bytes((using or parser).call("render_page", arguments, [data], fence, patience), b"\xff\xd8\xff", fence)


def clean_copy(
    data: Bytes, *, fence: Fence | None = None, patience: float | None = None, using: Parser | None = None
) -> bytes:
    """The PDF rewritten from its pages alone: no script, action, attachment, link, form, metadata or password (R04),
    looked through again before it is given. Raises Refused (code), Busy, Unavailable."""
    return _bytes((using or parser).call("clean_copy", {}, [data], fence, patience), b"%PDF-", fence)


def join(
    parts: Sequence[Part],
    *,
    title: str,
    language: str,
    fence: Fence | None = None,
    patience: float | None = None,
    using: Parser | None = None,
) -> bytes:
    """One PDF of all parts in their order (original first, its translation after): pages of PDFs cleaned, photos as
    pages
    within A4, turned as marked, without metadata. The same parts give the same bytes.

    `title` is shown by viewers and must hold no personal data; `language` is a BCP 47 tag. JPEGs are taken over
    without loss; HEIC and PNG become JPEG, each in a child of its own, so that sixty photos do not meet one time
    limit.
    Raises Refused (code; "too_large" when the parts pass the limits of a document), Busy, Unavailable.
    """
    limits = Limits()
    if len(parts) > limits.dossier_files or sum(size_of(part.data) for part in parts) > limits.document_bytes:
        raise Refused("too_large")
    worker = using or parser
    ready = [_as_jpeg(part, worker, fence, patience) for part in parts]
    arguments = {
        "title": title,
        "language": language,
        "most": limits.document_pages,
        "parts": [
            {"kind": part.kind, "pages": [[index, _turn(turn)] for index, turn in part.pages]} for part in ready
        ],
    }
    return _bytes(worker.call("join", arguments, [part.data for part in ready], fence, patience), b"%PDF-", fence)


def _extension(declared: str) -> str:
    """A known extension, or nothing: what follows the last dot may be a person's name, and is shown again."""
    plain = declared.lower().lstrip(".")
    return plain if plain in _EXTENSIONS else ""


def _as_jpeg(part: Part, worker: Parser, fence: Fence | None, patience: float | None) -> Part:
    if part.kind in ("pdf", "jpeg"):
        return part
    return Part(
        _bytes(worker.call("as_jpeg", {}, [part.data], fence, patience), b"\xff\xd8\xff", fence), "jpeg", part.pages
    )


def _turn(rotation: int) -> int:
    if rotation % 90:
        raise ValueError("pages turn by right angles")
    return rotation % 360


def _not_starved(answer: Answer, fence: Fence | None) -> None:
    """Raise Busy when the wall time passed although the child had hardly any CPU: the machine is busy (children run at
    nice 19), and the file is not to blame. A file that is, burns CPU."""
    how, _, seconds = answer.ended.partition(" ")
    if answer.header is None and how == "wall" and int(seconds) < (fence or Fence()).cpu / 4:
        raise Busy


def _bytes(answer: Answer, start: bytes, fence: Fence | None) -> bytes:
    """The bytes of an answer, or Refused. The child may lie: what does not begin as asked is not handed on."""
    header: dict[str, Any] = answer.header or {}
    if header.get("done") is True and answer.body.startswith(start):
        return answer.body
    _not_starved(answer, fence)
    code = header.get("code")
    raise Refused(code if isinstance(code, str) and code in verdicts.SENTENCES else "bomb")
