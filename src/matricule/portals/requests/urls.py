"""The addresses of a company's requests; ids only, never a personal value (house.md, decision 9).

A page about a person names the request and the person: two windows never mix two of them.
"""

from django.urls import path

from matricule.portals.requests.views import (
    adding,
    before,
    category,
    draft,
    files,
    follow,
    lists,
    papers,
    person,
    sending,
    start,
    writing,
)

app_name = "requests"

REQUEST = "<uuid:dossier_id>/"
PERSON = REQUEST + "people/<uuid:person_id>/"

urlpatterns = [
    path("", lists.listed, name="list"),
    path("search/", lists.search, name="search"),
    path("views/", lists.views, name="views"),
    path("views/<uuid:view_id>/<slug:action>/", lists.view_act, name="view-act"),
    path("export/", lists.export, name="export"),
    path("exports/", lists.exports, name="exports"),
    path("exports/<uuid:export_id>/", lists.export_file, name="export-file"),
    path("new/", start.who, name="new"),
    path(REQUEST, follow.request, name="request"),
    path(REQUEST + "category/", category.category, name="category"),
    path(REQUEST + "category/autosave/", category.autosave, name="category-autosave"),
    path(REQUEST + "people/add/", draft.add_person, name="add-person"),
    path(REQUEST + "check/", sending.check, name="check"),
    path(REQUEST + "receipt/", sending.receipt, name="receipt"),
    path(REQUEST + "receipt/pdf/", sending.receipt_pdf, name="receipt-pdf"),
    path(REQUEST + "proof/pdf/", sending.proof_pdf, name="proof-pdf"),
    path(REQUEST + "delete/", draft.delete, name="delete"),
    path(REQUEST + "write/", follow.write, name="write"),
    path(REQUEST + "withdraw/", follow.withdraw, name="withdraw"),
    path(PERSON + "number/", follow.number, name="number"),
    path(PERSON + "reopen/", follow.reopen, name="reopen"),
    path(REQUEST + "by-post/", adding.by_post, name="by-post"),
    path(PERSON + "by-post/", adding.by_post, name="person-by-post"),
    path(PERSON + "check/", adding.check, name="check-person"),
    path(PERSON + "receipt/", adding.receipt, name="person-receipt"),
    path(PERSON + "receipt/pdf/", adding.receipt_pdf, name="person-receipt-pdf"),
    path(PERSON + "write-to/", writing.write_to, name="write-to"),
    path(PERSON + "remove/", draft.remove_person, name="remove-person"),
    path(PERSON + "identify/<slug:name>/", person.section, name="identify"),
    path(PERSON + "before/", before.before, name="before"),
    path(PERSON + "autosave/", person.autosave, name="autosave"),
    path(PERSON + "documents/", papers.documents, name="documents"),
    path(PERSON + "documents/<slug:slot>/add/", papers.add, name="add"),
    path(PERSON + "documents/<slug:slot>/translator/", papers.translator, name="translator"),
    path(PERSON + "documents/<slug:slot>/replace/", papers.replace, name="replace"),
    path(PERSON + "documents/<slug:slot>/pdf/", files.joined, name="joined"),
    path(PERSON + "cannot/<slug:slot>/<slug:part>/", papers.cannot, name="cannot"),
    path(PERSON + "files/<uuid:file_id>/", files.file, name="file"),
    path(PERSON + "files/<uuid:file_id>/original/", files.original, name="original"),
    path(PERSON + "files/<uuid:file_id>/<slug:action>/", papers.act, name="file-act"),
    path(PERSON + "pages/<uuid:page_id>/image/<slug:size>/", files.image, name="image"),
    path(PERSON + "pages/<uuid:page_id>/<slug:action>/", files.act, name="page-act"),
]
