from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0019_fill_in_who_had_it"),
    ]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="before",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
