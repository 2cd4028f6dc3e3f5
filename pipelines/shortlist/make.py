"""Make one weekly list: score, select, write the reasons in words, and store the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from models.as_json import OPTIONAL
from models.card.scorecard import Scorecard
from models.selection.scope import EXCLUSIONS, HOLDS
from models.selection.shortlist import Selection
from models.words.dutch import counted
from pipelines.delivery import accounting, freshness, ingest, news
from pipelines.gate import lost_columns
from pipelines.installation.contracts import REGISTER
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, score
from pipelines.shortlist import decisions
from pipelines.shortlist import entries as listing
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.warehouse import unresolved
from pipelines.warehouse.stores import open_warehouse

NOT_LISTED = {
    "below_minimum": "geen of weinig signalen",
    "no_coach": "wijk zonder wooncoach",
    "same_household": "zelfde huishouden of adres als een ander",
    "waiting": "wacht door loting (onderzoek naar het effect)",
    "beyond_capacity": "past deze week niet binnen de capaciteit",
}

Seal = Callable[[duckdb.DuckDBPyConnection, Selection, Scorecard], None]
"""Seals a list while its week is scored (`pipelines.proof`)."""

_UNKNOWN_STEP = (
    "{n} agreements stay off the list: their incassofase is a word that neither the contract nor the mapping knows. "
    "`waakvlam check` on the newest arrears list shows it; add it to the mapping and deliver the list again as `_v2`."
)
_REPLACED = (
    "Let op: deze lijst komt in de plaats van een eerdere van dezelfde week ({came} erbij, {left} eraf). "
    "Gebruik alleen deze."
)
_EMPTY = "No address is on the list of {as_of}, and {missing}. An empty list is not published; deliver, then run again."
_LATE = (
    "{extracts} did not come this week: the newest is of {day}, and on recent lists it was newer. Ask for the export and "
    "run again; until then the list uses the old one and says so."
)
_STEP_NOTICE = "Let op: van {tenants} is niet bekend hoe ver de incasso is. Zij staan niet op deze lijst."


@dataclass(frozen=True)
class DrawReport:
    """One lot that was drawn, without the agreements it drew: the report reaches more people than the list."""

    coach: str
    kind: str
    seed: str
    pool: int
    probability: float


@dataclass(frozen=True)
class ListReport:
    """The report on one weekly list: counts and file names, no person.

    Parameters
    ----------
    as_of : datetime.date
        The as-of date of the list.
    corporation, model : str
        Identifier of the corporation; name and version of the scorecard.
    deliveries : tuple of DeliveryReport
        The deliveries of this run.
    not_deliveries : tuple of str
        Files in the inbox whose name is not that of a delivery, each with what to do.
    freshness : tuple of Freshness
        The age of each extract.
    counts : Counts
        Every agreement, counted once.
    listed : mapping of str to int
        Addresses by coach.
    draws : tuple of DrawReport
        The lots that were drawn.
    fell_short : tuple of str
        In English for the analyst, every reason why the run is not wholly good.
    notes : tuple of str or None
        In English for the analyst, what is new or late in the deliveries; None if nothing is.
    """

    as_of: date
    corporation: str
    model: str
    deliveries: tuple[accounting.DeliveryReport, ...]
    not_deliveries: tuple[str, ...]
    freshness: tuple[freshness.Freshness, ...]
    counts: listing.Counts
    listed: Mapping[str, int]
    draws: tuple[DrawReport, ...]
    fell_short: tuple[str, ...]
    notes: tuple[str, ...] | None = field(default=None, metadata=OPTIONAL)


def make_list(
    workspace: Workspace,
    as_of: date,
    outcomes: list[ingest.Outcome],
    misnamed: list[DeliveryError],
    decided: bool = True,
    seal: Seal | None = None,
) -> tuple[WeeklyList, ListReport]:
    """Score this week and the day of the last list from the same history, select this week's list, and write it in words.

    Parameters
    ----------
    workspace : Workspace
        The installation; its deliveries are loaded.
    as_of : datetime.date
        The as-of date.
    outcomes : list of Outcome
        The outcome of each delivery of this run.
    misnamed : list of DeliveryError
        Files in the inbox whose name is not that of a delivery.
    decided : bool
        Whether coaches will use the list; its decisions are then stored (`pipelines.shortlist.decisions`).
    seal : callable, optional
        Called with the open warehouse, the selection and the card while the scores of the week are still there.

    Returns
    -------
    (WeeklyList, ListReport)
        The list and the report on it.
    """
    settings = workspace.settings
    card = cards.scorecard(workspace)
    with open_warehouse(workspace) as con:
        last = decisions.last_list(con, as_of)
        score.score(con, workspace, [as_of, listing.compared(as_of, last)], card)
        chosen = listing.choose(con, settings, as_of)
        fresh = freshness.freshness(con, settings, as_of)
        counts = listing.scope_counts(con, as_of, settings, chosen)
        added = removed = 0
        if decided and not _missing(counts, fresh):
            version = decisions.remember(con, settings, as_of, chosen, card)
            added, removed = decisions.replaced(con, as_of, version)
        if seal:
            seal(con, chosen, card)
        entries = listing.entries(con, workspace, as_of, chosen, last)
        deliveries = accounting.accounting(con, outcomes)
        doubts = unresolved.unresolved(con)
        unseen = freshness.unseen(con, as_of)
        notes = (*_late(fresh, outcomes), *news.news(con, outcomes, settings.gates))
    unknown = counts.excluded.get("unknown_step", 0)
    report = ListReport(
        as_of=as_of,
        corporation=settings.corporatie_id,
        model=f"{card.name} {card.version}",
        deliveries=tuple(deliveries),
        not_deliveries=tuple(str(error) for error in misnamed),
        freshness=tuple(fresh),
        counts=counts,
        listed=Counter(entry.coach for entry in entries),
        draws=_draws(chosen),
        fell_short=(
            *not_published(as_of, counts, fresh),
            *_problems(outcomes, misnamed, deliveries, fresh, doubts, unknown),
        ),
        notes=notes or None,
    )
    weekly = WeeklyList(
        as_of=as_of,
        corporation=settings.naam,
        entries=tuple(entries),
        notices=(
            *([_REPLACED.format(came=added, left=removed)] if added or removed else []),
            *freshness.notices(fresh, outcomes, len(misnamed), unseen),
            *unresolved.notices(doubts),
            *([_STEP_NOTICE.format(tenants=counted(unknown, "huurder", "huurders"))] if unknown else []),
        ),
        counts=_labelled(counts),
        model=report.model,
        scored=counts.scored,
    )
    return weekly, report


def _late(fresh: Sequence[freshness.Freshness], outcomes: Sequence[ingest.Outcome]) -> Iterator[str]:
    """Yield a note for the extracts that did not come although they usually have by now, per day of their newest data."""
    for day, items in freshness.late(fresh, outcomes):
        yield _LATE.format(extracts=", ".join(item.name for item in items), day=day)


def _draws(chosen: Selection) -> tuple[DrawReport, ...]:
    """Return the lots of a selection without the agreements that they drew."""
    return tuple(
        DrawReport(draw.coach, draw.kind, draw.seed, draw.pool, draw.probability) for draw in chosen.draws
    )


def not_published(
    as_of: date, counts: listing.Counts, fresh: Sequence[freshness.Freshness]
) -> tuple[str, ...]:
    """Return why a list is not published at all: it is empty, and no data were fresh enough to put anybody on it."""
    missing = _missing(counts, fresh)
    return (_EMPTY.format(as_of=as_of, missing=missing),) if missing else ()


def _missing(counts: listing.Counts, fresh: Sequence[freshness.Freshness]) -> str:
    """Return what an empty list lacks; "" if the list has addresses, or an extract besides the register is fresh."""
    if counts.listed:
        return ""
    if not counts.agreements:
        return "no agreement was known on that day"
    expected = [item for item in fresh if item.expected and item.extract != REGISTER]
    stale = [item.name for item in expected if item.stale]
    return f"{', '.join(stale)} are missing or stale" if stale and len(stale) == len(expected) else ""


def _problems(
    outcomes: Iterable[ingest.Outcome],
    misnamed: Iterable[DeliveryError],
    deliveries: Iterable[accounting.DeliveryReport],
    fresh: Iterable[freshness.Freshness],
    doubts: Iterable[unresolved.Unresolved],
    unknown: int,
) -> Iterator[str]:
    """Yield every reason why the run fell short; `unknown` is the number of unknown collection steps."""
    yield from map(str, misnamed)
    yield from (delivery.refusal or "" for delivery in deliveries if delivery.state == "refused")
    for outcome in outcomes:
        yield from _serious_warnings(outcome)
    yield from (_stale(item) for item in fresh if item.stale)
    yield from map(str, doubts)
    if unknown:
        yield _UNKNOWN_STEP.format(n=unknown)


def _labelled(counts: listing.Counts) -> dict[str, int]:
    """Return the reasons that occur in Dutch, in the order in which they are applied."""
    labels = {**EXCLUSIONS, **HOLDS, **NOT_LISTED}
    shown = {
        labels.get(code, code): n for code, n in counts.excluded.items() | counts.not_listed.items() if n
    }
    return {label: shown[label] for label in labels.values() if label in shown}


def _serious_warnings(outcome: ingest.Outcome) -> Iterator[str]:
    """Yield a sentence for each column that a loaded delivery lost, and for each doubt about its rights.

    A refused delivery has a report of its own.
    """
    for verdict in outcome.gate.warnings if outcome.loaded and outcome.gate else ():
        if verdict.figure.name.endswith(lost_columns.SUFFIX):
            yield f"{outcome.delivery.name}: {verdict.figure.meaning} Ask whether the export changed."
        elif verdict.figure.doubt and outcome.batch and outcome.batch.contract.rights:
            yield f"{outcome.delivery.name}: {verdict.describe()}"


def _stale(item: freshness.Freshness) -> str:
    age = (
        "nothing was delivered"
        if item.newest is None
        else f"the newest is of {item.newest}, {item.age_days} days old"
    )
    return f"{item.name} is expected and stale: {age}."
