"""Say the sentences that the pipeline writes, which are Dutch, in the language of the page.

The pipeline sends its answers and notices as Dutch sentences with the figures in them. Each kind of sentence stands here with
its figures left open, and has its English in the catalogue. A line with a sentence that is not here stays Dutch, and is
marked so.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from models.words.dutch import MONTHS as DUTCH_MONTHS
from portal.runs.values import NAMES, WORDS

SENTENCES = (
    _("Dat weten wij nog niet: wat er verschilt, kan toeval zijn."),
    _("Bij het tempo van nu duurt het in totaal ongeveer %(long)s tot een effect te zien is."),
    _("Deze pilot is te klein om het te zien: bij het tempo van nu duurt dat ongeveer %(long)s."),
    _("Dat kan haast geen toeval zijn."),
    _("Ja: %(what)s gemiddeld %(change)s dan bij adressen die moesten wachten."),
    _("Nee: %(what)s gemiddeld %(change)s dan bij adressen die moesten wachten."),
    _("Het lijkt erop: %(what)s gemiddeld %(change)s dan bij adressen die moesten wachten."),
    _("Het lijkt van niet: %(what)s gemiddeld %(change)s dan bij adressen die moesten wachten."),
    _("Helemaal zeker is het niet: er is naar %(number)s dingen gekeken, en dan lijkt toeval eerder een effect."),
    _("Of ook minder huishoudens bij de deurwaarder komen, is nog niet te zeggen."),
    _("Of de bezoeken helpen tegen %(what)s, is met deze gegevens niet te zeggen."),
    _("%(what)s: %(change)s (95%%-interval: %(low)s tot %(high)s)."),
    _("%(what)s: er is geen effect aangetoond."),
    _("Alles tussen %(low)s en %(high)s past bij de cijfers."),
    _("%(now)s huishoudens aan de beurt, %(wait)s in de wacht; bij wie wachtte %(level)s."),
    _("Er is niet geloot: de wachtgroep staat uit (instelling [trial])."),
    _("Zonder loting is een verschil geen effect."),
    _("De proef loopt pas %(weeks)s weken met een lijst; onder de %(least)s valt er niets te vergelijken."),
    _("Van geen enkel adres zijn al %(weeks)s weken voorbij; dat kan vanaf %(day)s."),
    _("Er zijn geen contacten vastgelegd: of iemand is bezocht, is niet bekend."),
    _(
        "Te weinig huishoudens waarvan de uitkomst bekend is: %(now)s aan de beurt, %(wait)s in de wacht; nodig zijn "
        "er %(least)s per groep."
    ),
    _("Het kwam te weinig voor om te rekenen (%(events)s keer; dat kan pas vanaf %(least)s, en dan is de marge nog breed)."),
    _("Het kwam %(events)s keer voor, maar in een van beide groepen minder dan %(least)s keer."),
    _("Van de lijsten is %(share)s%% gebruikt: een lijst die niet is gebruikt, kan niets veranderen."),
    _("Wie moest wachten is even vaak bezocht (%(wait)s%%) als wie aan de beurt was (%(now)s%%): er is niets te vergelijken."),
    _("De capaciteit is veranderd op %(dates)s."),
    _("Kies met --since een periode met één capaciteit."),
    _("Het model is veranderd op %(dates)s."),
    _("Kies met --since een periode met één model."),
    _("De regels van de loting zijn veranderd op %(dates)s: wie wacht, is opnieuw bepaald."),
    _("Er zijn %(now)s adressen aan de beurt en %(wait)s in de wacht; dat past niet bij een kans van %(share)s%%."),
    _("Er is iets mis met de loting."),
    _("Stel dat een bereikt bezoek %(share)s van de 100 escalaties kan voorkomen; meer is nergens gemeld."),
    _("Om dat te zien, zijn ongeveer %(households)s huishoudens nodig: bij het tempo van nu ongeveer %(long)s."),
    _("Met meer corporaties samen gaat het sneller."),
    _("Met %(number)s begeleide bewoners is op harde uitkomsten niets te zien, ook niet als alles goed afloopt."),
    _("Een pilot met %(number)s bewoners is klein: een daling valt pas op bij hoogstens %(most)s escalaties op de 100 bewoners."),
    _("Een pilot met %(number)s bewoners is klein: een daling valt pas op bij minder dan 1 escalatie op de 100 bewoners."),
    _("Wie na een pilot cijfers wil zien, moet langer door of met meer corporaties samen."),
    _("Wat een plaats meer per week zou opleveren, is nog niet te zeggen (%(seen)s adressen gevolgd, nodig zijn er %(least)s)."),
    _("Waakvlam volgt adressen vlak onder de grens vanzelf; een adres telt mee na 26 weken."),
    _("Lijsten waarvoor geloot is, tellen hier niet mee."),
    _("Van %(seen)s adressen vlak onder de grens escaleerde %(low)s tot %(high)s op de 100 binnen 26 weken."),
    _("Een plaats meer per week bereikt per jaar 52 van zulke adressen: %(low)s tot %(high)s waar het anders misgaat."),
    _("Hoeveel daarvan een bezoek voorkomt, staat bij het effect."),
    _(
        "Van elke 100 adressen waarvan bekend is wat de coach vond, hadden er %(found)s (%(low)s tot %(high)s) hulp nodig."
    ),
    _("Wie niet is bereikt erbij: %(value)s (%(low)s tot %(high)s) van elke 100 adressen op de lijst."),
    _(
        "Hoeveel adressen hulp nodig hadden, is nog niet te zeggen: van te weinig adressen is bekend wat de coach vond (nodig zijn er "
        "%(least)s, met en zonder hulpvraag minstens %(few)s)."
    ),
    _("Of de volgorde van de lijst beter is dan een loting, is nog niet te zeggen: er kwam nog geen adres door loting op de lijst."),
    _("Of de volgorde van de lijst beter is dan een loting, is nog niet te zeggen: van geen adres is vastgelegd wat de coach vond."),
    _(
        "Of de volgorde van de lijst beter is dan een loting, is nog niet te zeggen: nodig zijn er %(least)s adressen op volgorde en "
        "evenveel door loting."
    ),
    _(
        "Op volgorde van punten vond de coach vaker hulp nodig dan door loting: bij %(value)s (%(low)s tot %(high)s) van de 100 "
        "adressen meer."
    ),
    _(
        "Door loting vond de coach vaker hulp nodig dan op volgorde: bij %(value)s (%(low)s tot %(high)s) van de 100 adressen meer."
    ),
    _("De punten wijzen verkeerd."),
    _(
        "Dat de volgorde van de lijst beter is dan een loting, is niet aangetoond: het verschil kan van %(less)s van de 100 adressen "
        "minder tot %(more)s meer zijn."
    ),
    _("Hulp nodig: binnen %(weeks)s weken na de lijst kwam de coach in contact, of hield een vinger aan de pols."),
    _("Of een bezoek helpt, zegt dit niet."), _("De coach weet niet welk adres door loting kwam, maar leest daar minder redenen."),
    _("Een deel van het verschil kan daarvan komen."),
    _("Over geld valt niets te zeggen: de kosten van de coach zijn nog niet ingevuld."),
    _("Over geld valt niets te zeggen: de kosten van een ontruiming zijn nog niet ingevuld."),
    _("Over geld valt niets te zeggen: de kosten van de coach en een ontruiming zijn nog niet ingevuld."),
    _("De analist kan dat doen."),
    _("Een coach kost %(low)s tot %(high)s per jaar."),
    _(
        "In geld is dat terugverdiend bij %(few)s tot %(many)s voorkomen ontruimingen per jaar, want een ontruiming "
        "kost de corporatie %(low)s tot %(high)s."
    ),
    _("Hoeveel ontruimingen zijn voorkomen is niet bekend, dus ook niet wat het per jaar oplevert."),
    _("Voorkomen ontruimingen per jaar: %(low)s tot %(high)s."),
    _("Opbrengst min kosten per jaar: %(low)s tot %(high)s."),
    _("Een bereik dat onder nul begint, betekent dat het ook geld kan kosten."),
    _("Onder de adressen die aan de beurt zijn, gaat naar verwachting hoogstens %(number)s keer per jaar een huis verloren."),
    _("Dat is te weinig om de coach in geld terug te verdienen: wie dit werk doet, doet het vooral voor de bewoners."),
    _("Voor de samenleving wordt %(low)s tot %(high)s per ontruiming genoemd."),
    _("Dat geld komt niet bij de corporatie terecht en telt hierboven niet mee."),
    _("Bronnen van de bedragen: %(sources)s."),
    _("Bedragen en aantal coaches staan in de instellingen, onder [costs]."),
    _("De analist past ze daar aan en rekent opnieuw."),
    _("Wat een geholpen adres kost, is nog niet te zeggen: in het laatste jaar zijn het er minder dan %(least)s."),
    _("In het laatste jaar werden ongeveer %(number)s adressen geholpen."),
    _("Geholpen is: advies, vervolghulp of een verwijzing."),
    _("Elk adres telt één keer, ook als het eerder op de lijst kwam."),
    _("Eén adres kost %(low)s tot %(high)s, gerekend met %(coaches)s."),
    _("Zoveel mensen werkten er in dat jaar in het portaal: %(seen)s."),
    _(
        "Wat één adres kost, is nog niet te zeggen: in de instellingen staat %(coaches)s, en in het portaal werkte er "
        "in het laatste jaar %(seen)s."
    ),
    _(
        "Wat één adres kost, is nog niet te zeggen: in de instellingen staat %(coaches)s, en in het portaal werkten er "
        "in het laatste jaar %(seen)s."
    ),
    _(
        "Wat één adres kost, is nog niet te zeggen: in de instellingen staan %(coaches)s, en in het portaal werkte er "
        "in het laatste jaar %(seen)s."
    ),
    _(
        "Wat één adres kost, is nog niet te zeggen: in de instellingen staan %(coaches)s, en in het portaal werkten er "
        "in het laatste jaar %(seen)s."
    ),
    _("De analist vult in hoeveel voltijds coaches dat samen waren."),
    _("Er waren in die tijd ongeveer %(number)s huisbezoeken."),
    _("Eén huisbezoek kost %(low)s tot %(high)s: al het andere werk van de coaches zit daarin."),
    _("Ja: de lijst vindt er meer dan de beste simpele regel, en het verschil is groter dan toeval."),
    _("Dat de lijst meer vindt dan de beste simpele regel, is niet aangetoond."),
    _("Dat is niet te zeggen: er zijn te weinig huurachterstanden of escalaties."),
    _(
        "Van de eerste %(number)s adressen escaleerden er later %(ours)s op de 100 (%(low)s tot %(high)s); bij "
        "sorteren op de hoogste schuld %(debt)s op de 100 (%(least)s tot %(most)s)."
    ),
    _("Wat beslist, is het verschil met de beste simpele regel op dezelfde lijsten: ongeveer %(value)s op de 100 (%(low)s tot %(high)s)."),
    _("Dat is ook de beste simpele regel."),
    _("De beste simpele regel was %(rule)s: %(value)s op de 100 (%(low)s tot %(high)s)."),
    _("Van elke 100 adressen die escaleerden, stonden er %(before)s eerder op de lijst, en %(early)s al %(weeks)s weken eerder of langer."),
    _("Bij de helft van de adressen die de lijst vond, was er na de eerste keer nog minstens %(weeks)s weken tijd."),
    _("Dat ligt boven nul; of twee losse marges elkaar raken, zegt dat niet."),
    _("Dat ligt niet zeker boven nul; of twee losse marges elkaar raken, zegt dat niet."),
    _("Niet overal: per %(groups)s zijn er %(number)s verschillen buiten %(low)s tot %(high)s keer, groter dan toeval."),
    _("Niet overal: per %(groups)s is er %(number)s verschil buiten %(low)s tot %(high)s keer, groter dan toeval."),
    _("Vraag de analist om het rapport."),
    _("Per %(groups)s is geen verschil te zien dat groter is dan %(low)s tot %(high)s keer."),
    _("Dat bewijst niet dat het er niet is."),
    _("Per %(groups)s is het niet te zeggen: te weinig groepen hebben %(number)s escalaties of meer."),
    _(
        "Bij de groep die het meest afwijkt, vindt de lijst een deel van de escalaties dat zoveel keer zo groot is als "
        "bij alle anderen: %(ratios)s."
    ),
    _("1 keer is even groot."),
    _("Let op: %(what)s ontbreken."),
    _("Deze lijst is gemaakt zonder."),
    _("Let op: %(what)s van deze week ontbreken."),
    _("Let op: %(what)s zijn niet vernieuwd."),
    _("Let op: de huurachterstanden van deze week kwamen te laat."),
    _("Gebruikt is de stand van de week ervoor."),
    _("Gebruikt is de stand van %(day)s."),
    _("Niet meegewogen, want niet geleverd: %(what)s."),
    _("Let op: een levering van %(what)s is afgekeurd en telt niet mee."),
    _("Let op: %(number)s bestand in de inbox is niet herkend en telt niet mee."),
    _("Let op: %(number)s bestanden in de inbox zijn niet herkend en tellen niet mee."),
    _("Let op: op deze lijst kan staan %(what)s."),
    _("Dat is niet geleverd."),
    _("Let op: %(number)s bezwaar is niet aan een huurder te koppelen."),
    _("Let op: %(number)s bezwaren zijn niet aan een huurder te koppelen."),
    _("Let op: %(number)s veiligheidsafspraak is niet aan een huurder te koppelen."),
    _("Let op: %(number)s veiligheidsafspraken zijn niet aan een huurder te koppelen."),
    _("Let op: %(number)s contact van de wooncoach is niet aan een huurder te koppelen."),
    _("Let op: %(number)s contacten van de wooncoach zijn niet aan een huurder te koppelen."),
    _("Let op: %(number)s melding van een medewerker is niet aan een huurder te koppelen."),
    _("Let op: %(number)s meldingen van medewerkers zijn niet aan een huurder te koppelen."),
    _("Wie bedoeld kan zijn, staat niet op deze lijst."),
    _("Wie bedoeld kan zijn, heeft op deze lijst de waarschuwing."),
    _("Dit telt nog niet mee."),
    _("Let op: het portaal was niet bereikbaar."),
    _("Wat daar sinds vorige week is vastgelegd telt nog niet mee."),
    _("Let op: deze lijst komt in de plaats van een eerdere van dezelfde week (%(came)s erbij, %(left)s eraf)."),
    _("Gebruik alleen deze."),
    _("Let op: de lijst is gepauzeerd, omdat een afgesproken grens is bereikt."),
    _("Let op: de lijst is gepauzeerd, door iemand van de corporatie."),
    _("Ga door met de mensen die u al helpt."),
    _("Bezoek geen adressen van een eerdere lijst, en ga door met de mensen die u al helpt."),
    _("Over de lijst beslist: %(roles)s."),
    _("Let op: dit is een proefperiode tot en met %(day)s."),
    _("Niemand ziet de lijst; zij wordt verzegeld en later beoordeeld."),
)  # fmt: skip
ENDS = re.compile(r"(?<=[.!?]) (?=[A-ZÉ]|\d[\d.]* (?:huishoudens|keer)\b)")
OPEN = re.compile(r"%\((\w+)\)s")


class Dutch(str):
    """A sentence of the pipeline that has no other language."""

    lang = "nl"


def spoken(line: str) -> str:
    """Return a line of the pipeline in the language of the page, or as `Dutch` if one of its sentences is not known."""
    if get_language() == "nl":
        return Dutch(line)
    parts = [_sentence(part) for part in ENDS.split(line)]
    return Dutch(line) if None in parts else " ".join(part for part in parts if part)


def _sentence(text: str) -> str | None:
    """Return a sentence in the language of the page; None if it is none of `SENTENCES`."""
    for kind, pattern in _patterns():
        match = pattern.fullmatch(text)
        if match:
            values = {name: _value(value) for name, value in match.groupdict().items()}
            start = gettext(kind) % values
            return start[:1].upper() + start[1:]
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each kind of sentence with its pattern, the most definite first."""
    kinds = sorted(SENTENCES, key=lambda kind: (len(OPEN.findall(kind)), -len(kind)))
    return tuple((kind, re.compile(_pattern(kind))) for kind in kinds)


def _pattern(kind: str) -> str:
    fixed = [re.escape(part.replace("%%", "%")) for part in OPEN.split(kind)[::2]]
    names = [f"(?P<{name}>.+?)" for name in OPEN.findall(kind)]
    return "".join(part for pair in zip(fixed, [*names, ""], strict=True) for part in pair)


def _value(text: str) -> str:
    """Write a value as the language does: its words, its months, and its numbers with their point and comma exchanged."""
    text = re.sub(r"\d[\d.,]*\d", lambda number: number[0].translate({44: 46, 46: 44}), text)
    return _known().sub(lambda word: _word(word[0]), text)


@cache
def _known() -> re.Pattern[str]:
    words = sorted((*WORDS, *NAMES, *DUTCH_MONTHS), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})((?<= )|(?!\w))", re.IGNORECASE)


def _word(word: str) -> str:
    lower = word.lower()
    if lower in DUTCH_MONTHS:
        return str(MONTHS[DUTCH_MONTHS.index(lower) + 1])
    return gettext(lower)
