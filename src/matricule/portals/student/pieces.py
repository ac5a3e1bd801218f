"""What the component ``piece`` shows of one document: its words from the catalogue, its files, its tools."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.core import i18n
from matricule.dossiers import people, proofs, work
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import File
from matricule.dossiers.queries import Slot, Space
from matricule.dossiers.standing import Half
from matricule.portals.public import listing
from matricule.portals.student.forms import TranslatorForm
from matricule.rules import catalogue, refusals
from matricule.rules.employer import contract
from matricule.vision import verdicts

CLEANED = "active_content_cleaned"
"""The verdict of a good file that holds something which is not shown to anybody: the person is told."""

LIMITS = {
    "too_many_files": _(
        "Your file already holds 100 documents, the most it can. Remove one that is not needed, then send this one."
    ),
    "document_too_large": _("All the files of one document together may be 100 MB. Send smaller photos, or a PDF."),
    "document_too_many_pages": _(
        "All the files of one document together may have 60 pages. Send only those asked for."
    ),
}

FILE_STATE = {
    File.State.READY: "ok",
    File.State.CHECKING: "checking",
    File.State.REFUSED: "refused",
    File.State.ALREADY_SENT: "already_sent",
}


def entry(space: Space, code: str) -> catalogue.Entry:
    """Return the words of a document code for this person: the catalogue's, or those of the request's category."""
    return people.words_of(space.dossier, space.registrant, code)


def address(space: Space, name: str, *parts: object) -> str:
    """Return the address of an act on a document: in the student's own dossier, or for one person of a request."""
    if space.dossier.organisation_id is None:
        return reverse(f"student:{name}", args=[space.dossier.pk, *parts])
    return reverse(f"requests:{name}", args=[space.dossier.pk, space.registrant.pk, *parts])


def title(slot: str, space: Space) -> str:
    """Return the name of a document in the language of the page; two halves of one slot are named together.

    Raises NotFound for a document that the space does not show: nothing asks for it, and no file can come back to it.
    """
    about = proofs.half_of(slot)
    if about is not None:
        return gettext("Proof: %(document)s") % {"document": title(about[0], space)}
    row = next((row for row in space.slots if row.slot == slot), None)
    if row is None:
        raise NotFound
    if {"civil_status", "translation"} <= set(row.codes):
        return gettext("Birth certificate and its translation")
    return i18n.pick(entry(space, row.codes[0]).name)


def view(space: Space, slot: Slot, *, replacing: bool = False, nothing: bool = False) -> dict[str, Any]:
    """Return everything that the template of one document needs.

    ``replacing``: what it holds was sent, and the next file takes its place; ``nothing``: no file was chosen.
    """
    words = entry(space, slot.codes[0])
    shared = "translation" in slot.codes
    parts = [_part(space, slot, "main", gettext("The original") if shared else "")]
    if shared:
        parts.append(_part(space, slot, "translation", gettext("The translation into French")))
    if replacing:
        for part in parts:
            _only_replace(part, slot)
    translated = any(part["part"] == "translation" and part["settled"] for part in parts)
    return {
        "slot": slot.slot,
        "as_of": slot.as_of or "",
        "poll": _poll(space, slot) if not replacing else "",
        "title": title(slot.slot, space),
        "hint": i18n.pick(words.summary),
        "state": _state(space, slot),
        "parts": parts,
        "removed": [_removed(space, file) for file in slot.removed],
        "earlier": [
            _earlier(space, file) for file in (*slot.earlier_files, *slot.set_aside) if file.removed_at is None
        ],
        "proofs": tuple(listing.shown(entry(space, code)) for code in slot.codes),
        "nothing": nothing,
        "replacing": replacing,
        "nameless": slot.nameless,
        "shared": shared,
        "words": words,
        "dropped": slot.dropped,
        "verdicts": _verdicts(space, slot),
        "translator_form": _translator(slot) if shared else None,
        "asks_translator": shared and not slot.dropped and not replacing and not translated,
        "translator_known": bool(slot.version and slot.version.translator_kind),
        "joined": any(file.state == File.State.READY for file in slot.files) and not slot.dropped,
        "at": {name: address(space, name, slot.slot) for name in ("translator", "joined", "replace")},
        "can_replace": bool(slot.version and slot.version.sent_at and slot.live),
    }


