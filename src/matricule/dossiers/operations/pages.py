"""Turning, ordering and taking out single pages (issue 2, section 2.4)."""

from uuid import UUID

from matricule.dossiers.access import Actor, NotFound, may_see
from matricule.dossiers.models import Page
from matricule.dossiers.operations.door import Operation, operation
from matricule.dossiers.operations.files import UNDO, decided, keep_within_limits, received


def turn_page(actor: Actor, dossier_id: UUID, page_id: UUID) -> None:
    """Turn one page a quarter to the right."""
    with operation(actor, "turn_page", dossier_id) as op:
        page = _own(op, page_id)
        page.rotation = (page.rotation + 90) % 360
        page.save(update_fields=["rotation"])
        op.record("page.turned")


def remove_page(actor: Actor, dossier_id: UUID, page_id: UUID) -> None:
    """Take one page out at once; it can be brought back for 30 days. The last page of a file goes with the file."""
    with operation(actor, "remove_page", dossier_id) as op:
        page = _own(op, page_id)
        if page.removed_at is None:
            page.removed_at = op.now
            page.save(update_fields=["removed_at"])
            op.record("page.removed")
            if not page.file.pages.filter(removed_at=None).exists():
                page.file.removed_at = op.now
                page.file.save(update_fields=["removed_at"])


def restore_page(actor: Actor, dossier_id: UUID, page_id: UUID) -> None:
    """Bring a page back within 30 days, and its file if it went with it."""
    with operation(actor, "restore_page", dossier_id) as op:
        page = _own(op, page_id)
        if page.removed_at is None:
            return
        if op.now - page.removed_at > UNDO:
            raise NotFound
        page.removed_at = None
        page.save(update_fields=["removed_at"])
        if page.file.removed_at is not None:
            keep_within_limits(op, page.file.version, page.file.size, page.file.page_count)
            page.file.removed_at = None
            page.file.save(update_fields=["removed_at"])
            received(op, page.file)
        op.record("page.restored")


def move_page(actor: Actor, dossier_id: UUID, page_id: UUID, *, earlier: bool) -> None:
    """Swap a page with its visible neighbour; at the edge nothing changes."""
    with operation(actor, "move_page", dossier_id) as op:
        page = _own(op, page_id)
        row = page.file.pages.filter(removed_at=None)
        near = (
            row.filter(position__lt=page.position).order_by("-position").first()
            if earlier
            else row.filter(position__gt=page.position).order_by("position").first()
        )
        if near is not None:
            page.position, near.position = near.position, page.position
            page.save(update_fields=["position"])
            near.save(update_fields=["position"])
            op.record("page.moved")


def _own(op: Operation, page_id: UUID) -> Page:
    page = (
        Page.objects.select_related("file__version__document__registrant")
        .filter(pk=page_id, file__version__document__registrant__dossier=op.dossier)
        .first()
    )
    if page is None or page.file.replaced_at is not None or page.file.version.replaced_at is not None:
        raise NotFound
    if decided(page.file) or not may_see(op.actor, page.file.version.document.registrant):
        raise NotFound
    return page
