"""``{% load matricule %}``: the tags and filters of every page."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from matricule.core import clock, config, i18n
from matricule.portals.components import addresses, forms, library, states
from matricule.rules.numbers import shape

register = template.Library()

register.filter("date_long", lambda day: i18n.format_date(day) if day else "")
register.filter("date_weekday", lambda day: i18n.format_date(day, weekday=True) if day else "")
register.filter("date_short", lambda day: i18n.format_short_date(day) if day else "")
register.filter("date_day", lambda day: i18n.format_day(day) if day else "")
register.filter("month_year", lambda day: i18n.format_month(day) if day else "")
register.filter("weekday", lambda day: i18n.format_weekday(day) if day else "")
register.filter("date_civil", lambda text: i18n.format_partial_date(text) if text else "")
register.filter("time_of_day", lambda moment: i18n.format_time(moment) if moment else "")
register.filter("moment", lambda moment: i18n.format_datetime(moment) if moment else "")
register.filter("file_size", i18n.format_size)
register.filter("number", i18n.format_number)
register.filter("percent", i18n.format_percent)
register.filter("amount", i18n.format_amount)
register.filter("localized", i18n.pick)
register.filter("siret", lambda text: shape.grouped(text, 3, 3, 3))


@register.simple_tag
def localized(text: Mapping[str, str] | i18n.InBoth) -> str:
    """Show a text that data hold in both languages."""
    return i18n.pick(text)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """Draw one icon of the sprite; ``css`` adds classes ("icon-l", "doc")."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("matricule/icons.svg"),
        name,
    )


@register.simple_tag
def tag_state(state: object, word: str = "") -> SafeString:
    """Show the state of a dossier or of a document as a tag; ``word`` replaces its usual word."""
    look = states.LOOKS[str(state)]
    return tag(word or str(look.word), look.colour, look.icon)


@register.simple_tag
def tag_my_state(state: object) -> SafeString:
    """Show the state of a dossier to the person it is about: without the abbreviations of the employer's labels."""
    return tag_state(state, str(states.PERSONAL.get(str(state), "")))


@register.simple_tag
def tag(word: str, colour: str = "", icon_name: str = "") -> SafeString:
    """Show a tag of your own: a word, a colour (ok, you, us, bad, wait, off) and an icon."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="tag{}">{}{}</span>', f" tag-{colour}" if colour else "", drawn, word)


@register.simple_tag(takes_context=True)
def part(context: Context, which: str, **given: Any) -> SafeString:
    """Render a component that holds nothing of the page: ``{% part "steps" now=3 %}``."""
    return _render(context, which, given, "")


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, which: str, **given: Any) -> SafeString:
    """Render a component around content of the page: ``{% component "callout" kind="you" %}…{% endcomponent %}``."""
    return _render(context, which, given, content)


@register.simple_tag(takes_context=True)
def btn(context: Context, text: str, **given: Any) -> SafeString:
    """Render a button, or a link that looks like one when ``href`` is given."""
    return _render(context, "btn", {"text": text, **given}, "")


@register.simple_block_tag(takes_context=True)
def callout(context: Context, content: str, **given: Any) -> SafeString:
    """Set one fact apart: ``{% callout kind="you" title=… %}<p>…</p>{% endcallout %}``."""
    return _render(context, "callout", given, content)


@register.simple_tag(takes_context=True)
def error_summary(context: Context, form: Any) -> SafeString:
    """Show the errors of a form at the top of its page, each with a link to its field; nothing when there is none."""
    return _render(context, "error-summary", {"form": form}, "") if form.errors else SafeString("")


@register.simple_tag
def errors_of(form: Any) -> list[forms.ErrorLink]:
    """Return the errors of a form, each with the address of the field to mend."""
    return forms.error_links(form)


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """Return "Error: " for the title of a page whose ``form`` (or one of its ``forms``) has errors."""
    candidates = [context.get("form"), *(context.get("forms") or ())]
    if any(getattr(form, "is_bound", False) and form.errors for form in candidates):
        return gettext("Error: ")
    return ""


@register.inclusion_tag("components/language-switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Show the language switch; with ``page_form`` in the context it is a button that keeps what is typed."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    return {
        "languages": [
            {
                "code": code,
                "name": name,
                "url": addresses.in_language(path, code),
                "current": code == i18n.language(),
            }
            for code, name in (("fr", "français"), ("en", "English"))
        ],
        "page_form": context.get("page_form", False),
    }


@register.inclusion_tag("components/demo-banner.html")
def demo_banner() -> dict[str, Any]:
    """Say on every page that this is a demonstration, when it is."""
    return {
        "demo": config.current().demo,
        "mailbox": addresses.first_of("demo:mailbox"),
        "time_machine": addresses.first_of("demo:time-machine", "demo:time_machine"),
        "today": clock.today(),
    }


@register.inclusion_tag("components/real-time.html")
def real_time() -> dict[str, bool]:
    """Say below a history, in demo mode, why its times are not those of the demonstration's calendar (ADR 8)."""
    return {"demo": config.current().demo}


