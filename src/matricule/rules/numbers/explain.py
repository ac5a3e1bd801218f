"""What each group of a NIR says, for the card that explains a number. Source: facts.md 1.1."""

from dataclasses import dataclass

from matricule.rules import countries
from matricule.rules.numbers import departments
from matricule.rules.numbers.nir import Nir, maghreb

_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One group of digits, what it is (``name``) and what it says here (``meaning``), in both languages."""

    digits: str
    name: dict[str, str]
    meaning: dict[str, str]


def explain(number: Nir) -> list[Part]:
    """Return the groups of a NIR or NIA in their order, each with what it says."""
    value = number.value
    return [
        Part(value[0], _t("sexe", "sex"), _t("homme", "man") if number.sex == "M" else _t("femme", "woman")),
        Part(value[1:3], _t("année", "year"), _t(f"naissance en …{value[1:3]}", f"born in …{value[1:3]}")),
        Part(value[3:5], _t("mois", "month"), _month(number)),
        Part(value[5:10], _t("lieu de naissance", "place of birth"), place(number)),
        Part(
            value[10:13],
            _t("ordre", "order"),
            _t("rang parmi les naissances de ce mois", "rank among that month’s births"),
        ),
        Part(value[13:], _t("clé", "key"), _t("permet de repérer une faute de frappe", "shows a typing slip")),
    ]


def _month(number: Nir) -> dict[str, str]:
    if number.month is None:
        return _t("mois inconnu", "month unknown")
    return {language: names[number.month - 1] for language, names in _MONTHS.items()}


def place(number: Nir) -> dict[str, str]:
    """Return the place of birth that the digits name; a department that also stood for a country says both."""
    cog = number.country_cog
    if cog is not None:
        found = countries.by_cog(cog)
        names = " / ".join(c.names["fr"] for c in found), " / ".join(c.names["en"] for c in found)
        return _t(*names) if found else _t(f"pays {cog}", f"country {cog}")
    territory = countries.by_cog(number.value[5:8])
    if territory:
        return territory[0].names
    names_of = departments.table()[number.department].names
    older = maghreb().get(number.department)
    if older is None or number.department == "96":
        return names_of
    country = countries.by_cog(older[0])[0].names
    return _t(
        f"{names_of['fr']}, ou {country['fr']} avant l’indépendance",
        f"{names_of['en']}, or {country['en']} before independence",
    )


def _t(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}
