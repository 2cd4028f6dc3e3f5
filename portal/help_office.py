"""Answer "how do I ...?" for the manager and the analyst; `portal.help` has the other roles."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Answers = tuple[tuple[str | Promise, str | Promise, str], ...]
"""Question, answer, and the page where it is done."""

COMPLAINT = (
    _("Een bezoek deed kwaad, of iemand klaagt over onze aanpak. Waar meld ik dat?"),
    _(
        "Hier, zonder iets over de bewoner. Komen er meer meldingen dan is afgesproken, dan stopt de lijst tot iemand beslist. "
        "De klacht zelf gaat de gewone weg van de corporatie."
    ),
    "incident",
)
"""For the manager and the coach."""

MANAGER: Answers = (
    (
        _("Helpt het, en is er nog een coach nodig?"),
        _("De antwoorden staan bovenaan Overzicht. Erbij staat hoe zeker ze zijn."),
        "manager:trends",
    ),
    (
        _("Hoeveel van de bezochte adressen hadden echt hulp nodig?"),
        _(
            "Zie „Hoeveel adressen hadden hulp nodig?” op Overzicht, met de marge en de vergelijking met adressen die door loting kwamen."
        ),
        "manager:trends",
    ),
    (
        _("Hoeveel adressen wachten te lang?"),
        _("Zie „Hoe lang wachten adressen?” en daaronder het werk dat openstaat per coach."),
        "manager:trends",
    ),
    (
        _("Hoe neem ik de cijfers mee naar een overleg?"),
        _(
            "Kies „Eén A4 voor het bestuur” voor de antwoorden, of Rapport om te printen voor alles. Elke tabel heeft ook een CSV "
            "voor een rekenblad."
        ),
        "manager:trends",
    ),
    (
        _("Hoe krijgt een nieuwe coach toegang?"),
        _(
            "De analist maakt het account en kiest de wijken. De coach krijgt een naam en een wachtwoord en stelt zelf de inlogapp in."
        ),
        "manager:trends",
    ),
    (
        _("Een coach is weg. Wie krijgt de adressen?"),
        _(
            "De analist kiest bij het sluiten van het account wie ze overneemt; die coach leest dat op Deze week. Wat dan nog blijft "
            "liggen, neemt een coach van de wijk in één keer over: In zorg, „wie hier niet meer werkt”."
        ),
        "manager:trends",
    ),
    (
        _("Welke partner antwoordt het langzaamst?"),
        _(
            "Zie „Wat partners antwoorden, en hoe snel” op Overzicht, met hoe lang de oudste overdracht wacht (staat daar "
            "„verborgen”, dan zou het een klein aantal verraden). Welke adressen dat zijn, ziet alleen de coach: In zorg, Overdrachten, "
            "„nog geen antwoord”."
        ),
        "manager:trends",
    ),
    (
        _("Hoeveel adressen wachtten langer dan twee of zes weken op een eerste contact?"),
        _(
            "Kies het kwartaal. Het staat bij „Hoe lang wachten adressen?”, en per duur in „Van lijst tot eerste contact”; wie nog geen "
            "contact had, telt mee."
        ),
        "manager:trends",
    ),
    (
        _("In welke wijk blijven de meeste zorgen liggen?"),
        _(
            "Overzicht telt de dringende zorgen die niemand oppakte. Per wijk zijn dat er zo weinig dat u de mensen zou herkennen; "
            "de coach van de wijk ziet ze bovenaan Deze week."
        ),
        "manager:trends",
    ),
    (
        _("Wat gebeurt er als een bezoek schade doet, of als er klachten komen?"),
        _(
            "Zie „Stopt de lijst als het misgaat?” op Overzicht: wat de regel bekijkt, hoe hij staat en wie beslist."
        ),
        "manager:trends",
    ),
    (
        _("Waarom staat er „1–9”?"),
        _("Kleine aantallen zijn verborgen, zodat niemand te herkennen is."),
        "manager:trends",
    ),
    (
        _("Waar komen de bedragen in de kosten vandaan, en wie past ze aan?"),
        _(
            "De bron van elk bedrag staat bij „Wat kost het, en wat levert het op?”, onder Meer. De analist past de bedragen en het "
            "aantal voltijds coaches aan in de instellingen en rekent opnieuw."
        ),
        "manager:trends",
    ),
    (
        _("Hoe vergelijk ik dit kwartaal met het vorige?"),
        _(
            "Zie „Naast elkaar” op Overzicht: per week met een lijst en als deel van de nieuwe adressen, zodat ook een kwartaal dat nog "
            "loopt te vergelijken is. Bij „Kwartaal of jaar” kiest u welk kwartaal."
        ),
        "manager:trends",
    ),
    (
        _("Hoeveel huisbezoeken deed elke coach?"),
        _(
            "Dat telt Waakvlam met opzet niet: het zegt vooral wie welke adressen heeft, en zou bezoeken om het getal uitlokken. Voor alle "
            "coaches samen staan de huisbezoeken per kwartaal in „Naast elkaar”; het werk dat nu openstaat, staat wel per coach."
        ),
        "manager:trends",
    ),
    (
        _("Hoeveel adressen kwamen terug op de lijst, en bij hoeveel huisbezoeken ging de deur niet open?"),
        _("Zie „Naast elkaar” op Overzicht, met het deel en wat precies is geteld."),
        "manager:trends",
    ),
    COMPLAINT,
)

ANALYST: Answers = (
    (
        _("Hoe zie ik of de lijst van deze week goed is?"),
        _("Open de bovenste run. Wat aandacht vraagt, is rood of staat bij „let op”."),
        "analyst:runs",
    ),
    (
        _("Wat doe ik met een bezwaar dat bij niemand hoort?"),
        _("Kies onder Zonder huurder de overeenkomst, of „van niemand van ons”."),
        "analyst:unmatched",
    ),
    (
        _("Hoe geef ik een coach een wijk?"),
        _("Open de gebruiker onder Gebruikers en kies bij werkgebied de corporatie en de wijk."),
        "analyst:users",
    ),
    (
        _("Hoe zie ik of elke wijk een coach heeft?"),
        _("Dat staat boven de runs. Onder Gebruikers staat van iedereen het werkgebied."),
        "analyst:runs",
    ),
    (
        _("Hoe sluit ik het account van iemand die weg is?"),
        _(
            "Open de gebruiker onder Gebruikers. Daar staat hoeveel adressen die heeft en wie ze kan overnemen. Kies bij Account "
            "„Gesloten”, en wie de adressen overneemt. Wat blijft, neemt een coach over: In zorg, „wie hier niet meer werkt”."
        ),
        "analyst:users",
    ),
    (
        _("Hoe geef ik een ander programma toegang?"),
        _(
            "Voeg onder Gebruikers een programma toe: „Niet: dit is een programma”. Maak daarna op zijn pagina een sleutel."
        ),
        "analyst:add_user",
    ),
    (
        _("Hoe zie ik van een adres alle punten?"),
        _("Niet in het portaal. Draai op de server: waakvlam explain, met het nummer van de overeenkomst."),
        "analyst:runs",
    ),
    (
        _("Wat veranderde er aan het model, en wie keurde dat goed?"),
        _(
            "Elke run noemt het model. Wat erin staat en wie het goedkeurde, staat in de modelkaart: waakvlam model-card."
        ),
        "analyst:runs",
    ),
    (
        _("Welk signaal gaat vaak af, of valt stil?"),
        _(
            "Dat staat bij Signalen, per week. Een levering die uitblijft, staat bovenaan de pagina van de run. "
            "Meer meten waakvlam monitor en waakvlam status."
        ),
        "analyst:signals",
    ),
    (
        _("Er is schade of een klacht. Hoe pauzeert de lijst?"),
        _(
            "Meld het hier. Komt het boven de grens van [stop] in de instellingen, dan verschijnt er geen nieuwe lijst. Kan het niet "
            "wachten, draai dan op de server waakvlam pause en waakvlam weekly. Verder gaat het pas na waakvlam resume. Bij Runs staat "
            "of de stopregel aan is of de lijst stilligt."
        ),
        "incident",
    ),
    (
        _("De poort hield een goede levering tegen. Hoe accepteer ik die?"),
        _(
            "Controleer het bestand en draai op de server: waakvlam accept, met uw naam en de reden. Draai daarna waakvlam weekly."
        ),
        "analyst:server",
    ),
    (
        _("De manager vraagt of de lijst groepen gelijk behandelt. Hoe reken ik dat uit?"),
        _(
            "Draai op de server: waakvlam fairness. De uitkomst staat daarna op Overzicht. Doe het na elk nieuw model en elk kwartaal."
        ),
        "analyst:server",
    ),
    (
        _("De run is mislukt, of het duurde lang. Wat nu?"),
        _(
            "Draai op de server waakvlam status: dat zegt wanneer de laatste run begon, hoe lang die duurde, wat er misging en wat u doet. "
            "Er is dan nog de lijst van vorige week. Draai na het herstel waakvlam weekly: wat al gedaan is, gebeurt niet dubbel. "
            "Het portaal weet alleen wanneer een lijst verscheen."
        ),
        "analyst:runs",
    ),
    (
        _("Iemand kan niet inloggen. Waar zie ik dat?"),
        _(
            "Onder Gebruikers staat bij „Laatst ingelogd” hoe vaak het mislukte. Open de gebruiker om weer te laten inloggen, een nieuw "
            "wachtwoord te maken of de inlogapp te wissen."
        ),
        "analyst:users",
    ),
    (
        _("Hoe verander ik hoeveel adressen er per week op de lijst komen?"),
        _(
            "In de instellingen op de server. Bij „Instellingen wijzigen” staan het bestand, de waarden van nu, sinds welke lijst ze "
            "gelden, en de opdracht daarna."
        ),
        "analyst:server",
    ),
    (
        _("De manager wil met andere kosten rekenen. Waar pas ik die aan?"),
        _(
            "Onder [costs] in de instellingen: per bedrag van minst tot meest, met de bron, en hoeveel voltijds coaches er werken. Draai "
            "daarna waakvlam effect; de uitkomst staat op Overzicht."
        ),
        "analyst:server",
    ),
    (
        _("Wanneer gaan gegevens van een vertrokken huurder weg?"),
        _(
            "Na de termijnen van [retention] in de instellingen. waakvlam retention verwijdert ze, controleert dat ze weg zijn en "
            "meldt wat het deed."
        ),
        "analyst:server",
    ),
    (
        _("Een bewoner vraagt wat er over hem vastligt. Hoe maak ik dat?"),
        _(
            "Draai op de server: waakvlam subject export, met de huurder, de overeenkomst of het adres. Dat schrijft alles wat er is, ook "
            "uit het portaal, en een bladzijde in gewone taal voor de bewoner. De coach kan die bij een bezoek meenemen."
        ),
        "analyst:server",
    ),
    (
        _("Wie bekeek een adres?"),
        _(
            "Dat ziet alleen iemand met de rol auditor, in het logboek. Wie dat is en hoe iemand die rol krijgt, leest u daar."
        ),
        "audit",
    ),
)
