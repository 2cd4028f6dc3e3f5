"""Define what is published: the addresses of a week, and the texts around them.

The texts are defined only here, so the three files agree. They are in plain Dutch, for a wooncoach and for the
resident who asks "Hoe komt u aan mijn naam?"; that answer has to be true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from models.words.dutch import counted, on, sentence, weekday

MOST_REASONS = 3
EMPTY = (
    "Deze week staan er geen adressen op de lijst.",
    "Hieronder staat hoeveel er is bekeken en waarom er niemand op de lijst staat. Een goede week voor de "
    "mensen met wie u al contact hebt.",
)
QUESTION = "„Hoe komt u aan mijn naam?”"
ABOUT = (
    "Dit is een aanbod van hulp, geen maatregel. Meedoen is vrijwillig; nee zeggen mag.",
    "U beslist. De computer zet adressen op een rij; u bepaalt bij wie u langsgaat, wanneer en hoe.",
    "Kijk vlak voor uw bezoek of er al betaald is. Wat hier staat is vastgelegd door mensen en systemen: het "
    "kan onvolledig zijn of niet kloppen. Vraag de bewoner hoe het zit.",
    "Vertel nooit wie een melding heeft gedaan.",
    "Past een adres niet, of is er al hulp? Geef dat terug als „niet passend”.",
    "Een deel van de adressen kan door loting zijn gekozen uit adressen met minder signalen. Zo leren wij "
    "wat de lijst mist. Welke dat zijn staat er niet bij, zodat iedereen hetzelfde bezoek krijgt.",
    "Vertrouwelijk. Laat deze lijst niet liggen en stuur haar niet door. Klaar? In de papiervernietiger.",
)


@dataclass(frozen=True)
class ListedAddress:
    """One address on the list of one coach.

    Parameters
    ----------
    coach : str
        The coach whose list has the address.
    position : int
        Position on that list, from 1.
    corporatie_id, overeenkomst_id : str
        The agreement.
    address : str
        Street and number, on one line; empty if it is not known.
    postcode_town : str
        Postcode and town.
    name, phone, wijk : str or None
        As delivered; None or empty if not known.
    reasons : tuple of str
        At most three Dutch sentences.
    since : datetime.date or None
        Day since which something has been going on.
    news : tuple of str
        Dutch sentences: what is new since the last list.
    safety : str or None
        The safety agreement, if there is one.
    listed_before : bool or None
        Whether it was on the list of a week ago, as `news` says in words; False if it was not on the last list that was
        made. None if neither can be said: this is the first list, or it was on a last list that is older.
    location : (float, float) or None
        Latitude and longitude in degrees, for the map in the portal; no file of the list has them.

    Raises
    ------
    ValueError
        There are more than three reasons.
    """

    coach: str
    position: int
    corporatie_id: str
    overeenkomst_id: str
    address: str
    postcode_town: str
    name: str | None
    phone: str | None
    wijk: str | None
    reasons: tuple[str, ...]
    since: date | None
    news: tuple[str, ...]
    safety: str | None
    listed_before: bool | None = False
    location: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if len(self.reasons) > MOST_REASONS:
            raise ValueError(f"an entry has at most {MOST_REASONS} reasons")

    @property
    def street(self) -> str:
        """The address as printed; says so if it is unknown."""
        return self.address.strip() or f"Adres niet bekend (overeenkomst {self.overeenkomst_id})"


@dataclass(frozen=True)
class WeeklyList:
    """The list of one week, of all coaches.

    Parameters
    ----------
    as_of : datetime.date
        The as-of date of the list.
    corporation : str
        Name of the corporation or region, as the coach says it at the door.
    entries : tuple of ListedAddress
        By coach and position.
    notices : tuple of str
        Dutch sentences above the list, for example about a missing extract.
    counts : mapping of str to int
        Reasons why agreements are not on the list: Dutch label to number of agreements.
    model : str
        Name and version of the scorecard.
    scored : int
        Number of agreements that were examined.
    """

    as_of: date
    corporation: str
    entries: tuple[ListedAddress, ...]
    notices: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    scored: int = 0

    @property
    def week(self) -> str:
        """The week as an office names it: ``Week 47, maandag 16 november 2026``."""
        return f"Week {self.as_of.isocalendar().week}, {weekday(self.as_of)} {on(self.as_of)}"

    @property
    def by_coach(self) -> list[tuple[str, list[ListedAddress]]]:
        """The coaches in the order given, each with the addresses by position."""
        order = {
            name: place for place, name in reversed(list(enumerate(entry.coach for entry in self.entries)))
        }
        entries = sorted(self.entries, key=lambda entry: (order[entry.coach], entry.position))
        return [(coach, list(own)) for coach, own in groupby(entries, key=lambda entry: entry.coach)]

    @property
    def answer(self) -> str:
        """The honest answer to `QUESTION`: one sentence, and the choices of the resident."""
        return (
            f"„Ik kom van {self.corporation}, uw verhuurder: in onze gegevens over huur, meldingen en "
            "reparaties zagen wij iets waardoor ik u wil vragen of u hulp kunt gebruiken. Een "
            "computerprogramma helpt ons kiezen, en ik besluit zelf bij wie ik aanbel. U mag nee zeggen. U "
            "mag ook vragen wat er over u is vastgelegd, of vragen dat wij u niet meer meenemen.”"
        )

    @property
    def how_made(self) -> str:
        """How the list was made, in one or two sentences."""
        looked = counted(self.scored, "huurovereenkomst", "huurovereenkomsten")
        with_card = f" met puntenkaart {self.model}" if self.model else ""
        listed = counted(len(self.entries), "adres staat", "adressen staan")
        suffix = f" {sentence([f'{listed} op de lijst'])}" if self.entries else ""
        return f"Bekeken: {looked}{with_card}.{suffix}"

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Why the other agreements are not on the list, as label and number; numbers of 0 are left out."""
        return [(label, f"{n:,}".replace(",", ".")) for label, n in self.counts.items() if n]


def since_text(entry: ListedAddress, as_of: date) -> str:
    """Write since when something has been going on; empty if unknown."""
    return f"Speelt sinds {on(entry.since, as_of)}" if entry.since else ""


def heading(coach: str, entries: list[ListedAddress]) -> str:
    """Write the heading of a coach's list: ``Wooncoach Noor: acht adressen``."""
    name = coach if coach.lower().startswith("wooncoach") else f"Wooncoach {coach}"
    return f"{name}: {counted(len(entries), 'adres', 'adressen')}"
