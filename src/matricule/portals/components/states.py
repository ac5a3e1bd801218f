"""How each state of a dossier and of a document looks: a word, an icon, a colour (design.md 7 and 4)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """A tag: the class that colours it, its icon, its word."""

    colour: str
    icon: str
    word: str | Promise


LOOKS: dict[str, Look] = {
    # a dossier, by the codes of dossiers.states.LABELS, with the employer's words
    "draft": Look("off", "pencil", _("Draft")),
    "in_progress": Look("us", "clock", _("In progress")),
    "awaiting": Look("you", "upload", _("Awaiting documents")),
    "reminded": Look("you", "bell", _("Awaiting documents (reminded)")),
    "provisional": Look("wait", "hourglass", _("Provisional number issued")),
    "registered": Look("ok", "check-circle", _("Registered (NIR)")),
    "partial": Look("us", "half", _("Partly done")),
    "rejected": Look("bad", "stop", _("Turned down")),
    "closed": Look("off", "dash", _("Closed without action")),
    "withdrawn": Look("off", "dash", _("Withdrawn")),
    # a document
    "to_send": Look("you", "upload", _("To send")),
    "optional": Look("off", "upload", _("Can come later")),
    "sending": Look("us", "upload", _("Sending")),
    "checking": Look("us", "hourglass", _("Being checked")),
    "ready": Look("ok", "check-circle", _("Ready")),
    "look": Look("you", "alert", _("Needs another look")),
    "sent": Look("us", "clock", _("Received")),
    "accepted": Look("ok", "check-circle", _("Accepted")),
    "refused": Look("bad", "cross-circle", _("Refused")),
    "replaced": Look("off", "retry", _("Replaced")),
}


PERSONAL: dict[str, str | Promise] = {
    "awaiting": _("Documents asked for"),
    "reminded": _("Documents asked for (reminded)"),
    "provisional": _("Provisional number (NIA)"),
}
"""What the person reads where the employer's label abbreviates (design.md 7; an NNP is a NIA today)."""


@dataclass(frozen=True)
class FileLook:
    """One file in its list: the class of its verdict, its icon, the icon of its place, its first words."""

    verdict: str
    icon: str
    thumb: str
    word: str | Promise
    bad: bool = False
    busy: bool = False


FILE_LOOKS: dict[str, FileLook] = {
    "sending": FileLook("run", "upload", "file", _("Sending…"), busy=True),
    "checking": FileLook("run", "hourglass", "file", _("Received, being checked."), busy=True),
    "ok": FileLook("ok", "check-circle", "file", _("Opens well.")),
    "warning": FileLook("warn", "alert", "image", ""),
    "refused": FileLook("bad", "cross-circle", "lock", "", bad=True),
    "interrupted": FileLook("warn", "alert", "file", _("Sending was interrupted.")),
    "already_sent": FileLook("warn", "copy", "file", _("Already sent.")),
    "accepted": FileLook("ok", "check-circle", "file", _("Accepted.")),
    "replaced": FileLook("run", "retry", "file", _("Replaced.")),
    "removed": FileLook("run", "trash", "file", _("Removed.")),
}


def is_nia(label: str) -> bool:
    """Tell whether a label is the one that names the NNP: a page that shows it explains the NIA (component "nia")."""
    return label == "provisional"
