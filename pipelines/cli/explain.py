"""`waakvlam explain`: show why an agreement has its rank, what changed, and what would take it off the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import Sql, fill, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models.card.scorecard import Scorecard
    from models.selection.shortlist import Selection
    from models.words.explain import BandMove
    from pipelines.installation.workspace import Workspace


Key = tuple[str, str]


def command(
    context: typer.Context,
    overeenkomst: Annotated[
        str, typer.Argument(help='The agreement\'s id, or an address such as "1811 AA 12".')
    ],
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Default the last Monday.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show every signal of one agreement, its value and its points, and what would change its place."""
    from pipelines.scoring import cards, history
    from pipelines.scoring import score as scoring
    from pipelines.shortlist import entries
    from pipelines.warehouse.stores import open_warehouse

    day = as_of.date() if as_of else calendar.this_monday()
    card = cards.scorecard(context.obj)
    settings = context.obj.settings
    with open_warehouse(context.obj, read_only=True) as con:
        names = _named(con, context.obj, overeenkomst, day)
        scoring.score(con, context.obj, [day, day - calendar.WEEK], card)
        agreement = Sql("overeenkomst_id IN (SELECT unnest(?))")
        agreements = scoring.rows(con, day, agreement, [names])
        earlier = scoring.rows(con, day - calendar.WEEK, agreement, [names])
        order = scoring.ranked(con, context.obj, day).set_index(["corporatie_id", "overeenkomst_id"])
        chosen = entries.choose(con, settings, day)
        objectors = history.objectors(con)
        alike = "" if agreements else _alike(con, overeenkomst)
    if not agreements:
        raise ConfigurationError(
            f"No agreement was known as of {day} with this id or at this address{alike}.",
            mend="Give the id, postcode and number, or street and number; `waakvlam weekly` loads what is in the inbox.",
        )
    ranks = {key: int(rank) for key, rank in order["rank"].items()}
    scores = {key: int(score) for key, score in order["score"].items()}
    explanations = [
        _explained(
            card,
            row,
            ranks.get(key),
            earlier.get(key),
            _cut(chosen, scores, key, settings.shortlist.minimum_points),
            key in objectors,
        )
        for key, row in agreements.items()
    ]
    if json:
        output.as_json(explanations)
        return
    for item in explanations:
        _print(item, f"as of {day} ({card.name} {card.version})")


def _named(con: DuckDBPyConnection, workspace: Workspace, text: str, day: date) -> list[str]:
    """Return the agreements that a text names: the one with this id, and those at this address if it is one."""
    from pipelines.warehouse.addresses import agreements_at
    from pipelines.warehouse.stores import attach

    if not any(map(str.isspace, text.strip())):
        return [text]
    attach(con, workspace, "vault", read_only=True)
    return [text, *agreements_at(con, text, day)]


def _alike(con: DuckDBPyConnection, text: str) -> str:
    """Return the ids that differ from a text only by zeros, capitals, signs or a prefix, as a question; "" if there is none."""
    from pipelines.parsing.identifiers import canonical_sql

    query = fill(
        "SELECT DISTINCT overeenkomst_id FROM versions.huurovereenkomsten WHERE {own} = {given} ORDER BY 1 LIMIT 3",
        own=canonical_sql(Sql("overeenkomst_id")),
        given=canonical_sql(literal(text)),
    )
    names = [repr(name) for (name,) in con.execute(query).fetchall()]
    return f"; did you mean {' or '.join(names)}?" if names else ""


def _cut(chosen: Selection, scores: Mapping[Any, int], key: Key, least: int) -> int | None:
    """Return the score below which a listed address loses its place to another; None if it is not listed."""
    log = chosen.log.set_index(["corporatie_id", "overeenkomst_id"])
    if key not in log.index or log.at[key, "outcome"] != "top":
        return None
    waiting = log.index[(log["coach"] == log.at[key, "coach"]) & (log["outcome"] == "beyond_capacity")]
    return max([least, *(scores[other] for other in waiting)])


@dataclass(frozen=True)
class SignalPoints:
    """One signal of the agreement: its value, its points if the card has a term for it, and that term in words."""

    signal: str
    question: str
    value: float | None
    unit: str
    points: int | None
    term: str


