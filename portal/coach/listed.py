"""The newest list of a coach, each row with what its case was before, what changed since, and whether a coach acted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby

from django.utils import timezone

from portal.accounts.access import Viewer
from portal.accounts.models import User
from portal.casework import queries
from portal.casework.codes import State
from portal.casework.models import Change, Listing
from portal.coach.visit import came_from, fresh, keeper, news_of, since_list


def listed_by(user: User) -> list[Listing]:
    """Return the newest list with, per row, its changes since then and whether a coach acted on it since then."""
    viewer = Viewer.of(user)
    rows = queries.listed_rows(viewer).rows()
    if not rows:
        return []
    changes: dict[int, list[Change]] = {}
    for change in queries.changes_since_list(viewer).rows():
        changes.setdefault(change.case_id, []).append(change)
    lists = {row.case_id: row.as_of for row in rows}
    contacts = [
        contact
        for contact in queries.contacts_since(viewer).rows(**_since(min(lists.values())))
        if since_list(contact, lists.get(contact.case_id, contact.on))
    ]
    before = {contact.case_id: contact.before for contact in reversed(contacts)}
    acted = {contact.case_id for contact in contacts if contact.state != State.NEW}
    for row in rows:
        row.changes = changes.get(row.case_id, [])  # the reasons of this list have those since an older one
        row.done = row.case_id in acted
        state = before.get(row.case_id, {}).get("state", row.case.state)
        back = came_from(state, carried_over=row.carried_over, listed_before=row.listed_before)
        row.back, row.returned = "" if row.done else back, bool(back)
        row.news = news_of(row, returned=row.returned)
        row.fresh = fresh(row.news)
        row.keeper = "" if row.done else keeper(row.case, user)
    return rows


def _since(day: date) -> dict[str, date | datetime]:
    """Return the values for `queries.contacts_since` of a day."""
    return {"day": day, "moment": timezone.make_aware(datetime.combine(day, time.min))}


def lists_by_coach(rows: Sequence[Listing], user: User) -> list[tuple[str, list[Listing]]]:
    """Group the list by coach, in order, with the user's own list first."""
    mine = {name.casefold() for name in (user.username, user.first_name, user.get_full_name()) if name}
    lists = [(name, list(own)) for name, own in groupby(rows, key=lambda row: row.coach)]
    return sorted(lists, key=lambda part: part[0].casefold().removeprefix("wooncoach ") not in mine)
