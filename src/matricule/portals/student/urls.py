"""The addresses of the student's portal; ids only, never a personal value (house.md, decision 9)."""

from django.urls import path

from matricule.portals.student.views import address, after, documents, files, identify, mailbox, sign_in, space, submit

app_name = "student"

DOSSIER = "dossier/<uuid:dossier_id>/"

urlpatterns = [
    path("start/", sign_in.start, name="start"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("lost-mailbox/", mailbox.lost, name="lost-mailbox"),
    path("lost-mailbox/sent/", mailbox.sent, name="lost-mailbox-sent"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("schools/", identify.schools, name="schools"),
    path("space/", space.status, name="space"),
    path("space/information/", space.information, name="information"),
    path("space/documents/", space.documents, name="my-documents"),
    path("space/notifications/", space.notifications, name="notifications"),
    path("space/notifications/read/", space.notifications_read, name="notifications-read"),
    path("space/language/", space.language, name="language"),
    path("space/address/", address.change, name="address"),
    path("space/address/code/", address.code, name="address-code"),
    path("space/address/stop/", address.stop, name="address-stop"),
    path("object/<uuid:change_id>/<slug:mark>/", address.objection, name="objection"),
    path(DOSSIER + "identify/<str:name>/", identify.section, name="identify"),
    path(DOSSIER + "autosave/", identify.autosave, name="autosave"),
    path(DOSSIER + "documents/", documents.documents, name="documents"),
    path(DOSSIER + "documents/<slug:slot>/add/", documents.add, name="add"),
    path(DOSSIER + "documents/<slug:slot>/translator/", documents.translator, name="translator"),
    path(DOSSIER + "documents/<slug:slot>/replace/", documents.replace, name="replace"),
    path(DOSSIER + "documents/<slug:slot>/pdf/", files.joined, name="joined"),
    path(DOSSIER + "bank/", documents.bank, name="bank"),
    path(DOSSIER + "files/<uuid:file_id>/", files.file, name="file"),
    path(DOSSIER + "files/<uuid:file_id>/original/", files.original, name="original"),
    path(DOSSIER + "files/<uuid:file_id>/<slug:action>/", documents.act, name="file-act"),
    path(DOSSIER + "pages/<uuid:page_id>/image/<slug:size>/", files.image, name="image"),
    path(DOSSIER + "pages/<uuid:page_id>/<slug:action>/", files.act, name="page-act"),
    path(DOSSIER + "check/", submit.check, name="check"),
    path(DOSSIER + "receipt/", submit.receipt, name="receipt"),
    path(DOSSIER + "receipt/pdf/", submit.receipt_pdf, name="receipt-pdf"),
    path(DOSSIER + "delete/", submit.delete, name="delete"),
    path(DOSSIER + "write/", after.write, name="write"),
    path(DOSSIER + "cannot/<slug:slot>/<slug:part>/", after.cannot, name="cannot"),
    path(DOSSIER + "change/<slug:name>/", after.change, name="change"),
    path(DOSSIER + "ask-change/<slug:field>/", after.ask_change, name="ask-change"),
    path(DOSSIER + "object/<uuid:correction_id>/", after.object_to, name="object"),
    path(DOSSIER + "withdraw/", after.withdraw, name="withdraw"),
    path(DOSSIER + "reopen/", after.reopen, name="reopen"),
    path(DOSSIER + "number/", after.number, name="number"),
    path(DOSSIER + "readers/", after.readers, name="readers"),
    path(DOSSIER + "letters/<uuid:certificate_id>/<slug:kind>/", after.letter, name="letter"),
    path(DOSSIER + "everything/", after.everything, name="everything"),
]
