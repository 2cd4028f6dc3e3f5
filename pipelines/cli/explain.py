"""`waakvlam explain`: why an agreement is where it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from features.catalogue import SIGNALS
from models.reasons import reasons
from models.scope import EXCLUSIONS, HOLDS
from pipelines import scoring
from pipelines.cli import output
from pipelines.errors import ConfigurationError
from pipelines.warehouse import open_warehouse
from pipelines.weekly import last_monday


def command(
    context: typer.Context,
    overeenkomst: Annotated[str, typer.Argument(help="The agreement's id.")],
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Default the last Monday.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show every signal of one agreement, its value and its points."""
    day = as_of.date() if as_of else last_monday(date.today())
    card = scoring.scorecard(context.obj)
    with open_warehouse(context.obj, read_only=True) as con:
        scoring.score(con, context.obj, day, card)
        found = scoring.rows(con, day, "overeenkomst_id = ?", [overeenkomst])
        order = scoring.ranked(con, context.obj, day)
        ranks = dict(
            zip(
                zip(order["corporatie_id"], order["overeenkomst_id"], strict=True), order["rank"], strict=True
            )
        )
    if not found:
        raise ConfigurationError(
            f"Agreement {overeenkomst!r} was not known as of {day}.",
            mend="Load its deliveries with `waakvlam weekly`.",
        )
    told = [_explained(row, ranks.get(key)) for key, row in found.items()]
    if json:
        output.as_json(told)
        return
    for item in told:
        output.say(
            f"{item['overeenkomst_id']} of {item['corporatie_id']} as of {day} ({card.name} {card.version})",
            "bold",
        )
        output.say(item["where"])
        for text in item["reasons"]:
            output.say(f"  {text}")
        rows = [[s["signal"], s["question"], s["value"], s["unit"], s["points"]] for s in item["signals"]]
        output.table("", ["signal", "question", "value", "unit", "points"], rows)
        output.say(
            f"Total: {item['score']} points, the sum of the points above."
            if item["score"] is not None
            else "Not scored."
        )


def _explained(row: dict[str, Any], rank: int | None) -> dict[str, Any]:
    if row["exclusion"]:
        where = f"Out of scope: {EXCLUSIONS[row['exclusion']]}."
    else:
        held = f" Not listed now: {HOLDS[row['hold']]}." if row["hold"] else ""
        where = f"In scope, rank {rank}." + held
    signals = [
        {
            "signal": s.name,
            "question": s.question,
            "value": row[s.name],
            "unit": s.unit,
            "points": row.get(f"points_{s.name}"),
        }
        for s in SIGNALS
    ]
    return {
        "corporatie_id": row["corporatie_id"], "overeenkomst_id": row["overeenkomst_id"], "as_of": row["as_of"], "where": where,
        "score": row["score"], "rank": rank, "exclusion": row["exclusion"], "hold": row["hold"],
        "reasons": reasons(row) if row["score"] else [], "signals": signals,
    }  # fmt: skip
