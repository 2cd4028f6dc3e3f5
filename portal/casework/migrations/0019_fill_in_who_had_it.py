from typing import Any

from django.db import migrations, models


def fill_in(apps: Any, _editor: Any) -> None:
    """Who gave a case to a colleague had it; whose it was when somebody took it, older rows do not say."""
    rows = apps.get_model("casework", "Transfer").objects.exclude(by=models.F("to"))
    rows.update(had=models.F("by"))


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0018_who_had_it"),
    ]

    operations = [
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
