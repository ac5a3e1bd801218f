"""Phone numbers, French and foreign, through phonenumberslite (imported when first used)."""

from dataclasses import dataclass

from matricule.rules.numbers.answer import Answer, no, yes

_FRENCH_REGIONS = {"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "WF", "PF", "NC"}


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """A number that exists: ``e164`` to store, ``formatted`` to show, ``region`` by ISO code.

    ``french`` is False for a foreign number: it is accepted, and said to be less useful, because the caisse may not
    call it (seed S3-15).
    """

    e164: str
    formatted: str
    region: str
    french: bool


def check(text: str, *, region: str = "FR") -> Answer:
    """Check a number as people type it; ``region`` is where a number without ``+`` is dialled from. The value is
    E.164, the formatted one is national for France and international otherwise.
    """
    found = find(text, region=region)
    if found is None:
        return no(
            "phone",
            "Ce numéro semble incomplet. Écrivez-le comme 06 12 34 56 78, ou avec l’indicatif du pays (+49 …).",
            "This number looks incomplete. Write it like 06 12 34 56 78, or with its country code (+49 30 123456).",
        )
    return yes(found.e164, found.formatted)


def find(text: str, *, region: str = "FR") -> Phone | None:
    """Return the phone number that ``text`` is, or None when it is too short or too long for its country."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # possible, not valid: a range opened after the library's last release is a number all the same
    if not phonenumbers.is_possible_number(parsed):
        return None
    where = phonenumbers.region_code_for_number(parsed) or _country_of(parsed.country_code or 0)
    national = where == "FR"
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, phonenumbers.format_number(parsed, style), where, where in _FRENCH_REGIONS)


def _country_of(code: int) -> str:
    """Return the main country of a calling code, for a number whose range the library does not know."""
    import phonenumbers

    return str(phonenumbers.region_code_for_country_code(code))
