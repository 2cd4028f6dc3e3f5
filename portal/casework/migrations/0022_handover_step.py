import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0021_moved_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="step",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="casework.contact",
            ),
        ),
    ]
