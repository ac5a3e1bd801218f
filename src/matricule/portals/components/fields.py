"""Fields of the forms: what a browser may send, what the view gets, and exact, kind words when something is wrong.

The sentences follow wording.md, section 6: they describe the thing, never the person, and say what to do.
"""

import calendar
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from anyascii import anyascii
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from matricule.core import clock, i18n
from matricule.portals.components.drawn import DrawnInput, DrawnSelect, Listed
from matricule.portals.components.drawn import plain as _plain
from matricule.portals.components.drawn import shown as _shown
from matricule.rules.dates import PartialDate
from matricule.rules.numbers import iban

PARTS = ("day", "month", "year")
_DIGITS = re.compile(r"\d+")
EMPTY, GONE = _("Choose a country"), _("Countries that no longer exist")


class TextInput(DrawnInput, forms.TextInput):
    """One line of text; ``autocomplete`` is the token that lets a browser fill it in (WCAG 1.3.5)."""

    def __init__(self, autocomplete: str = "", css: str = "", attrs: Mapping[str, Any] | None = None) -> None:
        given = {"class": f"input {css}".strip(), **(attrs or {})}
        if autocomplete:
            given["autocomplete"] = autocomplete
        super().__init__(attrs=given)


class DateParts(forms.Widget):
    """Day, month and year in three plain inputs: nobody picks a birthday in a calendar."""

    template_name = "components/forms/date-parts.html"
    use_fieldset = True

    def __init__(self, autocomplete: str = "", attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}))
        self.autocomplete = autocomplete

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """Return what was typed in each part."""
        return {part: (data.get(f"{name}_{part}") or "").strip() for part in PARTS}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Tell whether the form held none of the three inputs."""
        return all(f"{name}_{part}" not in data for part in PARTS)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the three parts with their words, values and marks."""
        attrs = dict(attrs or {})
        wrong = attrs.pop("data-wrong", "")
        context = super().get_context(name, value, attrs)
        typed = _typed(value)
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        context["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{attrs.get('id', 'id_' + name)}_{part}",
                "label": labels[part],
                "value": typed[part],
                "autocomplete": f"{self.autocomplete}-{part}" if self.autocomplete else "off",
                "css": "w-4" if part == "year" else "w-2",
                "size": 4 if part == "year" else 2,
                "invalid": wrong in (part, "all"),
            }
            for part in PARTS
        ]
        return context

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Return the id of the first input."""
        return f"{id_}_{index or 'day'}" if id_ else ""


class _DateBoundField(BoundField):
    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        part = wrong_part(self)
        if part:
            attrs["data-wrong"] = part
        return attrs


class IbanField(forms.CharField):
    """An IBAN as a paper shows it; gives it without spaces, its key and country checked."""

    def __init__(self, **given: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        super().__init__(max_length=60, widget=TextInput(attrs=attrs), **given)

    def clean(self, value: Any) -> str:
        """Return the IBAN, or say in the rules' words what is wrong with it."""
        found = iban.check(super().clean(value))
        if not found.ok:
            raise ValidationError(i18n.pick(found.text))
        return found.value


