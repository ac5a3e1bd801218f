"""The documents of a person come whole, in one statement, as the ORM would read them."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from matricule.core import clock
from matricule.dossiers import queries, rows, standing
from matricule.dossiers.case import Decision
from matricule.dossiers.models import Dossier, File, Page, Registrant, Version
from matricule.dossiers.operations import files
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def counted(act):
    with CaptureQueriesContext(connection) as seen:
        result = act()
    return result, len(seen)


def test_the_principal_comes_with_its_dossier_in_one_statement():
    dossier = make.a_draft()
    person, statements = counted(lambda: rows.principal(dossier.pk))
    assert statements == 1 and person == Registrant.objects.get() and person.dossier == dossier
    assert person.dossier.owner_id == dossier.owner_id and person.typed == Registrant.objects.get().typed


def test_there_is_no_principal_of_a_dossier_that_does_not_exist():
    assert rows.principal(uuid4()) is None


def test_the_lock_holds_both_rows(django_db_blocker):
    dossier = make.a_draft()
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        rows.principal(dossier.pk, lock=True)
    assert seen[0]["sql"].rstrip().endswith("for update of r, d")


def test_the_documents_of_a_person_come_in_one_statement_however_many():
    dossier = make.a_draft()
    person = rows.principal(dossier.pk)
    assert counted(lambda: rows.papers(person))[1] == 1
    for slot in ("identity", "visa_d", "civil_status"):
        make.add(dossier, slot, pages=2)
    papers, statements = counted(lambda: rows.papers(person))
    assert statements == 1
    assert {version.document.slot for version in papers.versions} == {"identity", "visa_d", "civil_status"}
    _, more = counted(lambda: [(v.document.registrant, f.version.document.slot) for v in papers.versions
                               for f in papers.files[v.pk]])  # fmt: skip
    assert more == 0, "what hangs together was read together"


def test_the_files_come_in_their_order_with_their_live_pages_and_the_removed_ones_too():
    dossier = make.a_draft()
    first, second = make.add(dossier, "identity", pages=2), make.add(dossier, "identity", pages=1)
    files.remove_file(make.owner_of(dossier), dossier.pk, second)
    gone = Page.objects.get(file=first, number=1)
    Page.objects.filter(pk=gone.pk).update(removed_at=clock.now())
    papers = rows.papers(rows.principal(dossier.pk))
    found = papers.files[papers.current("identity").pk]
    assert [file.pk for file in found] == [first, second]
    assert found[0].live_pages == [Page.objects.get(file=first, number=2).pk]
    assert found[0].removed_at is None and found[1].removed_at is not None
    assert found[0].name == File.objects.get(pk=first).name


def test_only_decisions_in_force_come():
    dossier = make.a_submitted()
    version = Version.objects.filter(document__slot="identity").get()
    old = Decision.objects.create(
        version=version, part="main", accepted=False, at=clock.now(), superseded_at=clock.now()
    )
    now = Decision.objects.create(version=version, part="main", accepted=True, words={"fr": "oui"}, at=clock.now())
    papers = rows.papers(rows.principal(dossier.pk))
    assert papers.decisions[version.pk] == [now] and old.pk != now.pk
    assert papers.decisions[version.pk][0].words == {"fr": "oui"}


def test_everybody_of_a_dossier_comes_apart():
    dossier = make.a_draft()
    child = Registrant.objects.create(dossier=dossier, role="child", position=2)
    child.requirements.create(code="civil_status", slot="civil_status", phase=1, position=0)
    make.add(dossier, "identity")
    make.add(make.a_draft(), "identity")
    person = rows.principal(dossier.pk)
    found = rows.papers_of_all(person)
    assert set(found) == {person.pk, child.pk}
    assert [row.code for row in found[child.pk].requirements] == ["civil_status"] and not found[child.pk].versions
    assert len(found[person.pk].versions) == 1
    assert rows.papers(person).requirements == found[person.pk].requirements


def test_a_person_of_whom_nothing_is_asked_has_no_documents():
    dossier = make.a_draft()
    child = Registrant.objects.create(dossier=dossier, role="child", position=2)
    papers = rows.papers(child)
    assert papers == rows.Papers() and papers.current("identity") is None and papers.asked == []


def test_many_people_stand_where_each_of_them_stands():
    dossiers = [make.a_submitted(), make.a_submitted(), make.a_draft()]
    make.add(dossiers[2], "identity")
    people = [dossier.registrants.get() for dossier in dossiers]
    assert set(Dossier.objects.values_list("pk", flat=True)) == {dossier.pk for dossier in dossiers}
    together, statements = counted(lambda: standing.halves_of([person.pk for person in people]))
    assert statements == 4
    for person in people:
        alone, once = counted(lambda person=person: standing.halves(person))
        assert once == 1
        assert [(half.code, half.state, half.version, half.files) for half in alone] == [
            (half.code, half.state, half.version, half.files) for half in together[person.pk]
        ]


def test_a_page_with_documents_reads_them_once():
    dossier = make.a_submitted()
    space = queries.space(make.owner_of(dossier), dossier.pk)
    assert counted(lambda: (space.slots, space.halves, space.obstacles))[1] == 1
