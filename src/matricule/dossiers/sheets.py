"""A company's list as a file: CSV (RFC 4180) or XLSX, a line a person, in the language of whoever asked for it.

What a cell shows may begin with a sign that a spreadsheet reads as a formula; such a text gets an apostrophe before it
in both kinds (reliability.md R16), and a cell of XLSX is written as text, never as a formula or a link. Numbers are
masked, and there for a proved company, or for a request that its employee confirmed (issue 5, section 1; ADR 16).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from datetime import date, datetime
from typing import IO, Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from matricule.core import clock, i18n
from matricule.dossiers import lines, people, requests, workbooks
from matricule.dossiers.case import Number
from matricule.dossiers.listing import ListedRequest, View
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.states import LABELS, State, person_label
from matricule.rules.employer import categories
from matricule.rules.numbers import masked

KINDS = ("csv", "xlsx")
CHUNK = 500
"""Requests read at a time, in four statements."""

COLUMNS = (
    ("reference", "Référence", "Reference", 16),
    ("own_reference", "Votre matricule", "Your number", 18),
    ("birth_name", "Nom de naissance", "Birth name", 24),
    ("usage_name", "Nom d’usage", "Usage name", 24),
    ("given_names", "Prénoms", "Given names", 24),
    ("role", "Qui", "Who", 12),
    ("email", "E-mail de la personne", "E-mail of the person", 28),
    ("language", "Langue des e-mails", "Language of the e-mails", 18),
    ("category", "Catégorie", "Category", 28),
    ("state", "Statut de la personne", "Status of the person", 28),
    ("label", "Statut de la demande", "Status of the request", 28),
    ("acts", "Qui agit", "Who acts", 14),
    ("due_on", "Avant le", "By", 12),
    ("person_due_on", "La personne envoie avant le", "The person sends by", 24),
    ("title_until", "Fin du titre de séjour", "Residence permit ends", 20),
    ("opened_at", "Ouverte le", "Opened", 12),
    ("submitted_at", "Envoyée le", "Sent", 12),
    ("changed_at", "Dernier changement", "Last change", 18),
    ("number", "Numéro (masqué)", "Number (masked)", 24),
)
"""The columns: what each holds, its head in French and English, its width in characters."""

ROLES = {
    "principal": {"fr": "Salarié", "en": "Employee"},
    "spouse": {"fr": "Conjoint", "en": "Spouse"},
    "partner": {"fr": "Partenaire", "en": "Partner"},
    "child": {"fr": "Enfant", "en": "Child"},
    "family": {"fr": "Membre de la famille", "en": "Family member"},
}
LANGUAGES = {"fr": {"fr": "Français", "en": "French"}, "en": {"fr": "Anglais", "en": "English"}}
ACTS = {
    "company": {"fr": "Vous", "en": "You"},
    "caisse": {"fr": "La caisse", "en": "The caisse"},
    "nobody": {"fr": "Terminé", "en": "Done"},
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""First signs of a text that a spreadsheet may read as a formula; the wide ones count as the others."""


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def separator(language: str) -> str:
    """Return what spreadsheets of a language expect between two cells: French numbers have a comma of their own."""
    return ";" if language == "fr" else ","


Cell = str | date | None


class Sheet(Protocol):
    """A file that is being written, line by line."""

    def line(self, cells: Sequence[Cell]) -> None:
        """Write one line."""

    def close(self) -> None:
        """Finish the file; it stays open for reading."""


