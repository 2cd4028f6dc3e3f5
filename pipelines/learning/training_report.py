"""The report of a training: what a person reads before a card is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.evaluate.ahead import Ahead
from models.evaluate.found import LeadTime
from models.learning import families
from models.learning.adoption import Outcome
from models.learning.changes import Fall, Move
from models.learning.rules import Rule


@dataclass(frozen=True)
class LookBack:
    """The learned card compared with the kept card and simple rankings on past dates; see `models.learning.adoption`."""

    dates: Sequence[str]
    outcomes: Mapping[str, Outcome]
    rules: Sequence[Rule]
    ahead: Sequence[Ahead]
    lead_time: Mapping[str, LeadTime]
    all_terms: float | None
    untried: Sequence[str]


@dataclass(frozen=True)
class TrainingReport:
    """The report that a person reads before installing a card; it is written beside the card.

    Parameters
    ----------
    version : str
        Name and version of the proposal.
    start, installed : str
        The card that was learned from, and the one in use.
    adopted : bool
        Whether the proposal may be installed.
    verdict : str
        The reason.
    kept_note : str
        The simple rule that finds more than the card in use; empty if no rule does.
    known_until : str
        Rows that became known on or after this day were not used.
    horizon_weeks : int
        Number of weeks within which an escalation counts.
    lead_weeks : int
        Escalations sooner than this counted half in learning, and not as found in the look back.
    as_of_dates : sequence of str
        The dates that were learned from.
    rows, rows_read, escalations, contacted_rows : int
        Rows of the panel, rows of the sample that stands for them, agreements that escalated, and rows left out of learning
        because of a contact.
    families : sequence of Family
        The result of learning each family.
    holds : sequence of str
        How strongly points were held at the values that people gave; the points are the mean over these.
    rates : mapping of str to float
        Factors on the points of the families that did not learn by themselves.
    same_for_everyone : sequence of str
        Signals about which nothing can be learned.
    falls : sequence of Fall
        Lines that fall beyond the values that people judged; each must be accepted by name.
    dropped : sequence of str
        Signals that a short card left out.
    looking_back : LookBack
        The comparison on which the verdict rests.
    needs : NeedsReport
        The result of learning from confirmed needs.
    moves : sequence of Move
        Points that moved.
    calibration : mapping
        The fit of the chance that a score stands for.
    chances : sequence of Chance
        That chance for a few scores.
    """

    version: str
    start: str
    installed: str
    adopted: bool
    verdict: str
    kept_note: str
    known_until: str
    horizon_weeks: int
    lead_weeks: int
    as_of_dates: Sequence[str]
    rows: int
    rows_read: int
    escalations: int
    contacted_rows: int
    families: Sequence[families.Family]
    holds: Sequence[str]
    rates: Mapping[str, float]
    same_for_everyone: Sequence[str]
    falls: Sequence[Fall]
    dropped: Sequence[str]
    looking_back: LookBack
    needs: NeedsReport
    moves: Sequence[Move]
    calibration: Mapping[str, object]
    chances: Sequence[Chance]


@dataclass(frozen=True)
class Chance:
    """The chance that a score stands for: estimate, low and high end of the interval."""

    score: int
    chance: Sequence[float]


@dataclass(frozen=True)
class NeedsReport:
    """The result of learning from confirmed needs; see `models.learning.needs.Needs`."""

    stage: int
    confirmed: int
    visits: int
    rates: Mapping[str, float]
    tau: float
    better: Mapping[str, Sequence[float | None]]
    note: str
