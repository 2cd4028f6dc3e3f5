"""Define the fixed Dutch answers to the questions of the DPIA and the IAMA, by number; `assessments` adds what changes."""

from __future__ import annotations

from pipelines.publishing.paper import OPEN

BY_PEOPLE = "Mensen hebben de punten vastgesteld. De kaart noemt bij elk signaal de bron van de punten. De kaart leert niet van gegevens."
OWN_CARD = (
    "De kaart is een eigen kaart: geleerd van de eigen geschiedenis of aangepast, binnen regels die mensen hebben vastgesteld. Zij "
    "verandert daarna niet vanzelf. Een mens heeft haar goedgekeurd; zie de modelkaart."
)
NOT_LEARNED = "Niet van toepassing: mensen hebben de punten van deze kaart vastgesteld."
QUALITY = "Gemeten wordt welk deel van de bovenste plaatsen terecht is, vergeleken met eenvoudig sorteren (precisie bij de capaciteit)."
INTERESTS = (
    "De huurder wil zijn huis houden en met rust gelaten worden. De corporatie wil uitzetting voorkomen."
)
OBJECTION = "Bezwaar wordt verwerkt voordat er punten worden geteld. De reden wordt niet gevraagd."

TRAINING = {
    "2.2B.1": "De leveringen van de corporatie zelf, met de uitkomst na de termijn van de kaart.",
    "2.2B.2": f"De leveringen zijn gekeurd; zie quality.html. {OPEN} Is dat genoeg?",
    "2.2B.3": f"De kaart is getoetst op latere weken dan waarvan zij leerde. {OPEN} Lijken die op de weken die komen?",
    "2.2B.4": "`waakvlam minimise` meet wat de lijst zonder elk signaal verliest; zie gegevens.html.",
}
"""Answers about learning, for a card of the corporation's own."""

