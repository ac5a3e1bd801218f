"""Why a request ended is said of each person: a second rejection of another one overwrote the first one's words."""

import matricule.core.fields
from django.db import migrations

REASON_OF = {"closed": True, "rejected": False}


def to_the_people(apps, _editor):
    """Give each person who ended what their request said: the words of a closure to who was closed, and so on."""
    people = apps.get_model("dossiers", "Registrant")
    rows = people.objects.filter(state__in=list(REASON_OF)).select_related("dossier").only("state", "ending", "dossier__ending")
    for person in rows.iterator(chunk_size=500):
        said = person.dossier.ending
        if said and (said.get("reason") == "silence") is REASON_OF[person.state]:
            person.ending = said
            person.save(update_fields=["ending"])


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0009_lost_mailbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="registrant",
            name="ending",
            field=matricule.core.fields.EncryptedJSONField(default=dict),
        ),
        migrations.RunPython(to_the_people, migrations.RunPython.noop),
    ]
