from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0007_decides"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="limits",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