IAMA = {
    "1.1.1": "Zonder lijst komt hulp vaak pas als de deurwaarder er is. De signalen waren er dan al, maar stonden in verschillende "
    "systemen.",
    "1.3.4": "Zie D van dpia.html en het antwoord op 1.3.2.",
    "1.4.3": "De lijst kan elke week stoppen zonder dat ander werk stilvalt. `waakvlam retention` en `waakvlam subject erase` "
    f"wissen gegevens. {OPEN} Wie besluit tot stoppen, en waarom?",
    "2.2A.2": "Wie vaker meldt, heeft meer signalen. Punten per groep staan in het rapport van `waakvlam fairness`. "
    f"{OPEN} Welke aannames ziet u zelf?",
    "2.2A.3": "`waakvlam minimise` meet wat de lijst zonder elk signaal verliest; gegevens.html noemt wat daarom is weggelaten.",
    "2.3.1": "Eigen gegevens van de corporatie: huur, achterstand, overlast, reparaties en zorgen. Zie B en K van dpia.html en "
    "gegevens.html.",
    "2.3.2": f"Elke levering wordt gekeurd; zie quality.html van elke week. {OPEN} Is de kwaliteit genoeg?",
    "2.3.3": f"Overlast hangt af van wie klaagt. {OPEN} Waar is bij u al ongelijkheid?",
    "2.4.3": "Een huurder wordt voor niets aangesproken, of een huurder die hulp nodig heeft wordt gemist. Zie G van dpia.html.",
    "2.5.1": "De broncode is open (EUPL-1.2). De corporatie kan haar zelf beheren. Een partij die het programma voor u draait, is "
    f"verwerker. {OPEN} Welke afspraken zijn er?",
    "2.5.2": "Warehouse, kluis en back-ups zijn versleuteld. Namen en adressen staan apart in de kluis. De lijst zelf "
    "staat in het portaal of in een bestand met namen; zie docs/security.md.",
    "2.5.3": "Het portaal geeft elke rol alleen wat zij nodig heeft en legt vast wie wat bekijkt. "
    f"{OPEN} Wie kan bij de bestanden op de server?",
    "3.1.3": "Elke week, op maandag.",
    "3.1.4": "Alle woningen in de leveringen, behalve wie is uitgesloten; zie gegevens.html. Wijk en postcode geven geen punten.",
    "3.1.5": "De lijst gaat niet terug naar de incasso en telt niet mee voor een regeling, een reparatie of een nieuwe woning.",
    "3.2.1": "De coach leest de redenen, kiest wie wordt bezocht en legt vast wat er gebeurde.",
    "3.2.2": "Ja. De coach kan een adres met één handeling afwijzen, en anderen bezoeken.",
    "3.2.3": f"docs/ai-geletterdheid.md heeft vragen per rol. {OPEN} Wie heeft ze beantwoord, en wanneer?",
    "3.3.2": "Tekst voor de privacyverklaring (privacyverklaring.html), de eigen pagina van `waakvlam subject export` en de registratie "
    f"in het Algoritmeregister. {OPEN} Wat doet u nog meer?",
    "3.3.4": "Elk punt komt van een signaal dat in gewoon Nederlands op de lijst staat. Een huurder kan een eigen pagina op niveau B1 "
    "krijgen.",
    "3.4.2": "Ja: `waakvlam report harm` en `waakvlam report complaint`. Te veel meldingen stoppen de lijst. "
    f"{OPEN} Bij wie meldt een coach zich?",
    "3.4.4": "Ja. Alleen de coach ziet de lijst, er is geen koppeling naar de incasso, en het portaal legt elke blik vast.",
    "3.4.5": "`waakvlam shadow start` legt vooraf vast wat een succes is en wanneer dat wordt beoordeeld. "
    f"{OPEN} Heeft u dat gedaan?",
    "3.5.1": "Alle huurders in de leveringen; vooral wie een achterstand of overlast heeft, en wie niets van zich laat horen.",
    "3.5.3": "Op tijd hulp, en minder kans om het huis te verliezen. docs/evaluation.md zegt wat is gemeten en wat niet.",
    "3.5.5": "Ja. Wie bezwaar maakt, telt niet meer mee. De reden wordt niet gevraagd.",
    "4.1.1": f"Privéleven en huisrecht (artikel 8 EVRM), gegevensbescherming, gelijke behandeling (artikel 1 Grondwet). {OPEN} Vul aan.",
    "4.1.2": f"Het recht op huisvesting (artikel 22 Grondwet) en op privéleven en woning (artikel 8 EVRM). {OPEN} Vul aan.",
    "4.2.2": "Ja, en een DPIA is verplicht. Zie dpia.html.",
    "4.2.3": "Geslacht, afkomst, leeftijd, gezondheid en gezin worden geweigerd. Indirect onderscheid kan blijven; `waakvlam fairness` en "
    f"`waakvlam chain` meten het. {OPEN} Wat is bij u gevonden?",
    "4.2.4": "De Wet gemeentelijke schuldhulpverlening voor het signaal aan de gemeente. "
    f"{OPEN} Zijn er meer?",
    "4.5.1": f"Zie het antwoord op 2.1.2. {OPEN} Weeg dit voor uw eigen corporatie.",
    "4.5.2": f"Minder signalen (`waakvlam minimise`), minder plaatsen, of een eerdere stop. {OPEN} Welke past u toe?",
}  # fmt: skip
"""Answers of the system to questions of the IAMA; the other questions are for people."""

