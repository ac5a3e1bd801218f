"""What had ended is not answered: from now on only what comes after an end puts a dossier among the answers."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0018_queue_of_a_place'),
    ]

    operations = [
        migrations.RunSQL(
            "update dossiers_dossier set answered_at = null where queue = 'done' and answered_at is not null",
            migrations.RunSQL.noop,
        ),
    ]
