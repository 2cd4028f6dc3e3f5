"""Define the fixed lists: the contact codes of DDAS vroegsignalering 1.2 and the portal's own codes.

The values are those of the extracts (`data/contracts/contacten.toml`, `meldingen_medewerkers.toml`). Labels that an
English reader needs are translated.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """The state of a case."""

    NEW = "nieuw", _("Nog geen contact")  # *Nieuw* on a page means new on the list
    APPROACHED = "benaderd", _("Benaderd")
    IN_CONTACT = "in_contact", _("In contact")
    WATCH = "waakvlam", _("Waakvlam")
    CLOSED = "afgesloten", _("Afgesloten")
    NOT_FITTING = "niet_passend", _("Niet passend")


TAKEN_UP = _("Te benaderen")
"""*Nieuw* at an address that a coach took up, for a worry or after a refused hand-over: there may have been contact before.

It is not a choice of *Stand of dag wijzigen*; *In zorg* is the name of the page with every state.
"""


def state_words(state: str, *, taken_up: bool) -> str:
    """Return a state in words; ``taken_up`` is whether a coach did anything at the address."""
    return str(TAKEN_UP if taken_up and state == State.NEW else State(state).label)


def change_words(before: dict[str, Any], state: str, day: date | None) -> str:
    """Return in words which change was made without a contact, from what the case was before, and its state and day after it."""
    was = str(before.get("state", ""))
    if state == State.NEW:
        return str(_("Weer geopend") if was in (State.CLOSED, State.NOT_FITTING) else _("Opgepakt"))
    if was != state:
        return str(_("Stand gewijzigd"))
    same = (day.isoformat() if day else None) == before.get("follow_up_on")
    return str(_("Stand bevestigd") if same else _("Dag gewijzigd"))


OPEN = (State.APPROACHED, State.IN_CONTACT)
"""States in which somebody must act next, so that an owner and a date are required."""


class Kind(TextChoices):
    """How a contact was made (EnumContactsoort), in the order in which a coach needs the choices."""

    VISIT = "Huisbezoek", _("Huisbezoek")
    PHONE = "Telefoon", _("Telefoon")
    CARD = "Kaartje", _("Kaartje")
    MESSAGE = "SMS/Whatsapp", _("SMS/Whatsapp")
    APPOINTMENT = "Afspraak op locatie", _("Afspraak op locatie")
    LETTER = "Brief", _("Brief")
    MAIL = "Mail", _("Mail")
    OTHER = "Overige", _("Overige")
    ADMINISTRATIVE = "Administratief", _("Administratief")
    UNKNOWN = "Onbekend", _("Onbekend")


class PartOfDay(TextChoices):
    """The part of the day (EnumDagdeel)."""

    MORNING = "Ochtend", _("Ochtend")
    AFTERNOON = "Middag", _("Middag")
    EVENING = "Avond", _("Avond")


class Result(TextChoices):
    """What came of a contact: EnumEindresultaat, with labels in the words of a coach, and two of the portal's own.

    DDAS has no code for an appointment, because it ends nothing, nor for who moved within the municipality or left a home
    empty; `in_ddas` says what goes out for these.
    """

    APPOINTMENT = "Afspraak gemaakt", _("Afspraak gemaakt")
    ADVICE = "(Budget)advies en/of quick fix", _("Advies of direct opgelost")
    NEVER_REACHED = "Definitief geen contact kunnen krijgen", _("Geen contact gekregen, ook later niet")
    NO_ANSWER = "Geen reactie na eerder contact", _("Geen reactie na eerder contact")
    IN_DEBT_HELP = "Inwoner al bekend bij schuldhulpverlening", _("Bewoner krijgt al schuldhulp")
    OTHER_HELP = "Inwoner heeft al een ander lopend traject", _("Bewoner krijgt al andere hulp")
    PAID = (
        "Inwoner heeft zelf al betaald/betalingsregeling getroffen",
        _("Bewoner heeft betaald of betaalt in delen"),
    )
    DECEASED = "Inwoner is overleden", _("Bewoner is overleden")
    DECLINED = (
        "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
        _("Bewoner regelt het zelf of wil geen hulp"),
    )
    LEFT_OTHER = "Niet opgepakt: andere reden", _("Niet opgepakt: andere reden")
    LEFT_REPEATED = "Niet opgepakt: herhaalde melding", _("Niet opgepakt: was al gemeld")
    LEFT_WRONG = "Niet opgepakt: onterecht signaal", _("Niet opgepakt: het signaal klopt niet")
    MOVED = "Persoon is geen inwoner (meer) in de gemeente", _("Bewoner woont niet meer in de gemeente")
    LEFT_HOME = (
        "Bewoner is verhuisd of de woning staat leeg",
        _("Bewoner is verhuisd of de woning staat leeg"),
    )
    REFERRED = "Vervolghulp en/of verwijzing", _("Doorverwezen")
    REFERRED_MONEY = "Vervolghulp en/of verwijzing financieel", _("Doorverwezen voor geldzaken")
    REFERRED_OTHER = "Vervolghulp en/of verwijzing niet financieel", _("Doorverwezen, niet voor geldzaken")
    REFERRED_ALONE = "Verwijzing zonder tussenkomst inwoner", _("Doorverwezen zonder de bewoner te spreken")


NOT_FITTING_REASONS = (
    Result.OTHER_HELP,
    Result.IN_DEBT_HELP,
    Result.PAID,
    Result.LEFT_WRONG,
    Result.LEFT_REPEATED,
    Result.LEFT_HOME,
    Result.MOVED,
    Result.DECEASED,
    Result.LEFT_OTHER,
)
"""Reasons for *niet passend*; these are results of the same list, so they travel back in the same column."""


def in_ddas(result: str) -> str | None:
    """Return the code of DDAS for a result, which is what leaves the portal; None for none, and for an appointment."""
    own: dict[str, str | None] = {Result.APPOINTMENT: None, Result.LEFT_HOME: str(Result.LEFT_OTHER)}
    return own.get(result, result or None)


class Need(TextChoices):
    """What a resident needs help with, as resident and coach see it; nothing about health."""

    MONEY = "geld", _("Geld en schulden")
    PAPERS = "post", _("Post en formulieren")
    HOME = "woning", _("De woning op orde")
    NEIGHBOURS = "buren", _("Omgaan met buren")
    COMPANY = "contact", _("Contact met anderen")
    WORK = "werk", _("Werk of dagbesteding")
    OTHER = "anders", _("Iets anders")


class Domain(TextChoices):
    """The four life domains that a landlord can discuss; health is not one of them."""

    MONEY = "geld", _("Geld")
    HOME = "wonen", _("Wonen")
    SOCIAL = "sociale_relaties", _("Sociale relaties")
    SELF = "zelforganisatie", _("Zelforganisatie")


class Step(IntegerChoices):
    """How a domain is going, as resident and coach judge together."""

    HARD = 1, _("Loopt vast")
    MOVING = 2, _("Komt in beweging")
    WELL = 3, _("Gaat goed")


class Phase(TextChoices):
    """Whether growth was recorded at the start or at a follow-up."""

    START = "start", _("Bij de start")
    FOLLOW_UP = "follow_up", _("Bij een vervolg")


class Partner(TextChoices):
    """The partner to whom a case can be handed over."""

    DEBT_HELP = "schuldhulp", _("Schuldhulpverlening")
    TEAM = "wijkteam", _("Wijkteam")
    GGZ = "ggz", _("GGZ")
    GGD = "ggd", _("GGD")
    POLICE = "politie", _("Politie")
    CONSULTANT = "huurdersconsulent", _("Huurdersconsulent")
    MUNICIPALITY = "gemeente", _("Gemeente")
    WELFARE = "welzijn", _("Welzijnsorganisatie")
    OTHER = "overig", _("Andere partner")


class Consent(TextChoices):
    """Who agreed that a case is handed over."""

    RESIDENT = "bewoner", _("De bewoner zelf")
    FOR_RESIDENT = "vertegenwoordiger", _("Wie voor de bewoner beslist, zoals een bewindvoerder")
    NOBODY = "niemand", _("Niemand: het kon niet wachten")


class PickedUp(TextChoices):
    """Whether the partner picked up a hand-over."""

    UNANSWERED = "onbekend", _("Nog geen antwoord")
    YES = "ja", _("Opgepakt")
    NO = "nee", _("Niet opgepakt")


class Answer(TextChoices):
    """What became of an urgent worry, as the person who reported it reads it; nothing about the tenant."""

    VISITED = "contact", _("Wij hebben contact gehad")
    TRYING = "geprobeerd", _("Wij kregen nog niemand te spreken en proberen het opnieuw")
    PASSED_ON = "doorgegeven", _("Doorgegeven aan iemand die verder helpt")
    NOTHING = "niets_nodig", _("Gekeken: er was niets nodig")
    NOT_OURS = "niet_van_ons", _("Deze woning is niet van ons; meld het bij de verhuurder")


REPLIES = Answer.choices[:-1]
"""Answers about an address of the corporation; the last one gives a worry back."""


class Source(TextChoices):
    """The source of a worry (column `bron`); a coach who saw it is of the portal alone, see `in_contract`."""

    CARETAKER = "huismeester", _("Huismeester")
    TRADESMAN = "vakman", _("Vakman")
    TEAM = "wijkteam", _("Wijkteam")
    MUNICIPALITY = "gemeente", _("Gemeente")
    DEBT_HELP = "schuldhulp", _("Schuldhulpverlening")
    POLICE = "politie", _("Politie")
    OTHER = "overig", _("Overig")
    COACH = "wooncoach", _("Ikzelf, wooncoach")


SOURCES = [choice for choice in Source.choices if choice[0] != Source.COACH]
"""The choices of who passes on what others saw."""


def in_contract(source: str) -> str:
    """Return the code of the extract for a source."""
    return str(Source.OTHER) if source == Source.COACH else source


class Worries(TextChoices):
    """The kind of worry (column `zorg`)."""

    MAIL = "post_hoopt_op", _("De post hoopt zich op")
    DIRTY = "woning_vervuild", _("De woning is vervuild")
    UNSEEN = "ziet_bewoner_niet", _("De bewoner is lang niet gezien")
    CURTAINS = "gordijnen_dicht", _("De gordijnen blijven dicht")
    DAMAGE = "schade_in_woning", _("Er is schade in de woning")
    MONEY = "geldzorgen", _("Er zijn geldzorgen")
    ENERGY = "geen_gas_stroom_water", _("Er is geen gas, stroom of water")
    SAFETY = "veiligheid", _("Het voelt niet veilig")
    OTHER = "overig", _("Iets anders")
