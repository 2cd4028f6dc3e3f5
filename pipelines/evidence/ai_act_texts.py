"""Define the fixed Dutch sentences of the record of the AI Act; `ai_act` adds what the installation shows."""

from __future__ import annotations

from pipelines.publishing.paper import OPEN

QUESTIONS = (
    (
        "Is dit een AI-systeem? (artikel 3, punt 1)",
        "Behandel het als AI-systeem. Regels die alleen mensen opstellen, vallen er volgens overweging 12 buiten. De kaart van het "
        "programma bestaat uit zulke regels. Een kaart die van gegevens is geleerd, niet. Zo verandert er niets aan de plichten "
        "als u later een geleerde kaart in gebruik neemt.",
    ),
    (
        "Is het een verboden praktijk? (artikel 5)",
        "Nee. De lijst beoordeelt geen sociaal gedrag om mensen elders slechter te behandelen (lid 1, onder c): zij leidt alleen tot "
        "een aanbod van hulp. Zij schat geen kans op een strafbaar feit (onder d), leest geen emoties (onder f) en gebruikt geen "
        "biometrie. Gebruik voor incasso, ontruiming of toewijzing zou dit antwoord veranderen.",
    ),
    (
        "Bijlage III, punt 5, onder a: toegang tot essentiële publieke uitkeringen en diensten",
        "Waarschijnlijk niet. Dit punt gaat over systemen waarmee of waarvoor een overheidsinstantie beoordeelt of iemand recht heeft op "
        "een essentiële uitkering of dienst, of die toekent, verlaagt, intrekt of terugvordert. Een corporatie is privaatrechtelijk, de "
        "lijst stelt geen recht vast en wie niet op de lijst staat, houdt alle hulp. Let op: overweging 58 noemt hulp bij huisvesting. "
        "Werkt de coach voor de gemeente, of hangt hulp van de lijst af, dan valt het systeem er wel onder.",
    ),
    (
        "Bijlage III, punt 5, onder b: kredietwaardigheid",
        "Nee, zolang de lijst niet beslist over een betalingsregeling, een borg of een nieuwe woning. Huurachterstand is een reden om hulp "
        "aan te bieden en geen oordeel over krediet.",
    ),
    (
        "Bijlage III, punt 4: werknemers volgen of beoordelen",
        "Nee, zolang de cijfers van de coach niet voor beoordeling worden gebruikt. Leg dat vast met de ondernemingsraad "
        "(docs/medezeggenschap.md).",
    ),
    (
        "Bijlage III, punt 1, onder c, en artikel 50: emoties, chatbots en gemaakte beelden",
        "Nee. Er is geen herkenning van emoties, geen chatbot en geen gemaakte tekst, beeld of geluid.",
    ),
    (
        "Is er profilering, en wat betekent dat voor artikel 6, lid 3?",
        "Ja. De punten zeggen iets over de situatie van een persoon (AVG artikel 4, punt 4). Daarom kan geen uitzondering van artikel 6, "
        "lid 3, gelden. Het oordeel steunt dus alleen op de vraag of bijlage III het gebruik noemt. Noemt bijlage III het, dan is het "
        "systeem altijd hoog-risico.",
    ),
    (
        "Moet dit oordeel op papier? (artikel 6, lid 4)",
        "Die plicht geldt voor wie een systeem van bijlage III niet hoog-risico vindt. Hier is het oordeel dat bijlage III het gebruik "
        "niet noemt. De corporatie legt het toch vast, omdat zij anders niet kan laten zien waarom.",
    ),
    (
        "Aanbieder of gebruiksverantwoordelijke? (artikel 3, punten 3 en 4; artikel 25)",
        "De corporatie is gebruiksverantwoordelijke. Neemt zij een eigen kaart in gebruik, dan kan zij ook aanbieder zijn: zij "
        "laat dan een systeem ontwikkelen en stelt het voor eigen gebruik in dienst (artikel 3, punt 11). Een partij die het "
        "programma onder eigen naam levert, is zelf aanbieder. De uitzondering voor open broncode (artikel 2, lid 12) geldt niet voor "
        "een hoog-risicosysteem.",
    ),
)
"""The questions of the classification, each with the answer and its reason."""

CAUTION = (
    "Het systeem is ingericht alsof het hoog-risico is. Wordt het oordeel anders, dan verandert er weinig aan wat het doet. "
    "Beoordeel opnieuw bij elk nieuw gebruik, elke nieuwe ontvanger van de lijst en elke nieuwe soort gegevens."
)

