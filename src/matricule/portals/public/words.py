"""Lists of short sentences that pages hand to components. Sources: seeds 001 to 003, R114-7, wording.md 4."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matricule.core import config, i18n


def steps() -> list[dict[str, str]]:
    """Return the four steps of the registration, by the names of seed 003 (S3-4)."""
    rows = (
        ("file", _("I prepare"), _("three minutes of questions, then your list")),
        ("person", _("I identify myself"), _("an e-mail address, no password")),
        ("upload", _("I send my documents"), _("in several goes if you like")),
        ("card", _("My personal space"), _("to follow, complete and download")),
    )
    return _line(rows)


def insurance() -> list[str]:
    """Return what health insurance is for (S3-1, S2-1)."""
    return [
        _("it protects your health, in private life and at work"),
        _("it pays for care: illness, maternity, disability"),
        _("it explains health, and how the health system works"),
    ]


def opens() -> list[str]:
    """Return what the number opens (S1-1)."""
    return [
        _("care, and its reimbursement"),
        _("the carte Vitale (health insurance card)"),
        _("pension rights, and family benefits"),
    ]


def journey() -> list[dict[str, str]]:
    """Return what happens after the questionnaire; no delay that was not measured or ruled."""
    rows = (
        ("pencil", _("You register"), _("20 minutes, in several goes if you like")),
        ("search", _("The caisse (health insurance office) examines"), _target()),
        ("hourglass", _("Provisional number (NIA)"), _("from your first day of courses")),
        ("card", _("Number for life (NIR)"), _("once your file is complete, the national register has 2 months")),
    )
    return _line(rows)


def _target() -> str:
    days = config.current().first_decision_days
    return ngettext("target: %(n)s working day", "target: %(n)s working days", days) % {"n": i18n.format_number(days)}


def _line(rows: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Return the rows as the steps of a timeline whose first one is now."""
    return [
        {"state": "todo" if rank else "now", "icon": icon, "title": title, "when": when}
        for rank, (icon, title, when) in enumerate(rows)
    ]


def short(*, register: bool) -> list[dict[str, str]]:
    """Return the card "In short": what it costs, who decides, whom to call."""
    found = [{"label": _("Cost"), "value": _("free")}]
    if register:
        found.append({"label": _("Who decides"), "value": _("CPAM du Doubs, Besançon")})
    return [*found, {"label": _("By phone"), "value": _("3646, or 09 74 75 36 46 in English")}]


def tips() -> list[str]:
    """Return what holds for every document (S3-17, S3-19, S3-32; issue 2, 2.4)."""
    return [
        _("PDF, JPEG, PNG or HEIC, without a password; a sharp photo is fine"),
        _("all four edges in the picture, nothing blurred"),
        _("the birth certificate and its translation together: we join them"),
        _("phase 2 and 3 documents may come later"),
    ]


def before_hiring() -> list[str]:
    """Return what holds for every employer (S0-1, S0-6, S0-27; facts.md 3)."""
    return [
        _("The DPAE (declaration before hiring) goes to the Urssaf within the eight days before work starts."),
        _("The residence permit is checked with the préfecture at least two working days before."),
        _("The request for a number is made once work has started: a job offer is not enough."),
    ]


def employer_tips() -> list[str]:
    """Return what holds for every document that an employer sends (S0-14, S0-15, S0-23; issue 5, section 2)."""
    return [
        _("the whole page of the passport, with both lines of <<< at the bottom"),
        _("scanned flat rather than photographed: a photo often cuts an edge or hides a word"),
        _("several files in one place: adding one never removes another"),
        _("no apostille, no legalisation, no recent copy"),
    ]


def translators() -> list[str]:
    """Return who may translate (S0-22, R114-7)."""
    return [
        _("a sworn translator (listed by a French court)"),
        _("the embassy or consulate of France in the country of the document"),
    ]


def numbers() -> dict[str, list[str]]:
    """Return what each number allows and does not (facts.md 1.1 to 1.4)."""
    return {
        "nir": [_("for life, unchanged after years abroad"), _("carte Vitale, ameli account, every procedure")],
        "nia": [
            _("being reimbursed, and a provisional certificate"),
            _("usable 9 months, and it usually becomes the NIR"),
        ],
        "nia_not": [_("no carte Vitale and no ameli account yet")],
        "ntt_not": [_("opens no right to care"), _("never to be written on a care sheet")],
    }


def digits() -> list[list[dict[str, object]]]:
    """Return how the 15 digits read, row by row (facts.md 1.1)."""
    rows = [
        ("1", _("1 for a man, 2 for a woman, as in the civil status")),
        ("2–3", _("last two digits of the year of birth")),
        ("4–5", _("month of birth")),
        ("6–7", _("department of birth; 99 for a birth abroad")),
        ("8–10", _("town of birth, or the country after 99")),
        ("11–13", _("order among the births of that month and place")),
        ("14–15", _("the key: two digits that check the others")),
    ]
    label = _("Meaning")
    return [[{"text": place, "label": ""}, {"text": meaning, "label": label}] for place, meaning in rows]


def columns() -> list[str]:
    """Return the heads of the table of digits."""
    return [_("Digits"), _("Meaning")]


def lost_number() -> dict[str, list[str]]:
    """Return where a number is written and whom to ask (S1-8 to S1-11)."""
    return {
        "written": [
            _("a carte Vitale (health insurance card), or its certificate of cover"),
            _("a payslip, or a career statement for the pension"),
            _("a hospital bill"),
        ],
        "ask": [
            _("your ameli account, if you have one"),
            _(
                "the CPAM where you live: by letter with a copy of your identity document, "
                "by phone on 3646, or at its desk"
            ),
            _("a kiosk of the Assurance Maladie, in some pharmacies and hospitals"),
        ],
        "abroad": [
            _("call +33 1 84 90 36 46"),
            _(
                "or let somebody close go to the CPAM, "
                "with your written authority and a copy of your identity document"
            ),
        ],
    }


def personal_data() -> dict[str, list[str]]:
    """Return what is kept, how long, and what a person may ask for (house.md, decisions 4 and 9).

    The lengths are those of dossiers/operations/retention.py, accounts/codes.py, the sessions' age in the settings and
    core/journal/sealing.py.
    """
    return {
        "kept": [
            _("your identity, address, school, and the documents that you send, encrypted file by file"),
            _("who looked at your file and when, in a journal that nobody can rewrite unseen"),
            _("only the caisse that examines your file sees it; nothing is sold or lent"),
            _("e-mails hold a link, never a document or a number"),
        ],
        "long": [
            _("a draft: until you delete it, and its documents go with it"),
            _("a document or a page that you remove: 30 days, then it is erased"),
            _("a file that you sent: no end is set yet, nothing of it is erased"),
            _("a sign-in code: a day, though it opens nothing after 10 minutes"),
            _("a session: 30 minutes after your last act"),
            _("the journal of who did what: 36 months, erased month by month"),
        ],
        "rights": [
            _("to see what we hold, and a copy of it"),
            _("to have a fact corrected"),
            _("to know who looked at your file"),
        ],
    }
