"""The components that pages are composed of: the name of each, what it takes, and what stands when nothing is given.

A component is one template, ``templates/components/<name>.html``. A page calls it with ``{% part "name" … %}`` or,
when it holds content of the page, ``{% component "name" … %}…{% endcomponent %}``. A name or parameter that is not
listed here stops the template: a misspelt parameter would otherwise be lost in silence.
"""

from collections.abc import Mapping
from typing import Any

REQUIRED = object()

COMPONENTS: Mapping[str, Mapping[str, Any]] = {
    "action-bar": {"text": ""},
    "btn": {
        "text": REQUIRED, "href": "", "kind": "", "size": "", "icon": "", "after": "", "name": "", "value": "",
        "form": "", "formaction": "", "why": "", "hidden_text": "", "type": "submit", "download": False, "id": "",
        "data": "", "busy": "",
    },
    "callout": {"kind": "info", "title": "", "level": 3, "icon": "", "alert": False, "id": ""},
    "card": {"title": "", "level": 2, "id": "", "css": ""},
    "checklist": {},
    "checklist-item": {
        "title": REQUIRED, "hint": "", "icon": "file", "open": False, "shows": (), "needless": (), "example": "",
        "example_alt": "", "example_width": 156, "example_height": 109, "tag": "", "id": "",
    },
    "confirm": {"title": REQUIRED, "level": 1, "icon": "check"},
    "copy-link": {"url": REQUIRED},
    "door": {"title": REQUIRED, "href": REQUIRED, "icon": REQUIRED, "go": REQUIRED, "colour": 1},
    "doors": {},
    "drop": {
        "action": REQUIRED, "label": REQUIRED, "name": "files", "id": REQUIRED, "hidden": (), "button": "",
        "multiple": True, "hint": "", "asks": None,
    },
    "due": {"date": REQUIRED, "word": ""},
    "empty": {"title": REQUIRED, "text": "", "icon": "check-circle", "level": 2},
    "error-summary": {"form": REQUIRED, "extra": ()},
    "facts": {"items": REQUIRED, "rows": False},
    "figure": {"label": REQUIRED, "value": REQUIRED, "unit": "", "text": ""},
    "figures": {},
    "file": {
        "name": REQUIRED, "state": REQUIRED, "title": "", "text": "", "thumb": "", "tools": (), "actions": (),
        "sent": None, "total": None, "id": "", "part": "", "count": "",
    },
    "mail": {"subject": REQUIRED, "href": "", "code": "", "to": REQUIRED, "detail": "", "when": REQUIRED},
    "mails": {},
    "nia": {},
    "pager": {"first": REQUIRED, "last": REQUIRED, "total": REQUIRED, "previous": "", "next": ""},
    "phase": {"number": REQUIRED, "title": REQUIRED, "text": "", "id": REQUIRED},
    "piece": {
        "title": REQUIRED, "id": REQUIRED, "state": "", "hint": "", "level": 3, "label": "", "poll": "", "as_of": "",
    },
    "print": {"text": ""},
    "progress": {"label": REQUIRED, "value": None, "max": 1, "id": REQUIRED, "eyebrow": False},
    "question": {"field": REQUIRED, "title": "", "why": "", "level": 1},
    "saved": {"at": None, "text": ""},
    "search-pick": {
        "name": REQUIRED, "label": REQUIRED, "hint": "", "value": "", "url": REQUIRED, "results_id": REQUIRED,
        "button": "", "error": "",
    },
    "session-end": {"seconds": REQUIRED, "stay": "", "leave": "", "shown": False},
    "specimen": {"src": REQUIRED, "alt": REQUIRED, "width": 156, "height": 109, "caption": ""},
    "steps": {"now": REQUIRED, "links": ()},
    "table": {"caption": REQUIRED, "columns": REQUIRED, "rows": REQUIRED, "empty": ""},
    "tabs": {"label": REQUIRED, "items": REQUIRED},
    "ticks": {"items": REQUIRED, "yes": True},
    "timeline": {"items": REQUIRED, "level": 3},
    "turn": {
        "who": "you", "title": REQUIRED, "quote": "", "small": "", "due": None, "due_word": "", "level": 2,
        "id": "turn",
    },
    "verdict-panel": {"title": REQUIRED, "kind": "ok", "rule": "", "checked": None, "level": 1},
}  # fmt: skip


class UnknownComponent(ValueError):
    """A page asks for a component, or for a parameter, that does not exist; or forgets one that is needed."""


def parameters(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter of component ``name``: what the page gave, the rest as listed above.

    Raises UnknownComponent.
    """
    try:
        known = COMPONENTS[name]
    except KeyError:
        raise UnknownComponent(f"there is no component {name!r}") from None
    strange = sorted(set(given) - set(known))
    lacking = sorted(key for key, value in known.items() if value is REQUIRED and key not in given)
    if strange or lacking:
        raise UnknownComponent(f"component {name!r}: unknown {strange}, missing {lacking}")
    return {**known, **given}
