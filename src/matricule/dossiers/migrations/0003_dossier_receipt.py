from django.db import migrations

import matricule.core.fields


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0002_erasure"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="receipt",
            field=matricule.core.fields.EncryptedJSONField(default=dict),
        ),
    ]
