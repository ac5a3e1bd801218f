"""The answer to "is this number right?" for the numbers that only one kind of text can be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """``ok`` with the clean ``value`` and its ``formatted`` form; else a code and a sentence in both languages."""

    ok: bool
    value: str = ""
    formatted: str = ""
    code: str = ""
    fr: str = ""
    en: str = ""

    @property
    def text(self) -> dict[str, str]:
        """What to say when it is not right, for ``matricule.core.i18n.pick``; empty sentences when it is."""
        return {"fr": self.fr, "en": self.en}

    def __repr__(self) -> str:
        return f"Answer(ok={self.ok}, code={self.code!r})"


def yes(value: str, formatted: str) -> Answer:
    """Return the answer of a number that is right."""
    return Answer(True, value, formatted)


def no(code: str, fr: str, en: str) -> Answer:
    """Return the answer of a number that needs another look, with what to do."""
    return Answer(False, code=code, fr=fr, en=en)
