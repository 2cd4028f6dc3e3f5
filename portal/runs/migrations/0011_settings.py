from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0010_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="settings",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
