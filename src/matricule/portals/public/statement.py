"""What the accessibility statement says: no claim beyond the results that the proof wrote (design.md, section 10).

Every sentence about a test comes from ``public.tested``: a check that is not in the results is not claimed, and a
fault that was counted is told.
"""

from datetime import date
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matricule.core import i18n
from matricule.portals.public import tested
from matricule.portals.public.tested import Tested


class Statement(TypedDict):
    """The lists of the page, and the day since when all of the first two was looked at."""

    day: date | None
    tested: list[str]
    standing: list[str]
    untested: list[str]


def accessibility() -> Statement:
    """Return what was tested and held, what was found and still stands, and what nobody tested."""
    last = tested.last()
    return {
        "day": last.day,
        "tested": [*_pages(last), *_beside(last)],
        "standing": _standing(last),
        "untested": [
            _("a full audit against the RGAA by an outside body"),
            _("each screen reader, with each browser"),
            _("text twice as large, by the browser’s own setting"),
        ],
    }


def _pages(last: Tested) -> list[str]:
    """Return what held for every page in every state."""
    found = []
    if last.holds("axe"):
        sentence = _(
            "%(pages)d pages in %(states)d states, %(languages)s, %(colours)s, %(widths)s pixels wide, "
            "with axe-core %(axe)s: no fault found"
        )
        found.append(sentence % _looks(last))
    if last.holds("narrow") and last.narrow:
        found.append(_("the same pages at %(narrow)d pixels: none scrolls sideways") % {"narrow": last.narrow})
    if last.holds("keyboard"):
        found.append(_("each page with the Tab key: everything is reached in order, and the focus is in sight"))
    if last.holds("thumb"):
        found.append(_("the same pages on a phone: every button and field is high enough for a thumb"))
    return found


def _looks(last: Tested) -> dict[str, object]:
    languages = {"fr": _("in French"), "en": _("in English")}
    return {
        "pages": last.pages,
        "states": last.states,
        "languages": i18n.format_list(said for code, said in languages.items() if code in last.languages),
        "colours": _in_colours(last.colours),
        "widths": i18n.format_list(map(str, last.widths)),
        "axe": last.axe,
    }


def _in_colours(colours: tuple[str, ...]) -> str:
    said = {"light": _("in light colours"), "dark": _("in dark colours")}
    return i18n.format_list(said[colour] for colour in colours)


def _beside(last: Tested) -> list[str]:
    """Return what was tested beside the look at every page."""
    found = []
    if last.contrast and not last.faults["contrast"]:
        found.append(_("contrast of every pair of colours, %(colours)s") % {"colours": _in_colours(last.contrast)})
    if "without_script" in last.journeys:
        found.append(_("a student’s request without JavaScript, from the first page to the receipt"))
    if "keyboard" in last.journeys:
        found.append(_("a student’s request with the keyboard alone, from the first page to the receipt"))
    return found


def _standing(last: Tested) -> list[str]:
    """Return the faults that were counted, by what they are about."""
    names = {
        "axe": _("axe-core"),
        "narrow": _("scrolling sideways on a narrow screen"),
        "keyboard": _("the Tab key"),
        "thumb": _("buttons and fields too small for a thumb"),
        "contrast": _("contrast of colours"),
    }
    counted: dict[str, int] = {}
    for check, faults in last.faults.items():
        name = names.get(check, _("other checks of the build"))
        counted[name] = counted.get(name, 0) + faults
    return [
        ngettext("%(name)s: %(n)s fault found, not mended yet", "%(name)s: %(n)s faults found, not mended yet", faults)
        % {"name": name, "n": i18n.format_number(faults)}
        for name, faults in counted.items()
        if faults
    ]
