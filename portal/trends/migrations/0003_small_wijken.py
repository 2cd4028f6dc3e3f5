"""Remove the weeks with figures of a small wijk; the next weekly run sends them again with small wijken together."""

from typing import Any

from django.db import migrations

LEAST = 100
"""The default of `least_homes_per_wijk` in the settings of the pipeline."""


def remove(apps: Any, _schema: Any) -> None:
    """Remove every figure of a week in which a wijk has fewer agreements than `LEAST`."""
    figures = apps.get_model("trends", "WeekFigure").objects
    days = list(figures.filter(agreements__lt=LEAST).order_by().values_list("as_of", flat=True).distinct())
    figures.filter(as_of__in=days).delete()


class Migration(migrations.Migration):
    dependencies = [("trends", "0002_evidence")]
    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
