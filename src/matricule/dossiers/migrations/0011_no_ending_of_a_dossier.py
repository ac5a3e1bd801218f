"""A request has no reason of its own any more: each of its people has one (0010)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0010_ending_of_a_person"),
    ]

    operations = [
        migrations.RemoveField(model_name="dossier", name="ending"),
    ]
