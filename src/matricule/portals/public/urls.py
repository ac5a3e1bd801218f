"""The addresses of the public portal. None carries an answer: a shared address shows an end in general."""

from django.urls import path

from matricule.portals.public import employees, employers, pages, questionnaire, verify

app_name = "public"

urlpatterns = [
    path("", pages.start, name="start"),
    path("student/questions/", questionnaire.questionnaire, name="questionnaire"),
    path("student/outcome/<slug:slug>/", questionnaire.outcome, name="outcome"),
    path("employers/", employers.guide, name="employers"),
    path("employers/way/", employers.way, name="employer-way"),
    path("employers/by-post/", employers.by_post, name="employer-classic"),
    path("employee/", employees.guide, name="employee"),
    path("employee/<slug:token>/", employees.word, name="employee-word"),
    path("prepare/", pages.prepare, name="prepare"),
    path("prepare/translation/", pages.translation, name="translation"),
    path("number/", pages.number, name="number"),
    path("lost-number/", pages.lost, name="lost"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.certificate, name="certificate"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("personal-data/", pages.personal_data, name="personal-data"),
    path("source/", pages.source, name="source"),
    path("poster/", pages.poster, name="poster"),
    path("poster/address.svg", pages.address_code, name="address-code"),
]