_PERSONS = "Huurders en hun medebewoners; coaches en andere gebruikers."
_KINDS = "Zie B, en gegevens.html voor elke kolom."
_NONE_OF_THESE = "Niet van toepassing: het antwoord hierboven is nee."
DPIA = {
    "0": "Gemaakt door `waakvlam account`. De delen A tot en met K hierboven beschrijven het systeem; dit deel volgt het model.",
    "2.1.1": _KINDS,
    "2.1.2": _PERSONS,
    "2.1.3": "Huur en achterstand, overlast, reparaties, zorgen van medewerkers, contacten en dossiers. Zie B.",
    "2.1.4": f"gevoelig: achterstand en overlast. Andere soorten worden geweigerd; zie gegevens.html. {OPEN} Toets elke kolom.",
    "2.1.5": "De woning verhuren en onderhouden: huur innen, overlast behandelen, repareren.",
    "3.1.1": "Laden en keuren; signalen tellen; lijst maken; contact vastleggen; verslag doen; wissen.",
    "3.1.2": "Zie A en 4; wat er in en uit gaat staat in K.",
    "3.1.3": "Laden: alles uit B. Signalen en lijst: zonder de herleidbare kolommen uit B. Contact: adres, redenen en dossier.",
    "3.3.1": "De lijst steunt op de leveringen; portaal, verslag en signaal aan de gemeente steunen op de lijst. Zie K.",
    "6.1.1.3": f"Wooncoach, manager en analist, elk met een eigen rol in het portaal. {OPEN} Welke afdelingen?",
    "6.1.1.4": f"Zie B en K. {OPEN} Wie van welke afdeling ziet welke gegevens?",
    "6.1.1.5": _PERSONS,
    "8.1.1.1": f"Op een server van de corporatie; het programma zendt niets naar anderen dan K noemt. {OPEN} Waar staat de server?",
    "8.1.1.3": f"Warehouse, kluis en back-ups zijn versleuteld. {OPEN} Maatregelen van wie de server beheert.",
    "9.1.1.1": "Zie D en ai-verordening.html.",
    "9.1.1.2": f"AVG artikel 6, 13 tot en met 22, 25, 32 en 35; de AI-verordening in ai-verordening.html. {OPEN} Vul aan.",
    "10.1.1.1": "Zie D.",
    "10.1.1.2": _PERSONS,
    "10.1.1.3": "Zie C: leveringen, lijsten, namen en adressen, logboek.",
    "10.1.1.4": f"{OPEN} Zet de termijnen uit C om in de keuzes van het model.",
    "10.1.1.5": f"`waakvlam retention` wist wat zijn termijn heeft gehad. {OPEN} Waarom deze termijnen?",
    "11.1.1.1": f"Rechtsgrond gerechtvaardigd belang. {OPEN} Toets dit; zie D.",
    "12.1.1": "Nee. Kolommen over gezondheid, afkomst, geloof en dergelijke worden geweigerd; zie gegevens.html.",
    **{f"12.1.2.{n}": _NONE_OF_THESE for n in (1, 2, 3, 5)},
    "12.2.1": f"{OPEN} De contracten vragen er geen. Toets de soorten overlast en signalering die u levert.",
    "12.3.1": "Nee. Een kolom met een burgerservicenummer wordt geweigerd.",
    **{f"12.3.2.{n}": _NONE_OF_THESE for n in (1, 2, 3, 4)},
    "13.1.1.1": _PERSONS,
    "13.1.1.2": "Huur en achterstand, overlast en reparaties. Zie B.",
    "13.1.1.4": "Huur, overlast en reparaties zijn vastgelegd om de woning te verhuren en te onderhouden.",
    "13.1.1.5": f"{OPEN} Toets of hulp aanbieden daarmee verenigbaar is (AVG artikel 6 lid 4).",
    "14.2": f"Zie E, en wat elk gegeven waard is in gegevens.html. {OPEN} Weeg dit voor uw eigen corporatie.",
    "15.1.1": "Ja",
    "15.1.2": "`waakvlam subject export` geeft alles over een huurder, en een eigen pagina op niveau B1.",
    "15.2.1": "Ja",
    "15.2.2": f"Een fout wordt hersteld in het bronsysteem; de volgende levering neemt het over. {OPEN} Binnen welke tijd?",
    "15.3.1": "Ja",
    "15.3.2": "`waakvlam subject erase` wist een huurder in warehouse, kluis en portaal.",
    "15.4.1": f"{OPEN} Alleen het bezwaar is ingericht.",
    "15.4.2": f"Een bezwaar haalt de huurder van de lijst. {OPEN} Wie verwerkt een verzoek om beperking?",
    "15.5.1": "Niet van toepassing",
    "15.5.2": "Niet van toepassing bij gerechtvaardigd belang (AVG artikel 20). De export is wel leesbaar voor programma's (JSON).",
    "15.6.1": "Niet van toepassing",
    "15.6.2": "De lijst besluit niets; de coach beslist.",
    "15.7.1": "Ja",
    "15.8.1": f"{OPEN} De tekst is er; plaats hem.",
    "15.8.2": f"privacyverklaring.html geeft de tekst. {OPEN} Waar en wanneer plaatst u die?",
    "16.1.1": "Zie G.",
    "17.1.1": "Zie G.",
    "17.1.3": "Zie G: elk risico met de maatregel in het systeem.",
    "19.2": f"concept. {OPEN} Zet op definitief na vaststelling.",
    "19.3.2.1": "Pagina's van `waakvlam account`.",
    "19.3.2.2": "dpia.html, iama.html, gegevens.html, ai-verordening.html, privacyverklaring.html en algoritmeregister.json.",
    "19.3.2.4": "De map `output/account` van deze installatie.",
}  # fmt: skip
"""Answers of the system to fields of the DPIA; the other fields are for people."""
