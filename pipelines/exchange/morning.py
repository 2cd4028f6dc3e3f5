"""The morning mail: how many addresses wait for a coach, through the notices of the installation."""

from __future__ import annotations

from datetime import date

from models.words import dutch
from pipelines.exchange.connection import reach
from pipelines.installation import notify
from pipelines.installation.workspace import Workspace
from portal.exchange.payload import Morning

SUBJECT = "morning"
WORDS = {
    "urgent": ("zorg kan niet wachten", "zorgen kunnen niet wachten"),
    "due": ("adres is aan de beurt", "adressen zijn aan de beurt"),
    "flared_up": ("waakvlam is weer opgevlamd", "waakvlammen zijn weer opgevlamd"),
    "asleep": ("adres heeft nog geen volgende stap", "adressen hebben nog geen volgende stap"),
    "handovers": ("overdracht wacht op antwoord", "overdrachten wachten op antwoord"),
}


def send(workspace: Workspace, day: date) -> bool:
    """Send the counts of a day; return whether they were sent. The same counts are sent once, even if a morning has two runs.

    The mail holds counts of the whole installation, because a count of one wijk or coach could point at a household.

    Raises
    ------
    PortalError
        The portal is down.
    """
    counts = reach(workspace, lambda: _count(day))
    return notify.send(workspace, SUBJECT, [words(counts, day)], title=f"Waakvlam, {dutch.on(day)}")


def words(counts: Morning, day: date) -> str:
    """Write the counts as one line, the most pressing first; counts of zero are left out."""
    parts = [
        f"{number} {one if number == 1 else many}"
        for name, (one, many) in WORDS.items()
        if (number := getattr(counts, name))
    ]
    return f"{dutch.weekday(day).capitalize()} {dutch.on(day)}: {dutch.listing(parts) if parts else 'er wacht niets'}."


def _count(day: date) -> Morning:
    from portal.exchange import give

    return give.morning(day)
