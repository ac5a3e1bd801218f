"""The addresses of the demo: start page, mailbox, time machine."""

from django.urls import URLPattern, URLResolver

root_patterns: list[URLPattern | URLResolver] = []
