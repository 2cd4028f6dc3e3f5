"""Give a demo two years of lists and casework, with an effect that is known.

The lists are made in a rehearsal: a workspace with the history so far. Invented coaches visit the addresses of each list. The
visits that help change what happens afterwards. That history is delivered to the next rehearsal, a quarter later, with the
worries that the portal holds by then, and at last to the demo. Whom a visit helped stays off the lists until the rehearsal knows
it, and all else rests by the rules of every list (`models.selection.scope`), so lists and counts of the past are those that the
demo would have made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from models.as_json import as_json
from models.selection.scope import NOT_FITTING_DAYS
from pipelines.exchange import rehearsal
from pipelines.exchange.connection import reach
from pipelines.exchange.figures import fired, week_figures
from pipelines.exchange.run_data import SentSource
from pipelines.exchange.send import entry
from pipelines.installation.calendar import WEEK
from pipelines.installation.contracts import contracts
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.sample.visits import Doors, after, prevented
from pipelines.sample.world import World
from pipelines.sample.write import Summary, deliver
from pipelines.scoring import cards, score
from pipelines.shortlist import decisions
from pipelines.shortlist import entries as listing
from pipelines.shortlist.entries import Counts
from pipelines.warehouse.stores import open_warehouse
from portal.exchange.payload import Publication

if TYPE_CHECKING:
    from portal.invented import Casework

EPOCH, DAY = date(1970, 1, 1), timedelta(days=1)
OBJECTION = "objection"
LISTS = 104
"""Number of weekly lists of the past, if the history is long enough."""
BEFORE = 26
"""Number of weeks of history before the first list."""
AT_ONCE = 13
"""Number of weeks that are scored together, in one rehearsal."""
FULL_TIME = 2
"""Full-time coaches of the last year, in the settings of the demo: those of `portal.staff` who did not leave before it."""
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
    helped, contacted = reach(workspace, lambda: _rehearse(workspace, world, seed, progress))
    days = _days(helped)
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

    settings, doors, days = workspace.settings, Doors(world), mondays(world)
    corporation, _new = Corporation.objects.get_or_create(
        id=settings.corporatie_id, defaults={"name": settings.naam}
    )
    casework = Casework(
        corporation, days[0], lambda key, day: doors.at(_number(key), (day - EPOCH).days), seed
    )
    log: rehearsal.Log = {}
    for start in range(0, len(days), AT_ONCE):
        block, known = days[start : start + AT_ONCE], after(world, _days(casework.helped))
        with rehearsal.of(workspace, known, block[0] - DAY, seed, progress) as stage:
            rehearsal.write(stage, log)
            with open_warehouse(stage) as con:
                for sent in _lists(con, stage, known, block, casework):
                    receive.publish(sent)
                    casework.week(sent.as_of)
            progress(f"casework until {block[-1]:%B %Y}")
            log = rehearsal.read(stage)
    rehearsal.write(workspace, log)
    return casework.helped, len(casework.contacted)


def _lists(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, world: World, days: list[date], casework: Casework
) -> Iterator[Publication]:
    """Yield the list of each of some weeks; the caller acts on it before the next one is made."""
    from portal.resting import Rests

    settings, card, approval = workspace.settings, cards.scorecard(workspace), cards.approval(workspace)
    cooldown = timedelta(days=settings.shortlist.cooldown_days)
    rests = Rests(cooldown, timedelta(days=NOT_FITTING_DAYS), since=days[0])
    late = {day for number, day in enumerate(mondays(world)) if number in LATE}
    score.score(con, workspace, [days[0] - WEEK, *days], card)
    for day in days:
        _hold(con, day, casework.holds(day, rests))
        chosen = listing.choose(con, settings, day)
        last = decisions.last_list(con, day)
        decisions.remember(con, settings, day, chosen, card)
        addresses = listing.entries(con, workspace, day, chosen, last)
        counts = _with_signed(listing.scope_counts(con, day, settings, chosen), world, day)
        yield Publication(
            as_of=day,
            corporatie_id=settings.corporatie_id,
            corporations={settings.corporatie_id: settings.naam},
            model=f"{card.name} {card.version}",
            approval=approval,
            entries=tuple(entry(address, None) for address in addresses),
            figures=week_figures(con, day, settings.figures.least_homes_per_wijk),
            fired=tuple(as_json(row) for row in fired(con, day)),
            sources=(_late(day),) if day in late else (),
            counts=as_json(counts),
            notices=(_LATE,) if day in late else (),
        )


def _with_signed(counts: Counts, world: World, day: date) -> Counts:
    """Add the agreements that were signed and had not begun: a single delivery of the register knows only those of its own day."""
    begins, now = world.begins, (day - EPOCH).days
    signed = int(((begins["signed"] < now) & (begins["begin"] >= now)).sum()) - counts.excluded["not_started"]
    excluded = {**counts.excluded, "not_started": counts.excluded["not_started"] + signed}
    return replace(counts, agreements=counts.agreements + signed, excluded=excluded)


def _late(day: date) -> dict[str, Any]:
    """Return the arrears of the week before as the source of a list."""
    name = contracts()["huurachterstanden"].dutch_name
    newest = (day - WEEK).isoformat()
    return as_json(SentSource("huurachterstanden", name, "", "late", newest, WEEK.days, refused=False))


def _hold(con: duckdb.DuckDBPyConnection, day: date, holds: Mapping[str, str]) -> None:
    """Keep agreements off the list of a day as the casework of the portal would have done: in care, found unfit, or with an objection."""
    con.register(
        "held", pd.DataFrame(list(holds.items()), columns=["overeenkomst_id", "reason"], dtype="str")
    )
    ours = "FROM held WHERE held.overeenkomst_id = scored.overeenkomst_id AND as_of = ?"
    con.execute(f"UPDATE scored SET hold = held.reason {ours} AND held.reason <> '{OBJECTION}'", [day])  # noqa: S608 - fixed text
    con.execute(
        f"UPDATE scored SET exclusion = held.reason, hold = NULL, score = NULL {ours} AND held.reason = '{OBJECTION}' "  # noqa: S608
        "AND exclusion IS NULL",
        [day],
    )
    con.unregister("held")


def _days(helped: Mapping[str, date]) -> dict[int, int]:
    """Return the days of visits by the numbers of the agreements, as the sample knows both."""
    return {_number(key): (day - EPOCH).days for key, day in helped.items()}


def _number(key: str) -> int:
    """Return the number of an agreement from its key; see `pipelines.sample.text.Keys`."""
    return int("".join(filter(str.isdigit, key))) - 1
