"""One mailbox, exactly: what may stand in a recipient field (reliability.md R28).

Django and smtplib accept ``a@b.fr, c@d.fr`` and make two recipients of it; a line break makes a header.
"""

import re

LOCAL_MAX, DOMAIN_MAX = 64, 253
WHOLE_MAX = 254

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class BadAddressError(ValueError):
    """The text is not exactly one mailbox. The message never holds the text."""


def one_mailbox(text: str) -> str:
    """Return ``text`` when it is exactly one mailbox, its domain in lower case; raise BadAddressError otherwise.

    RFC 5321 mailbox without quoted parts, comments, address literals or letters outside ASCII: an international domain
    comes as its ASCII form, so that a look-alike letter cannot pass for another (R28).
    """
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    good = (
        at
        and len(text) <= WHOLE_MAX
        and len(local) <= LOCAL_MAX
        and len(domain) <= DOMAIN_MAX
        and _LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not good:
        raise BadAddressError("not exactly one mailbox")
    return f"{local}@{domain.lower()}"


def masked(address: str) -> str:
    """Return what a person may be shown of a mailbox: ``l…@example.org``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
