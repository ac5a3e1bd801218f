"""E-mail addresses as people type them: one mailbox exactly, and a kind word about frequent slips.

Sources: reliability.md R28 (one recipient, no header tricks); issue 2, section 2.3 ("gmial.com → gmail.com?").
"""

import re

USUAL_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "hotmail.fr", "outlook.fr", "yahoo.fr",
    "orange.fr", "free.fr", "laposte.net", "sfr.fr", "wanadoo.fr", "live.fr", "live.com", "proton.me",
    "protonmail.com", "qq.com", "163.com", "yandex.ru", "mail.ru", "gmx.de", "web.de", "libero.it", "univ-fcomte.fr",
    "edu.univ-fcomte.fr",
)  # fmt: skip

_MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def parse(text: str) -> str | None:
    """Return the one mailbox that ``text`` is, lower-cased, or None (R28: no list, no quoting, no control)."""
    address = text.strip()
    if len(address) > 254 or not _MAILBOX.fullmatch(address):
        return None
    local = address.split("@")[0]
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    return address.lower()


def suggestion(address: str) -> str | None:
    """Return the address probably meant when the domain is one slip away from a usual one, else None."""
    local, _, domain = address.rpartition("@")
    if domain in USUAL_DOMAINS:
        return None
    from rapidfuzz.distance import DamerauLevenshtein  # late: 3 MiB

    near = [usual for usual in USUAL_DOMAINS if DamerauLevenshtein.distance(domain, usual) == 1]
    if not near:
        return None
    return f"{local}@{near[0]}"
