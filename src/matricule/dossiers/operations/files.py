"""Adding, ordering, turning and removing what a person sends (issue 2, section 2.4; seed 003, step 3).

Adding never removes another file. Removing hides at once and can be undone for 30 days. A file's bytes are parsed only
in the child process (matricule.vision), before the dossier is locked.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from matricule.core import vault
from matricule.dossiers import access, plan, proofs, rows, work
from matricule.dossiers.access import Actor, NotFound, system
from matricule.dossiers.checked import Checked
from matricule.dossiers.models import File, Page, Registrant, Version
from matricule.dossiers.operations import asking, checking, examining, pace
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.vision import Limits

LIMITS = Limits()

UNDO = timedelta(days=30)
"""How long a removed file or page can be brought back (house.md, section 2)."""

ONE_NOTICE = timedelta(hours=1)
"""Documents added after submission are told once an hour at most: one sitting, one message."""


class TooMuch(Exception):
    """A limit of the document or the dossier is reached; ``code`` names it (vision.limits)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add_file(
    actor: Actor,
    dossier_id: UUID,
    slot: str,
    part: str,
    checked: Checked,
    *,
    key: UUID | None = None,
    replaces: UUID | None = None,
    allowed: bool = False,
    person_id: UUID | None = None,
    said: str = "",
) -> UUID:
    """Add one checked file to a slot; return its id. A refused file is kept as a row without bytes, with its verdict.

    The sealed bytes are durable before the dossier is locked; if the operation fails, the vault's reconciler removes
    them. ``replaces``: the sent version whose place this file takes; ``allowed``: access was asked for; ``person_id``:
    whose slot it is (None: the principal's); ``said``: see dossiers.work. Raises TooMuch, TooOften, NoProof, NotFound.
    """
    name = "add_file" if replaces is None else "replace_document"
    if not allowed:
        access.get(actor, dossier_id, name)
    file_id, blob = checked.store()
    with operation(actor, name, dossier_id, key=key) as op:
        person = op.person(person_id)
        batch, everybody = op.gather(), rows.papers_of_all(op.principal)
        papers = everybody.get(person.pk, rows.Papers())
        if part not in _parts(papers, slot):
            raise NotFound
        work.keep_to(op.dossier, person, slot, said, checked)
        version = _version(op, person, papers, slot, part, replaces, taken=blob is not None)
        pace.hold(op, everybody.values())
        if blob is not None and person.is_sent and examining.reopen_half(op, version, part):  # a draft has no decision
            everybody = rows.papers_of_all(op.principal)
        beside = _current_files(everybody.values())
        if blob is not None:
            _keep_number_within_limits(op)
            _keep_within([row for row in beside if row.version_id == version.pk], checked.size, checked.pages)
        file = _row(version, part, checked, beside if blob is not None else [], op.now)
        file.position = max((row.position for row in beside if row.version_id == version.pk), default=0) + 1
        file.id, file.said, file.blob = file_id, said, vault.keep(blob, batch) if blob is not None else None
        _insert(op, file, slot, checked)
        if op.dossier.submitted_at is not None:  # what follows reads and changes these rows
            batch.run()
        if person.is_sent and file.state != File.State.REFUSED:
            _tell_added(op, version, person)
        _arrived(op, file, person)
        if op.dossier.submitted_at is None:  # in a draft every version is current, and no state follows
            op.file_count = sum(row.removed_at is None and row.state != File.State.REFUSED for row in (*beside, file))
    return file.pk


def _insert(op: Operation, file: File, slot: str, checked: Checked) -> None:
    """Write the file with its pages, its journal entry, and the job that judges one for which there was no time."""
    pages = (Page(file=file, number=number, position=number) for number in range(1, checked.pages + 1))
    op.gather().insert(file, *pages)
    said = {"said": file.said} if file.said else {}
    op.record("file.added", slot=slot, verdict=checked.verdict, pages=checked.pages, **said)
    if checked.waiting:
        op.defer("dossiers.check_file", file_id=str(file.pk))


