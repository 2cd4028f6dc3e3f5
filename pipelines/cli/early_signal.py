"""`waakvlam early-signal`: report rent arrears to the municipality, after checking the landlord's four duties."""

from __future__ import annotations

import json as text_json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.files import write_text

if TYPE_CHECKING:
    from pipelines.publishing.early_signal import Arrears

AsOf = Annotated[
    datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Use what was known on this day at 00:00.")
]


def command(
    context: typer.Context,
    as_of: AsOf,
    confirmed: Annotated[
        Path | None,
        typer.Option(
            "--confirmed", help="CSV with the duties that an employee confirmed: docs/law.md has an example."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Write one DDAS message per municipality, its code added to this name; without it only check.",
        ),
    ] = None,
) -> None:
    """Print which duties are missing per agreement in arrears, and write the agreements that may be sent."""
    from pipelines.publishing import confirmations, early_signal
    from pipelines.warehouse.stores import open_warehouse

    workspace, day = context.obj, as_of.date()
    settings = workspace.settings
    confirmed_duties = confirmations.read_confirmed(confirmed, settings.corporatie_id) if confirmed else {}
    with open_warehouse(workspace) as con:
        early_signal.require_fresh(con, settings, day)
        judged = early_signal.check(con, settings, day, confirmed_duties)
    _print_checked(judged)
    unused = confirmed_duties.keys() - {(a.corporatie_id, a.overeenkomst_id) for a in judged}
    if unused:
        agreements = ", ".join(sorted(agreement for _, agreement in unused))
        output.say(f"Wel bevestigd, maar zonder achterstand op de nieuwste lijst: {agreements}", "yellow")
    if out is None:
        return
    messages = early_signal.export(workspace, judged, day, datetime.now(UTC))
    for code, left_out in messages.left_out.items():
        output.say(f"{len(left_out):>6} niet verstuurd: {early_signal.NOT_SENT[code]}", "yellow")
    if messages.places:
        where = workspace.home / "settings.toml"
        output.say(
            f"Vul [early_signal] municipalities aan of verbeter die ({where}): {'; '.join(messages.places)}"
        )
    for municipality, message in messages.by_municipality.items():
        path = out.with_name(f"{out.stem}_{municipality}{out.suffix}")
        write_text(path, text_json.dumps(message, indent=2, ensure_ascii=False) + "\n", private=True)
        output.say(f"Geschreven voor {municipality}: {path}.")
    if messages.by_municipality:
        output.say(
            "Er staan adressen in: verstuur elk bestand alleen langs de afgesproken weg, en alleen naar die gemeente."
        )


def _print_checked(judged: Sequence[Arrears]) -> None:
    """Print the duties that are missing per agreement, and the number of agreements per reason."""
    from pipelines.publishing import confirmations, early_signal

    rows = [
        [
            arrears.overeenkomst_id,
            round(arrears.euro),
            arrears.since,
            ", ".join(confirmations.DUTIES[duty] for duty in arrears.missing),
        ]
        for arrears in judged
        if arrears.why_not == "duties"
    ]
    if rows:
        output.table("Nog te doen of te bevestigen", ["overeenkomst", "euro", "sinds", "ontbreekt"], rows)
    for code, number in sorted(Counter(arrears.why_not for arrears in judged if arrears.why_not).items()):
        output.say(f"{number:>6} niet verstuurd: {early_signal.NOT_SENT[code]}")
    ready = sum(arrears.why_not is None for arrears in judged)
    output.say(f"{ready:>6} voldoen aan alle voorwaarden.")
