from django.db import migrations, models


class Migration(migrations.Migration):
    """A certificate that was withdrawn leaves its first day to the one that replaces it."""

    dependencies = [
        ("dossiers", "0006_measure"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="certificate",
            name="certificate_once",
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("registrant", "kind", "starts_on"),
                name="certificate_once",
            ),
        ),
    ]
