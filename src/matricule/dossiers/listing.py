"""The rows of a company's list: one line a request, one a person, made for sorting and searching (ADR 17).

A list of 100,000 requests is sorted five ways, filtered and searched, a page at a time. Each line repeats what the
list orders by, in columns with an index of their own; ``dossiers.lines`` writes them in the operation that changes
the request, and the reconciler compares them with what they repeat.
"""

from dataclasses import dataclass

from django.db import models

from matricule.accounts.organisations import Organisation
from matricule.dossiers.models import Dossier, Registrant

ORDERS = {
    "opened": "opened_at",
    "changed": "changed_at",
    "person": "person_key",
    "label": "rank",
    "turn": "turn",
}
"""What a list can be ordered by, and the column that says it."""

LATEST = "-opened"
"""The order of a list that nobody chose: the latest opened first."""


@dataclass(frozen=True)
class View:
    """What of a company's list is shown, and how: a filter ("" for all), an order, a search ("" for none).

    ``order`` is one of ``ORDERS``, with "-" before it for the other way round.
    """

    filter: str = ""
    order: str = LATEST
    text: str = ""

    @property
    def words(self) -> str:
        """Return what is searched, without spaces that say nothing."""
        return " ".join(self.text.split())

    @property
    def column(self) -> str:
        """Return the column that the order reads; an order that nobody knows is that of a list nobody ordered."""
        name = self.order.removeprefix("-")
        if name not in ORDERS:
            return ORDERS[LATEST[1:]]
        return ORDERS["opened"] if self.filter and name == "label" else ORDERS[name]

    @property
    def down(self) -> bool:
        """Tell whether the order goes down."""
        return self.order.startswith("-") or self.order not in ORDERS


EVERYTHING = View()
"""The whole list, as it is shown to whoever chose nothing."""


def _indexes() -> list[models.Index]:
    """Return an index for each order, over all requests of a company and over those under one filter."""
    found = []
    for name, column in ORDERS.items():
        found.append(models.Index(fields=["organisation", column, "dossier"], name=f"listed_{name}"))
        if name != "label":  # under one filter every label is the same
            fields = ["organisation", "filter", column, "dossier"]
            found.append(models.Index(fields=fields, name=f"listed_filter_{name}"))
    return found


class ListedRequest(models.Model):
    """One line of a company's list. ``filter`` is the label under which it is shown, ``rank`` its place among them.

    ``turn`` orders by who acts, by when: the company first, the nearest day before none, then the caisse, then nobody.
    ``due_on`` is the nearest day by which the company sends something, ``person_due_on`` that of what only a person of
    the request can give: it stands beside the turn of the others and hides none.
    ``person_key`` is the folded name of the employee, "" while none is checked; ``own_key`` the payroll's number in
    capitals. ``people``: how many there are, those who withdrew too.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, primary_key=True, related_name="line")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    filter = models.CharField(max_length=24)
    rank = models.PositiveSmallIntegerField()
    turn = models.CharField(max_length=12, db_collation="C")
    due_on = models.DateField(null=True)
    person_due_on = models.DateField(null=True)
    person_key = models.CharField(max_length=320, blank=True, db_collation="C")
    own_key = models.CharField(max_length=80, blank=True, db_collation="C")
    people = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            *_indexes(),
            models.Index(fields=["organisation", "own_key"], name="listed_own_key", condition=~models.Q(own_key="")),
        ]

    def __str__(self) -> str:
        return f"line:{self.pk}"


class ListedPerson(models.Model):
    """One person of a company's requests, as a search finds them: by birth name, usage name or given names first.

    ``title_until``: the end of the stay title while the request of this person is not over, for what is to do.
    """

    registrant = models.OneToOneField(Registrant, on_delete=models.CASCADE, primary_key=True, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    name_key = models.CharField(max_length=320, blank=True, db_collation="C")
    usage_key = models.CharField(max_length=320, blank=True, db_collation="C")
    given_key = models.CharField(max_length=320, blank=True, db_collation="C")
    title_until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "name_key", "dossier"], name="listed_name"),
            models.Index(fields=["organisation", "usage_key", "dossier"], name="listed_usage_name"),
            models.Index(fields=["organisation", "given_key", "dossier"], name="listed_given_name"),
            models.Index(
                fields=["organisation", "title_until", "registrant"],
                name="listed_title",
                condition=models.Q(title_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"listed:{self.pk}"