def proof(space: Space, slot: Slot) -> list[dict[str, Any]]:
    """Return the files that were sent as proof, each with its verdict and where to look at it and remove it."""
    rows = []
    for file in slot.files:
        heading, text = _verdict(space, file, len(file.live_pages))
        rows.append(
            {
                "name": file.name,
                "bad": file.state == File.State.REFUSED,
                "text": f"{heading} {text}".strip(),
                "look": reverse("student:file", args=[space.dossier.pk, file.pk]) if file.blob is not None else "",
                "remove": reverse("student:file-act", args=[space.dossier.pk, file.pk, "remove"]),
            }
        )
    return rows


def _only_replace(part: dict[str, Any], slot: Slot) -> None:
    """Leave of one half what it holds, without acts on it, and the form that takes its new files."""
    for file in part["files"]:
        file["tools"], file["actions"] = [], []
    part["settled"] = False
    if slot.version is not None:
        part["hidden"].append({"name": "replaces", "value": str(slot.version.pk)})
    labels = {"translation": gettext("Send the new translation"), "main": gettext("Send the new file")}
    part["drop_label"] = labels[part["part"]]


def _poll(space: Space, slot: Slot) -> str:
    """Return where the script asks again for a document that waits for a verdict; empty when nothing will come."""
    if slot.state != "checking" or slot.dropped:
        return ""
    return address(space, "add", slot.slot)


def _earlier(space: Space, file: File) -> dict[str, Any]:
    href = address(space, "file", file.pk) if file.blob is not None else ""
    return {"name": file.name, "state": file.state, "href": href}


def _state(space: Space, slot: Slot) -> str:
    """Return the state of a document: what the caisse decided, else what became of its files."""
    found = [half.state for half in space.halves_of(slot.slot)]
    if "refused" in found:
        return "refused"
    if found and set(found) == {"accepted"}:
        return "accepted"
    if slot.state in {"ready", "sent"} and all(_no_proof(space, file) for file in slot.files):
        return "look"
    return "optional" if slot.state == "to_send" and not slot.blocks else slot.state


def _verdicts(space: Space, slot: Slot) -> list[dict[str, Any]]:
    """Return what the caisse said of each half: the sentence of what was sent back, by when, and the way out."""
    rows = []
    for half in space.halves_of(slot.slot):
        name = i18n.pick(entry(space, half.code).name)
        row = {"name": name, "state": half.state, "text": "", "cannot": "", "told": "", "own": ""}
        if half.decision is not None and not half.decision.accepted and half.decision.words:
            day = i18n.format_date(space.due_on) if space.due_on else "…"
            words = half.decision.words
            row["text"] = i18n.pick({one: refusals.dated(words, one, day) for one in i18n.LANGUAGES})
        if half.state in {"refused", "missing"}:
            row["cannot"] = address(space, "cannot", half.slot, half.part)
            row |= _impossible(space, half)
        rows.append(row)
    return rows


def _impossible(space: Space, half: Half) -> dict[str, str]:
    """Return what became of "I cannot get this document": whose turn it is, or the answer with the caisse's words."""
    row = space.impossibilities.get((half.slot, half.part))
    if row is None:
        return {}
    if row.answer == row.Answer.OPEN:
        return {"told": gettext("You told the caisse that you cannot get it: it has not answered yet.")}
    if row.answer == row.Answer.REFUSED:
        said = gettext("The caisse answered that you still have to send it.")
    elif row.lasting:
        said = gettext("The caisse accepts that nobody can issue it any more: you do not have to send it.")
    else:
        said = gettext("The caisse accepts that you send it later.")
    return {"told": said, "own": row.words}


def _part(space: Space, slot: Slot, part: str, label: str) -> dict[str, Any]:
    rows = [file for file in slot.files if file.part == part]
    movable = [file for file in rows if file.state != File.State.REFUSED]
    return {
        "part": part,
        "label": label,
        "id": f"{slot.slot}-{part}",
        "files": [_file(space, slot, file, movable) for file in rows],
        "drop_label": _drop_label(part, label, bool(movable)),
        "hidden": [{"name": "part", "value": part}],
        "action": address(space, "add", slot.slot),
        "asks": None,
        "settled": any(half.part == part and half.state == "accepted" for half in space.halves_of(slot.slot)),
    }


def _drop_label(part: str, label: str, again: bool) -> str:
    if part == "translation":
        return gettext("Add to the translation") if again else gettext("Send the translation")
    if label:
        return gettext("Add to the original") if again else gettext("Send the original")
    return gettext("Add a page or a file") if again else gettext("Send this document")


