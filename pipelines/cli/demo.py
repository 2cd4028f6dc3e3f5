"""`waakvlam demo`: an invented corporation with its list, and its portal if asked for."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import backtest, effect, fairness, init, output, portal, sample, weekly
from pipelines.installation import calendar, extras
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

if TYPE_CHECKING:
    from pipelines.installation.workspace import Workspace

SEED = 1
DELIVERIES = 3
"""Number of weekly deliveries of a demo with a portal; the first holds nearly all of the history."""
MARK = "demo.txt"
"""A file that only demos have, so that no invented delivery ever enters the inbox of a real corporation."""


def command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to make the demo.")] = Path("waakvlam-demo"),
    with_portal: Annotated[
        bool, typer.Option("--portal", help="Then serve the portal, with a user per role.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the portal on 127.0.0.1; 0 takes a free one.")
    ] = 8010,
    homes: Annotated[
        int | None, typer.Option(min=50, max=100_000, help="Default: 6000, or 3000 with --portal.")
    ] = None,
    weeks: Annotated[int, typer.Option(min=30, max=1000, help="Weeks of history.")] = 160,
) -> None:
    """Invent a corporation, run its week and print the list; with --portal, show it in the browser."""
    from pipelines.installation.workspace import Workspace

    context.obj = workspace = Workspace(folder)
    _refuse_other_files(workspace, with_portal=with_portal)
    lists = sorted(workspace.output.glob("*/shortlist.html"))
    if lists:
        output.say(f"This demo was made before; its list: {lists[-1]}")
    else:
        _make(context, homes=homes or (3000 if with_portal else 6000), weeks=weeks, with_portal=with_portal)
    if with_portal:
        output.say(f"To open the portal again later: waakvlam --home {workspace.home} portal")
        portal.command(context, port=port, demo_users=True)


def _refuse_other_files(workspace: Workspace, *, with_portal: bool) -> None:
    """Refuse a folder with other files, and a demo without the portal's settings if the portal is asked for.

    Raises
    ------
    ConfigurationError
        With the remedy: another folder.
    """
    home = workspace.home
    if home.exists() and not (home / MARK).exists() and (not home.is_dir() or any(home.iterdir())):
        problem = "This folder holds something other than a demo."
    elif with_portal and (home / "settings.toml").exists() and not workspace.settings.portal.enabled:
        problem = "This demo was made without the portal."
    else:
        return
    raise ConfigurationError(problem, where=str(home), mend="Name a new folder: `waakvlam demo FOLDER`.")


def _make(context: typer.Context, *, homes: int, weeks: int, with_portal: bool) -> None:
    """Make the workspace and its deliveries, run the week, and print the list."""
    workspace: Workspace = context.obj
    output.say(f"== Making a workspace in {workspace.home}")
    workspace.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(workspace.home / MARK, "Made by `waakvlam demo`: everybody here is invented.\n")
    init.command(context, portal=with_portal)
    output.say(f"== Inventing a corporation of {homes:,} homes with {weeks} weeks of history")
    if with_portal:
        _live(workspace, homes=homes, weeks=weeks)
    else:
        sample.command(context, homes=homes, weeks=weeks)
    output.say("== The weekly run")
    run = weekly.make_list(workspace, calendar.this_monday())
    weekly.show(workspace, run, top=8)
    if with_portal and not extras.missing("effect"):
        output.say("== The effect of the visits, for the manager's page")
        with contextlib.suppress(typer.Exit):  # the code says whether there is an effect
            effect.command(context)
    if with_portal:
        output.say("== Does the list find more than sorting by the largest debt, for the manager's page")
        until = backtest.for_the_manager(workspace)
        output.say("== Does the list treat groups alike, for the manager's page")
        fairness.for_the_manager(workspace, until)


def _live(workspace: Workspace, *, homes: int, weeks: int) -> None:
    """Invent a corporation with two years of lists, visited by invented coaches, in the portal."""
    from pipelines.exchange import living
    from pipelines.sample.write import invent

    monday = calendar.this_monday()
    with output.progress() as report_progress:
        world = invent(homes=homes, weeks=weeks, seed=SEED, until=monday, progress=report_progress)
        living.settings_for(workspace.home, living.trial_start(living.mondays(world)))
        lived = living.live(workspace, world, seed=SEED, deliveries=DELIVERIES, progress=report_progress)
    living.mistype(workspace.inbox)
    output.table(f"Demo deliveries in {workspace.inbox}", ["extract", "files", "rows"], lived.written.table())
    output.say(
        f"{lived.lists} lists of the past: {lived.contacted} addresses contacted, {lived.helped} helped. Without the visits "
        f"{lived.prevented} of these would have gone to the bailiff within 26 weeks. `waakvlam effect` does not know that."
    )
