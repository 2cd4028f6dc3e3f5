from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0010_absences"),
    ]

    operations = [
        migrations.AlterField(
            model_name="worry",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("contact", "Wij hebben contact gehad"),
                    ("geprobeerd", "Wij kregen nog niemand te spreken en proberen het opnieuw"),
                    ("doorgegeven", "Doorgegeven aan iemand die verder helpt"),
                    ("niets_nodig", "Gekeken: er was niets nodig"),
                    ("niet_van_ons", "Deze woning is niet van ons; meld het bij de verhuurder"),
                ],
                max_length=20,
                verbose_name="antwoord",
            ),
        ),
    ]
