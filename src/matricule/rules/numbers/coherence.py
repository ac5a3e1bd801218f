"""Does a NIR go with the person who gives it? Warnings only: history, independence and renamed countries are many.

Source: facts.md 1.1 (year and month must match the declared birth date when the month is 1 to 12, only the year
otherwise; the country code must match the declared country of birth).
"""

from matricule.rules import countries
from matricule.rules.countries import Country
from matricule.rules.dates import PartialDate
from matricule.rules.numbers.explain import place
from matricule.rules.numbers.nir import Nir, maghreb
from matricule.rules.numbers.reasons import Reason, reason

_SEX = {"M": "M", "F": "F", "1": "M", "2": "F"}


def warnings(
    number: Nir, *, sex: str | None = None, birth_date: PartialDate | None = None, birth_country: str | None = None
) -> list[Reason]:
    """Return what does not go together. ``sex`` is M or F (1 or 2), ``birth_country`` an ISO or INSEE code; what is
    None is not compared.
    """
    found = []
    if sex is not None and _SEX.get(sex.upper(), number.sex) != number.sex:
        found.append(reason("sex_differs"))
    if birth_date is not None:
        found += _date(number, birth_date)
    country = countries.find(birth_country) if birth_country else None
    if country is not None and not _born_in(number, country, birth_date):
        names = place(number)
        found.append(reason("country_differs", found_fr=names["fr"], found_en=names["en"]))
    return found


def _date(number: Nir, birth_date: PartialDate) -> list[Reason]:
    if number.year != birth_date.year % 100:
        return [reason("year_differs")]
    if number.month is not None and birth_date.month and number.month != birth_date.month:
        return [reason("month_differs")]
    return []


def _born_in(number: Nir, country: Country, birth_date: PartialDate | None) -> bool:
    if country.code == "FR":
        return number.department != "99"
    if country.french:
        return number.value[5:8] == country.cog
    if number.country_cog is not None:
        # INSEE gave some countries a second code; the older one keeps the name.
        return country.names["fr"] in {item.names["fr"] for item in countries.by_cog(number.country_cog)} or (
            number.country_cog == country.cog
        )
    cog, until = maghreb().get(number.department, ("", None))
    return cog == country.cog and (birth_date is None or until is None or birth_date.earliest < until)