class DateField(forms.Field):
    """A day typed as day, month, year. Gives a ``datetime.date``, or a PartialDate when ``partial`` is set.

    ``past`` refuses days after today (business time); ``earliest`` is the first year taken for plausible.
    ``autocomplete="bday"`` lets the browser fill in the person's own birth date.
    """

    default_error_messages = {
        "required": _("Write the day, the month and the year."),
        "year": _("Write the year with four digits, for example 2004."),
        "year_missing": _("The year is missing."),
        "month_missing": _("The month is missing."),
        "day_missing": _("The day is missing."),
        "month_without": _("The month is missing. If nobody knows it, leave the day empty too."),
        "digits": _("Write the date with digits, for example 14 3 2004."),
        "month": _("The month goes from 1 to 12. You wrote %(value)s."),
        "swapped": _("The month goes from 1 to 12. You wrote %(value)s: day and month may be swapped."),
        "day": _("%(month)s has %(last)s days. You wrote %(value)s."),
        "day_range": _("The day goes from 1 to 31. You wrote %(value)s."),
        "future": _("This day has not come yet."),
        "early": _("The year starts at %(first)s here. You wrote %(value)s."),
    }

    def __init__(
        self, *, partial: bool = False, past: bool = False, earliest: int = 1900, autocomplete: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", DateParts(autocomplete))
        super().__init__(**kwargs)
        self.partial, self.past, self.earliest = partial, past, earliest

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Return a bound field that tells the widget which part is wrong."""
        return _DateBoundField(form, self, field_name)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether what was typed differs from what stood there."""
        before, after = _typed(initial), _typed(data)
        return any(before[part].lstrip("0") != after[part].lstrip("0") for part in PARTS)

    def clean(self, value: Any) -> date | PartialDate | None:
        """Return the day. Raises ValidationError whose code names the wrong part: "day:…", "month:…", "year:…"."""
        typed = _typed(value)
        if not any(typed.values()):
            if self.required:
                raise self._error("required", "day")
            return None
        numbers = {part: self._number(part, typed[part]) for part in PARTS}
        year = self._year(typed["year"], numbers["year"])
        month, day = numbers["month"], numbers["day"]
        self._known(month, day)
        if month > 12:
            raise self._error("swapped" if 0 < day <= 12 else "month", "month", value=month)
        self._day(year, month, day)
        found = PartialDate(year, month, day)
        if self.past and found.earliest > clock.today():
            raise self._error("future", "year")
        return found if self.partial else date(year, month, day)

    def _number(self, part: str, text: str) -> int:
        if text and not (text.isascii() and _DIGITS.fullmatch(text)):
            raise self._error("digits", part)
        return int(text[:6]) if text else 0

    def _year(self, text: str, year: int) -> int:
        if not text:
            raise self._error("year_missing", "year")
        if len(text) != 4:
            raise self._error("year", "year")
        if year < self.earliest:
            raise self._error("early", "year", first=self.earliest, value=year)
        return year

    def _known(self, month: int, day: int) -> None:
        if self.partial:
            if day and not month:
                raise self._error("month_without", "month")
        elif not month:
            raise self._error("month_missing", "month")
        elif not day:
            raise self._error("day_missing", "day")

    def _day(self, year: int, month: int, day: int) -> None:
        if not day:
            return
        last = calendar.monthrange(year, month)[1]
        if day > 31:
            raise self._error("day_range", "day", value=day)
        if day > last:
            name = i18n.format_month(date(year, month, 1))
            raise self._error("day", "day", month=name[:1].upper() + name[1:], last=last, value=day)

    def _error(self, key: str, part: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[key], code=f"{part}:{key}", params=params)


class CodeField(forms.CharField):
    """The 6-digit code of an e-mail: spaces and hyphens of a paste are dropped."""

    default_error_messages = {
        "required": _("Write the 6 digits that the e-mail holds."),
        "shape": _("A code has 6 digits. You wrote %(count)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "maxlength": "12", "data-code": "", "spellcheck": "false"}
        kwargs.setdefault("widget", TextInput("one-time-code", "code-input", attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Return six digits. Raises ValidationError."""
        code = re.sub(r"[\s\u00a0\u202f.-]", "", super().clean(value))
        if code and not (code.isascii() and re.fullmatch(r"\d{6}", code)):
            raise ValidationError(self.error_messages["shape"], code="shape", params={"count": len(code)})
        return code


class _Cards:
    option_inherits_attrs = True

    def __init__(
        self, attrs: Mapping[str, Any] | None = None, choices: Any = (), hints: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]
        self.hints = dict(hints or {})

    def create_option(
        self, name: Any, value: Any, label: Any, selected: Any, index: Any, subindex: Any = None, attrs: Any = None
    ) -> dict[str, Any]:
        option = super().create_option(name, value, _shown(label), selected, index, subindex, attrs)  # type: ignore[misc]
        hint = self.hints.get(str(value), "")
        option["hint"] = _shown(hint) if hint else ""
        if hint:
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        option["attrs"].pop("aria-invalid", None)
        return option  # type: ignore[no-any-return]


class ChoiceCards(_Cards, forms.RadioSelect):
    """One answer among cards; ``hints`` maps a value to the line under its label."""

    template_name = "components/forms/choices.html"


class CheckCards(_Cards, forms.CheckboxSelectMultiple):
    """Any number of answers among cards."""

    template_name = "components/forms/choices.html"


class CheckCard(forms.CheckboxInput):
    """One card to tick, for a declaration or a consent; the label of the field is the card's."""

    own_label = True


class Select(DrawnSelect):
    """A native list: works with every keyboard, screen reader and phone."""

    def __init__(self, attrs: Mapping[str, Any] | None = None, choices: Any = (), autocomplete: str = "") -> None:
        given = {"class": "input", **(attrs or {})}
        if autocomplete:
            given["autocomplete"] = autocomplete
        super().__init__(given, choices)


class Textarea(forms.Textarea):
    """Several lines of text."""

    def __init__(self, rows: int = 4, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"class": "input", "rows": rows, **(attrs or {})})


class KeyField(forms.UUIDField):
    """The hidden key of one submit. A browser always sends it back; without it the submit gets a new one."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID:
        """Return the key of this submit."""
        try:
            return super().clean(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class CountryField(forms.ChoiceField):
    """A country from a native list, ordered by its name in the language of the page.

    ``countries`` is called for each form and gives (code, name in both languages) pairs; ``historical`` gives those
    that no longer exist, listed after the others for places of birth; ``first`` are codes shown on top; ``empty`` is
    what the list says while nothing is chosen.
    """

    def __init__(
        self,
        *,
        countries: Callable[[], Iterable[tuple[str, Any]]],
        historical: Callable[[], Iterable[tuple[str, Any]]] = tuple,
        first: Sequence[str] = (),
        empty: Any = EMPTY,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", Select(autocomplete=autocomplete))

        def choices() -> Listed:
            return _country_list(countries, historical, tuple(first), str(empty), i18n.language(), str(GONE))

        super().__init__(choices=choices, **kwargs)


@lru_cache(maxsize=64)
def _country_list(
    countries: Callable[[], Iterable[tuple[str, Any]]],
    historical: Callable[[], Iterable[tuple[str, Any]]],
    first: Sequence[str],
    empty: str,
    *_words: str,
) -> Listed:
    """Return the choices of a list in the language of ``_words``; countries are data, the same while we run."""
    return Listed(_plain(country_choices(countries(), historical(), first, empty)))


def country_choices(
    countries: Iterable[tuple[str, Any]],
    historical: Iterable[tuple[str, Any]] = (),
    first: Sequence[str] = (),
    empty: Any = EMPTY,
) -> list[tuple[Any, Any]]:
    """Return the choices of a country list: an empty one, ``first``, all others, then the historical ones."""
    named = {code: _shown(name) for code, name in countries}
    top = [(code, named.pop(code)) for code in first if code in named]
    rest = sorted(named.items(), key=lambda pair: anyascii(pair[1]).casefold())
    gone = sorted(((code, _shown(name)) for code, name in historical), key=lambda pair: anyascii(pair[1]).casefold())
    choices: list[tuple[Any, Any]] = [("", empty), *top, *rest]
    if gone:
        choices.append((GONE, gone))
    return choices


def wrong_part(field: BoundField) -> str:
    """Return which part of a date is wrong: "day", "month", "year", "all", or an empty text."""
    for error in field.form.errors.as_data().get(field.name, []) if field.form.is_bound else []:
        part, colon, key = str(error.code or "").partition(":")
        if colon:
            return "all" if key == "required" else part
    return "all" if field.errors else ""


def _typed(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {part: str(value.get(part, "") or "") for part in PARTS}
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": f"{value.year:04d}"}
    try:
        known = PartialDate.parse(str(value or ""))
    except ValueError:
        return dict.fromkeys(PARTS, "")
    return {"day": str(known.day or ""), "month": str(known.month or ""), "year": f"{known.year:04d}"}
