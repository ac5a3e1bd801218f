"""A file that is still "Being checked" on a company's page: its script asks at the company's own address."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import members
from matricule.core import journal
from matricule.dossiers import tasks
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import files, requesting
from matricule.dossiers.operations.deposit import NotReady
from tests.support import companies as firm
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db

FRAGMENT = {"X-Matricule-Fragment": "1"}


def at(name, *args):
    with translation.override("en"):
        return reverse(f"requests:{name}", args=args)


def a_draft_that_waits(chief, data=None) -> tuple[Dossier, File]:
    """Return a draft with the family, and a file of the spouse that came while the parser was busy."""
    dossier = firm.owned(chief, firm.a_request)
    firm.fill(dossier, dossier.registrants.get(position=1))
    firm.with_family(dossier)
    spouse = dossier.registrants.get(role="spouse")
    late = make.checked(data or make.a_pdf(), verdict="checking", ok=False, pages=0, kind="", waiting=True)
    file_id = files.add_file(
        firm.actor_of(dossier), dossier.pk, "identity", "main", late, person_id=spouse.pk
    )  # fmt: skip
    return dossier, File.objects.get(pk=file_id)


def polls(answer) -> list[tuple[str, str]]:
    return re.findall(r'id="(\w+)" data-piece[^>]* data-poll="([^"]*)"', answer.content.decode())


def refused(dossier) -> list[journal.Entry]:
    return [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.outcome != "done"]


def test_the_page_asks_for_the_verdict_where_the_member_gets_it(client, chief):
    dossier, file = a_draft_that_waits(chief)
    spouse = dossier.registrants.get(role="spouse")
    page = client.get(at("documents", dossier.pk, spouse.pk))
    assert polls(page) == [("identity", at("add", dossier.pk, spouse.pk, "identity"))]
    ((_slot, where),) = polls(page)
    still = client.get(where, headers=FRAGMENT)
    assert (still.status_code, polls(still)) == (200, [("identity", where)]), (
        "the fragment asks again at the same place"
    )
    tasks.check_file(str(file.pk))
    answer = client.get(where, headers=FRAGMENT)
    html = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in html and "Opens well." in html and polls(answer) == []
    assert refused(dossier) == []
    actions = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
    assert actions[-1] == "read.documents"


def test_the_verdict_on_a_bad_file_is_brought_too(client, chief):
    dossier, file = a_draft_that_waits(chief, b"nothing")
    where = at("add", dossier.pk, dossier.registrants.get(role="spouse").pk, "identity")
    tasks.check_file(str(file.pk))
    html = client.get(where, headers=FRAGMENT).content.decode()
    assert "file-bad" in html
    assert "data-poll" not in html


def test_what_stood_before_sending_is_gone_with_the_verdict(chief):
    dossier = firm.owned(chief, firm.a_ready_request)
    person = dossier.registrants.get()
    late = make.checked(make.a_pdf(), verdict="checking", ok=False, pages=0, kind="", waiting=True)
    old = File.objects.get(version__document__registrant=person, version__document__slot="identity")
    files.remove_file(firm.actor_of(dossier), dossier.pk, old.pk)
    file_id = files.add_file(
        firm.actor_of(dossier), dossier.pk, "identity", "main", late, person_id=person.pk
    )  # fmt: skip
    dossier.refresh_from_db()
    with pytest.raises(NotReady):
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    tasks.check_file(str(file_id))
    dossier.refresh_from_db()
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())


def test_a_file_that_came_for_a_request_that_was_sent_is_asked_for_there_too(client, chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    person = dossier.registrants.get()
    late = make.checked(make.a_pdf(), verdict="checking", ok=False, pages=0, kind="", waiting=True)
    files.add_file(firm.actor_of(dossier), dossier.pk, "civil_status", "main", late, person_id=person.pk)
    asked = polls(client.get(at("documents", dossier.pk, person.pk)))
    assert [client.get(where, headers=FRAGMENT).status_code for _slot, where in asked] == [200] and asked


def test_another_company_a_removed_member_and_another_persons_document_get_nothing(client, chief):
    dossier, _file = a_draft_that_waits(chief)
    spouse = dossier.registrants.get(role="spouse").pk
    where = at("add", dossier.pk, spouse, "identity")
    assert company.browser(company.a_company().user_id).get(where, headers=FRAGMENT).status_code == 404
    assert client.get(at("add", dossier.pk, spouse, "rib"), headers=FRAGMENT).status_code == 404
    assert client.get(at("add", dossier.pk, uuid4(), "identity"), headers=FRAGMENT).status_code == 404
    other = company.a_colleague(chief)
    leaver = company.browser(other.user_id)
    assert leaver.get(where, headers=FRAGMENT).status_code == 200
    members.remove(chief.user_id, chief.company.id, other.user_id)
    assert leaver.get(where, headers=FRAGMENT).status_code != 200


def test_without_the_script_the_address_leads_to_the_document(client, chief):
    dossier, _file = a_draft_that_waits(chief)
    spouse = dossier.registrants.get(role="spouse").pk
    answer = client.get(at("add", dossier.pk, spouse, "identity"))
    assert answer["Location"] == at("documents", dossier.pk, spouse) + "#identity"
