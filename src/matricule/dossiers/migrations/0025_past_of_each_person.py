"""The past in France is asked of each person of a company's request, and a second nationality counts there."""

from django.db import migrations, models

import matricule.core.fields


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0024_what_a_file_is"),
    ]

    operations = [
        migrations.AddField(
            model_name="registrant", name="nationality_2", field=models.CharField(blank=True, max_length=2, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="registrant", name="past", field=matricule.core.fields.EncryptedJSONField(default=dict)
        ),
    ]
