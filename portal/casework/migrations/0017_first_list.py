from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0016_answer_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="listing",
            name="carried_over",
            field=models.BooleanField(default=False, null=True),
        ),
    ]