def _current_files(found: Iterable[rows.Papers]) -> list[File]:
    """Return every file of the current versions of all these people."""
    current = [(papers, one) for papers in found for one in papers.versions if one.replaced_at is None]
    return [file for papers, version in current for file in papers.files[version.pk]]


def _row(version: Version, part: str, checked: Checked, beside: list[File], now: datetime) -> File:
    """Return the row of a file, not saved yet, marked when it was sent already in one of the files ``beside``."""
    twin = _twin(beside, checked.sha256)
    return File(
        version=version,
        part=part,
        name=checked.name[:255],
        size=checked.size,
        sha256=checked.sha256,
        kind=checked.kind,
        page_count=checked.pages,
        verdict=checked.verdict,
        detail=checked.detail | ({"twin_slot": twin.version.document.slot} if twin is not None else {}),
        needs_clean=checked.needs_clean,
        added_at=now,
        state=_state(checked, twin),
    )


def _version(
    op: Operation, person: Registrant, papers: rows.Papers, slot: str, part: str, replaces: UUID | None, *, taken: bool
) -> Version:
    """Return the version that a new file joins; the first one taken in place of a sent version opens the next.

    The old version stays until the decision (issue 4). A refused file takes nothing's place, and the second file of
    the same sending joins the first.
    """
    version = papers.current(slot) or plan.first_version(person, slot, op.now, op.gather())
    if replaces is None:
        return version
    named = next((one for one in papers.versions if one.pk == replaces and one.document == version.document), None)
    if named is None or named.sent_at is None:
        raise NotFound
    if named != version or not taken:
        return version
    version.replaced_at = op.now
    version.save(update_fields=["replaced_at"])  # now: a document has one current version
    op.record("document.replaced", slot=slot)
    checking.reopen(op, person, slot, part)
    following = Version(document=version.document, number=version.number + 1, opened_at=op.now)
    op.gather().insert(following)
    return following


def _parts(papers: rows.Papers, slot: str) -> set[str]:
    """Return the halves that a slot of this person has: none when the slot was never asked."""
    about = proofs.half_of(slot)
    codes = {row.code for row in papers.requirements if row.slot == (about[0] if about else slot)}
    both = "translation" in codes and about is None
    return ({File.Part.MAIN, File.Part.TRANSLATION} if both else {File.Part.MAIN}) if codes else set()


def _state(checked: Checked, twin: File | None) -> str:
    if checked.waiting:
        return File.State.CHECKING
    if not checked.ok:
        return File.State.REFUSED
    return File.State.ALREADY_SENT if twin is not None else File.State.READY


def keep_within_limits(op: Operation, version: Version, size: int, pages: int) -> None:
    """Hold the limits of the document and of the dossier under the row's lock (they cannot be passed by a race)."""
    _keep_number_within_limits(op)
    _keep_within(version.files.all(), size, pages)


def _keep_number_within_limits(op: Operation) -> None:
    if op.dossier.file_count >= LIMITS.dossier_files:
        raise TooMuch("too_many_files")


def _keep_within(files: Iterable[File], size: int, pages: int) -> None:
    """Raise TooMuch when ``size`` and ``pages`` more pass the limits of the document that holds ``files``."""
    live = [file for file in files if _stands(file) and file.blob is not None]
    if sum(file.size for file in live) + size > LIMITS.document_bytes:
        raise TooMuch("document_too_large")
    if sum(file.page_count for file in live) + pages > LIMITS.document_pages:
        raise TooMuch("document_too_many_pages")


def _stands(file: File) -> bool:
    """Tell whether a file was neither removed nor replaced."""
    return file.removed_at is None and file.replaced_at is None


