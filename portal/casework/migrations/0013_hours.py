from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0012_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="follow_up_at",
            field=models.TimeField(blank=True, null=True, verbose_name="hoe laat"),
        ),
        migrations.AddField(
            model_name="contact",
            name="follow_up_at",
            field=models.TimeField(blank=True, null=True, verbose_name="hoe laat"),
        ),
    ]
