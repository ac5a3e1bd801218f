from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0023_sittings_of_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="file",
            name="said",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
    ]
