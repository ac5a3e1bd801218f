"""Each person's sitting at a draft is their own: a sitting that goes on at this moment is journaled once more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0022_day_of_the_person'),
    ]

    operations = [
        migrations.RemoveField(model_name='dossier', name='sitting_at'),
        migrations.AddField(model_name='dossier', name='sittings', field=models.JSONField(default=dict)),
    ]
