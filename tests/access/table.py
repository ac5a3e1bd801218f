"""Every route of the service by name, with what reading it leaves in the journal. A new route must be added here.

The rule of a route is on its view (``portals.gate``); this table says what the tests call it with, and which rows of
the journal its owner's GET leaves, on a draft and on a submitted dossier (reliability.md R70).
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation

from matricule.dossiers.models import Dossier, File, Page

NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """How a route is called: values of its variable parts beside ids, and the entries that reading leaves."""

    values: tuple[dict[str, str], ...] = ({},)
    draft: tuple[str, ...] = NOTHING
    submitted: tuple[str, ...] = NOTHING
    not_there: tuple[str, ...] = NOTHING
    """Entries of an ask for what a submitted dossier does not hold yet."""


def one(**values: str) -> tuple[dict[str, str], ...]:
    return (values,)


def each(part: str, *values: str) -> tuple[dict[str, str], ...]:
    return tuple({part: value} for value in values)


SECTIONS = each("name", "civil_status", "parents", "contact", "studies")
PUBLIC = (
    "root", "robots", "security", "space", "bounces", "public:start", "public:questionnaire", "public:prepare",
    "public:translation", "public:number",
    "public:lost", "public:help", "public:accessibility", "public:personal-data", "public:source", "public:poster",
    "public:employers", "public:employer-way", "public:employer-classic", "public:employee",
    "public:verify", "public:address-code", "components:showroom", "demo:start", "demo:mailbox", "demo:time-machine",
)  # fmt: skip
DEMO_PARTS = {
    "demo:sign-in": Row(one(key="nobody")),
    "demo:mail": Row(one(mail_id="00000000-0000-7000-8000-000000000000")),
    "demo:send-back": Row(one(mail_id="00000000-0000-7000-8000-000000000000")),
}

INVENTED = ("demo:start", "demo:mailbox", "demo:mail")
"""Pages that show invented people to everybody, in demo mode only: nobody is there to be protected."""

NOTHING_TO_RECOGNISE = frozenset({"student:cannot", "student:readers", "student:write"})
"""Pages whose reading leaves an entry though a dossier just sent holds no message, no reader and no reason there."""

TABLE: dict[str, Row] = {
    **{name: Row() for name in PUBLIC},
    **DEMO_PARTS,
    "public:outcome": Row(one(slug="register")),
    "public:employee-word": Row(one(token="0" * 64)),
    "public:certificate": Row(one(code="7KQ4-92HX-M3TD-5VAC")),
    "student:start": Row(),
    "student:sign-in": Row(),
    "student:code": Row(),
    "student:sign-out": Row(),
    "student:schools": Row(),
    "student:space": Row(draft=("read.status",), submitted=("read.status",)),
    "student:information": Row(draft=("read.identity",), submitted=("read.identity",)),
    "student:my-documents": Row(submitted=("read.documents",)),
    "student:notifications": Row(draft=("read.notifications",), submitted=("read.notifications",)),
    "student:notifications-read": Row(),
    "student:language": Row(),
    "student:lost-mailbox": Row(),
    "student:lost-mailbox-sent": Row(),
    "student:address": Row(),
    "student:address-code": Row(),
    "student:address-stop": Row(),
    "student:objection": Row(one(change_id="00000000-0000-7000-8000-000000000000", mark="0" * 40)),
    "to-objection": Row(one(change_id="00000000-0000-7000-8000-000000000000", mark="0" * 40)),
    "student:identify": Row(SECTIONS, draft=("read.identity",)),
    "student:autosave": Row(),
    "student:documents": Row(draft=("read.documents",)),
    "student:add": Row(one(slot="identity")),
    "student:translator": Row(one(slot="civil_status")),
    "student:replace": Row(one(slot="identity"), submitted=("read.documents",)),
    "student:joined": Row(one(slot="identity"), draft=("read.document",), submitted=("read.document",)),
    "student:bank": Row(),
    "student:file": Row(draft=("read.file",), submitted=("read.file",)),
    "student:original": Row(draft=("read.original",), submitted=("read.original",)),
    "student:file-act": Row(each("action", "remove", "restore", "keep", "earlier", "later")),
    "student:image": Row(one(size="view"), draft=("read.page_image",), submitted=("read.page_image",)),
    "student:page-act": Row(each("action", "turn", "remove", "restore", "earlier", "later")),
    "student:check": Row(draft=("read.summary",)),
    "student:receipt": Row(submitted=("read.receipt",)),
    "student:receipt-pdf": Row(submitted=("read.receipt_pdf",)),
    "student:delete": Row(),
    "student:write": Row(submitted=("read.messages",)),
    "student:cannot": Row(one(slot="civil_status", part="main"), submitted=("read.documents",)),
    "student:change": Row(SECTIONS, submitted=("read.identity",)),
    "student:ask-change": Row(one(field="birth_name"), submitted=("read.identity",)),
    "student:object": Row(one(correction_id="00000000-0000-7000-8000-000000000000")),
    "student:withdraw": Row(),
    "student:reopen": Row(),
    "student:number": Row(),
    "student:readers": Row(submitted=("read.history",)),
    "student:letter": Row(
        one(certificate_id="00000000-0000-7000-8000-000000000000", kind="number_letter"), not_there=("read.letter",)
    ),
    "student:everything": Row(submitted=("read.export",)),
}


def addresses(name: str, parts: tuple[str, ...], ids: dict[str, Any], language: str) -> list[str]:
    """Return the addresses of a route in one language, with ``ids`` for its identifiers."""
    with translation.override(language):
        return [
            reverse(name, kwargs={part: values.get(part, ids.get(part)) for part in parts})
            for values in TABLE[name].values
        ]


def ids_of(dossier: Dossier) -> dict[str, Any]:
    """Return the identifiers that the routes of a dossier take."""
    file = File.objects.filter(version__document__registrant__dossier=dossier, version__document__slot="identity")[0]
    page = Page.objects.filter(file=file).order_by("number")[0]
    return {"dossier_id": dossier.pk, "file_id": file.pk, "page_id": page.pk}
