"""The addresses of the demo: start page, mailbox, time machine."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from matricule.demo import views

pages = [
    path("", views.start, name="start"),
    path("be/<slug:key>/", views.sign_in, name="sign-in"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<uuid:mail_id>/", views.mail, name="mail"),
    path("mailbox/<uuid:mail_id>/send-back/", views.send_back, name="send-back"),
    path("time/", views.time, name="time-machine"),
]

root_patterns: list[URLPattern | URLResolver] = i18n_patterns(path("demo/", include((pages, "demo"))))
