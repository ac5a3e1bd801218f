"""Somebody who is added to a request that was sent has a day and a receipt of their own."""

import matricule.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0012_lines"),
    ]

    operations = [
        migrations.AddField(model_name="registrant", name="added_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="registrant",
            name="receipt",
            field=matricule.core.fields.EncryptedJSONField(default=dict),
        ),
    ]
