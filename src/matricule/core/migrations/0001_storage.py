import django.db.models
from django.db import migrations, models

import matricule.core.clock
import matricule.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="VaultSweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=matricule.core.clock.wall)),
                ("removed", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("id", models.UUIDField(default=matricule.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", models.BinaryField(null=True)),
                ("size", models.BigIntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(default=matricule.core.clock.wall)),
                ("erased_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("erased_at__isnull", False), ("removed_at__isnull", True)),
                        fields=["erased_at"],
                        name="core_blob_to_remove",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", True), ("wrapped_key__isnull", False)),
                            models.Q(("erased_at__isnull", False), ("wrapped_key__isnull", True)),
                            _connector="OR",
                        ),
                        name="core_blob_key_or_erased",
                    )
                ],
            },
        ),
    ]
