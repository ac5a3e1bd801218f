"""The index of the companies leaves the students out: a queue of theirs was read through it whole, and sorted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_pending_app"),
        ("dossiers", "0020_posted_rib"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossiers",
                to="accounts.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("organisation", None), _negated=True),
                fields=["organisation"],
                name="dossier_company",
            ),
        ),
    ]