class _Csv:
    """CSV in UTF-8 with the mark by which spreadsheets know it; days as ISO 8601."""

    def __init__(self, out: IO[bytes], language: str) -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text, delimiter=separator(language), lineterminator="\r\n")
        self.line(heads(language))

    def line(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([_plain(cell) for cell in cells])

    def close(self) -> None:
        self._text.detach()


class _Xlsx:
    """A workbook of one sheet (dossiers.workbooks)."""

    def __init__(self, out: IO[bytes], language: str) -> None:
        self._book = workbooks.Workbook(
            out, heads(language), [width for *_, width in COLUMNS], "dd/mm/yyyy" if language == "fr" else "d mmm yyyy"
        )

    def line(self, cells: Sequence[Cell]) -> None:
        self._book.line([neutral(cell) if isinstance(cell, str) else cell for cell in cells])

    def close(self) -> None:
        self._book.close()


class Sink(io.RawIOBase):
    """Where a long file is written: what was written since the last time is taken, and is kept no longer."""

    def __init__(self) -> None:
        """Begin empty."""
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def write(self, data: Any) -> int:
        """Keep ``data`` until it is taken."""
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def heads(language: str) -> list[str]:
    """Return the heads of the columns in a language."""
    return [french if language == "fr" else english for _, french, english, _ in COLUMNS]


def opened(kind: str, out: IO[bytes], language: str, *, proved: bool) -> "Opened":
    """Begin a file of this kind in ``out``, its first line written; raises ValueError for another kind.

    ``proved``: the company is, so that it is shown every number.
    """
    if kind not in KINDS:
        raise ValueError("kind")
    sheet: Sheet = _Csv(out, language) if kind == "csv" else _Xlsx(out, language)
    return Opened(sheet, language, proved=proved)


class Opened:
    """A file of a list that requests are added to, a chunk at a time."""

    def __init__(self, sheet: Sheet, language: str, *, proved: bool) -> None:
        self._sheet, self._language, self._proved = sheet, language, proved
        self.lines = 0

    def add(self, chunk: Sequence[ListedRequest]) -> None:
        """Write a line for each person of these requests, in their order."""
        found = _people([line.pk for line in chunk])
        shown = {line.pk for line in chunk if self._proved or line.dossier.confirmed_at is not None}
        numbers = _numbers(person for everybody in found.values() for person in everybody)
        with i18n.in_language(self._language):
            for line in chunk:
                for person in found.get(line.pk, ()):
                    number = numbers.get(person.pk, "")
                    cells = {
                        **_cells(line, person),
                        "state": _label(person_label(State(person.state), bool(number))),
                        "number": number if line.pk in shown else "",
                    }
                    self._sheet.line([cells[name] for name, *_ in COLUMNS])
                    self.lines += 1

    def closed(self) -> AbstractContextManager[Sheet]:
        """Return the file as a context that finishes it."""
        return closing(self._sheet)


def chunks(rows: "QuerySet[ListedRequest]", view: View, size: int = CHUNK) -> Iterator[list[ListedRequest]]:
    """Yield the lines ``rows`` of a view in its order (requests.matching).

    Each chunk is cut out of the index by the key of the last line.
    """
    rows = rows.select_related("dossier").defer("dossier__answers", "dossier__receipt")
    place: requests.Place | None = None
    while chunk := list((rows if place is None else requests.beyond(rows, view, place))[:size]):
        yield chunk
        place = requests.place_of(chunk[-1], view)


def _people(dossier_ids: Sequence[UUID]) -> dict[UUID, list[Registrant]]:
    rows = Registrant.objects.filter(dossier__in=dossier_ids).order_by("dossier", "position")
    columns = (
        "dossier",
        "position",
        "role",
        "state",
        "birth_name",
        "usage_name",
        "given_names",
        "title_until",
        "email",
        "language",
        "typed",
    )
    found: dict[UUID, list[Registrant]] = {}
    for person in rows.only(*columns):
        found.setdefault(person.dossier_id, []).append(person)
    return found


def _numbers(everybody: Iterable[Registrant]) -> dict[UUID, str]:
    ids = [person.pk for person in everybody]
    rows = Number.objects.filter(registrant__in=ids, ended_at=None)
    return {row.registrant_id: masked(row.value) for row in rows}


def _cells(line: ListedRequest, person: Registrant) -> dict[str, Cell]:
    dossier = line.dossier
    category = categories.find(dossier.category)
    return {
        "reference": dossier.reference,
        "own_reference": dossier.own_reference,
        **{name: _name(person, name) for name in ("birth_name", "usage_name", "given_names")},
        "role": i18n.pick(ROLES[people.stands_as(dossier, person)]),
        "email": person.email,
        "language": i18n.pick(LANGUAGES[person.language]) if person.language else "",
        "category": i18n.pick(category.short) if category is not None else "",
        "label": _label(dossier.label),
        "acts": i18n.pick(ACTS[lines.acts(line)]),
        "due_on": line.due_on,
        "person_due_on": line.person_due_on,
        "title_until": person.title_until,
        **_days(dossier, line),
    }


def _days(dossier: Dossier, line: ListedRequest) -> dict[str, Cell]:
    return {
        "opened_at": _day(dossier.opened_at),
        "submitted_at": _day(dossier.submitted_at),
        "changed_at": _day(line.changed_at),
    }


def _name(person: Registrant, name: str) -> str:
    return str(getattr(person, name) or person.typed.get(name, ""))


def _label(code: str) -> str:
    """Return the words of a label; a file has no line below the list that says what NNP is since 2022."""
    label = LABELS[code]
    words = label.fr if i18n.language() == "fr" else label.en
    return f"{words} (NIA)" if code == "provisional" else words


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.PARIS).date() if moment is not None else None


def _plain(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else neutral(cell or "")


def written(
    kind: str, out: IO[bytes], language: str, chunks: Iterable[Sequence[ListedRequest]], *, proved: bool
) -> int:
    """Write a whole short list to ``out`` in memory; return how many lines it has."""
    book = opened(kind, out, language, proved=proved)
    with book.closed():
        for chunk in chunks:
            book.add(chunk)
    return book.lines
