"""`waakvlam limits`: what each limit that stops the list can see within a quarter."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Say for each limit of [stop] which harm it can find within a quarter, at the size of this installation."""
    from pipelines.proof import sight
    from pipelines.warehouse.stores import open_warehouse

    with open_warehouse(context.obj, read_only=True) as con:
        sights = sight.sights(con, context.obj.settings)
    if json:
        output.as_json(sights)
        return
    output.say(
        f"Counted: {sights.weeks} weeks of lists until {sights.until}."
        if sights.weeks
        else "Too few lists yet. At best, if every place goes to a household that is new and is spoken to:"
    )
    rows = [
        [
            limit.name,
            _number(limit.limit),
            f"{limit.households:,} {sight.UNIT[limit.name]}",
            f"{_number(limit.clear)}: {100 * limit.chance:.0f}%",
            "nothing"
            if limit.mildest is None
            else f"{_number(limit.mildest)} or {'lower' if limit.mildest < limit.limit else 'higher'}",
        ]
        for limit in sights.limits
    ]
    output.table(
        "What each limit can find by the end of its first quarter",
        ["limit", "set at", "counted in a quarter", "chance for a clear harm", "found in 8 of 10 quarters"],
        rows,
    )
    if blind := [limit.name for limit in sights.limits if limit.chance < 0.5]:
        output.say(
            f"Do not rely on {', '.join(blind)}: not even a clear harm is likely to be found in time.",
            "yellow",
        )
    if not sights.weeks:
        output.say("Limits that compare groups need lists first: run this again after two months.")


def _number(value: float) -> str:
    return f"{value:.3g}"
