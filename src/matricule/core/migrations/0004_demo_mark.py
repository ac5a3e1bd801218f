"""The mark that demo mode leaves on a database of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_journal")]

    operations = [
        migrations.CreateModel(
            name="DemoMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
