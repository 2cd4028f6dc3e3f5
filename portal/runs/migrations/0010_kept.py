from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0009_paused_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="kept",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
