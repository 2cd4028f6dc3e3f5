"""Let the pipeline also answer at how many addresses help was needed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trends", "0004_fairness")]
    operations = [
        migrations.AlterField(
            "evidence",
            "name",
            models.CharField(
                choices=[
                    ("effect", "Effect"),
                    ("needs", "Hulp nodig"),
                    ("slot", "Een plaats erbij"),
                    ("costs", "Kosten"),
                    ("backtest", "Terugkijken"),
                    ("fairness", "Groepen"),
                ],
                max_length=20,
            ),
        )
    ]