@register.simple_tag
def address(*names: str) -> str:
    """Return the address of the first of these URL names that exists in this service, or an empty text."""
    return addresses.first_of(*names)


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> SafeString:
    """Return ``aria-current="page"`` for a link to the page that is shown."""
    request = context.get("request")
    return mark_safe('aria-current="page"') if request and url and request.path == url else SafeString("")


@register.simple_tag(takes_context=True)
def session_end(context: Context) -> SafeString:
    """Add the dialog shown 2 minutes before the session ends, when the request says when it ends.

    The request carries ``session_ends_in``: the seconds left without activity.
    """
    seconds = getattr(context.get("request"), "session_ends_in", None)
    if not seconds:
        return SafeString("")
    return _render(context, "session-end", {"seconds": seconds, "leave": addresses.first_of(*addresses.SIGN_OUT)}, "")


@register.simple_tag(takes_context=True)
def file_template(context: Context, state: str) -> SafeString:
    """Return one file in a state that only the script can show, with {name}, {done} and {all} for it to fill in."""
    tools = [{"data": "stop", "icon": "cross", "label": gettext("Stop sending {name}")}]
    given: dict[str, Any] = {"name": "{name}", "state": state, "tools": tools}
    if state == "sending":
        given["count"] = gettext("{done} of {all}")
    else:
        given["title"] = gettext("Sending stopped at {done} of {all}.")
        given["text"] = gettext("The connection was cut; your file is not lost.")
        given["actions"] = [{"data": "retry", "icon": "retry", "label": gettext("Send again")}]
        given["tools"] = [{"data": "stop", "icon": "trash", "label": gettext("Remove {name}")}]
    return _render(context, "file", given, "")


@register.simple_tag
def look_of_file(state: object) -> states.FileLook:
    """Return how a file in this state looks."""
    return states.FILE_LOOKS[str(state)]


@register.simple_tag
def due_words(day: date, word: str) -> dict[str, str]:
    """Return the three lines of a due date: the words before, the day, the month and year."""
    lead = word or gettext("by %(weekday)s") % {"weekday": i18n.format_weekday(day)}
    return {"top": lead, "day": i18n.format_day(day), "month": i18n.format_month(day)}


@register.filter
def is_moment(value: object) -> bool:
    """Tell a moment from plain words."""
    return isinstance(value, datetime)


def _render(context: Context, name: str, given: Mapping[str, Any], content: str) -> SafeString:
    values = {**library.parameters(name, given), "content": content}
    for key in ("csrf_token", "request"):
        if key in context:
            values[key] = context[key]
    engine = context.template.engine  # type: ignore[union-attr]
    return engine.get_template(f"components/{name}.html").render(context.new(values))
