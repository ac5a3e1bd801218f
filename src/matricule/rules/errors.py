"""What the rules room raises."""


class RulesError(Exception):
    """A rules file is wrong: the text names the file, the row and the reason. It stops the start (house.md 1)."""

    def __init__(self, file: str, row: int | str, reason: str) -> None:
        super().__init__(f"{file}, row {row}: {reason}")
        self.file = file
        self.row = row
        self.reason = reason


class InputError(ValueError):
    """A value that the rules cannot use. ``fr`` and ``en`` are sentences for the person; ``field`` names the answer.

    The sentences name fields and codes of lists, never a personal value.
    """

    def __init__(self, field: str, *, fr: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.fr = fr
        self.en = en

    @property
    def text(self) -> dict[str, str]:
        """The sentence in both languages, for ``matricule.core.i18n.pick``."""
        return {"fr": self.fr, "en": self.en}
