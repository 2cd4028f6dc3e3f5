"""Define the fixed Dutch sentences (B1 level) of the accountability documents; other modules add figures and names."""

from __future__ import annotations

from pipelines.publishing.paper import OPEN

NAME = "Waakvlam: wekelijkse lijst voor de wooncoach"
SHORT = (
    "Waakvlam kijkt elke week welke huurders misschien hulp nodig hebben. Het telt signalen die de corporatie al heeft, "
    "zoals huurachterstand en overlast. De wooncoach krijgt een korte lijst met adressen en de redenen erbij, en beslist zelf."
)
GOAL = (
    "Doel is op tijd hulp aanbieden aan huurders in de knel, zodat zij hun huis houden. Huurders merken het doordat een "
    "wooncoach kan aanbellen of bellen. Hulp is vrijwillig. Wie op de lijst staat, krijgt daardoor geen brief, geen boete en "
    "geen stap in de incasso. Wie niet op de lijst staat, houdt alle hulp die er al was."
)
PROPORTIONALITY = (
    "Zonder lijst komt hulp vaak pas als de deurwaarder er is. De signalen waren er dan al, maar stonden in verschillende "
    "systemen. Alternatieven zijn: alleen kijken naar het bedrag van de achterstand, alleen afgaan op wat medewerkers opvalt, "
    "of iedereen bezoeken. De eerste twee missen mensen, het derde kan niet. Er worden zo weinig mogelijk gegevens gebruikt: "
    "geen afkomst, geslacht, leeftijd, gezondheid, inkomen, gezin of vrije tekst, en geen wijk of postcode in de punten. "
    "Wie bezwaar maakt, wordt niet meegeteld."
)
HUMAN = (
    "Het systeem beslist niets. De wooncoach ziet de redenen en niet de score, kiest zelf wie wordt bezocht en kan een adres "
    "met één handeling als niet passend afwijzen. Daarna blijft dat adres een jaar van de lijst. Een plaats per week wordt "
    "geloot onder adressen lager op de lijst, om te zien wat de punten missen."
)
RISKS = (
    "Fout of oud gegeven: leveringen worden gekeurd voor ze tellen en een oude levering staat boven de lijst. "
    "Discriminatie: verboden gegevens worden geweigerd en per groep wordt gemeten of mensen even vaak terecht op de lijst komen. "
    "Te veel vertrouwen in de lijst: geen score op de lijst, wel redenen, en een geloot adres. "
    "Ander gebruik: de lijst gaat alleen naar de wooncoach en nooit naar de incasso. "
    "Datalek: namen en adressen staan apart en versleuteld. Oude lijsten worden gewist. "
    "Een lijst die achteraf is aangepast: elke lijst wordt verzegeld, en een zegel is na te rekenen. "
    "Schade die doorgaat: bij te veel klachten, weigering of verschil tussen wijken stopt de lijst."
)
STOPPED = (
    "Elke week worden afgesproken grenzen getoetst, zoals klachten, schade en verschil tussen wijken. Is een grens bereikt, dan "
    "stopt de lijst. Alleen een aangewezen rol zet haar weer aan en schrijft op waarom."
)
LAWFUL = (
    "De corporatie verwerkt de gegevens voor haar gerechtvaardigd belang en dat van de huurder om huisuitzetting te voorkomen "
    f"(AVG artikel 6 lid 1 onder f). {OPEN} De functionaris gegevensbescherming toetst deze grondslag. Het doorgeven van "
    "huurachterstand aan de gemeente is apart geregeld in het Besluit gemeentelijke schuldhulpverlening artikel 2."
)
LAWS = (
    ("Algemene verordening gegevensbescherming", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
    (
        "Besluit gemeentelijke schuldhulpverlening",
        "https://zoek.officielebekendmakingen.nl/stb-2020-240.html",
    ),
)
METHOD = (
    "Een puntenkaart: per signaal een vast aantal punten, opgeteld. Het systeem leert niet vanzelf. Een nieuwe kaart wordt pas "
    "gebruikt als een mens haar heeft goedgekeurd. Bij gelijke punten beslist het lot. "
    "Elke loting wordt vastgelegd en is na te rekenen."
)
FAMILY_WORDS = {
    "geslacht of aanhef": ("gender",),
    "leeftijd": ("age",),
    "afkomst, nationaliteit of taal": ("origin", "nationality", "country of birth", "language"),
    "burgerservicenummer": ("national identification number",),
    "samenstelling van het gezin": ("household composition",),
    "gezondheid of doelgroep": ("health", "target group, often health"),
    "geloof": ("religion",),
    "inkomen": ("income",),
    "vrije tekst": ("free text",),
}
"""Kinds of data that are refused, as people name them, with the reasons in `data/contracts/forbidden.toml`."""

PRIVACY = (
    "Hulp op tijd: hoe wij uw gegevens gebruiken",
    "Wij willen voorkomen dat huurders hun huis verliezen. Daarom kijken wij elke week wie misschien hulp kan gebruiken. "
    "Wij gebruiken daarvoor gegevens die wij al hebben: {used}.",
    "Een computer telt de signalen op en maakt een korte lijst met adressen. Onze wooncoach kijkt naar die lijst en beslist zelf "
    "bij wie zij aanbelt. U bent nooit verplicht om hulp aan te nemen. De lijst heeft geen invloed op uw huur, uw reparaties of "
    "een betalingsregeling.",
    "Wij gebruiken hiervoor niet: {refused}. Ook uw wijk of postcode telt niet mee.",
    "Wij bewaren de lijsten {lists} maanden. Uw naam en adres staan apart en zijn versleuteld.",
    "Wilt u dit niet? Laat het ons weten via {contact}. Dan tellen wij u niet meer mee. U hoeft niet te zeggen waarom. U mag ook "
    "vragen welke gegevens wij van u hebben, en of wij fouten verbeteren. {officer} Bent u het niet met ons eens, dan kunt u klagen bij "
    "de Autoriteit Persoonsgegevens.",
)

DPIA_RISKS = (
    (
        "Een huurder wordt ten onrechte aangesproken",
        "Redenen met datum en bedrag op de lijst; de coach toetst voor het bezoek; afwijzen met één handeling",
    ),
    (
        "Een huurder die hulp nodig heeft, wordt gemist",
        "Eén plaats per week geloot onder de grens; gemeten wat de lijst mist",
    ),
    (
        "Groepen worden vaker of minder vaak geraakt",
        "Verboden gegevens geweigerd; geen wijk in de punten; rapport per groep",
    ),
    (
        "De lijst wordt voor iets anders gebruikt",
        "Alleen de coach ziet haar; geen koppeling terug naar de incasso; logboek van wie kijkt",
    ),
    (
        "Gegevens lekken",
        "Namen en adressen in een aparte versleutelde kluis; toegang met twee stappen; bewaartermijnen",
    ),
    (
        "De huurder weet van niets",
        "Privacyverklaring, registratie in het Algoritmeregister, één eerlijke zin van de coach aan de deur",
    ),
    ("Een contact is onveilig voor de coach", "Signaal bezoek met twee, dat nooit punten geeft"),
    (
        "Een koppeling geeft de lijst door aan een ander programma",
        "Een sleutel per programma, hooguit een jaar geldig, zonder namen; elk verzonden adres staat in het logboek",
    ),
    (
        "Een signaal komt bij de verkeerde gemeente",
        "Een code per plaats of wijk en geen standaard; zonder code gaat er niets weg",
    ),
    (
        "Gegevens voor de vergelijking van groepen tellen toch mee",
        "Apart in de kluis; geen levering; alleen de toets leest ze, en een test bewaakt dat",
    ),
    (
        "Een lijst wordt achteraf veranderd of ontkend",
        "Zegel per lijst in een keten; `waakvlam seals verify` vindt elke wijziging",
    ),
    (
        "Schade gaat door terwijl niemand het ziet",
        "Grenzen die elke week worden getoetst en de lijst stoppen",
    ),
    (
        "Loting van de wachtgroep houdt hulp tegen",
        "Eerste plaatsen altijd bezocht; wie stijgt wordt bezocht; uit tenzij aangezet na toetsing",
    ),
)
