"""The addresses of the caisse's desk; ids only, never a personal value (house.md, decision 9)."""

from django.urls import path

from matricule.portals.caseworker.views import (
    checks,
    companies,
    decisions,
    examine,
    hand_over,
    lists,
    mailbox,
    numbers,
    people,
    rib,
    sign_in,
    talk,
)

app_name = "caseworker"

DOSSIER = "dossier/<uuid:dossier_id>/"
HALF = DOSSIER + "<slug:slot>/<slug:part>/"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("", lists.listed, name="lists"),
    path("search/", lists.search, name="search"),
    path("people/", people.people, name="people"),
    path("companies/", companies.listed, name="companies"),
    path("companies/<uuid:company_id>/", companies.account, name="company"),
    path("companies/proof/<uuid:proof_id>/", companies.proof, name="company-proof"),
    path("companies/proof/<uuid:proof_id>/image/", companies.proof_image, name="company-proof-image"),
    path("companies/proof/<uuid:proof_id>/original/", companies.proof_original, name="company-proof-original"),
    path(DOSSIER, examine.dossier, name="dossier"),
    path(DOSSIER + "take/", decisions.take, name="take"),
    path(DOSSIER + "give-back/", decisions.give_back, name="give-back"),
    path(DOSSIER + "hand-over/", hand_over.hand_over, name="hand-over"),
    path(DOSSIER + "ask/", decisions.ask, name="ask"),
    path(DOSSIER + "lengthen/", decisions.lengthen, name="lengthen"),
    path(DOSSIER + "correct/", decisions.correct, name="correct"),
    path(DOSSIER + "change/<uuid:correction_id>/", decisions.answer_change, name="answer-change"),
    path(DOSSIER + "impossible/<uuid:impossibility_id>/", decisions.impossibility, name="impossibility"),
    path(DOSSIER + "checks/", checks.answer, name="checks"),
    path(DOSSIER + "rib/", rib.by_post, name="rib"),
    path(DOSSIER + "rib/undo/", rib.undo, name="rib-undo"),
    path(DOSSIER + "note/", talk.note, name="note"),
    path(DOSSIER + "write/", talk.write, name="write"),
    path(DOSSIER + "message/<uuid:message_id>/done/", talk.handle, name="handle"),
    path(DOSSIER + "history/", talk.history, name="history"),
    path(DOSSIER + "provisional/", numbers.provisional, name="provisional"),
    path(DOSSIER + "register/", numbers.register, name="register"),
    path(DOSSIER + "mailbox/", mailbox.mailbox, name="mailbox"),
    path(DOSSIER + "likeness/", numbers.likeness, name="likeness"),
    path(DOSSIER + "number/", numbers.reveal, name="reveal"),
    path(DOSSIER + "reject/", numbers.reject, name="reject"),
    path(DOSSIER + "deactivate/", numbers.deactivate, name="deactivate"),
    path(DOSSIER + "close/", numbers.close, name="close"),
    path(DOSSIER + "close-with-reason/", numbers.close_with_reason, name="close-with-reason"),
    path(DOSSIER + "reopen/", numbers.reopen, name="reopen"),
    path(DOSSIER + "pages/<uuid:page_id>/image/<slug:size>/", examine.image, name="image"),
    path(DOSSIER + "files/<uuid:file_id>/original/", examine.original, name="original"),
    path(HALF, examine.half, name="half"),
    path(HALF + "accept/", decisions.accept, name="accept"),
    path(HALF + "refuse/", decisions.refuse, name="refuse"),
]
