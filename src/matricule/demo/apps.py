"""The Django app of the demo room, installed in demo mode only."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Invented people, generator, mailbox, time machine."""

    name = "matricule.demo"
    label = "demo"
