"""The list's page: orders, views under a name, files, what is to do today; whose each of them is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import invitations, members
from matricule.accounts.organisations import Organisation
from matricule.core import clock, i18n
from matricule.dossiers import keeping, lines
from matricule.dossiers.case import Ask
from matricule.dossiers.keeping import ListExport, SavedView
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, exporting
from matricule.portals.requests import turns
from matricule.portals.requests.forms import ORDERS
from tests.support import caisse, cast, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


def url(name, *args):
    with translation.override("en"):
        return reverse(f"requests:{name}", args=args)


def give(chief, name, **more):
    """Return a request of the company whose employee has this family name."""
    dossier = firm.owned(chief)
    Registrant.objects.filter(dossier=dossier).update(birth_name=name, **more)
    lines.settle(dossier, clock.now(), changed=True)
    return dossier


@pytest.fixture
def client(chief):
    for name in ("Zadeh", "Alvarez", "Moreau"):
        give(chief, name)
    return company.browser(chief.user_id)


def order_of(answer):
    html = answer.content.decode()
    table = html[html.index("<tbody>") :]
    return sorted(("Alvarez", "Moreau", "Zadeh"), key=table.index)


def form(**more):
    return {"label": "", "order": "-opened", "q": "", "idempotency_key": str(uuid4()), **more}


def test_a_head_orders_the_list_and_once_more_the_other_way(client):
    html = client.get(url("list")).content.decode()
    assert 'href="/en/employer/requests/?order=person"' in html and 'aria-sort="descending"' in html
    answer = client.get(url("list") + "?order=person")
    assert order_of(answer) == ["Alvarez", "Moreau", "Zadeh"]
    assert "?order=-person" in answer.content.decode() and 'aria-sort="ascending"' in answer.content.decode()
    assert order_of(client.get(url("list") + "?order=-person")) == ["Zadeh", "Moreau", "Alvarez"]


@pytest.mark.parametrize("order", [*ORDERS, "nonsense", ""])
def test_every_order_has_its_page(client, order):
    assert client.get(url("list") + f"?order={order}").status_code == 200


def test_pages_go_on_in_the_order_chosen_and_no_name_is_in_an_address(client, monkeypatch):
    monkeypatch.setattr("matricule.dossiers.requests.listed.__kwdefaults__", {"limit": 2})
    first = client.get(url("list") + "?order=person").content.decode()
    start = first.index('rel="next" href="') + len('rel="next" href="')
    address = first[start : first.index('"', start)].replace("&amp;", "&")
    assert "lvarez" not in address.lower() and "moreau" not in address.lower()
    second = client.get(address).content.decode()
    assert "Zadeh" in second and "Alvarez" not in second and "To do today" not in second


def test_a_view_is_kept_opened_renamed_and_removed(client):
    answer = client.post(url("views"), form(name="Madame Alvarez", q="alva", order="person"))
    assert answer.status_code == 302 and "lvarez" not in answer["Location"]
    html = client.get(answer["Location"]).content.decode()
    table = html[html.index("<tbody>") :]
    assert "Alvarez" in table and "Zadeh" not in table and "Madame Alvarez" in html
    view = SavedView.objects.get()
    client.post(url("view-act", view.pk, "rename"), {"name": "Her"})
    assert "Her" in client.get(url("views")).content.decode()
    wrong = client.post(url("view-act", view.pk, "rename"), {"name": " "})
    assert wrong.status_code == 422 and "Give the view a name" in wrong.content.decode()
    long = client.post(url("view-act", view.pk, "rename"), {"name": "x" * 61})
    assert long.status_code == 422 and f'value="{"x" * 61}"' in long.content.decode(), "what was typed stays"
    assert client.post(url("view-act", view.pk, "paint")).status_code == 404
    assert client.post(url("view-act", view.pk, "remove")).status_code == 303
    assert client.get(answer["Location"]).status_code == 404


def test_a_view_without_a_name_or_one_too_many_says_so(client, monkeypatch):
    answer = client.post(url("views"), form(name="", q="alva", order="person"))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_name"' in page, "the summary leads to the field"
    assert 'name="q" value="alva"' in page and 'name="order" value="person"' in page, "what was shown is not lost"
    monkeypatch.setattr("matricule.dossiers.operations.viewing.MOST", 0)
    answer = client.post(url("views"), form(name="One more"))
    assert answer.status_code == 422 and "remove one first" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_the_same_view_sent_twice_is_kept_once(client):
    sent = form(name="Twice")
    for _ in range(2):
        assert client.post(url("views"), sent).status_code == 302
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(("kind", "start"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_a_short_list_is_a_file_at_once(client, kind, start):
    answer = client.post(url("export"), form(kind=kind))
    assert answer.status_code == 200 and answer.content.startswith(start)
    assert f"matricule-{clock.today().isoformat()}.{kind}" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_holds_what_is_filtered_and_searched(client):
    data = client.post(url("export"), form(kind="csv", label="rejected")).content.decode()
    assert data.count("\r\n") == 1
    data = client.post(url("export"), form(kind="csv", q="zad")).content.decode()
    assert "Zadeh" in data and "Moreau" not in data
    assert client.post(url("export"), form(kind="pdf")).status_code == 404


def test_a_long_list_is_made_by_a_job_while_its_page_shows_how_far(client, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    sent = form(kind="csv")
    for _ in range(2):
        answer = client.post(url("export"), sent)
        assert (answer.status_code, answer["Location"]) == (303, url("exports"))
    row = ListExport.objects.get()
    assert "It starts in a moment" in client.get(url("exports")).content.decode()
    ListExport.objects.update(total=3, done=2)
    assert "2 of 3 requests" in client.get(url("exports")).content.decode()
    assert client.get(url("export-file", row.pk)).status_code == 404
    exporting.make(row.pk)
    assert url("export-file", row.pk) in client.get(url("exports")).content.decode()
    assert "Zadeh" in client.get(url("export-file", row.pk)).content.decode()


def test_files_and_views_of_a_colleague_and_of_others_do_not_exist(client, chief):
    client.post(url("views"), form(name="Mine"))
    view = SavedView.objects.get()
    actor = firm.access.member(chief.user_id)
    row = exporting.ask(actor, chief.company.id, keeping.View(), "csv", "en", key=uuid4())
    exporting.make(row)
    gone = company.a_colleague(chief)
    left = company.browser(gone.user_id)
    members.remove(chief.user_id, chief.company.id, gone.user_id)
    everybody = {
        "a colleague": company.browser(company.a_colleague(chief).user_id),
        "another company": company.browser(company.a_company(siret=company.OTHER_SIRET).user_id),
        "the same SIRET": company.browser(company.a_company().user_id),
        "a removed member": left,
    }
    before = cast.fingerprint()
    for who, other in everybody.items():
        for own, nobodys in ((view.pk, uuid4()), (row, uuid4())):
            for name, rest, method in (
                ("view-act", ("rename",), "post"), ("view-act", ("remove",), "post"), ("export-file", (), "get"),
            ):  # fmt: skip
                found, missing = (
                    getattr(other, method)(url(name, pk, *rest), form(name="Mine")) for pk in (own, nobodys)
                )
                assert found.status_code == missing.status_code == 404, (who, name)
                assert cast.plain(found)[0] == cast.plain(missing)[0]
        assert other.get(url("list") + f"?saved={view.pk}").status_code in {302, 404}, who
    assert cast.fingerprint() == before
    assert client.get(url("export-file", row)).status_code == 200


def test_fetching_and_asking_leave_their_rows(client, monkeypatch):
    mark = cast.last_entry()
    client.post(url("export"), form(kind="csv"))
    client.post(url("search"), {"q": "moreau"})
    client.get(url("list") + "?order=turn")
    assert [action for action, _ in cast.entries_since(mark)] == ["list.exported", "read.search", "read.requests"]


def test_today_administrators_see_who_cannot_sign_in_yet(chief):
    colleague = company.a_colleague(chief)
    invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "member")
    html = company.browser(chief.user_id).get(url("list")).content.decode()
    assert "guest@example.org" in html and "not in yet" in html
    assert "no passkey and no app" in html and colleague.name in html
    other = company.browser(colleague.user_id).get(url("list")).content.decode()
    assert "guest@example.org" not in other
    later = clock.now() - timedelta(days=1)
    Organisation.objects.get(pk=chief.company.id).invitations.update(expires_at=later)
    assert "the invitation is over" in company.browser(chief.user_id).get(url("list")).content.decode()


def test_a_search_that_finds_many_says_so_and_goes_on(chief, client, monkeypatch):
    monkeypatch.setattr("matricule.dossiers.requests.FOUND", 1)
    monkeypatch.setattr("matricule.dossiers.requests.listed.__kwdefaults__", {"limit": 1})
    for name in ("Alba", "Alta"):
        give(chief, name)
    html = client.post(url("search"), {"q": "al"}).content.decode()
    assert "Many names begin like this" in html and 'name="after"' in html


def ask_bank_details(dossier):
    """Ask the employee for their RIB; return by when it is due."""
    asking.ask(
        caisse.a_caseworker(), dossier.pk, dossier.registrants.get(position=1).pk,
        expects=caisse.version_of(dossier), codes={"rib": ("not_sent", {})},
    )  # fmt: skip
    return Ask.objects.get(registrant__dossier=dossier).due_on


@pytest.mark.parametrize(
    ("language", "the_caisse", "the_employee", "nothing"),
    [
        ("en", "<b>The caisse</b>, aim:", "<b>The employee</b>, by {}", "Nothing waits for you today."),
        (
            "fr",
            "<b>La caisse</b>, réponse visée le",
            "<b>La personne salariée</b>, avant le {}",
            "Rien ne vous attend aujourd’hui.",
        ),
    ],
)
def test_bank_details_asked_of_the_employee_hide_no_aim_of_the_caisse_and_are_not_the_companys(
    chief, language, the_caisse, the_employee, nothing
):
    due = ask_bank_details(firm.owned(chief, firm.a_sent_request))
    with i18n.in_language(language):
        address, day = reverse("requests:list"), i18n.format_short_date(due)
    html = company.browser(chief.user_id).get(address).content.decode()
    assert the_caisse in html and the_employee.format(day) in html and nothing in html


def test_the_page_of_a_request_says_by_when_the_person_sends_and_asks_nothing_of_the_company(chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    with i18n.in_language("en"):
        day = i18n.format_date(ask_bank_details(dossier), weekday=True)
    html = company.browser(chief.user_id).get(url("request", dossier.pk)).content.decode()
    assert f"Sent by the person, by post, by {day}:" in html and "You send" not in html


def test_who_gives_their_bank_details_is_named_by_their_place():
    for people, category, said in (
        (1, "salarie", "The employee"), (3, "salarie", "The employee or the family"),
        (1, "membre_majeur_famille", "The family member"),
    ):  # fmt: skip
        assert turns.who_sends(Dossier(category=category), people) == said
