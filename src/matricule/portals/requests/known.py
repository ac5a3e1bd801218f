"""What a page knew of its fields when it was made: by it a colleague's words are told from one's own (issue 5, 2)."""

from collections.abc import Iterable, Mapping

from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from matricule.core import clock, i18n
from matricule.dossiers.operations.deposit import Saved

BASE = "base:"
"""Before the name of a field: what the page knew of it when it was made."""


def base(raws: Iterable[str], held: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the hidden fields that carry what a page knows, by their names."""
    return [(BASE + raw, held.get(raw, "")) for raw in raws]


def merged(sent: QueryDict, held: Mapping[str, str], raw: str) -> tuple[str, str]:
    """Return (value that the field may still have, value now): a field left as it was keeps a colleague's words."""
    value, known, current = sent.get(raw, ""), sent.get(BASE + raw, ""), held.get(raw, "")
    return (current, current) if value == known and BASE + raw in sent else (known, value)


def changes(sent: QueryDict, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return what an autosave brings of ``names``: value the page last knew, value now."""
    return {name: (sent.get(BASE + name, ""), sent.get(name, "")) for name in names if name in sent}


def saved(found: Saved, text: str = "") -> HttpResponse:
    """Return what an autosave did as the script reads it: when (or ``text``), and what somebody else changed."""
    at = text or _("Saved at %(time)s. You can close this page and come back.")
    changed = _("A colleague, or another window, changed this meanwhile. Reload the page to see it.")
    return JsonResponse(
        {
            "text": at % {"time": i18n.format_time(clock.now())},
            "conflicts": [{"name": name, "text": changed} for name in found.conflicts],
        }
    )
