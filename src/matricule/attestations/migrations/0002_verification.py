from django.db import migrations, models

import matricule.core.fields


class Migration(migrations.Migration):

    dependencies = [
        ("attestations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="code_index",
            field=models.BinaryField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="shown",
            field=matricule.core.fields.EncryptedJSONField(default=dict),
        ),
        migrations.AddField(
            model_name="letter",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
    ]
