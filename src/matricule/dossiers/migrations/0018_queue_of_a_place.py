"""A queue narrowed to a postcode or to the students is cut out of an index: it was walked from end to end."""

from django.conf import settings
from django.db import migrations, models

FILL = """
update dossiers_dossier set postcode = person.postcode from dossiers_registrant person
 where person.dossier_id = dossiers_dossier.id and person.position = 1 and dossiers_dossier.submitted_at is not null
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_pending_app"),
        ("dossiers", "0017_queue_of_a_category"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="postcode",
            field=models.CharField(blank=True, default="", max_length=5),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("organisation__isnull", True)),
                fields=["office", "queue", "waiting_since", "id"],
                name="dossier_queue_students",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["office", "queue", "postcode", "waiting_since", "id"], name="dossier_queue_postcode"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
