"""What the repertoire refuses, in words for a caseworker; no sentence holds a number or a name."""


class RepertoireError(Exception):
    """Nothing was written. ``text`` is the sentence in both languages, for ``matricule.core.i18n.pick``."""

    fr = ""
    en = ""

    def __init__(self) -> None:
        super().__init__(self.en)

    @property
    def text(self) -> dict[str, str]:
        """The sentence in French and in English."""
        return {"fr": self.fr, "en": self.en}


class NumbersExhausted(RepertoireError):
    """All 999 numbers of one sex, month and place of birth are attributed (facts.md 1.1)."""

    fr = (
        "Les 999 numéros possibles pour ce sexe, ce mois et ce lieu de naissance sont tous attribués. "
        "Aucun numéro n’a été émis\u00a0: signalez-le à l’administration du service."
    )
    en = (
        "All 999 numbers for this sex, month and place of birth are attributed. "
        "No number was issued: tell the service’s administrator."
    )


class AlreadyHolds(RepertoireError):
    """The person holds a number already, given by another request."""

    fr = "Cette personne a déjà un numéro. Aucun autre n’a été émis."
    en = "This person already has a number. No other was issued."


class NoNumber(RepertoireError):
    """The person holds no number, so there is nothing to certify or to end."""

    fr = "Cette personne n’a pas de numéro d’attente. Émettez-le d’abord."
    en = "This person has no provisional number. Issue it first."


class AlreadyCertified(RepertoireError):
    """The number is certified; it is not sent again."""

    fr = "Le numéro de cette personne est déjà certifié."
    en = "This person’s number is already certified."


class AlreadySubmitted(RepertoireError):
    """The person is at the repertoire, which has not answered yet."""

    fr = "Le dossier de cette personne est déjà au répertoire, qui n’a pas encore répondu."
    en = "This person is already at the national register, which has not answered yet."


class NoAnswer(RepertoireError):
    """There is no such answer to take: unknown, not due yet, taken before, or no longer expected."""

    fr = "Cette réponse du répertoire n’est pas à prendre\u00a0: elle a déjà été traitée, ou n’est pas encore là."
    en = "There is no such answer to take: it was dealt with already, or it has not come yet."


class OtherBirth(RepertoireError):
    """The corrected birth is not the one that the number says."""

    fr = (
        "Le numéro d’attente dit un autre sexe, un autre mois ou un autre lieu de naissance. "
        "Désactivez-le, puis émettez-en un autre."
    )
    en = "The provisional number says another sex, month or place of birth. Deactivate it, then issue another one."


class RequestReused(RepertoireError):
    """One request names two people: a fault of the caller."""

    fr = "Cette demande porte déjà sur une autre personne. Rien n’a été fait."
    en = "This request already stands for another person. Nothing was done."
