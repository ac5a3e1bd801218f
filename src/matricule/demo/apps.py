"""The Django app of the demo room, installed in demo mode only."""

from django.apps import AppConfig

from matricule.core import clock


class DemoConfig(AppConfig):
    """Invented people, generator, mailbox, time machine."""

    name = "matricule.demo"
    label = "demo"

    def ready(self) -> None:
        """Let the time machine move business time, and the invented companies be found by their SIRET."""
        from matricule.accounts import directory as port
        from matricule.demo import directory, time_machine

        clock.use_offset(time_machine.offset)
        port.use(directory.Invented())
