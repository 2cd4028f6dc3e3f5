"""Define the data that pipeline and portal exchange, as plain values without models of either side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

Key = tuple[str, str]
"""corporatie_id, overeenkomst_id."""


@dataclass(frozen=True)
class Entry:
    """One address on the list of one coach.

    ``listed_before`` is whether it was on last week's list, as ``news`` says, and None if neither that nor "new" can be
    said (`pipelines.shortlist.weekly_list.ListedAddress`); ``score`` is set only if the corporation shows it;
    ``location`` is latitude and longitude in degrees, where the register delivers them.
    """

    corporatie_id: str
    overeenkomst_id: str
    coach: str
    position: int
    address: str
    town: str
    name: str
    phone: str
    wijk: str
    reasons: tuple[str, ...]
    since: date | None
    news: tuple[str, ...]
    safety: str
    score: int | None = None
    listed_before: bool | None = False
    location: tuple[float, float] | None = None

    @property
    def latitude(self) -> float | None:
        """Degrees north."""
        return self.location[0] if self.location else None

    @property
    def longitude(self) -> float | None:
        """Degrees east."""
        return self.location[1] if self.location else None

    @property
    def key(self) -> Key:
        """The agreement."""
        return self.corporatie_id, self.overeenkomst_id


@dataclass(frozen=True)
class Signals:
    """The signals of an agreement in one week: points per family (of `features.signal.FAMILIES`), figures as shown.

    Only for agreements on the list or in a coach's care (`give.in_care`).
    """

    corporatie_id: str
    overeenkomst_id: str
    as_of: date
    points: Mapping[str, int]
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The agreement."""
        return self.corporatie_id, self.overeenkomst_id


@dataclass(frozen=True)
class News:
    """A change at an address since its list was made, such as `paid`; ``text`` is in Dutch."""

    corporatie_id: str
    overeenkomst_id: str
    seen_on: date
    code: str
    text: str

    @property
    def key(self) -> Key:
        """The agreement."""
        return self.corporatie_id, self.overeenkomst_id


class StillThereError(RuntimeError):
    """Data still exist after their removal."""


@dataclass(frozen=True)
class Home:
    """A home of a tenant with the period of residence; the number includes letter and addition in any notation."""

    corporatie_id: str
    eenheid_id: str
    postcode: str
    number: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Figure:
    """Counts of a week, wijk and family: see `portal.trends.models.WeekFigure`."""

    as_of: date
    corporatie_id: str
    wijk: str
    family: str
    agreements: int
    signalled: int
    listed: int = 0
    new: int = 0


@dataclass(frozen=True)
class Unmatched:
    """A row that carries a right or a safety warning and matches nobody, for the analyst to resolve.

    Parameters
    ----------
    key : str
        The key by which the answer names the row.
    corporatie_id : str
        The corporation.
    extract, meaning, file, line, reason
        Where the row is, what it carries ("objection", "safety", "contact" or "worry"), and why it matches nobody.
    named : tuple of str
        The ids that the row names, where they look like ids.
    candidates : tuple of str
        The agreements to which it may refer, the likeliest first.
    answerable : bool
        Whether an agreement can be chosen, instead of only that the row is about none of our tenants.
    """

    key: str
    corporatie_id: str
    extract: str
    meaning: str
    file: str
    line: int
    reason: str
    named: tuple[str, ...]
    candidates: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True)
class Publication:
    """A weekly list with the other data that the pages need.

    Parameters
    ----------
    as_of : datetime.date
        The as-of date of the list.
    corporations : mapping of str to str
        Id and name of every corporation of the list, including corporations without an address on it.
    corporatie_id : str
        The installation's own corporation, under which the run is stored.
    model : str
        Name and version of the scorecard.
    approval : mapping of str to str or None
        Who installed the scorecard (``by``) and when (``on``, ISO 8601); both None for the card of the settings, empty if unknown.
    flared_up : frozenset of Key
        Agreements on *waakvlam* whose signals flared up.
    figures : tuple of Figure
        Figures of this week or of other weeks; they replace earlier figures of the same week.
    objectors : frozenset of Key
        Agreements of everyone with a standing objection, and of the household.
    unmatched : tuple of Unmatched
        Every row that carries a right and matches nobody now.
    counts, notices, sources, fired, deliveries, gates, quarantine, unmapped, drift
        Parts of the run report, for the analyst.
    stop : str
        Where the stop rule stands: a `portal.runs.models.StopRule`, or empty if unknown.
    decides : tuple of str
        The roles that decide whether a stopped list goes on.
    limits : mapping of str to float
        The share of the visits beyond which reports of each kind (`portal.incidents.models.IncidentKind`) stop the list.
    kept : mapping of str to date
        The first day that retention, run on ``as_of``, would keep of each kind in the portal: ``cases``, ``lists`` and ``runs``.
    settings : mapping of str to int
        Settings that analyst and manager read, by section and key, such as ``shortlist.capacity``.
    """

    as_of: date
    corporatie_id: str
    corporations: Mapping[str, str]
    model: str
    entries: tuple[Entry, ...]
    signals: tuple[Signals, ...] = ()
    news: tuple[News, ...] = ()
    flared_up: frozenset[Key] = frozenset()
    figures: tuple[Figure, ...] = ()
    objectors: frozenset[Key] = frozenset()
    unmatched: tuple[Unmatched, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    fired: tuple[Mapping[str, Any], ...] = ()
    deliveries: tuple[Mapping[str, Any], ...] = ()
    gates: tuple[Mapping[str, Any], ...] = ()
    quarantine: tuple[Mapping[str, Any], ...] = ()
    unmapped: tuple[Mapping[str, Any], ...] = ()
    drift: Mapping[str, Any] = field(default_factory=dict)
    stop: str = ""
    decides: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    kept: Mapping[str, date] = field(default_factory=dict)
    settings: Mapping[str, int] = field(default_factory=dict)
    approval: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """Hash of the content (SHA-256, hexadecimal), equal for equal content on any machine."""
        sets = {"flared_up": sorted(self.flared_up), "objectors": sorted(self.objectors)}
        content = asdict(self) | sets
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Feedback:
    """Rows that people logged, for four extracts (`data/contracts/`), ordered and with ids that never change.

    A worry about an address that the portal does not know has ``postcode`` and ``huisnummer`` instead of an id; the code
    that writes the extract looks up the agreement.
    """

    contacten: tuple[Mapping[str, Any], ...]
    bezwaren: tuple[Mapping[str, Any], ...]
    meldingen_medewerkers: tuple[Mapping[str, Any], ...]
    toewijzingen: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Incident:
    """Harm that a visit did, or a complaint: ``kind`` is "harm" or "complaint", ``by`` who reported it, never the resident."""

    reference: str
    kind: str
    on: date
    by: str


@dataclass(frozen=True)
class Work:
    """Counts of work in the portal, without notes, persons or addresses.

    Parameters
    ----------
    growth : mapping of str to tuple of int
        Per life domain (`Domain`): the number of addresses whose follow-up is better than, equal to and worse than the
        start.
    handovers : mapping of str to int
        Number of hand-overs in the period by their later outcome (`PickedUp`).
    """

    growth: Mapping[str, tuple[int, int, int]]
    handovers: Mapping[str, int]


@dataclass(frozen=True)
class Morning:
    """Number of addresses that wait for a coach: for the morning mail, so without names, addresses or wijken."""

    due: int
    flared_up: int
    asleep: int
    urgent: int
    handovers: int


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in a publication")
