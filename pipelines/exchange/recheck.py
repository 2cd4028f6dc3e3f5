"""Send the portal what newer deliveries show about the addresses on the newest list and in a coach's care."""

from __future__ import annotations

from datetime import date

from models.words.reasons import changes
from pipelines.exchange.connection import PortalError, reach
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import Workspace
from pipelines.scoring import score
from pipelines.warehouse.stores import open_warehouse
from portal.exchange.payload import Key, News


def recheck(workspace: Workspace, day: date) -> tuple[date | None, int]:
    """Compare the addresses on the newest list and in care with newer deliveries, and send the changes to the portal.

    Parameters
    ----------
    workspace : Workspace
        The installation, with the newer deliveries already loaded.
    day : datetime.date
        Today; data known before this day count.

    Returns
    -------
    (datetime.date or None, int)
        As-of date of the newest list (None if there is no list), and the number of changes that were new to the portal.

    Raises
    ------
    PortalError
        The portal is down.
    """
    as_of, keys = reach(workspace, lambda: _newest(workspace.settings.corporatie_id))
    if as_of is None or day <= as_of or not keys:
        return as_of, 0
    with open_warehouse(workspace, read_only=True) as con:
        score.score_few(con, workspace, keys, [as_of, day])
        then, now = (score.rows(con, moment, Sql("true")) for moment in (as_of, day))
    news = [
        News(*key, seen_on=day, code=code, text=text)
        for key in sorted(keys & now.keys() & then.keys())
        for code, text in changes(now[key], then[key])
    ]
    return as_of, reach(workspace, lambda: _send(as_of, news))


def once_more(workspace: Workspace, day: date) -> list[str]:
    """Run `recheck` as an optional step: return a problem message instead of raising."""
    try:
        recheck(workspace, day)
    except PortalError as error:
        return [
            f"What changed since the list is not in the portal; run `waakvlam recheck` to send it. {error}"
        ]
    return []


def _newest(corporatie_id: str) -> tuple[date | None, frozenset[Key]]:
    from portal.exchange import give

    as_of = give.newest_list(corporatie_id)
    return as_of, (give.on_list(as_of) | give.in_care() if as_of else frozenset())


def _send(as_of: date, news: list[News]) -> int:
    from portal.exchange import receive

    return receive.update(as_of, news)
