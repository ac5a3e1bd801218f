"""The Django app of the demo room, installed in demo mode only."""

from django.apps import AppConfig

from matricule.core import clock


class DemoConfig(AppConfig):
    """Invented people, generator, mailbox, time machine."""

    name = "matricule.demo"
    label = "demo"

    def ready(self) -> None:
        """Let the time machine move business time."""
        from matricule.demo import time_machine

        clock.use_offset(time_machine.offset)
