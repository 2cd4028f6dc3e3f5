from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0014_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="worry",
            name="call_back",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=80, verbose_name="wie terugbellen"
            ),
        ),
        migrations.AlterField(
            model_name="worry",
            name="worry",
            field=models.CharField(
                choices=[
                    ("post_hoopt_op", "De post hoopt zich op"),
                    ("woning_vervuild", "De woning is vervuild"),
                    ("ziet_bewoner_niet", "De bewoner is lang niet gezien"),
                    ("gordijnen_dicht", "De gordijnen blijven dicht"),
                    ("schade_in_woning", "Er is schade in de woning"),
                    ("geldzorgen", "Er zijn geldzorgen"),
                    ("geen_gas_stroom_water", "Er is geen gas, stroom of water"),
                    ("veiligheid", "Het voelt niet veilig"),
                    ("overig", "Iets anders"),
                ],
                max_length=30,
                verbose_name="zorg",
            ),
        ),
    ]
