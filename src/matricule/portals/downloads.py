"""Serving what people sent: never inline but for our own drawn images, never cached, never sniffed (R11, R12)."""

from typing import IO, TypeVar
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)
TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def attachment(data: bytes, name: str, kind: str) -> HttpResponse:
    """Return ``data`` as a download under the person's own name for it, percent-encoded: it can add no header."""
    response = HttpResponse(data, content_type=TYPES.get(kind, "application/octet-stream"))
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name[:200], safe='')}"
    return _sealed(response)


def archive(data: IO[bytes], name: str) -> FileResponse:
    """Return an archive that was written to ``data`` as a download; it is closed when it was sent."""
    response = FileResponse(data, content_type="application/zip", as_attachment=True, filename=name)
    _sealed(response)
    return response


def image(request: HttpRequest, data: bytes) -> HttpResponse:
    """Return a page image that we drew; refused where it is asked for as anything but an image (R12)."""
    if request.headers.get("Sec-Fetch-Dest", "image") not in {"image", "empty", "document"}:
        return HttpResponse(status=403)
    response = HttpResponse(data, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return _sealed(response)


def _sealed(response: Answer) -> Answer:
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
