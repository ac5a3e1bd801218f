"""How many requests of a company stand under each label: kept by the operations, not counted on a page (house.md 4).

The label of a request is rebuilt by the operation that changes it (operations.door); the counts follow it here, and
are compared with the requests once a day (dossiers.reconciling).
"""

from uuid import UUID

from matricule.dossiers import counting
from matricule.dossiers.models import Dossier, LabelCount

FILTERS = (
    "in_progress", "rejected", "awaiting", "provisional", "partial", "registered", "reminded", "closed",
)  # fmt: skip
"""The eight labels by which the employer's list is filtered, in the order of seed 000; the ninth filter is "all"."""

SHOWN_AS = {"withdrawn": "closed"}
"""A request whose people all withdrew stands with those that ended without an answer (house.md, section 3)."""

_COUNT = """
insert into dossiers_labelcount (organisation_id, label, n) values (%s, %s, %s)
on conflict (organisation_id, label) do update set n = dossiers_labelcount.n + excluded.n
"""

_MISCOUNTED = """
with standing as (select organisation_id, label, count(*) as n from dossiers_dossier
               where organisation_id is not null group by organisation_id, label)
select coalesce(c.organisation_id, t.organisation_id), coalesce(c.label, t.label), coalesce(c.n, 0), coalesce(t.n, 0)
  from dossiers_labelcount c full join standing t on t.organisation_id = c.organisation_id and t.label = c.label
 where coalesce(c.n, 0) <> coalesce(t.n, 0)
 order by 1, 2
"""


COUNTS = counting.Counts("dossiers_labelcount", _COUNT, _MISCOUNTED)
count, miscounted = COUNTS.count, COUNTS.miscounted


def settle(dossier: Dossier) -> None:
    """Move the counts of a company when the label of one of its requests changed; the caller saves the row."""
    company = dossier.organisation_id
    if company is None or dossier.counted_label == dossier.label:
        return
    if dossier.counted_label:
        count(company, dossier.counted_label, -1)
    count(company, dossier.label, 1)
    dossier.counted_label = dossier.label


def forget(dossier: Dossier) -> None:
    """Take a request that is deleted out of the counts."""
    if dossier.organisation_id is not None and dossier.counted_label:
        count(dossier.organisation_id, dossier.counted_label, -1)


def join(keep_id: UUID, other_id: UUID) -> None:
    """Add the counts of one company to those of another that takes its requests over; the first has none left."""
    rows = list(LabelCount.objects.select_for_update().filter(organisation_id=other_id).order_by("label"))
    for row in rows:
        count(keep_id, row.label, row.n)
    LabelCount.objects.filter(pk__in=[row.pk for row in rows]).delete()


def counts(organisation_id: UUID) -> dict[str, int]:
    """Return how many requests of a company stand under each label, drafts too, and under "all" (one statement)."""
    found = dict(LabelCount.objects.filter(organisation_id=organisation_id).values_list("label", "n"))
    for label, shown in SHOWN_AS.items():
        found[shown] = found.get(shown, 0) + found.pop(label, 0)
    rows = {label: found.get(label, 0) for label in ("draft", *FILTERS)}
    return {"all": sum(rows.values()), **rows}
