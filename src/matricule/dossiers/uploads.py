"""From bytes received to a checked file: the verdict that goes into the answer to the upload itself.

The bytes are parsed only in the child process of matricule.vision; this module turns its answer into what the
operations keep, and renders what a person looks at (page images, the joined PDF) from the kept originals.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

from matricule import vision
from matricule.core import vault
from matricule.core.ids import uuid7
from matricule.dossiers.checked import Checked, Stored
from matricule.dossiers.models import File, Version

PATIENCE = 1.8
"""Seconds that an upload waits for its verdict; after them the page says "checking" and a job goes on (issue 2)."""

DRAWING = 5.0
"""Seconds that somebody who looks at a page waits for their turn at the parser; then the answer is 503, come back."""

AT_ONCE = vision.Fence(wall=PATIENCE)
"""The time of a child in the upload's own request; a file that needs more is not blamed, it is looked at later."""


def check(name: str, data: bytes, *, at_once: bool = True) -> Checked:
    """Return what the child process sees of ``data``; what takes longer than an upload may wait is "checking".

    ``at_once`` False gives the child its whole time: the job that comes back to a waiting file. Otherwise somebody
    waits for the answer: the bytes are sealed and made durable while the child looks at them, and removed at once when
    it refuses them. Raises vault.Full or vault.Unavailable for a file that cannot be stored.
    """
    if not at_once or not data:
        return _judged(name, data, at_once=at_once)
    file_id = uuid7()
    with ThreadPoolExecutor(1) as meanwhile:  # of this call: a pool that was shared would not outlive a fork
        storing = meanwhile.submit(vault.prepare, data, context=str(file_id))
        checked = _judged(name, data, at_once=True)
    if checked.data is not None:
        return replace(checked, stored=Stored(file_id, storing.result()))
    if storing.exception() is None:
        vault.drop(storing.result())
    return checked


def _judged(name: str, data: bytes, *, at_once: bool) -> Checked:
    digest = hashlib.sha256(data).hexdigest()
    patience, fence = (PATIENCE, AT_ONCE) if at_once else (None, None)
    try:
        verdict = vision.check(data, declared=name.rpartition(".")[2], patience=patience, fence=fence)
    except (vision.Busy, vision.Unavailable):
        return Checked(name, len(data), digest, data, "", "checking", False, 0, {}, False, waiting=True)
    return _of(name, len(data), digest, data, verdict)


def _of(name: str, size: int, digest: str, data: bytes | None, verdict: vision.Verdict) -> Checked:
    return Checked(
        name=name,
        size=size,
        sha256=digest,
        data=data if verdict.ok else None,
        kind=verdict.kind or "",
        verdict=verdict.code,
        ok=verdict.ok,
        pages=len(verdict.pages),
        detail=dict(verdict.details),
        needs_clean=verdict.needs_clean,
    )


def too_large(name: str, size: int) -> Checked:
    """Return the refusal of a file whose reading was stopped at the limit."""
    return _of(name, size, "", None, vision.verdicts.too_large(size, vision.Limits()))


def beyond(checked: Checked, code: str) -> Checked:
    """Return the refusal of a good file that passes a limit of its document or of the dossier; its bytes go."""
    if checked.stored is not None:
        vault.drop(checked.stored.blob)
    return replace(checked, data=None, stored=None, ok=False, waiting=False, verdict=code, detail={}, pages=0)


def original(file: File) -> bytes:
    """Return the bytes as they were sent (hash checked by the vault)."""
    if file.blob is None:
        raise FileNotFoundError("this file was refused, its bytes were not kept")
    return vault.read(file.blob, context=str(file.pk))


def page_image(file: File, number: int, rotation: int, width: int) -> bytes:
    """Return a JPEG of one page (1 is the first), turned, without the metadata of the original (R14)."""
    return vision.render_page(original(file), number - 1, width=width, rotation=rotation, patience=DRAWING)


def joined(version: Version, *, title: str, language: str) -> bytes:
    """Return one PDF of everything in a version, the original first, then the translation (seed 003, S3-32)."""
    parts = []
    for file in version.files.filter(removed_at=None, state=File.State.READY).order_by("part", "position"):
        pages = [(page.number - 1, page.rotation) for page in file.pages.order_by("position") if not page.removed_at]
        if pages:
            parts.append(vision.Part(original(file), file.kind, pages))
    return vision.join(parts, title=title, language=language, patience=DRAWING)


def recheck(file_id: UUID) -> None:
    """Give a waiting file its verdict (job ``dossiers.check_file``); delivered twice it changes nothing more."""
    from matricule.dossiers.operations.files import settle_check

    file = File.objects.filter(pk=file_id).first()
    if file is None or file.state != File.State.CHECKING or file.blob is None:
        return
    checked = check(file.name, vault.read(file.blob, context=str(file.pk)), at_once=False)
    if checked.waiting:
        raise vision.Busy("the parser is busy")
    settle_check(file_id, checked)
