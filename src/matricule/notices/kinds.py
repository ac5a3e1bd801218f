"""The kinds of messages, and their texts in French and English, checked when they are loaded.

A text is a file ``texts/<kind>.<language>.txt``: a line ``subject:``, a line ``notice:`` (what "My notifications"
shows), a line of three hyphens, the mail. ``{…}`` are variables; a file with an unknown one, or that says more than a
first name, stops the start with its name and the reason (wording.md, section 5; house.md, closed decision 9).
"""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGES = ("fr", "en")
ALWAYS = frozenset({"greeting", "link", "office", "when"})
"""Variables that every text may use; ``greeting`` holds the first name, if there is one that may be said."""


class BadTextError(Exception):
    """A text cannot be used; the message names the file and the reason."""


class UnknownKindError(LookupError):
    """No message of this kind is known."""


@dataclass(frozen=True)
class Text:
    """One kind's words in one language, with ``{…}`` variables."""

    subject: str
    notice: str
    mail: str


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    ``variables``: names that the caller gives beside the optional ``given_name`` and ``path``. ``secret`` ones go into
    the mail only. ``shown``: whether it stands under "My notifications". ``lifetime``: how long the mail is of use.
    ``keyed``: the link lets whoever holds it act without signing in, so that the notice does not keep it.
    """

    code: str
    variables: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    shown: bool = True
    lifetime: timedelta | None = None
    keyed: bool = False
    texts: Mapping[str, Text] | None = None

    @property
    def allowed(self) -> frozenset[str]:
        """Return every variable that the texts of this kind may use."""
        lifetime = {"minutes"} if self.lifetime else set()
        return ALWAYS | self.variables | self.secret | lifetime


BY_POST = frozenset({"company", "documents", "due_on", "post"})
"""What a mail says to somebody who sends a document by post: for which company's request, what, when, where."""

DECLARED = (
    Kind("sign_in_code", secret=frozenset({"code"}), shown=False, lifetime=timedelta(minutes=10)),
    Kind("new_device_sign_in"),
    Kind("deposit_receipt"),
    Kind("documents_added"),
    Kind("draft_deleted"),
    Kind("documents_asked", variables=frozenset({"due_on"})),
    Kind("documents_reminder", variables=frozenset({"due_on"})),
    Kind("closed_for_silence", variables=frozenset({"reopen_on"})),
    Kind("file_reopened"),
    Kind("provisional_number"),
    Kind("file_complete"),
    Kind("register_returned"),
    Kind("definitive_number"),
    Kind("provisional_number_ended"),
    Kind("request_turned_down"),
    Kind("closed_by_caisse", variables=frozenset({"reopen_on"})),
    Kind("closed_with_reason", variables=frozenset({"reopen_on"})),
    Kind("request_withdrawn"),
    Kind("value_corrected"),
    Kind("change_answered"),
    Kind("impossibility_answered"),
    Kind("message_from_caisse"),
    Kind("rib_arrived"),
    Kind("rib_not_arrived"),
    Kind("office_changed", variables=frozenset({"caisse"})),
    Kind("certificate_ready"),
    Kind("certificate_replaced"),
    Kind("certificate_withdrawn"),
    Kind("certificate_ends", variables=frozenset({"end_on"})),
    Kind("space_closes", variables=frozenset({"close_on"})),
    Kind("address_code", secret=frozenset({"code"}), shown=False, lifetime=timedelta(minutes=10)),
    Kind("address_change_asked", keyed=True),
    Kind("address_changed"),
    Kind("address_change_stopped"),
    Kind("request_receipt"),
    Kind("request_sendable"),
    Kind("request_person_added"),
    Kind("request_asked", variables=frozenset({"due_on"})),
    Kind("request_reminder", variables=frozenset({"due_on"})),
    Kind("request_number"),
    Kind("request_ended"),
    Kind("request_taken_back"),
    Kind("request_message"),
    Kind("request_changed"),
    Kind("request_confirmed"),
    Kind("request_office", variables=frozenset({"caisse"})),
    Kind("request_title", variables=frozenset({"end_on"})),
    Kind(
        "employee_filed",
        variables=frozenset({"company", "caisse", "until_on"}),
        shown=False,
        keyed=True,
    ),
    Kind("employee_asked", variables=BY_POST, shown=False),
    Kind("employee_reminder", variables=BY_POST, shown=False),
    Kind("employee_provisional", variables=frozenset({"company"}), shown=False),
    Kind("employee_number", variables=frozenset({"company"}), shown=False),
    Kind("employee_ended", variables=frozenset({"company"}), shown=False),
    Kind("employee_taken_back", variables=frozenset({"company"}), shown=False),
    Kind("employee_rib_arrived", variables=frozenset({"company"}), shown=False),
    Kind("employee_rib_not_arrived", variables=frozenset({"company"}), shown=False),
    Kind("employee_office", variables=frozenset({"company", "caisse", "post"}), shown=False),
    Kind("company_opened"),
    Kind("invited_to_company", shown=False),
    Kind("colleague_joined"),
    Kind("colleague_left"),
    Kind("place_ended"),
    Kind("roles_changed"),
    Kind("sign_in_reset"),
    Kind("sign_in_added", shown=False),
    Kind("sign_in_removed", shown=False),
    Kind("confirm_shared_mailbox", shown=False),
    Kind("company_proved"),
    Kind("company_not_proved"),
    Kind("accounts_joined"),
    Kind("company_digest", variables=frozenset({"count"}), shown=False),
    Kind("company_waits", variables=frozenset({"asked", "sendable", "titles"})),
    Kind("address_kept"),
    Kind("new_address_waits", shown=False),
    Kind("new_address_stopped", shown=False),
    Kind("mailbox_lost_asked", keyed=True),
    Kind("mailbox_lost_proposed", keyed=True),
    Kind("mailbox_lost_confirmed", keyed=True),
)


