from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0015_call_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="answer_note",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="korte notitie"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="answer_role",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=80, verbose_name="wie bij de partner"
            ),
        ),
    ]
