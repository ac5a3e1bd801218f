"""What kind of file is this, by its first bytes: never by its name, never by what the browser says.

Sources: ISO 32000-2 7.5.2 (PDF header), ITU-T T.81 (JPEG), PNG specification, ISO/IEC 23008-12 (HEIC brands), and for
everything that we refuse, the usual first bytes of each format, only to be able to say what we saw.
"""

import re

HEAD = 1024  # viewers look for %PDF- this far; so do browsers that guess
_BLANK = b" \t\r\n\f\x00\xef\xbb\xbf"
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_SEQUENCE = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}
_AVIF = {b"avif", b"avis"}

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"BM", "bmp"),
    (b"SIMPLE  =", "image"),
    (b"8BPS", "image"),
    (b"\x00\x00\x00\x0cjP  ", "image"),
    (b"\x00\x00\x00\x0cJXL ", "image"),
    (b"\xff\x0a", "image"),
    (b"\x00\x00\x01\x00", "image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"ID3", "video"),
    (b"OggS", "video"),
    (b"fLaC", "video"),
)
_ZIP_INSIDE: tuple[tuple[bytes, str], ...] = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"application/vnd.oasis.opendocument", "odf"),
)
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|img|table|div|meta|title|style)[\s>/]", re.IGNORECASE
)
_SVG = re.compile(rb"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"^(?:mime-version|return-path|received|from|subject|content-type):", re.IGNORECASE | re.MULTILINE)


def kind(head: bytes) -> str:
    """The kind of a file from its first 4 kB: a key of verdicts.SEEN. "pdf", "jpeg", "png" and "heic" may be accepted.

    A PDF must begin with its header, blank bytes aside; one that begins later, or an image that carries a PDF header
    where a viewer would look for it, is "mixed" (or what it begins with): a polyglot is read differently by each
    program.
    """
    first = _first(head)
    header = head[:HEAD].find(b"%PDF-")
    if header < 0:
        return first
    if not head[:header].strip(_BLANK):
        return "pdf"
    return first if first not in ("jpeg", "png", "heic", "text", "unknown") else "mixed"


def _first(head: bytes) -> str:
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for inside, name in _ZIP_INSIDE if inside in head), "zip")
    if head[:4] == b"RIFF":
        return "webp" if head[8:12] == b"WEBP" else "video"
    if head[4:8] == b"ftyp":
        return _container(head)
    return _written(head)


def _container(head: bytes) -> str:
    """An ISO base media file: its main brand, then the compatible ones, say photo, sequence or film."""
    size = max(16, min(int.from_bytes(head[:4], "big"), 256))
    main = head[8:12]
    brands = {main, *(head[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF:
        return "avif"
    if main in _HEIC or (main not in _SEQUENCE and brands & (_HEIC - {b"mif1"})):
        return "heic"
    return "animation" if brands & _SEQUENCE else "video"


def _written(head: bytes) -> str:
    text = head.strip(_BLANK)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: compare as if it were ASCII
        text = head[2:].replace(b"\x00", b"").strip(_BLANK)
    if _SVG.search(text) and text[:1] == b"<":
        return "svg"
    if _MARKUP.search(text):
        return "mail" if _MAIL.search(text[:200]) else "html"
    if text[:5].lower() == b"<?xml" or text[:2] == b"<!":
        return "xml"
    if _MAIL.match(text):
        return "mail"
    return "text" if text and _is_text(text) else "unknown"


def _is_text(text: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)