@dataclass(frozen=True)
class PointsChange:
    """A signal whose points changed since last week; None where its value was not observed."""

    signal: str
    before: int | None
    now: int | None

    @property
    def text(self) -> str:
        """The change in words."""
        if self.before is None:
            return f"{self.signal} was unknown last week, and now has {self.now} points"
        if self.now is None:
            return f"{self.signal} had {self.before} points, and is unknown now"
        return f"{self.signal} from {self.before} to {self.now} points"


@dataclass(frozen=True)
class Explanation:
    """The explanation of one agreement in one week.

    Parameters
    ----------
    where : str
        Whether it is in scope, with its rank, in words.
    score, rank : int or None
        None if the agreement is not scored or not ranked.
    exclusion, hold : str or None
        The reason why it is out of scope, or in scope and not listed now.
    reasons : sequence of str
        The Dutch sentences that the coach reads.
    chance : sequence of float or None
        Share of such scores that escalated: [estimate, low, high]; None for a card without chances.
    off_the_list : sequence of sequence of BandMove
        Sets of changes, each of which would take it off the list.
    """

    corporatie_id: str
    overeenkomst_id: str
    as_of: date
    where: str
    score: int | None
    rank: int | None
    exclusion: str | None
    hold: str | None
    reasons: Sequence[str]
    signals: Sequence[SignalPoints]
    chance: Sequence[float] | None
    since_last_week: Sequence[PointsChange]
    listed: bool
    off_the_list: Sequence[Sequence[BandMove]]


def _explained(
    card: Scorecard,
    row: Mapping[str, Any],
    rank: int | None,
    before: Mapping[str, Any] | None,
    cut: int | None,
    objects: bool,
) -> Explanation:
    from features.catalogue import SIGNALS
    from models.selection.scope import EXCLUSIONS, HOLDS
    from models.words import explain
    from models.words.reasons import reasons

    if row["exclusion"]:
        where = f"Out of scope: {EXCLUSIONS[row['exclusion']]}."
    else:
        held = f" Not listed now: {HOLDS[row['hold']]}." if row["hold"] else ""
        where = f"In scope, rank {rank}.{held}"
    scored = row["score"] is not None
    shown = () if objects else SIGNALS
    terms = {term.signal: term.in_words for term in card.terms}
    chance = card.calibration
    return Explanation(
        corporatie_id=row["corporatie_id"],
        overeenkomst_id=row["overeenkomst_id"],
        as_of=row["as_of"],
        where=where,
        score=row["score"],
        rank=rank,
        exclusion=row["exclusion"],
        hold=row["hold"],
        reasons=reasons(row) if row["score"] else [],
        signals=[
            SignalPoints(
                s.name, s.question, row[s.name], s.unit, row.get(f"points_{s.name}"), terms.get(s.name, "")
            )
            for s in shown
        ],
        chance=[round(v, 4) for v in chance.chance(row["score"])] if chance and scored else None,
        since_last_week=[
            PointsChange(name, _observed(before, name, old), _observed(row, name, new))
            for name, old, new in (explain.changed(card, row, before) if scored and before else [])
        ],
        listed=cut is not None,
        off_the_list=explain.off_the_list(card, row, cut) if cut is not None else [],
    )


def _observed(row: Mapping[str, Any] | None, signal: str, points: int) -> int | None:
    """Return the points of a signal, None if its value is missing: what nobody delivered was not 0."""
    return None if row is None or row.get(signal) is None else points


def _print(item: Explanation, moment: str) -> None:
    output.say(f"{item.overeenkomst_id} of {item.corporatie_id} {moment}", "bold")
    output.say(item.where)
    for text in item.reasons:
        output.say(f"  {text}")
    rows = [[s.signal, s.question, s.value, s.unit, s.points] for s in item.signals]
    output.table("", ["signal", "question", "value", "unit", "points"], rows)
    if item.score is None:
        output.say("Not scored.")
        return
    output.say(f"Total: {item.score} points, the sum of the points above.")
    for s in item.signals:
        if s.points:
            output.say(f"  {s.points} point{'' if abs(s.points) == 1 else 's'} by {s.signal} ({s.term})")
    if item.chance:
        estimate, low, high = (f"{100 * value:.1f}%" for value in item.chance)
        output.say(f"Among such scores {estimate} escalated ({low} to {high}).")
    for change in item.since_last_week:
        output.say(f"Since last week: {change.text}.")
    if item.listed and not item.off_the_list:
        output.say("No small set of signals would take it off the list.")
    for way in item.off_the_list:
        output.say(f"It would leave the list if {', and '.join(move.text for move in way)}.")
