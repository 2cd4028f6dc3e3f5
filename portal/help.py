"""Answer "how do I ...?" for each role, with a link to the page where it is done."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal import help_office
from portal.accounts.models import Role
from portal.casework.codes import Need, Partner
from portal.help_office import COMPLAINT, Answers


def _listed(codes: type[TextChoices]) -> str:
    """Return the labels of codes in the language of the page."""
    return ", ".join(str(label) for label in codes.labels)


_in_words = lazy(_listed, str)
PASSWORD = (
    _("Hoe wijzig ik mijn wachtwoord?"),
    _("In het menu rechtsboven, onder Wachtwoord."),
    "account_change_password",
)
HELP: dict[str, Answers] = {
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
            _("Welke van mijn adressen gingen naar een collega?"),
            _("Kies bij In zorg „van u naar een collega”. Er staat bij naar wie en sinds wanneer."),
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
            _("Ik krijg steeds niemand te spreken. Wat is dan gebruikelijk?"),
            _(
                "Ga een keer op een ander deel van de dag, bel, en laat een briefje achter. Bij het adres en bij Vastleggen staat hoe "
                "vaak u het probeerde en wanneer. Komt er ook na een paar weken niets? Sluit af met het resultaat „Geen contact "
                "gekregen, ook later niet”. Speelt er daarna weer iets, dan kan het adres terugkomen op de lijst."
            ),
            "coach:leaflet",
        ),
        (
            _("Hoe neem ik de lijst op papier mee?"),
            _(
                "Print Lijst op papier: in de volgorde die u bij Deze week koos, en als u wilt alleen één wijk. Vernietig het papier "
                "na gebruik."
            ),
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
                "Open het adres, kies Stand of dag wijzigen en dan Niet passend, met de reden. Ook dat kunt u een dag lang terugnemen."
            ),
            "coach:week",
        ),
        (
            _("Ik ben een tijd weg. Wie let er op mijn adressen?"),
            _(
                "Kies onder aan In zorg „Waarneming”: een collega neemt al uw adressen waar van de ene tot de andere dag, "
                "en daarna zijn ze vanzelf weer bij u. Eén adres? Kies daar „Een collega neemt dit adres over”. Is een collega "
                "ineens ziek? Kies bij In zorg de naam van de collega en dan „Neem waar”. "
                "Bij „Waarneming” kiest u daarna een andere laatste dag of geeft u de adressen terug."
            ),
            "coach:holiday",
        ),
        (
            _("Hoe vind ik wat een partner antwoordde?"),
            _("Zoek het adres. Het antwoord staat bij „Wat er gebeurde”."),
            "coach:search",
        ),
        (
            _("Welke hulp kan ik aanbieden, en aan wie kan ik overdragen?"),
            format_lazy(
                _(
                    "U luistert, geeft advies of lost iets meteen op. Is er meer nodig en wil de bewoner dat, kies dan bij het adres "
                    "„Overdragen”. Dat kan aan: {partners}. U belt of mailt de partner zelf. Waar hulp bij nodig is, kiest u bij "
                    "Vastleggen: {needs}. Weet u niet wat er in uw gemeente is? Vraag het aan het wijkteam."
                ),
                partners=_in_words(Partner),
                needs=_in_words(Need),
            ),
            "coach:handovers",
        ),
        (
            _("Er is iets stuk in de woning, of er is schimmel of ongedierte. Waar meld ik dat?"),
            _(
                "In het reparatiesysteem van uw corporatie, of bij de afdeling reparaties. Waakvlam neemt geen reparaties aan en weet "
                "het telefoonnummer niet. Spreek met de bewoner af wie het meldt."
            ),
            "coach:week",
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
            _("Ik heb onderweg geen bereik. Kan ik toch lezen en opschrijven?"),
            _(
                "Ja. Open Deze week 's ochtends, met verbinding: tot middernacht leest u dan de adressen zonder bereik. Wat u vastlegt, "
                "blijft op het toestel en wordt bewaard zodra er weer verbinding is; dan leest u van welk adres. Sluit het tabblad niet "
                "zolang er iets wacht."
            ),
            "coach:week",
        ),
        (
            _("Kan het scherm donker?"),
            _("Ja. Waakvlam volgt uw telefoon of computer: zet daar de donkere weergave aan."),
            "coach:week",
        ),
        (
            _("Hoe zie ik hoeveel ik zelf heb gedaan?"),
            _(
                "Bezoeken telt het portaal niet, want het is er niet om coaches te beoordelen. Bij In zorg staat wat u nog doet, en onder "
                "aan die pagina, bij „Afgeronde adressen”, wat klaar is: kies daar „mij”."
            ),
            "coach:care",
        ),
        COMPLAINT,
    ),
    Role.MANAGER: help_office.MANAGER,
    Role.ANALYST: help_office.ANALYST,
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
            _(
                "Zoek het adres, de postcode of de naam. Bij het adres staat de overeenkomst, en daarmee wie het zag in de maanden die u "
                "kiest. U kunt het als CSV bewaren."
            ),
            "audit_find",
        ),
    ),
}
"""Question, answer and the page where it is done, per role."""
