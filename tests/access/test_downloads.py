"""Files leave with the exact headers of R11, and pictures only as pictures (R12)."""

import pytest
from django.test import RequestFactory

from matricule.portals import downloads
from tests.access import table
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
SEALED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "X-Frame-Options": "DENY",
}
FILES = {
    "student:original": ("application/pdf", "attachment; filename*=UTF-8''"),
    "student:joined": ("application/pdf", "attachment; filename*=UTF-8''"),
    "student:receipt-pdf": ("application/pdf", "attachment; filename*=UTF-8''"),
    "student:image": ("image/jpeg", "inline"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_route_is_sealed(name):
    dossier = make.a_submitted()
    client = cast.browser(dossier.owner)
    route = next(route for route in cast.routes() if route.name == name)
    (address,) = table.addresses(name, route.parts, table.ids_of(dossier), "fr")
    answer = client.get(address)
    kind, disposition = FILES[name]
    assert answer.status_code == 200 and answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith(disposition)
    assert {header: answer[header] for header in SEALED} == SEALED
    assert answer.content


def test_nothing_else_serves_files():
    dossier = make.a_submitted()
    client = cast.browser(dossier.owner)
    for route in cast.routes():
        for address in table.addresses(route.name, route.parts, table.ids_of(dossier), "en"):
            kind = client.get(address).get("Content-Type", "text/html")
            if route.name not in {*FILES, "student:everything", "public:address-code", "robots", "security"}:
                assert kind.startswith(("text/html", "application/json")), address


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("passport.pdf", "passport.pdf"),
        ('a"\r\nX-Evil: y.pdf', "a%22%0D%0AX-Evil%3A%20y.pdf"),
        ("../../x.pdf", "..%2F..%2Fx.pdf"),
        ("é;filename=evil.html.pdf", "%C3%A9%3Bfilename%3Devil.html.pdf"),
        ("护照\u202efdp.exe", "%E6%8A%A4%E7%85%A7%E2%80%AEfdp.exe"),
    ],
)
def test_the_persons_own_name_for_a_file_can_add_nothing(name, sent):
    dossier = make.a_draft()
    file_id = make.add(dossier, "identity", name=name)
    answer = cast.browser(dossier.owner).get(f"/en/student/dossier/{dossier.pk}/files/{file_id}/original/")
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{sent}"
    assert "X-Evil" not in answer.headers


def test_a_name_is_cut_and_an_unknown_kind_is_bytes():
    answer = downloads.attachment(b"x", "a" * 300, "exe")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].endswith("''" + "a" * 200)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("image", 200), ("empty", 200), ("document", 200), ("script", 403), ("style", 403), ("iframe", 403),
     ("embed", 403), ("object", 403), ("worker", 403), ("serviceworker", 403)],
)  # fmt: skip
def test_a_picture_is_given_as_a_picture_only(wanted, status):
    answer = downloads.image(RequestFactory().get("/", headers={"Sec-Fetch-Dest": wanted}), b"picture")
    assert answer.status_code == status
    assert (b"picture" in answer.content) is (status == 200)


def test_a_browser_that_says_nothing_gets_the_picture():
    assert downloads.image(RequestFactory().get("/"), b"picture").status_code == 200


def test_a_thumbnail_is_an_image_too_and_leaves_an_entry():
    dossier = make.a_ready_draft()
    mark = cast.last_entry()
    page = table.ids_of(dossier)["page_id"]
    answer = cast.browser(dossier.owner).get(f"/en/student/dossier/{dossier.pk}/pages/{page}/image/thumb/")
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert cast.entries_since(mark) == [("read.thumbnail", "done")]


def test_a_picture_that_was_not_given_was_not_seen():
    dossier = make.a_ready_draft()
    mark = cast.last_entry()
    page = table.ids_of(dossier)["page_id"]
    address = f"/en/student/dossier/{dossier.pk}/pages/{page}/image/view/"
    assert cast.browser(dossier.owner).get(address, headers={"Sec-Fetch-Dest": "script"}).status_code == 403
    assert cast.entries_since(mark) == []