def _twin(files: list[File], sha256: str) -> File | None:
    """Return a live file of this dossier with the same bytes: "already sent, keep it?"."""
    alive = (File.State.READY, File.State.CHECKING)
    same = (file for file in files if file.sha256 == sha256 and _stands(file) and file.state in alive)
    return min(same, key=lambda file: file.pk, default=None)


def _tell_added(op: Operation, version: Version, person: Registrant) -> None:
    """After submission a file is received at once: date its version, and tell the person once a sitting."""
    _date_sent(op, version, person)
    last = op.dossier.added_notice_at
    if last is None or op.now - last > ONE_NOTICE:
        op.dossier.added_notice_at = op.now
        op.notify("documents_added", {"given_name": first_given_name(op.principal)})


def _arrived(op: Operation, file: File, person: Registrant) -> None:
    """Take a file in order as the answer to what was asked of its half."""
    if person.is_sent and file.state == File.State.READY:
        op.dossier.answered_at = op.now
        asking.answered(op, person, file.version.document.slot, file.part)


def _date_sent(op: Operation, version: Version, person: Registrant) -> None:
    """Date a version that became complete after the submission."""
    if person.is_sent and version.sent_at is None:
        version.sent_at = op.now
        version.save(update_fields=["sent_at"])


def received(op: Operation, file: File) -> None:
    """Date the version of a file that became good late, kept or brought back, and take it as an answer."""
    person = op.person(file.version.document.registrant_id)
    _date_sent(op, file.version, person)
    _arrived(op, file, person)


def settle_check(file_id: UUID, checked: Checked) -> None:
    """Write the verdict of a file that was received while the parser was busy; a second delivery changes nothing."""
    dossier_id = (
        File.objects.filter(pk=file_id).values_list("version__document__registrant__dossier", flat=True).first()
    )
    if dossier_id is None:
        return
    with operation(system("check_file"), "check_file", dossier_id) as op:
        file = File.objects.select_related("version").filter(pk=file_id, state=File.State.CHECKING).first()
        if file is None:
            return
        checked = _within_pages(file, checked)
        if not checked.ok and file.blob is not None:
            vault.erase(file.blob)
            file.blob = None
        file.state = File.State.READY if checked.ok else File.State.REFUSED
        file.kind, file.verdict, file.detail = checked.kind, checked.verdict, checked.detail
        file.page_count, file.needs_clean = checked.pages, checked.needs_clean
        file.save()
        Page.objects.bulk_create(Page(file=file, number=n, position=n) for n in range(1, checked.pages + 1))
        if checked.ok and file.removed_at is None:
            received(op, file)
        if not checked.ok:
            _give_back(file.version)
        op.record("file.checked", verdict=checked.verdict, pages=checked.pages)


def _give_back(version: Version) -> None:
    """Let the version before stand again when the only files that came in its place turn out to be refused."""
    before = version.document.versions.filter(number=version.number - 1).first()
    if before is None or version.files.exclude(state=File.State.REFUSED).exists():
        return
    version.files.update(version=before)
    version.delete()
    before.replaced_at = None
    before.save(update_fields=["replaced_at"])


def _within_pages(file: File, checked: Checked) -> Checked:
    """Refuse a late file whose pages pass the limit of its document: they were not known when it was added."""
    if checked.ok and file.removed_at is None:
        try:
            _keep_within(file.version.files.all(), 0, checked.pages)
        except TooMuch as limit:
            return replace(checked, ok=False, verdict=limit.code, detail={}, pages=0)
    return checked


def slot_of(actor: Actor, dossier_id: UUID, file_id: UUID, *, person_id: UUID | None = None) -> str:
    """Return the slot of a file of the actor's dossier, and of this person if one is named; else raise NotFound."""
    dossier = access.get(actor, dossier_id)
    found = File.objects.filter(pk=file_id, version__document__registrant__dossier=dossier)
    if person_id is not None:
        found = found.filter(version__document__registrant=person_id)
    slot = found.values_list("version__document__slot", flat=True).first()
    if slot is None:
        raise NotFound
    return slot


