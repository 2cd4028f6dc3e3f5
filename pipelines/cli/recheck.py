"""`waakvlam recheck`: show before the visit what changed at the addresses on this week's list."""

from __future__ import annotations

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError


def command(context: typer.Context) -> None:
    """Load new deliveries from the inbox and send the portal what changed since the list, such as a payment."""
    from pipelines.delivery import ingest
    from pipelines.exchange import morning
    from pipelines.exchange import recheck as looking
    from pipelines.installation import notify
    from pipelines.reading import inbox

    workspace = context.obj
    if not workspace.settings.portal.enabled:
        raise ConfigurationError(
            "The portal is not switched on.",
            where=str(workspace.home / "settings.toml"),
            mend="Set enabled = true under [portal].",
        )
    deliveries, wrong = inbox.find(workspace.inbox)
    outcomes = ingest.load_all(workspace, deliveries)
    loaded = [outcome for outcome in outcomes if outcome.loaded]
    output.say(f"{len(loaded)} new deliveries were loaded.")
    refused = [str(error) for error in wrong] + [outcome.refusal for outcome in outcomes if outcome.refusal]
    for text in refused:
        output.say(f"! {text}", "yellow")
    as_of, number = looking.recheck(workspace, calendar.today())
    if as_of is None:
        output.say("There is no list in the portal yet: run `waakvlam weekly` to make one.")
    else:
        output.say(f"{number} changes since the list of {as_of} were sent to the portal.")
    unsent = workspace.settings.portal.morning_mail and not morning.send(workspace, calendar.today())
    if unsent:
        output.say(f"! The morning mail did not reach every address. {notify.MEND}", "yellow")
    raise typer.Exit(1 if refused or unsent else 0)
