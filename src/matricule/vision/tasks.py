"""What a parser child can be asked. Imported by the zygote, with every library that a child will need: once the walls
are up, nothing can be loaded any more."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
from PIL import ImageFile, JpegImagePlugin, MpoImagePlugin, PngImagePlugin

from matricule.vision import pdf, pdf_join, pictures, sniff
from matricule.vision.limits import Limits
from matricule.vision.source import Refusal, Source
from matricule.vision.verdicts import refusal

ImageFile.LOAD_TRUNCATED_IMAGES = False
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin)  # the only picture formats that Pillow may open here
_HEAD = 4096
_NAMES = {"jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "heif": "heic"}

# What the libraries raise on files that are not what they say. Running out of memory is not among them: that is a
# bomb.
PARSER_ERRORS = (
    pikepdf.PdfError,
    pypdfium2.PdfiumError,
    struct.error,
    zlib.error,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
    EOFError,
    RuntimeError,
)

Result = tuple[dict[str, Any], bytes]


def _check(arguments: dict[str, Any], files: list[int]) -> Result:
    source = Source(files[0])
    kind = sniff.kind(source.data[:_HEAD])
    limits = arguments["limits"]
    accepted = kind if kind in ("pdf", "jpeg", "png", "heic") else None
    try:
        if accepted is None:
            verdict = refusal("not_accepted_type", seen=kind)
        elif accepted == "pdf":
            verdict = pdf.check(source, limits["file_pages"], limits["pixels"])
        else:
            verdict = pictures.check(source, accepted, limits["pixels"])
    except pikepdf.PasswordError:
        verdict = refusal("password_protected", accepted)
    except Refusal as refused:
        verdict = refusal(refused.code, accepted, **refused.details)
    except PARSER_ERRORS as error:
        verdict = refusal("broken", accepted, error=type(error).__name__[:40])
    answer = verdict.to_json()
    declared = arguments["declared"]
    if verdict.ok and declared and _NAMES.get(declared, declared) != kind:
        answer["details"] |= {"declared": declared, "seen": kind}
    return answer, b""


def _drawing(work: Callable[[dict[str, Any], list[Source]], bytes]) -> Callable[[dict[str, Any], list[int]], Result]:
    """A task that gives bytes, or the code of its refusal."""

    def task(arguments: dict[str, Any], files: list[int]) -> Result:
        try:
            return {"done": True}, work(arguments, [Source(descriptor) for descriptor in files])
        except pikepdf.PasswordError:
            return {"code": "password_protected"}, b""
        except Refusal as refused:
            return {"code": refused.code}, b""
        except PARSER_ERRORS:
            return {"code": "broken"}, b""

    return task


def _image_kind(source: Source) -> str:
    kind = sniff.kind(source.data[:_HEAD])
    if kind not in ("jpeg", "png", "heic"):
        raise Refusal("not_accepted_type")
    return kind


def _render_page(arguments: dict[str, Any], files: list[Source]) -> bytes:
    source, width, rotation = files[0], arguments["width"], arguments["rotation"]
    if sniff.kind(source.data[:_HEAD]) == "pdf":
        return pdf.render(source, arguments["page"], width, rotation)
    if arguments["page"] != 0:
        raise Refusal("broken")
    return pictures.render(source, _image_kind(source), width, rotation, Limits().pixels)


def _as_jpeg(arguments: dict[str, Any], files: list[Source]) -> bytes:
    return pictures.as_jpeg(files[0], _image_kind(files[0]), Limits().pixels)


def _clean_copy(arguments: dict[str, Any], files: list[Source]) -> bytes:
    if sniff.kind(files[0].data[:_HEAD]) != "pdf":
        raise Refusal("not_accepted_type")
    return pdf.clean_copy(files[0])


def _join(arguments: dict[str, Any], files: list[Source]) -> bytes:
    return pdf_join.join(
        files,
        arguments["parts"],
        arguments["title"],
        arguments["language"],
        arguments["most"],
        Limits().pixels,
    )


def rehearse() -> None:
    """Use every library once before the walls: ciphers, fonts and codecs load their parts at first use, and a child
    cannot."""
    for revision in (3, 4, 6):
        sample = pikepdf.new()
        sample.add_blank_page()
        locked = io.BytesIO()
        encryption = pikepdf.Encryption(owner="rehearsal", R=revision, aes=revision > 3, metadata=revision > 3)
        sample.save(locked, encryption=encryption)
        with pikepdf.open(locked) as opened:
            pdf.cleaned(opened)
    page = pypdfium2.PdfDocument(locked.getvalue())[0]
    page.render(scale=0.1).to_pil().save(io.BytesIO(), "JPEG")


TASKS: dict[str, Callable[[dict[str, Any], list[int]], Result]] = {
    "check": _check,
    "render_page": _drawing(_render_page),
    "as_jpeg": _drawing(_as_jpeg),
    "clean_copy": _drawing(_clean_copy),
    "join": _drawing(_join),
}
