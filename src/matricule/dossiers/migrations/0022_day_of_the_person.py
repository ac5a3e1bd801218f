"""A day of its own for what only a person of a request can give: it stood as the company's (issue 5, section 3)."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

ENDED = ("registered", "rejected", "closed", "nia_deactivated", "withdrawn")
BY_PERSON = Q(code="rib")


def whose_days(apps, schema_editor):
    """Part the day of each line into the company's and the person's, and let the turn follow the company's."""
    waiting = apps.get_model("dossiers", "AskItem").objects.filter(
        ask__registrant__dossier=OuterRef("pk"), ask__state="open", answered_at=None
    )
    days = waiting.exclude(ask__registrant__state__in=ENDED).order_by("ask__due_on").values("ask__due_on")
    lines = apps.get_model("dossiers", "ListedRequest").objects.exclude(due_on=None)
    lines.filter(turn__startswith="1").update(turn="1 later")
    lines.update(
        person_due_on=Subquery(days.filter(BY_PERSON)[:1]),
        due_on=Subquery(days.exclude(BY_PERSON)[:1]),
    )
    lines.update(turn=Concat(Value("1 "), Cast(F("due_on"), TextField())))


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0021_index_of_companies_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="listedrequest",
            name="person_due_on",
            field=models.DateField(null=True),
        ),
        migrations.RunPython(whose_days, migrations.RunPython.noop),
    ]
