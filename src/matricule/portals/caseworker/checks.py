"""What the desk shows of the checks of a category: what was typed, which document shows it, what was found."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.core import i18n
from matricule.dossiers import checks, desk, past
from matricule.dossiers.operations.checking import Found
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.forms import Versioned
from matricule.portals.components import fields
from matricule.portals.requests.shown import words

HOLDS, NEEDLESS = "holds", "needless"
WHY_NEEDLESS = {
    checks.NO_TITLE: _("Not needed: French, EU, EEA or Swiss, or under 18."),
}


class ChecksForm(Versioned):
    """One answer to each check, and the reason of a "not needed"; a check left open is answered another day."""

    def __init__(self, *args: Any, items: list[checks.Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [item.check.code for item in items if not item.needless]
        for item in items:
            if item.needless:
                continue
            self.fields[f"answer_{item.check.code}"] = forms.ChoiceField(
                label=i18n.pick(item.check.text),
                choices=[(HOLDS, _("It holds")), (NEEDLESS, _("Not needed here"))],
                required=False,
                initial=(HOLDS if item.answer.holds else NEEDLESS) if item.answer is not None else None,
                widget=fields.ChoiceCards,
            )
            self.fields[f"why_{item.check.code}"] = forms.CharField(
                label=_("If it is not needed, why"),
                required=False,
                max_length=500,
                initial=item.answer.words if item.answer is not None else "",
                widget=fields.TextInput(),
            )

    def clean(self) -> dict[str, Any]:
        """Ask why a check is not needed."""
        data = super().clean() or {}
        for code in self.codes:
            if data.get(f"answer_{code}") == NEEDLESS and not data.get(f"why_{code}", "").strip():
                self.add_error(f"why_{code}", ValidationError(_("Write why: the next colleague reads it.")))
        return data

    def found(self) -> dict[str, Found]:
        """Return the answers that were given, by the code of the check."""
        data = self.cleaned_data
        given = {code: data[f"answer_{code}"] for code in self.codes if data[f"answer_{code}"]}
        return {
            code: Found(answer == HOLDS, data[f"why_{code}"] if answer == NEEDLESS else "")
            for code, answer in given.items()
        }


def rows(case: desk.Case) -> list[dict[str, Any]]:
    """Return each check with what was typed, the documents that show it, and what was found."""
    return [_row(case, item) for item in case.category_checks]


def asked(case: desk.Case, form: ChecksForm) -> list[dict[str, Any]]:
    """Return each check with the fields that answer it: the question stands once, above its answer."""
    return [
        {
            "text": item.check.text,
            "alone": [_row(case, item)],
            "answer": None if item.needless else form[f"answer_{item.check.code}"],
            "why": None if item.needless else form[f"why_{item.check.code}"],
        }
        for item in case.category_checks
    ]


def _row(case: desk.Case, item: checks.Item) -> dict[str, Any]:
    proofs = [half for half in case.halves if half.code in item.check.proof]
    return {
        "text": item.check.text,
        "source": item.check.source,
        "typed": [word for word in (_typed(case, name) for name in item.check.typed) if word],
        "documents": [
            {
                "name": shown.name_of(half, case),
                "href": shown.address(case, half),
                "state": str(shown.STATES[half.state][2]),
            }
            for half in proofs
        ],
        **_found(case, item),
    }


def _found(case: desk.Case, item: checks.Item) -> dict[str, Any]:
    """Return the state of a check as the list shows it: in words, with who said it."""
    if item.needless:
        return {"state": "", "icon": "dash", "said": str(WHY_NEEDLESS[item.needless]), "who": ""}
    if item.reopened_at is not None:
        day = i18n.format_date(item.reopened_at)
        said = gettext("To answer again: its document was sent back or replaced on %(day)s") % {"day": day}
        return {"state": "warn", "icon": "clock", "said": said, "who": ""}
    if item.answer is None:
        return {"state": "warn", "icon": "clock", "said": gettext("To answer before a number"), "who": ""}
    who = case.names.get(item.answer.by, "")
    if item.answer.holds:
        return {"state": "ok", "icon": "check-circle", "said": gettext("It holds"), "who": who}
    said = gettext("Not needed here: %(why)s") % {"why": item.answer.words}
    return {"state": "", "icon": "dash", "said": said, "who": who}


def _typed(case: desk.Case, name: str) -> str:
    value = getattr(case.person, name)
    if value and name == "title_until":
        return gettext("until %(day)s") % {"day": i18n.format_date(value)}
    return words(name, value)


def before(case: desk.Case) -> str:
    """Return where and when this person was in France before, as the company said it; "" for nothing said."""
    return past.before(case.person)
