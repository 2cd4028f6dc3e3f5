"""The sentences of the effect report: Dutch for the manager, English for the analyst. Every estimate has its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from models.words.dutch import euro

if TYPE_CHECKING:  # it imports statsmodels, which a plain installation does not have
    from models.effect.estimate import CannotSay, Estimate


class Outcome(NamedTuple):
    """An outcome that is measured after an address entered the band or was near the cut."""

    name: str
    nl: str
    en: str
    days: int
    unit: str
    """``share`` (it happens or not), ``euro`` or ``count``."""


OUTCOMES = (
    Outcome("escalated_26", "escalatie binnen 26 weken", "escalation within 26 weeks", 182, "share"),
    Outcome("escalated_52", "escalatie binnen 52 weken", "escalation within 52 weeks", 364, "share"),
    Outcome("arrears_3", "huurachterstand na 3 maanden", "arrears after 3 months", 91, "euro"),
    Outcome("arrears_6", "huurachterstand na 6 maanden", "arrears after 6 months", 182, "euro"),
    Outcome("arrears_12", "huurachterstand na 12 maanden", "arrears after 12 months", 365, "euro"),
    Outcome(
        "complaints_26", "nieuwe overlastmeldingen in 26 weken", "new complaints in 26 weeks", 182, "count"
    ),
    Outcome("kept_52", "woning behouden na 52 weken", "tenancy kept after 52 weeks", 364, "share"),
)
"""The first is the main outcome, named beforehand: with seven outcomes, chance looks like an effect in one of three reports."""
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}


@dataclass(frozen=True)
class Reason:
    """A sentence in two languages, such as the reason why there is no estimate. Figures replace the names in braces."""

    nl: str
    en: str


REASONS = {
    "no_lots": Reason(
        "Er is niet geloot: de wachtgroep staat uit (instelling [trial]). Zonder loting is een verschil geen effect.",
        "No lots were drawn: there is no trial (setting [trial]). Without lots a difference cannot be called an effect.",
    ),
    "few_weeks": Reason(
        "De proef loopt pas {weeks} weken met een lijst; onder de {least} valt er niets te vergelijken.",
        "The trial has {weeks} weekly lists; at least {least} are needed for a comparison.",
    ),
    "not_ripe": Reason(
        "Van geen enkel adres zijn al {weeks} weken voorbij; dat kan vanaf {date}.",
        "No address has been followed for {weeks} weeks yet; the first will be on {date}.",
    ),
    "no_contacts": Reason(
        "Er zijn geen contacten vastgelegd: of iemand is bezocht, is niet bekend.",
        "No contacts were logged, so it is not known whether anybody was visited.",
    ),
    "not_worked": Reason(
        "Van de lijsten is {share}% gebruikt: een lijst die niet is gebruikt, kan niets veranderen.",
        "{share}% of the lists were used: a list that nobody uses can change nothing.",
    ),
    "no_contrast": Reason(
        "Wie moest wachten is even vaak bezocht ({wait}%) als wie aan de beurt was ({now}%): er is niets te vergelijken.",
        "Waiting households were visited as often ({wait}%) as households whose turn it was ({now}%): there is nothing to compare.",
    ),
    "capacity_changed": Reason(
        "De capaciteit is veranderd op {dates}. Kies met --since een periode met één capaciteit.",
        "Capacity changed on {dates}. Choose a period with one capacity (--since).",
    ),
    "model_changed": Reason(
        "Het model is veranderd op {dates}. Kies met --since een periode met één model.",
        "The model changed on {dates}. Choose a period with one model (--since).",
    ),
    "lots_changed": Reason(
        "De regels van de loting zijn veranderd op {dates}: wie wacht, is opnieuw bepaald.",
        "The rules of the lots changed on {dates}: the arms were drawn again.",
    ),
    "lots_uneven": Reason(
        "Er zijn {now} adressen aan de beurt en {wait} in de wacht; dat past niet bij een kans van {share}%. Er is iets mis met de loting.",
        "{now} addresses drew now and {wait} wait, which does not fit a chance of {share}%: something is wrong with the lots.",
    ),
    "few_households": Reason(
        "Te weinig huishoudens waarvan de uitkomst bekend is: {now} aan de beurt, {wait} in de wacht; nodig zijn er {least} per groep.",
        "Too few households with a known outcome: {now} now, {wait} waiting; {least} per arm are needed.",
    ),
    "few_events": Reason(
        "Het kwam te weinig voor om te rekenen ({events} keer; dat kan pas vanaf {least}, en dan is de marge nog breed).",
        "Too few events for an estimate ({events}; at least {least} are needed, and then the margin is still wide).",
    ),
    "few_in_arm": Reason(
        "Het kwam {events} keer voor, maar in een van beide groepen minder dan {least} keer.",
        "{events} events, but fewer than {least} of them in one of the arms.",
    ),
    "few_at_cut": Reason(
        "Te weinig adressen rond de grens van de lijst: {above} erboven, {below} eronder; nodig zijn er {least} aan elke kant.",
        "Too few addresses at the cut: {above} above, {below} below; {least} on each side are needed.",
    ),
    "few_places": Reason(
        "De lijst is te kort voor deze methode: nodig zijn {least} plaatsen aan elke kant van de grens.",
        "The list is too short for this method: {least} places on each side of the cut are needed.",
    ),
    "no_fit": Reason(
        "De uitkomst verschilt te weinig om een lijn te trekken.",
        "The outcome varies too little to draw a line.",
    ),
    "cut_bent": Reason(
        "Boven en onder de grens staan niet dezelfde soort adressen ({what}): een sprong is dan geen effect.",
        "Addresses above and below the cut are not alike ({what}): a jump is then no effect.",
    ),
    "in_trial": Reason(
        "In deze weken besliste een loting rond de grens; deze methode gebruikt alleen weken zonder proef.",
        "In these weeks lots decided around the cut; this method uses weeks without a trial only.",
    ),
}
LIMITS = (
    Reason(
        "De vergelijking gaat over iedereen die aan de beurt was, ook waar niemand opendeed. Per bereikt huishouden is een effect groter.",
        "The comparison includes all households that drew now, also where nobody opened the door (intention to treat). Per reached "
        "household an effect is larger.",
    ),
    Reason(
        "Het zegt iets over adressen in deze band van de lijst, niet over de eerste plaatsen en niet over wie nooit op een lijst komt.",
        "It says something about addresses in this band of places, not about the first places or addresses that are never listed.",
    ),
    Reason(
        "Een deel van wie wachtte is later toch bezocht, omdat het dringend werd of de proef eindigde. Dat maakt het verschil kleiner.",
        "Some waiting households were visited later, when they rose above the band or the trial ended. That makes the difference "
        "smaller.",
    ),
    Reason(
        "Wat telt is wat de corporatie vastlegt. Of het beter gaat met iemand, staat daar meestal niet in.",
        "The outcomes are what the corporation records. Whether somebody is better off is usually not recorded.",
    ),
    Reason(
        "Achterstand is niet bekend van wie is vertrokken; wie het huis verloor, telt daar niet mee.",
        "Arrears are unknown for tenancies that ended; households that lost the home are not counted there.",
    ),
    Reason(
        "De eerste uitkomst is de hoofdvraag. Wie zeven uitkomsten bekijkt, ziet bij toeval soms een verschil dat er niet is.",
        "The first outcome is the main one. With seven outcomes, chance will sometimes show a difference that does not exist.",
    ),
)


def why_not(refusal: CannotSay) -> Reason:
    """Return the sentence of a missing estimate, with its figures."""
    return fill(refusal.reason, dict(refusal.figures))


def fill(code: str, figures: dict[str, object]) -> Reason:
    """Return the sentence of a reason, with its figures."""
    reason = REASONS[code]
    return Reason(reason.nl.format(**figures), reason.en.format(**figures))


def sentence(estimate: Estimate, outcome: Outcome, *, at_cut: bool = False) -> Reason:
    """Describe an estimate; call it an effect only if the interval excludes 0.

    Parameters
    ----------
    estimate : Estimate
        The estimate of the trial or, with `at_cut`, of the addresses around the cut.
    outcome : Outcome
        The outcome that was measured.
    at_cut : bool
        Name the groups "above the cut" and "below the cut".
    """
    groups = {
        "nl": ("boven de grens", "eronder", "onder de grens")
        if at_cut
        else ("aan de beurt", "in de wacht", "bij wie wachtte"),
        "en": ("above the cut", "below", "below the cut")
        if at_cut
        else ("drew now", "wait", "in those that waited"),
    }
    texts = {}
    for language, (now, wait, level) in groups.items():
        nl = language == "nl"
        beside = (
            f"{estimate.now} {'huishoudens' if nl else 'households'} {now}, {estimate.wait} {wait}; {level} "
        )
        beside += _amount(estimate.level, outcome.unit, language)
        low, high = (change(value, outcome.unit, language) for value in (estimate.low, estimate.high))
        name = outcome.nl if nl else outcome.en
        if estimate.shown:
            value = change(estimate.value, outcome.unit, language)
            interval = "95%-interval" if nl else "95% interval"
            between = "tot" if nl else "to"
            texts[language] = f"{name}: {value} ({interval}: {low} {between} {high}). {beside}."
        elif nl:
            texts[language] = (
                f"{name}: er is geen effect aangetoond. Alles tussen {low} en {high} past bij de cijfers. {beside}."
            )
        else:
            texts[language] = (
                f"{name}: no effect is shown; anything between {low} and {high} fits the figures. {beside}."
            )
    return Reason(texts["nl"], texts["en"])


def change(value: float, unit: str, language: str) -> str:
    """Write a difference in words, such as ``15,7 op de 100 minder``."""
    more = {"nl": ("minder", "meer"), "en": ("less", "more")}[language][value > 0]
    return f"{_amount(abs(value), unit, language)} {more}"


def _amount(value: float, unit: str, language: str) -> str:
    if unit == "euro":
        text = euro(value)
        return text if language == "nl" else text.replace("€ ", "EUR ").replace(".", ",")
    number = f"{value:.2f}" if unit == "count" else f"{100 * value:.1f}"
    number = number.replace(".", ",") if language == "nl" else number
    suffix = {
        "share": {"nl": " op de 100", "en": " in 100"},
        "count": {"nl": " per huishouden", "en": " per household"},
    }
    return number + suffix[unit][language]
