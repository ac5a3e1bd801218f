"""Plain inputs and lists written straight: the same HTML as Django's widget templates, at a tenth of their CPU.

A list of countries has 500 options on one page, and each would be two templates. Tests compare both.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.widgets import Input
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from matricule.core import i18n

Options = tuple[tuple[str, Any], ...]


def attributes(attrs: Mapping[str, Any]) -> str:
    """Return ``attrs`` as HTML, each with a space before it; False is left out, True has no value."""
    parts = []
    for name, value in attrs.items():
        if value is True:
            parts.append(f" {escape(name)}")
        elif value is not False:
            parts.append(f' {escape(name)}="{_text(value)}"')
    return "".join(parts)


def _text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


class DrawnInput(Input):
    """An ``input``, written without a template."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the HTML of the input."""
        widget = self.get_context(name, value, attrs)["widget"]
        given = widget["value"]
        shown = "" if given is None else f' value="{_text(given)}"'
        return mark_safe(  # noqa: S308  every part is escaped above
            f'<input type="{escape(widget["type"])}" name="{escape(name)}"{shown}{attributes(widget["attrs"])}>'
        )


class DrawnSelect(forms.Select):
    """A ``select``, written without a template; its options are written once for each list and language."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Return False: browsers check none of our forms, our words do (wording.md 6)."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the HTML of the list."""
        given = self.build_attrs(self.attrs, attrs)
        html = _written(plain(getattr(self.choices, "func", None) or self.choices))
        for chosen in self.format_value(value):
            mark = f'<option value="{escape(chosen)}"'
            html = html.replace(f"{mark}>", f"{mark} selected>", 1)
        return mark_safe(f'<select name="{escape(name)}"{attributes(given)}>{html}\n</select>')  # noqa: S308


def plain(choices: Iterable[Any] | Callable[[], Iterable[Any]]) -> Options:
    """Return choices in the words of the moment, groups as pairs of a name and their own choices."""
    found = choices() if callable(choices) else choices
    return found if isinstance(found, Listed) else tuple(_pair(value, label) for value, label in found)


def _pair(value: Any, label: Any) -> tuple[str, Any]:
    if isinstance(label, list | tuple):
        return shown(value), tuple(_pair(inner, words) for inner, words in label)
    return "" if value is None else str(value), shown(label)


class Listed(tuple[tuple[str, Any], ...]):
    """Choices that are plain texts already and never change: the list of countries in one language."""


def shown(text: Any) -> str:
    """Return a text, or one that data hold in both languages, in the language of the moment."""
    if isinstance(text, Mapping) or (isinstance(text, i18n.InBoth) and not isinstance(text, str)):
        text = i18n.pick(text)
    return str(text)


@lru_cache(maxsize=64)
def _written(choices: Options) -> str:
    return "".join(_option(value, label) for value, label in choices)


def _option(value: str, label: Any) -> str:
    if isinstance(label, tuple):
        inner = "".join(_option(*pair) for pair in label)
        return f'\n  <optgroup label="{escape(value)}">{inner}\n  </optgroup>'
    return f'\n  <option value="{escape(value)}">{escape(label)}</option>'