def remove_file(actor: Actor, dossier_id: UUID, file_id: UUID) -> None:
    """Hide a file at once; it can be brought back for 30 days. Removing it twice changes nothing."""
    with operation(actor, "remove_file", dossier_id) as op:
        file = _own(op, file_id)
        _undecided(file)
        if file.removed_at is None:
            file.removed_at = op.now
            file.save(update_fields=["removed_at"])
            op.record("file.removed")


def restore_file(actor: Actor, dossier_id: UUID, file_id: UUID) -> None:
    """Bring a removed file back within 30 days; raises TooMuch when others took its place meanwhile."""
    with operation(actor, "restore_file", dossier_id) as op:
        file = _own(op, file_id)
        if file.removed_at is None:
            return
        if op.now - file.removed_at > UNDO or file.version.replaced_at is not None:
            raise NotFound
        if file.blob is not None:
            keep_within_limits(op, file.version, file.size, file.page_count)
        if not file.pages.filter(removed_at=None).exists():  # it went with its last page: that page comes back too
            file.pages.filter(removed_at=file.removed_at).update(removed_at=None)
        file.removed_at = None
        file.save(update_fields=["removed_at"])
        if file.state == File.State.READY:
            received(op, file)
        op.record("file.restored")


def keep_file(actor: Actor, dossier_id: UUID, file_id: UUID) -> None:
    """Keep a file that was already sent elsewhere in the dossier."""
    with operation(actor, "keep_file", dossier_id) as op:
        file = _own(op, file_id)
        _undecided(file)
        if file.state == File.State.ALREADY_SENT:
            file.state = File.State.READY
            file.save(update_fields=["state"])
            if file.removed_at is None:
                received(op, file)
            op.record("file.kept")


def move_file(actor: Actor, dossier_id: UUID, file_id: UUID, *, earlier: bool) -> None:
    """Swap a file with its visible neighbour of the same part; at the edge nothing changes."""
    with operation(actor, "move_file", dossier_id) as op:
        file = _own(op, file_id)
        _undecided(file)
        row = file.version.files.filter(removed_at=None, part=file.part).exclude(state=File.State.REFUSED)
        near = (
            row.filter(position__lt=file.position).order_by("-position").first()
            if earlier
            else row.filter(position__gt=file.position).order_by("position").first()
        )
        if near is not None:
            file.position, near.position = near.position, file.position
            file.save(update_fields=["position"])
            near.save(update_fields=["position"])
            op.record("file.moved")


def name_translator(
    actor: Actor, dossier_id: UUID, slot: str, kind: str, name: str, place: str, *, person_id: UUID | None = None
) -> None:
    """Keep who translated: a sworn translator with the court, or an embassy or consulate of France (seed 000)."""
    if kind not in {"", "sworn", "consulate"}:
        raise ValueError("kind of translator")
    with operation(actor, "name_translator", dossier_id) as op:
        person = op.person(person_id)
        if not person.requirements.filter(slot=slot, code="translation").exists():
            raise NotFound
        version = plan.current_version(person, slot, op.now)
        version.translator_kind, version.translator_name, version.translator_place = kind, name[:120], place[:120]
        version.save(update_fields=["translator_kind", "translator_name", "translator_place"])
        op.record("translator.named", kind=kind)


def _own(op: Operation, file_id: UUID) -> File:
    file = (
        File.objects.select_related("version__document")
        .filter(pk=file_id, version__document__registrant__dossier=op.dossier)
        .first()
    )
    if file is None:
        raise NotFound
    return file


def _undecided(file: File) -> None:
    """Raise NotFound when a decision in force names this half, or a newer file took its place."""
    if file.replaced_at is not None or file.version.replaced_at is not None or decided(file):
        raise NotFound


def decided(file: File) -> bool:
    """Tell whether a decision in force rests on this file's half of its version."""
    return file.version.decisions.filter(part=file.part, superseded_at=None).exists()