DUTIES = (
    (
        "4 AI-geletterdheid",
        "docs/ai-geletterdheid.md: uitleg en vragen voor coach, manager en analist",
        "literacy",
    ),
    (
        "9 Risicobeheer",
        "De risico's staan in dpia.html. Elke week worden de grenzen van [stop] getoetst",
        "limits",
    ),
    (
        "10 Gegevens",
        "Keuring van elke levering, verboden kolommen, vergelijking van groepen in elke stap",
        "groups",
    ),
    (
        "11 Technische documentatie",
        "Modelkaart (`waakvlam model-card`), docs/model.md, DECISIONS.md",
        "card",
    ),
    ("12, 19 en 26(6) Logboek", "Zie C", "logs"),
    (
        "13 Gebruiksaanwijzing",
        "docs/coach.md, docs/manager.md, docs/monday.md en de grenzen van het kunnen in docs/evaluation.md",
        "",
    ),
    ("14 en 26(2) Menselijk toezicht", "Zie D", "oversight"),
    ("15 Nauwkeurigheid, robuustheid, beveiliging", "Zie E", "measured"),
    (
        "26(5) Volgen en stopzetten",
        "Grenzen stoppen de lijst; alleen een aangewezen rol hervat (`waakvlam resume`)",
        "paused",
    ),
    (
        "26(7) Werknemers inlichten",
        f"docs/medezeggenschap.md. {OPEN} Datum waarop de ondernemingsraad is ingelicht",
        "",
    ),
    (
        "26(11) en 86 Betrokkenen inlichten en uitleg geven",
        "privacyverklaring.html, `waakvlam subject export`, `waakvlam explain`",
        "contact",
    ),
    ("27 Toets op grondrechten", "iama.html: vragen om te bespreken", "advice"),
    ("49 Registratie", "algoritmeregister.json; de EU-databank alleen bij hoog-risico", "category"),
    ("72 Volgen na ingebruikname", "Zie F", "reports"),
    (
        "73 Ernstige incidenten",
        f"`waakvlam report harm` legt schade vast. {OPEN} Wie meldt aan de toezichthouder, en hoe snel",
        "reports",
    ),
)
"""Duties, where the running system meets each, and the name of the fact that shows how it stands here."""

LOGS = (
    ("Levering ontvangen, goedgekeurd of geweigerd", "warehouse en quality.html", "lists"),
    ("Lijst gemaakt: kaart, instellingen, leveringen", "keten van zegels in proof/", "for good"),
    ("Per adres: score, reden, uitsluiting, loting", "warehouse, versleuteld", "lists"),
    ("Kaart in gebruik genomen, door wie", "artefacts/scorecards/installed.json", "for good"),
    (
        "Lijst gestopt of hervat, met rol en reden",
        "keten van zegels; naam en reden in proof/records",
        "for good",
    ),
    ("Advies, schade, klacht", "keten van zegels en proof/records", "for good"),
    ("Wie welk adres bekeek, ook een koppeling", "logboek van het portaal; niet te wijzigen", "portal"),
    ("Contact, bezwaar, stand van een dossier", "portaal", "cases"),
    ("Loop van het programma, zonder personen", "logs", "logs"),
)
"""Events of art. 12, the place where each is logged, and the term that applies."""

OVERSIGHT = (
    (
        "Begrijpen wat het kan en niet kan (a)",
        "Uitleg in docs/ai-geletterdheid.md; evaluatie met intervallen; waarschuwingen boven de lijst",
    ),
    ("Niet blind vertrouwen (b)", "Redenen bij elk adres; een geloot adres dat niet te herkennen is"),
    ("Uitkomst goed lezen (c)", "Elke reden met datum en bedrag; `waakvlam explain` per signaal"),
    ("Niet gebruiken of terzijde leggen (d)", "*Niet passend* met één handeling; de coach kiest zelf"),
    ("Ingrijpen en stoppen (e)", "Grenzen van [stop]; `waakvlam retract` voor een foute levering"),
)
"""Art. 14(4), letter by letter."""

ACCURACY = (
    (
        "Nauwkeurigheid (lid 1 en 3)",
        "`waakvlam backtest` en `waakvlam shadow verdict`, tegen eenvoudige lijsten en met intervallen",
    ),
    (
        "Verschuiving van gegevens (lid 4)",
        "`waakvlam monitor` elke week; te veel waarschuwingen stoppen de lijst",
    ),
    (
        "Fouten en uitval (lid 4)",
        "Een levering telt helemaal of niet; `waakvlam status` en `doctor`; back-up",
    ),
    ("Terugkoppeling (lid 4)", "Loting laat zien wat de punten missen; een nieuwe kaart vraagt een besluit"),
    ("Beveiliging (lid 5)", "docs/security.md: elke dreiging met een test; zegels tonen wijziging achteraf"),
)

PLAN = (
    ("Grenzen voor schade, klachten, weigering en verschil tussen wijken", "elke week", "`waakvlam weekly`"),
    ("Betekenis van de signalen", "elke week", "`waakvlam monitor`"),
    ("Groepen in elke stap, van bekend tot woning behouden", "elk kwartaal", "`waakvlam chain`"),
    ("Werk en uitkomst, voor manager en gemeente", "elk kwartaal", "`waakvlam quarter`"),
    ("Lijst tegen eenvoudige lijsten", "elk half jaar", "`waakvlam backtest`"),
    ("Gegevens die de lijst kan missen", "elk jaar", "`waakvlam minimise`"),
    ("Zegels tegen gepubliceerde regels", "elk kwartaal", "`waakvlam seals verify --against`"),
    ("Deze verantwoording", "bij elke wijziging", "`waakvlam account --check`"),
)
"""The plan of art. 72: what is followed, how often and with which command."""
