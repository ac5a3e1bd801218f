"""The rows of a dossier that every page and every change reads, by statements written once (core.rows)."""

import json
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from django.db import connection

from matricule.accounts.models import User
from matricule.core.rows import Table
from matricule.dossiers.case import Decision
from matricule.dossiers.models import Document, Dossier, File, Registrant, Requirement, Version

_PERSON, _DOSSIER, _OWNER = Table(Registrant), Table(Dossier), Table(User)
_REQUIREMENT, _DOCUMENT, _VERSION = Table(Requirement), Table(Document), Table(Version)
_FILE, _DECISION = Table(File), Table(Decision)

_PRINCIPAL = """
select {person}, {dossier} from dossiers_registrant r join dossiers_dossier d on d.id = r.dossier_id
 where r.dossier_id = %s and r.position = 1
"""
_LOCKED = """
select {person}, {dossier}, {owner} from dossiers_registrant r join dossiers_dossier d on d.id = r.dossier_id
  join accounts_user o on o.id = d.owner_id
 where r.dossier_id = %s and r.position = 1 for update of r, d
"""

_PAPERS = """
with people as ({people}),
     documents as (select d.* from dossiers_document d join people p on p.id = d.registrant_id),
     versions as (select v.* from dossiers_version v join documents d on d.id = v.document_id)
select
  (select jsonb_agg(to_jsonb(q) order by q.position)
     from dossiers_requirement q join people p on p.id = q.registrant_id),
  (select jsonb_agg(to_jsonb(d)) from documents d),
  (select jsonb_agg(to_jsonb(v) order by v.number) from versions v),
  (select jsonb_agg(to_jsonb(f) || jsonb_build_object('live_pages', array(
            select p.id from dossiers_page p where p.file_id = f.id and p.removed_at is null order by p.position
          )) order by f.part, f.position)
     from dossiers_file f join versions v on v.id = f.version_id),
  (select jsonb_agg(to_jsonb(c))
     from dossiers_decision c join versions v on v.id = c.version_id where c.superseded_at is null),
  (select max(d.version) from dossiers_dossier d join dossiers_registrant r on r.dossier_id = d.id
     join people p on p.id = r.id)
"""
_ONE = _PAPERS.format(people="select %s::uuid as id")
_ALL = _PAPERS.format(people="select id from dossiers_registrant where dossier_id = %s")


@dataclass(frozen=True)
class Papers:
    """Every document of one person at one moment: what is asked, the versions, their files, the decisions in force.

    ``requirements`` come in the order of the list, dropped ones too; ``versions`` by number, each with its document;
    ``files`` and ``decisions`` by the version that they belong to, the files in their order, removed ones too, each
    with its version and its live pages; ``as_of`` is the version of the dossier of which all this was read.
    """

    requirements: list[Requirement] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    files: dict[UUID, list[File]] = field(default_factory=dict)
    decisions: dict[UUID, list[Decision]] = field(default_factory=dict)
    as_of: int = 0

    @property
    def asked(self) -> list[Requirement]:
        """Return what is still asked."""
        return [row for row in self.requirements if row.dropped_at is None]

    def current(self, slot: str) -> Version | None:
        """Return the version of a slot that was not replaced, None when nothing was sent for it."""
        return next((one for one in self.versions if one.document.slot == slot and one.replaced_at is None), None)


def principal(dossier_id: UUID, *, lock: bool = False) -> Registrant | None:
    """Return the principal of a dossier with its dossier, in one statement; None when there is no such dossier.

    ``lock``: both rows, until the transaction ends; the owner's account comes with them. Both, because a row that is
    joined and not locked is shown as it was before the wait for the lock: of an account that is where a mail goes, and
    it could have left then.
    """
    with connection.cursor() as cursor:
        cursor.execute(_principal(lock), [dossier_id])
        found = cursor.fetchone()
    if found is None:
        return None
    person = _PERSON.row(found[: _PERSON.width])
    rest = _PERSON.width + _DOSSIER.width
    person.dossier = _DOSSIER.row(found[_PERSON.width : rest])
    if lock:
        person.dossier.owner = _OWNER.row(found[rest:])
    return person


@cache
def _principal(lock: bool) -> str:
    columns = {"person": _PERSON.columns("r"), "dossier": _DOSSIER.columns("d"), "owner": _OWNER.columns("o")}
    return (_LOCKED if lock else _PRINCIPAL).format(**columns)


def papers(registrant: Registrant) -> Papers:
    """Return every document of a person, in one statement: all of it as it stood at one moment."""
    return _papers(_ONE, registrant.pk, registrant).get(registrant.pk, Papers())


def papers_of_all(registrant: Registrant) -> dict[UUID, Papers]:
    """Return every document of everybody in this person's dossier, by person, in one statement."""
    return _papers(_ALL, registrant.dossier_id, registrant)


def _papers(sql: str, key: UUID, known: Registrant) -> dict[UUID, Papers]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        *lists, as_of = cursor.fetchone()
    asked, documents, versions, files, decisions = (json.loads(rows or "[]") for rows in lists)
    found: dict[UUID, Papers] = {}
    for requirement in map(_REQUIREMENT.nested, asked):
        found.setdefault(requirement.registrant_id, Papers(as_of=as_of)).requirements.append(requirement)
    by_id = {one.pk: one for one in map(_DOCUMENT.nested, documents)}
    for document in by_id.values():
        if document.registrant_id == known.pk:
            document.registrant = known
    mine: dict[UUID, tuple[Version, Papers]] = {}
    for version in map(_VERSION.nested, versions):
        version.document = by_id[version.document_id]
        papers = found.setdefault(version.document.registrant_id, Papers(as_of=as_of))
        papers.versions.append(version)
        papers.files[version.pk], papers.decisions[version.pk] = [], []
        mine[version.pk] = version, papers
    for row in files:
        file = _FILE.nested(row)
        file.version, papers = mine[file.version_id]
        file.live_pages = [UUID(page) for page in row["live_pages"]]
        papers.files[file.version_id].append(file)
    for decision in map(_DECISION.nested, decisions):
        decision.version, papers = mine[decision.version_id]
        papers.decisions[decision.version_id].append(decision)
    return found
