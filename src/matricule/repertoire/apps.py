"""The Django app of the repertoire room."""

from django.apps import AppConfig


class RepertoireConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.repertoire"
    label = "repertoire"

    def ready(self) -> None:
        """Read the stand-in's data: a wrong file stops the start with file, row and reason."""
        from matricule.repertoire import standin

        standin.table()
