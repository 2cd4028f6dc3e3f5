"""Let the pipeline also answer whether groups are treated alike."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trends", "0003_small_wijken")]
    operations = [
        migrations.AlterField(
            "evidence",
            "name",
            models.CharField(
                choices=[
                    ("effect", "Effect"),
                    ("slot", "Een plaats erbij"),
                    ("costs", "Kosten"),
                    ("backtest", "Terugkijken"),
                    ("fairness", "Groepen"),
                ],
                max_length=20,
            ),
        )
    ]
