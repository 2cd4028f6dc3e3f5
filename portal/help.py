"""Answer "how do I ...?" for each role, with a link to the page where it is done."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role

PASSWORD = (
    _("Hoe wijzig ik mijn wachtwoord?"),
    _("In het menu rechtsboven, onder Wachtwoord."),
    "account_change_password",
)
HELP: dict[str, tuple[tuple[str | Promise, str | Promise, str], ...]] = {
    Role.COACH: (
        (
            _("Waar begin ik op maandag?"),
            _(
                "Bij Deze week. Bovenaan staat wat niet kan wachten, daaronder wat aan de beurt is en de nieuwe lijst."
            ),
            "coach:week",
        ),
        (
            _("Wat betekent het nummer bij een adres?"),
            _(
                "Het is de plaats op de lijst: nummer 1 heeft de meeste redenen. De verschillen zijn klein. Kies de volgorde "
                "„nummer” om ze op een rij te zien."
            ),
            "coach:week",
        ),
        (
            _("Hoe zie ik waar de adressen liggen?"),
            _(
                "Open Kaart bij Deze week. Looproute is een korte wandeling. Geen kaart? Dan levert de corporatie geen coördinaten."
            ),
            "coach:week",
        ),
        (
            _("Hoe leg ik een gesprek of bezoek vast?"),
            _("Tik bij het adres op Vastleggen en bewaar. Binnen een dag kunt u het terugnemen."),
            "coach:week",
        ),
        (
            _("Hoe zie ik met wie ik al contact heb?"),
            _("Bij In zorg. Kies „iedereen” voor ook de adressen van uw collega’s."),
            "coach:care",
        ),
        (
            _("Een adres stond vorige week op de lijst en nu niet. Waarom?"),
            _("Open „Van de lijst gegaan”, onder aan Deze week. De reden staat ook bij het adres zelf."),
            "coach:left",
        ),
        (
            _("Hoe vind ik een adres terug dat klaar is?"),
            _("Kies onder aan In zorg „Afgeronde adressen”, of zoek op adres, postcode of naam."),
            "coach:finished",
        ),
        (
            _("Hoe zie ik wat partners antwoordden op een overdracht?"),
            _("Kies onder aan In zorg „Overdrachten”: per partner, en van elk adres het antwoord."),
            "coach:handovers",
        ),
        (
            _("Wat doe ik als een bewoner bezwaar maakt?"),
            _(
                "Open het adres en kies onderaan „De bewoner maakt bezwaar”. Het adres gaat meteen van de lijst."
            ),
            "coach:search",
        ),
        (
            _("Hoe zie ik wie de grootste huurachterstand heeft?"),
            _("Kies bij Deze week de volgorde „huurachterstand”. De bedragen zijn die van maandag."),
            "coach:week",
        ),
        (
            _("Hoe zie ik van alle adressen alle redenen onder elkaar?"),
            _("Open Lijst op papier, onder aan Deze week."),
            "coach:paper",
        ),
        (
            _("Er is niemand thuis. Wat laat ik achter?"),
            _("Print een briefje voor aan de deur. Er staat niet in waarom u kwam."),
            "coach:leaflet",
        ),
        (
            _("Hoe neem ik de lijst op papier mee?"),
            _("Print Lijst op papier. Vernietig het papier na gebruik."),
            "coach:paper",
        ),
        (
            _("Ik legde iets verkeerd vast. Wat nu?"),
            _(
                "Kies binnen een dag Terugnemen, boven aan Deze week of bij het adres. Kies daarna Verbeteren en opnieuw bewaren."
            ),
            "coach:week",
        ),
        (
            _("Hoe zeg ik dat een adres niet past?"),
            _(
                "Open het adres, kies Stand wijzigen en dan Niet passend, met de reden. Ook dat kunt u een dag lang terugnemen."
            ),
            "coach:week",
        ),
        (
            _("Ik ben een tijd weg. Wie let er op mijn adressen?"),
            _(
                "Kies onder aan In zorg „Waarneming”: een collega neemt al uw adressen waar tot een dag, en u neemt ze "
                "daar terug. Eén adres? Kies daar „Een collega neemt dit adres over”. Is een collega ineens ziek? Kies bij In zorg "
                "de naam van de collega en dan „Neem waar”."
            ),
            "coach:holiday",
        ),
        (
            _("Hoe vind ik wat een partner antwoordde?"),
            _("Zoek het adres. Het antwoord staat bij „Wat er gebeurde”."),
            "coach:search",
        ),
        (
            _("Wat vertel ik een bewoner over de gegevens?"),
            _("Dat staat op de bladzijde van elk adres en onder aan de lijst op papier."),
            "coach:paper",
        ),
        (
            _("Een bewoner wil weten wat wij hebben vastgelegd, en hoe lang. Wat zeg ik?"),
            _(
                "De bewoner mag alles inzien, ook uw notities. Geef de vraag door aan uw teamleider: de analist maakt een "
                "bladzijde voor de bewoner, met alles wat er is en hoe lang het blijft."
            ),
            "coach:week",
        ),
        (
            _("Iemand belt over een adres dat op geen lijst staat. Wat doe ik?"),
            _("Geef een zorg door. Kan het niet wachten? Dan staat het meteen boven aan Deze week."),
            "melder:worry",
        ),
        (
            _("Waarom staat een adres nooit op de lijst?"),
            _(
                "Andere adressen hebben meer redenen, of het adres telt niet mee. Adressen die nooit op een lijst stonden, "
                "ziet u niet: dat is de privacy van de bewoner."
            ),
            "coach:search",
        ),
        (
            _("Hoe zie ik hoeveel ik zelf heb gedaan?"),
            _(
                "Dat telt het portaal niet, want het is er niet om coaches te beoordelen. Bij In zorg staat wat u nog doet."
            ),
            "coach:care",
        ),
    ),
    Role.MANAGER: (
        (
            _("Helpt het, en is er nog een coach nodig?"),
            _("De antwoorden staan bovenaan Overzicht. Erbij staat hoe zeker ze zijn."),
            "manager:trends",
        ),
        (
            _("Hoeveel adressen wachten te lang?"),
            _("Zie „Hoe lang wachten adressen?” en daaronder het werk dat openstaat per coach."),
            "manager:trends",
        ),
        (
            _("Hoe neem ik de cijfers mee naar een overleg?"),
            _("Kies Rapport om te printen. Elke tabel heeft ook een CSV voor een rekenblad."),
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
                "Een andere coach van de wijk neemt ze in één keer over: In zorg, „wie hier niet meer werkt”. De analist sluit het account."
            ),
            "manager:trends",
        ),
        (
            _("Waarom staat er „1–9”?"),
            _("Kleine aantallen zijn verborgen, zodat niemand te herkennen is."),
            "manager:trends",
        ),
        (
            _("Hoe vergelijk ik dit kwartaal met het vorige?"),
            _("Kies Jaar. De kwartalen staan dan onder elkaar; een * betekent dat het kwartaal nog loopt."),
            "manager:trends",
        ),
    ),
    Role.ANALYST: (
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
                "Open de gebruiker onder Gebruikers en kies bij Account „Gesloten”. "
                "Een coach neemt de adressen over: In zorg, „wie hier niet meer werkt”."
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
            _(
                "Niet in het portaal. Draai op de server: waakvlam explain, met het nummer van de overeenkomst."
            ),
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
            _("Wie bekeek een adres?"),
            _("Dat ziet alleen iemand met de rol auditor, in het logboek."),
            "analyst:users",
        ),
    ),
    Role.MELDER: (
        (
            _("Hoe meld ik een zorg?"),
            _("Vul postcode en huisnummer in en kies wat u ziet. U vult niets in over de bewoner."),
            "melder:worry",
        ),
        (
            _("Wat als het niet kan wachten?"),
            _("Kruis dat aan. De wooncoach ziet het dan meteen. Is er gevaar, bel dan 112."),
            "melder:worry",
        ),
        (
            _("Wat is er met mijn melding gedaan?"),
            _("Bij een zorg die niet kon wachten staat het antwoord onder het formulier."),
            "melder:worry",
        ),
        (
            _("Ik vergiste mij. Kan ik een zorg intrekken of verbeteren?"),
            _(
                "Ja: kies onder het formulier Verbeteren of Intrekken. Dat kan tot een wooncoach de zorg oppakt, of tot "
                "de maandag erna."
            ),
            "melder:worry",
        ),
        (
            _("Wat wordt van mijn zorg bewaard, en leest de bewoner mee?"),
            _(
                "Het adres, wat u zag, de dag en namens wie. In de regel is dat na twee jaar weg. "
                "De bewoner mag het opvragen, zonder uw naam."
            ),
            "melder:worry",
        ),
        (
            _("Wat als het adres niet van de corporatie is?"),
            _(
                "Dan telt de zorg niet mee. U leest daar niets over, zodat niemand hier kan nagaan wie er huurt."
            ),
            "melder:worry",
        ),
    ),
    Role.AUDITOR: (
        (
            _("Hoe zie ik wie een adres bekeek?"),
            _("Zoek in het logboek op gebruiker of overeenkomst. U kunt het als CSV bewaren."),
            "audit",
        ),
    ),
}
"""Question, answer and the page where it is done, per role."""
