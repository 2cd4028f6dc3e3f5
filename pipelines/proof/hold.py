"""Hold a list back: during a shadow period, and after a limit was broken or somebody paused it, until a named role decides.

A list that is held back is made and sealed like any other, but an empty list that gives the reason is published, so that
casework in files and portal goes on. Its decisions are not stored, because nobody could act on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from models.words.dutch import on as in_dutch
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.proof import records, register

if TYPE_CHECKING:  # these import pandas, which `status` does not need
    from pipelines.proof.limits import Rule
    from pipelines.shortlist.make import ListReport
    from pipelines.shortlist.weekly_list import WeeklyList

STOP, RESUME, REPORT = "stop", "resume", "report"
PUBLISHED = "the list is published"
PAUSED = "Publication of the list is paused since"
"""The start of the sentence that says what a stop found and who decides."""
KINDS = ("harm", "complaint")
"""What can be reported by hand: harm that a visit did, and a complaint about the approach."""
VISITS_ARRIVE = timedelta(days=7)
"""A report counts a week later: by then the visits of its week have been delivered as well."""
PAUSED_NL = (
    "Let op: de lijst is gepauzeerd, omdat een afgesproken grens is bereikt. Ga door met de mensen die u al helpt. "
    "Over de lijst beslist: {roles}."
)
BY_HAND = "by hand"
"""What stands in the line of a pause instead of the rules that were broken."""
BY_HAND_NL = (
    "Let op: de lijst is gepauzeerd, door iemand van de corporatie. Bezoek geen adressen van een eerdere lijst, en ga door met "
    "de mensen die u al helpt. Over de lijst beslist: {roles}."
)
SHADOW_NL = (
    "Let op: dit is een proefperiode tot en met {last}. Niemand ziet de lijst; zij wordt verzegeld en later beoordeeld. "
    "Ga door met de mensen die u al helpt."
)


@dataclass(frozen=True)
class Held:
    """Why a list is held back.

    Parameters
    ----------
    notice : str
        Dutch sentences above the empty list.
    problem : str
        What a person must do, in English; empty for a shadow period, in which nothing is wrong.
    period : str
        Name of the shadow period, if there is one.
    """

    notice: str
    problem: str = ""
    period: str = ""


@dataclass(frozen=True)
class Reported:
    """Harm or a complaint that was reported elsewhere, with its reference there."""

    reference: str
    kind: str
    on: date
    by: str


def held(workspace: Workspace, as_of: date) -> Held | None:
    """Return why the list of this date is held back; None if it is published."""
    period = register.covering(workspace, as_of)
    if period:
        notice = SHADOW_NL.format(last=in_dutch(period.plan.last))
        return Held(notice, period=period.plan.name)
    stop = paused(workspace)
    if stop is None:
        return None
    roles = " of ".join(workspace.settings.stop.decides)
    notice = BY_HAND_NL if _by_hand(stop) else PAUSED_NL
    return Held(notice.format(roles=roles), problem(workspace, stop))


def paused(workspace: Workspace) -> records.Record | None:
    """Return the record of the stop that holds, if publication is paused."""
    decisions = records.of_kinds(workspace, STOP, RESUME)
    return decisions[-1] if decisions and decisions[-1].entry.kind == STOP else None


def _by_hand(stop: records.Record) -> bool:
    return bool(stop.content["rules"] == [BY_HAND])


def problem(workspace: Workspace, stop: records.Record) -> str:
    """Describe a stop and the decision that it asks for."""
    roles = " or ".join(workspace.settings.stop.decides)
    if _by_hand(stop):
        reasons = [
            f"Somebody paused it by hand; the record of line {stop.entry.number} of the chain says who and why."
        ]
    else:
        reasons = stop.content.get("found") or [f"The rules {', '.join(stop.content['rules'])} stopped it."]
    return (
        f"{PAUSED} {stop.on}. {' '.join(reasons)} "
        f"A {roles} must decide: `waakvlam resume --role ROLE --by NAME --reason TEXT`."
    )


def state(workspace: Workspace, monday: date) -> tuple[str, str]:
    """Return in English whether the list of a Monday is published, and what a person must do (may be empty)."""
    if stop := paused(workspace):
        return f"publication is paused since {stop.on}", problem(workspace, stop)
    if period := register.covering(workspace, monday):
        return f"nobody sees the lists of {period.plan.starts} to {period.plan.last} ({period.plan.name})", ""
    return PUBLISHED, ""


def stop_rule(workspace: Workspace, as_of: date) -> str:
    """Return where the stop rule stands for the list of a date: ``paused``, ``by_hand``, ``shadow``, ``on`` or ``off``."""
    if register.covering(workspace, as_of):
        return "shadow"
    if stop := paused(workspace):
        return "by_hand" if _by_hand(stop) else "paused"
    return "on" if workspace.settings.stop.enabled else "off"


def watch(con: duckdb.DuckDBPyConnection, workspace: Workspace, until: date) -> list[Rule]:
    """Check the limits on every list since the last decision to resume after a limit was broken.

    Parameters
    ----------
    until : date
        Only what became known before this day counts.
    """
    since = _counted_since(workspace)
    reports: dict[str, list[date]] = {kind: [] for kind in KINDS}
    for record in records.of_kinds(workspace, REPORT):
        on = date.fromisoformat(record.content["on"]) if "on" in record.content else record.on
        if since <= on < until - VISITS_ARRIVE:
            reports[record.content["about"]].append(on)
    from pipelines.proof import limits  # imports pandas and scipy, which `status` does not need

    return limits.check(limits.met(con, since, until, reports), workspace.settings.stop)


def _counted_since(workspace: Workspace) -> date:
    """Return the day of the last decision about a broken limit; a pause by hand judges no limit, so its end forgets nothing."""
    since, stopped = date(2000, 1, 1), None
    for record in records.of_kinds(workspace, STOP, RESUME):
        if record.entry.kind == STOP:
            stopped = record
        elif stopped is not None and not _by_hand(stopped):
            since = record.on
    return since


def pause(workspace: Workspace, *, by: str, reason: str, now: datetime) -> records.Record:
    """Record that somebody pauses publication; `resume` ends it.

    Raises
    ------
    ConfigurationError
        Publication is paused already, nobody is named, or the reason is too short to be one.
    """
    if paused(workspace) is not None:
        raise ConfigurationError("Publication is paused already.")
    records.require_person(by)
    records.require_sentence(reason)
    return records.write(workspace, STOP, {"by": by, "reason": reason}, now, {"rules": [BY_HAND]})


def stop(workspace: Workspace, broken: Sequence[Rule], now: datetime) -> records.Record:
    """Record that limits were broken; this pauses publication."""
    content = {"found": [rule.sentence for rule in broken], "evidence": [rule.evidence for rule in broken]}
    return records.write(workspace, STOP, content, now, {"rules": sorted({rule.name for rule in broken})})


def drift_rule(workspace: Workspace, warnings: Sequence[str]) -> Rule:
    """Return the rule on drift: the number of warnings of this week against the limit."""
    from pipelines.proof.limits import Rule

    counted = f"{len(warnings)} warnings in one week, the limit is {workspace.settings.stop.drifting}"
    return Rule("drift", "", float(len(warnings)), float(workspace.settings.stop.drifting), counted)


def resume(workspace: Workspace, *, by: str, role: str, reason: str, now: datetime) -> records.Record:
    """Record the decision to publish again; the limits then count from this day, unless the pause was by hand.

    Raises
    ------
    ConfigurationError
        Publication is not paused, the role may not decide, nobody is named, or the reason is too short to be one.
    """
    if paused(workspace) is None:
        raise ConfigurationError("Publication is not paused.")
    roles = workspace.settings.stop.decides
    if role not in roles:
        raise ConfigurationError(
            f"A {role} may not decide this: [stop] decides names {', '.join(roles)}.",
            where=str(workspace.home / "settings.toml"),
        )
    records.require_person(by)
    records.require_sentence(reason)
    return records.write(workspace, RESUME, {"by": by, "role": role, "reason": reason}, now, {"role": role})


def report(
    workspace: Workspace, kind: str, on: date, by: str, now: datetime, reference: str = ""
) -> records.Record:
    """Record that a visit did harm, or that somebody complained about the approach; nothing about the resident.

    The line keeps the reference of a report that was made elsewhere, so that `report_once` knows it again.

    Raises
    ------
    ConfigurationError
        `kind` is not one of `KINDS`, or the day is still to come.
    """
    if kind not in KINDS:
        raise ConfigurationError(f"{kind!r} cannot be reported (valid: {', '.join(KINDS)}).")
    if on > now.date():
        raise ConfigurationError(f"{on} is still to come.")
    line = {"about": kind} | ({"reference": reference} if reference else {})
    return records.write(workspace, REPORT, {"kind": kind, "on": on.isoformat(), "by": by}, now, line)


def report_once(workspace: Workspace, reports: Iterable[Reported], now: datetime) -> int:
    """Record what was reported elsewhere and is not in the chain yet; return how many that were."""
    known = {record.content.get("reference") for record in records.of_kinds(workspace, REPORT)}
    new = [reported for reported in reports if reported.reference not in known]
    for reported in new:
        report(workspace, reported.kind, reported.on, reported.by, now, reported.reference)
    return len(new)


def withheld(weekly: WeeklyList, report: ListReport, why: Held) -> tuple[WeeklyList, ListReport]:
    """Return the list without addresses, with the reason above it, and its report."""
    emptied = replace(weekly, entries=(), notices=(why.notice, *weekly.notices))
    problems = (why.problem, *report.fell_short) if why.problem else report.fell_short
    return emptied, replace(report, listed={}, fell_short=problems)
