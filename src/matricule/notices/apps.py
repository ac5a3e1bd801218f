"""The Django app of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Every message that leaves, in every language."""

    name = "matricule.notices"
    label = "notices"

    def ready(self) -> None:
        """Read every text now: a wrong one stops the start with file and reason, not a mail at night."""
        from matricule.notices import kinds

        kinds.all_kinds()