def _file(space: Space, slot: Slot, file: File, movable: list[File]) -> dict[str, Any]:
    live = file.live_pages
    heading, text = _verdict(space, file, len(live))
    first = live[0] if live and file.state == File.State.READY else None
    known = "warning" if file.state == File.State.READY and file.verdict == CLEANED else ""
    refused = bool(_no_proof(space, file))  # its words name the paper already
    said = i18n.pick(contract.proof(file.said).name) if file.said and not refused else ""
    return {
        "id": f"f-{file.pk}",
        "name": file.name,
        "state": "refused" if refused else known or FILE_STATE[File.State(file.state)],
        "title": heading,
        "text": " – ".join(part for part in (said, text) if part),
        "thumb": address(space, "image", first, "thumb") if first else "",
        "tools": _tools(space, slot, file, movable),
        "actions": _actions(space, file),
    }


def _no_proof(space: Space, file: File) -> str:
    """Return why a file proves no work, as the company says what it is; "" for one that does, or was not asked."""
    why = work.why_not(space.dossier, file)
    if why is None and file.verdict == work.NO_PROOF:  # it was none in the category of that day
        why = contract.proof(file.said).refused
    return i18n.pick(why) if why else ""


def _verdict(space: Space, file: File, pages: int) -> tuple[str, str]:
    if why := _no_proof(space, file):
        what, stop, mend = why.partition(". ")
        return what + stop.strip(), mend
    if file.state == File.State.READY and file.verdict != CLEANED:
        size = i18n.format_size(file.size)
        word = gettext("%(n)s page, %(size)s") if pages == 1 else gettext("%(n)s pages, %(size)s")
        facts = word % {"n": i18n.format_number(pages), "size": size}
        notice = verdicts.Verdict(ok=True, code=file.verdict, details=file.detail).notice
        return "", f"{facts}. {i18n.pick(notice)}" if notice else facts
    if file.state == File.State.ALREADY_SENT:
        twin = str(file.detail.get("twin_slot", ""))
        known = {row.slot for row in space.slots}
        where = title(twin, space) if twin in known else ""
        if where:
            return "", gettext("You sent it as “%(document)s”. Is it the right file here?") % {"document": where}
        return "", gettext("Is it the right file here?")
    if file.state == File.State.CHECKING:
        return "", gettext("One or two seconds more.")
    if file.verdict in LIMITS:
        return "", str(LIMITS[file.verdict])
    verdict = verdicts.Verdict(ok=False, code=file.verdict, details=file.detail)
    what, stop, mend = i18n.pick(verdict.message).partition(". ")
    return what + stop.strip(), mend


def _tools(space: Space, slot: Slot, file: File, movable: list[File]) -> list[dict[str, Any]]:
    def act(action: str, label: str, icon: str) -> dict[str, Any]:
        return {
            "action": address(space, "file-act", file.pk, action),
            "label": label % {"name": file.name},
            "icon": icon,
        }

    if any(half.part == file.part and half.decision is not None for half in space.halves_of(slot.slot)):
        return []
    tools = []
    if file in movable and len(movable) > 1:
        if movable[0] != file:
            tools.append(act("earlier", gettext("Move %(name)s up"), "arrow-up"))
        if movable[-1] != file:
            tools.append(act("later", gettext("Move %(name)s down"), "arrow-down"))
    tools.append(act("remove", gettext("Remove %(name)s"), "trash"))
    return tools


def _actions(space: Space, file: File) -> list[dict[str, Any]]:
    if file.state == File.State.ALREADY_SENT:
        return [
            {
                "action": address(space, "file-act", file.pk, "keep"),
                "label": gettext("Keep it here"),
            },
            {
                "action": address(space, "file-act", file.pk, "remove"),
                "label": gettext("Remove it"),
                "bare": True,
            },
        ]
    if file.state == File.State.READY:
        look = gettext("Look, turn, order the pages")
        return [
            {
                "href": address(space, "file", file.pk),
                "label": look,
                "icon": "eye",
                "bare": True,
            }
        ]
    return []


def _removed(space: Space, file: File) -> dict[str, Any]:
    return {
        "id": f"f-{file.pk}",
        "name": file.name,
        "action": address(space, "file-act", file.pk, "restore"),
    }


def _translator(slot: Slot) -> TranslatorForm:
    version = slot.version
    initial = (
        {"kind": version.translator_kind, "name": version.translator_name, "place": version.translator_place}
        if version
        else {}
    )
    return TranslatorForm(initial=initial, prefix=slot.slot)
