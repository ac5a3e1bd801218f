"""People to compare."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Someone:
    """An invented person; a test changes what it is about."""

    birth_name: str = "El Amrani"
    given_names: str = "Yassine"
    sex: str = "M"
    birth_date: str = "2004-01-05"
    birth_country: str = "MA"
    birth_place: str = "Meknès"
    passport: str = "QX2947105"
