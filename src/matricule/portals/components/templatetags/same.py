"""``{% load same %}``: a block whose words are the same for everybody, written once and kept.

``{% same "footer" %}…{% endsame %}``. Inside, nothing of the page can be seen but what the tag names:
``{% same "proofs" codes=piece.codes %}``, so that nothing of a person can be kept by mistake. What is kept goes with
the name (one for the whole service), the language and these values, which can be hashed; the newest KEPT are held.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

register = template.Library()

KEPT = 2000
"""Blocks held in memory: a few kB each at most."""

_kept: dict[tuple[Any, ...], str] = {}


class SameNode(template.Node):
    """One such block."""

    def __init__(self, name: str, given: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.name, self.given, self.nodelist = name, given, nodelist

    def render(self, context: template.Context) -> str:
        """Return the block, written now when it is not kept."""
        values = {key: _plain(value.resolve(context)) for key, value in self.given.items()}
        # a word of the catalogue: a test that puts another catalogue in place must not read the old one
        key = (self.name, get_language(), gettext("Sign in"), *values.values())
        found = _kept.get(key)
        if found is None:
            found = self.nodelist.render(context.new(values))
            if len(_kept) >= KEPT:
                _kept.pop(next(iter(_kept)), None)
            _kept[key] = found
        return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Promise) else value


@register.tag
def same(parser: Parser, token: Token) -> SameNode:
    """Read ``{% same "name" key=value … %}`` and its block."""
    bits = token.split_contents()
    if len(bits) < 2 or bits[1][:1] not in "\"'":
        raise template.TemplateSyntaxError("same needs a name in quotes")
    rest = bits[2:]
    given = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError("same takes a name, then key=value")
    nodelist = parser.parse(("endsame",))
    parser.delete_first_token()
    return SameNode(bits[1][1:-1], given, nodelist)
