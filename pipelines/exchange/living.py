"""Give a demo two years of lists and casework, with an effect that is known.

The lists are made in a rehearsal: a workspace with the history as it would have been without visits. Invented coaches
visit the addresses of each list. The visits that help change what happens afterwards, and only that history is delivered
to the demo. Until its first visit an agreement is the same in both, and afterwards it stays off the lists of the
rehearsal as long as it is in care, so each list is the one that the demo would have made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from features.catalogue import BY_FAMILY
from models.as_json import as_json
from pipelines.delivery import ingest
from pipelines.exchange.connection import reach
from pipelines.exchange.figures import fired, week_figures
from pipelines.exchange.run_data import SentSource
from pipelines.exchange.send import entry
from pipelines.installation.calendar import WEEK
from pipelines.installation.contracts import contracts
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.sample.visits import Doors, after, prevented
from pipelines.sample.world import World
from pipelines.sample.write import Summary, deliver
from pipelines.scoring import cards, score
from pipelines.shortlist import decisions
from pipelines.shortlist import entries as listing
from pipelines.warehouse.stores import open_warehouse
from portal.exchange.payload import Publication

if TYPE_CHECKING:
    from portal.invented import Casework

EPOCH = date(1970, 1, 1)
LISTS = 104
"""Number of weekly lists of the past, if the history is long enough."""
BEFORE = 26
"""Number of weeks of history before the first list."""
AT_ONCE = 26
"""Number of weeks that are scored together."""
FULL_TIME = 2.5
"""Full-time coaches of the last year, in the settings of the demo: two worked the whole year, a third left half-way."""
DECIDED = ("lists", "decisions", "list_coaches", "draws")
TRIAL_WEEKS, SINCE_TRIAL = 52, 26
"""Weeks of the trial by lot, and weeks between its end and today: its outcomes are complete."""
LATE = (17, 58)
"""Weeks whose arrears list came late, as the notice of that list says."""
_LATE = "Let op: de huurachterstanden van deze week kwamen te laat. Gebruikt is de stand van de week ervoor."


@dataclass(frozen=True)
class Lived:
    """What happened in the invented past.

    Attributes
    ----------
    written : Summary
        The deliveries in the inbox.
    lists, contacted, helped : int
        Numbers of lists, of contacted agreements and of agreements that a visit helped.
    prevented : int
        Helped agreements that would have gone to the bailiff within 26 weeks: the effect to find.
    """

    written: Summary
    lists: int
    contacted: int
    helped: int
    prevented: int


def mondays(world: World) -> list[date]:
    """Return the Mondays of the lists of the past; the Monday of the newest list is not one of them."""
    weeks = world.hidden.mondays[BEFORE:-1][-LISTS:]
    return [EPOCH + timedelta(days=int(day)) for day in weeks]


def trial_start(days: Sequence[date]) -> date:
    """Return the first list of the trial, or the first of all if there are too few."""
    return days[max(0, len(days) - TRIAL_WEEKS - SINCE_TRIAL)]


def settings_for(home: Path, start: date) -> None:
    """Write a trial by lot, the costs of a coach and a long enough retention into the settings of a new demo."""
    path = home / "settings.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('name = ""\n# start = 2027-01-04', f'name = "demo"\nstart = {start}'),
        ("weeks = 52\n", f"weeks = {TRIAL_WEEKS}\n"),
        ("first = 4 ", "first = 1 "),
        ("last = 24\n", "last = 28\n"),
        ("# coach = {", "coach = {"),
        ("# coaches = 1.5 ", f"coaches = {FULL_TIME} "),
        ("lists_months = 12 ", "lists_months = 36 "),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    write_text(path, text)


def live(
    workspace: Workspace,
    world: World,
    *,
    seed: int,
    deliveries: int = 8,
    progress: Callable[[str], None] = lambda _: None,
) -> Lived:
    """Make the lists and casework of the past, then write the deliveries of the world that results.

    Parameters
    ----------
    workspace : Workspace
        A new demo with the portal on, and an empty inbox.
    world : World
        The corporation as it would have been without visits.
    """
    rehearsal = Workspace(workspace.home / "rehearsal")
    rehearsal.home.mkdir(mode=0o700)
    shutil.copy(workspace.home / "settings.toml", rehearsal.home)
    for name in ("keys", "mappings"):
        shutil.copytree(workspace.home / name, rehearsal.home / name)
    for folder in (rehearsal.inbox, rehearsal.stores, rehearsal.output, rehearsal.artefacts, rehearsal.logs):
        folder.mkdir(mode=0o700)
    try:
        deliver(world, rehearsal.inbox, seed=seed, deliveries=1, without=frozenset({"contacten"}))
        history, _misnamed = inbox.find(rehearsal.inbox)
        ingest.load_all(rehearsal, history, lambda delivery: progress(f"rehearsal: {delivery.name}"))
        helped, contacted = reach(workspace, lambda: _rehearse(rehearsal, world, seed, progress))
        _copy_decisions(rehearsal, workspace)
    finally:
        shutil.rmtree(rehearsal.home)
    days = {_number(key): (day - EPOCH).days for key, day in helped.items()}
    written = deliver(
        after(world, days),
        workspace.inbox,
        seed=seed,
        deliveries=deliveries,
        without=frozenset({"contacten"}),
    )
    return Lived(written, len(mondays(world)), contacted, len(helped), prevented(world, days, 182))


def mistype(inbox: Path) -> str:
    """Add a standing objection with a digit too few in its agreement to the newest ones of a demo, and return that id.

    It matches nobody, so that the analyst's page *Zonder huurder* has a row to resolve. The likeliest agreement objected
    already, so no list changes.
    """
    path = max(inbox.glob("bezwaren_*.csv"))
    text = path.read_text(encoding="utf-8")
    rows = [line.split(";") for line in text.splitlines()[1:]]
    number, agreement, *rest = next(row for row in reversed(rows) if not row[-1])  # a standing objection
    wrong = agreement.replace("0", "", 1)
    write_text(path, f"{text.rstrip()}\n{number[:2]}9{number[3:]};{wrong};{';'.join(rest)}\n")
    return wrong


def _rehearse(
    workspace: Workspace, world: World, seed: int, progress: Callable[[str], None]
) -> tuple[Mapping[str, date], int]:
    """Make each list of the past, publish it to the portal, and let the coaches work on it."""
    from portal.accounts.models import Corporation
    from portal.exchange import receive
    from portal.invented import Casework

    settings, doors = workspace.settings, Doors(world)
    corporation, _new = Corporation.objects.get_or_create(
        id=settings.corporatie_id, defaults={"name": settings.naam}
    )
    days = mondays(world)
    casework = Casework(
        corporation, days[0], lambda key, day: doors.at(_number(key), (day - EPOCH).days), seed
    )
    with open_warehouse(workspace) as con:
        for number, sent in enumerate(_lists(con, workspace, days, casework)):
            receive.publish(sent)
            casework.week(sent.as_of)
            if number % 13 == 0:
                progress(f"casework of {sent.as_of:%B %Y}")
    return casework.helped, len(casework.contacted)


def _lists(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, days: list[date], casework: Casework
) -> Iterator[Publication]:
    """Yield the list of each week; the caller acts on it before the next one is made."""
    settings, card, approval = workspace.settings, cards.scorecard(workspace), cards.approval(workspace)
    cooldown = timedelta(days=settings.shortlist.cooldown_days)
    for start in range(0, len(days), AT_ONCE):
        block = days[start : start + AT_ONCE]
        score.score(con, workspace, [block[0] - WEEK, *block], card)
        for day in block:
            _hold(con, day, casework.holds(day, cooldown))
            chosen = listing.choose(con, settings, day)
            last = decisions.last_list(con, day)
            decisions.remember(con, settings, day, chosen, card)
            addresses = listing.entries(con, workspace, day, chosen, last)
            counts = listing.scope_counts(con, day, settings, chosen)
            yield Publication(
                as_of=day,
                corporatie_id=settings.corporatie_id,
                corporations={settings.corporatie_id: settings.naam},
                model=f"{card.name} {card.version}",
                approval=approval,
                entries=tuple(entry(address, None) for address in addresses),
                figures=week_figures(con, day, settings.figures.least_homes_per_wijk),
                fired=tuple(
                    as_json(row) for row in fired(con, day) if row.signal not in BY_FAMILY["worries"]
                ),
                sources=(_late(day),) if days.index(day) in LATE else (),
                counts=as_json(counts),
                notices=(_LATE,) if days.index(day) in LATE else (),
            )


def _late(day: date) -> dict[str, Any]:
    """Return the arrears of the week before as the source of a list."""
    name = contracts()["huurachterstanden"].dutch_name
    newest = (day - WEEK).isoformat()
    return as_json(SentSource("huurachterstanden", name, "", "late", newest, WEEK.days, refused=False))


def _hold(con: duckdb.DuckDBPyConnection, day: date, holds: Mapping[str, str]) -> None:
    """Keep agreements in care off the list of a day, as their contacts would have done."""
    con.register(
        "held", pd.DataFrame(list(holds.items()), columns=["overeenkomst_id", "reason"], dtype="str")
    )
    con.execute(
        "UPDATE scored SET hold = held.reason FROM held WHERE held.overeenkomst_id = scored.overeenkomst_id AND as_of = ?",
        [day],
    )
    con.unregister("held")


def _copy_decisions(rehearsal: Workspace, workspace: Workspace) -> None:
    """Copy the log of decisions into the warehouse of the demo."""
    with open_warehouse(rehearsal, read_only=True) as con:
        tables = {name: con.execute(f"SELECT * FROM run.{name}").to_arrow_table() for name in DECIDED}  # noqa: S608 - fixed names
    with open_warehouse(workspace) as con:
        for name, rows in tables.items():
            con.register("rows", rows)
            con.execute(f"INSERT INTO run.{name} SELECT * FROM rows")  # noqa: S608 - fixed names
            con.unregister("rows")


def _number(key: str) -> int:
    """Return the number of an agreement from its key; see `pipelines.sample.text.Keys`."""
    return int("".join(filter(str.isdigit, key))) - 1
