import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.casework.models.work
import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0013_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="consent",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bewoner", "De bewoner zelf"),
                    ("vertegenwoordiger", "Wie voor de bewoner beslist, zoals een bewindvoerder"),
                    ("niemand", "Niemand: het kon niet wachten"),
                ],
                max_length=20,
                verbose_name="toestemming",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="consent_on",
            field=models.DateField(blank=True, null=True, verbose_name="toestemming op"),
        ),
        migrations.AddField(
            model_name="handover",
            name="person",
            field=models.CharField(blank=True, max_length=80, verbose_name="wie daar"),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=portal.casework.models.work.reference,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("token", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ("on", models.DateField(default=portal.clock.today, verbose_name="datum")),
                ("created_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("Huisbezoek", "Huisbezoek"),
                            ("Telefoon", "Telefoon"),
                            ("Kaartje", "Kaartje"),
                            ("SMS/Whatsapp", "SMS/Whatsapp"),
                            ("Afspraak op locatie", "Afspraak op locatie"),
                            ("Brief", "Brief"),
                            ("Mail", "Mail"),
                            ("Overige", "Overige"),
                            ("Administratief", "Administratief"),
                            ("Onbekend", "Onbekend"),
                        ],
                        max_length=20,
                        verbose_name="soort",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="casework.case",
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="casework.handover",
                    ),
                ),
            ],
            options={
                "ordering": ("on", "reference"),
                "abstract": False,
            },
        ),
    ]
