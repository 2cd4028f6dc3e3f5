import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(
            model_name="worry",
            old_name="seen_at",
            new_name="taken_at",
        ),
        migrations.AddField(
            model_name="case",
            name="from_worry",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="worry",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("contact", "Wij hebben contact gehad"),
                    ("geprobeerd", "Wij kregen nog niemand te spreken en proberen het opnieuw"),
                    ("doorgegeven", "Doorgegeven aan iemand die verder helpt"),
                    ("niets_nodig", "Gekeken: er was niets nodig"),
                ],
                max_length=20,
                verbose_name="antwoord",
            ),
        ),
        migrations.AddField(
            model_name="worry",
            name="answered_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="worry",
            name="taken_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("(Budget)advies en/of quick fix", "Advies of direct opgelost"),
                    ("Definitief geen contact kunnen krijgen", "Geen contact gekregen, ook later niet"),
                    ("Geen reactie na eerder contact", "Geen reactie na eerder contact"),
                    ("Inwoner al bekend bij schuldhulpverlening", "Bewoner krijgt al schuldhulp"),
                    ("Inwoner heeft al een ander lopend traject", "Bewoner krijgt al andere hulp"),
                    (
                        "Inwoner heeft zelf al betaald/betalingsregeling getroffen",
                        "Bewoner heeft betaald of betaalt in delen",
                    ),
                    ("Inwoner is overleden", "Bewoner is overleden"),
                    (
                        "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
                        "Bewoner regelt het zelf",
                    ),
                    ("Niet opgepakt: andere reden", "Niet opgepakt: andere reden"),
                    ("Niet opgepakt: herhaalde melding", "Niet opgepakt: was al gemeld"),
                    ("Niet opgepakt: onterecht signaal", "Niet opgepakt: het signaal klopt niet"),
                    (
                        "Persoon is geen inwoner (meer) in de gemeente",
                        "Bewoner woont niet meer in de gemeente",
                    ),
                    ("Vervolghulp en/of verwijzing", "Doorverwezen"),
                    ("Vervolghulp en/of verwijzing financieel", "Doorverwezen voor geldzaken"),
                    ("Vervolghulp en/of verwijzing niet financieel", "Doorverwezen, niet voor geldzaken"),
                    ("Verwijzing zonder tussenkomst inwoner", "Doorverwezen zonder de bewoner te spreken"),
                ],
                max_length=80,
                verbose_name="reden",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("(Budget)advies en/of quick fix", "Advies of direct opgelost"),
                    ("Definitief geen contact kunnen krijgen", "Geen contact gekregen, ook later niet"),
                    ("Geen reactie na eerder contact", "Geen reactie na eerder contact"),
                    ("Inwoner al bekend bij schuldhulpverlening", "Bewoner krijgt al schuldhulp"),
                    ("Inwoner heeft al een ander lopend traject", "Bewoner krijgt al andere hulp"),
                    (
                        "Inwoner heeft zelf al betaald/betalingsregeling getroffen",
                        "Bewoner heeft betaald of betaalt in delen",
                    ),
                    ("Inwoner is overleden", "Bewoner is overleden"),
                    (
                        "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
                        "Bewoner regelt het zelf",
                    ),
                    ("Niet opgepakt: andere reden", "Niet opgepakt: andere reden"),
                    ("Niet opgepakt: herhaalde melding", "Niet opgepakt: was al gemeld"),
                    ("Niet opgepakt: onterecht signaal", "Niet opgepakt: het signaal klopt niet"),
                    (
                        "Persoon is geen inwoner (meer) in de gemeente",
                        "Bewoner woont niet meer in de gemeente",
                    ),
                    ("Vervolghulp en/of verwijzing", "Doorverwezen"),
                    ("Vervolghulp en/of verwijzing financieel", "Doorverwezen voor geldzaken"),
                    ("Vervolghulp en/of verwijzing niet financieel", "Doorverwezen, niet voor geldzaken"),
                    ("Verwijzing zonder tussenkomst inwoner", "Doorverwezen zonder de bewoner te spreken"),
                ],
                max_length=80,
                verbose_name="resultaat",
            ),
        ),
    ]