def get(code: str) -> Kind:
    """Return the kind ``code``. Raises UnknownKindError."""
    try:
        return all_kinds()[code]
    except KeyError:
        raise UnknownKindError(code) from None


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Return every kind by its code. Raises BadTextError for a file that is missing, wrong, or of no kind."""
    return load(files("matricule.notices") / "texts", DECLARED)


def load(folder: Traversable, declared: Iterable[Kind]) -> dict[str, Kind]:
    """Return the kinds with their texts read from ``folder``. Raises BadTextError."""
    found = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(".txt")}
    kinds = {}
    for kind in declared:
        texts = {language: _read(found, kind, language) for language in LANGUAGES}
        kinds[kind.code] = replace(kind, texts=texts)
    if found:
        raise BadTextError(f"{sorted(found)[0]}: belongs to no kind of message")
    return kinds


def _read(found: dict[str, Traversable], kind: Kind, language: str) -> Text:
    name = f"{kind.code}.{language}.txt"
    if name not in found:
        raise BadTextError(f"{name}: missing")
    head, rule, mail = found.pop(name).read_text(encoding="utf-8").partition("\n---\n")
    lines = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not rule or set(lines) != ({"subject", "notice"} if kind.shown else {"subject"}):
        raise BadTextError(f"{name}: expected subject:, notice: (if it is shown) and ---, then the mail")
    text = Text(lines["subject"], lines.get("notice", ""), mail.strip() + "\n")
    _check(name, text, kind)
    return text


def _check(name: str, text: Text, kind: Kind) -> None:
    for part in (text.subject, text.notice, text.mail):
        unknown = _variables(name, part) - kind.allowed
        if unknown:
            raise BadTextError(f"{name}: unknown variable {sorted(unknown)[0]}")
    told = _variables(name, text.subject) | _variables(name, text.notice)
    if told & (kind.secret | {"greeting"}):
        raise BadTextError(f"{name}: a subject and a notice carry neither a code nor a name")
    missing = ({"link"} | kind.secret) - _variables(name, text.mail)
    if missing:
        raise BadTextError(f"{name}: the mail lacks {{{sorted(missing)[0]}}}")
    if "!" in text.subject + text.notice + text.mail:
        raise BadTextError(f"{name}: no exclamation mark (wording.md, 1.6)")


def _variables(name: str, text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError as error:
        raise BadTextError(f"{name}: {error}") from None
