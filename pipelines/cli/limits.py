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
        found = sight.sights(con, context.obj.settings)
    if json:
        output.as_json(found)
        return
    output.say(
        f"Counted: {found.weeks} weeks of lists until {found.until}."
        if found.weeks
        else "Too few lists yet. At best, if every place goes to a household that is new and is spoken to:"
    )
    rows = [
        [
            one.name,
            _number(one.limit),
            f"{one.households:,} {sight.UNIT[one.name]}",
            f"{_number(one.clear)}: {100 * one.chance:.0f}%",
            "nothing"
            if one.mildest is None
            else f"{_number(one.mildest)} or {'lower' if one.mildest < one.limit else 'higher'}",
        ]
        for one in found.limits
    ]
    output.table(
        "What each limit can find by the end of its first quarter",
        ["limit", "set at", "counted in a quarter", "chance for a clear harm", "found in 8 of 10 quarters"],
        rows,
    )
    if blind := [one.name for one in found.limits if one.chance < 0.5]:
        output.say(
            f"Do not rely on {', '.join(blind)}: not even a clear harm is likely to be found in time.",
            "yellow",
        )
    if not found.weeks:
        output.say("Limits that compare groups need lists first: run this again after two months.")


def _number(value: float) -> str:
    return f"{value:.3g}"
