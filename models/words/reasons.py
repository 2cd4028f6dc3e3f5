"""Write why an address is on the list, since when, and what is new, in plain Dutch for the wooncoach.

A sentence is written only if its family of signals gave points. It states what was recorded, without a score or a
judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from features.signal import FAMILIES
from models.selection.scope import EXCLUSIONS
from models.words.arrears import PHASES
from models.words.dutch import euro, on, sentence
from models.words.facts import Facts
from models.words.sentences import family_points, family_sentence


def reasons(row: Mapping[str, Any], *, most: int = 3) -> list[str]:
    """Write why an address is on the list, from the families of signals that gave most points.

    Parameters
    ----------
    row : mapping
        One row of features with ``points_<term>``; any column may be missing.
    most : int
        Maximum number of sentences.

    Returns
    -------
    list of str
        Dutch sentences, strongest first. That problems occur in several families comes last, if there is room.
    """
    facts = Facts(row)
    points = {family: family_points(family, facts) for family in FAMILIES}
    strongest = sorted(FAMILIES, key=lambda family: (family == "stacking", -points[family]))
    return [family_sentence(family, facts) for family in strongest if points[family] > 0][:most]


def since(row: Mapping[str, Any]) -> date | None:
    """Return the day of the earliest of the signals that still count.

    Parameters
    ----------
    row : mapping
        One row of features.

    Returns
    -------
    datetime.date or None
        None if no signal has a date.
    """
    return Facts(row).day("fact_first_signal_on")


def safety(row: Mapping[str, Any]) -> str | None:
    """Write the safety agreement of the corporation (VERA SIGNALERINGDETAILSOORT BEZ), which is never scored.

    Parameters
    ----------
    row : mapping
        One row of features.

    Returns
    -------
    str or None
        None if no such agreement was recorded.
    """
    return "Ga met twee personen (veiligheidsafspraak)." if Facts(row).flag("fact_safety_pair") else None


def news(
    row: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
    last_list: date | None,
    *,
    listed: bool,
    listed_on: date | None = None,
) -> list[str]:
    """Write what is new since the last list.

    Parameters
    ----------
    row : mapping
        One row of features.
    previous : mapping, optional
        The same agreement as of the last list, or as of a week earlier if there is none; None if it was not known then.
    last_list : datetime.date, optional
        The day of the last list that was made; None if this is the first.
    listed : bool
        Whether it was on that list.
    listed_on : datetime.date, optional
        The day of the newest earlier list that it was on, if that is known.

    Returns
    -------
    list of str
        Dutch sentences; at least one, except on a first list.
    """
    now = Facts(row)
    texts = [_arrival(now, listed_on)] if last_list and not listed else []
    if previous is not None:
        then = Facts(previous)
        texts += [sentence([text]) for write in _NEWS.values() if (text := write(now, then))]
    if texts or last_list is None:
        return texts
    a_week_ago = now.as_of is not None and (now.as_of - last_list).days == 7
    when = "vorige week" if a_week_ago else f"op {on(last_list, now.as_of)}"
    return [f"Stond {when} ook op de lijst" + ("." if previous is None else "; niets nieuws.")]


def _arrival(now: Facts, listed_on: date | None) -> str:
    if listed_on is None:
        return "Nieuw op de lijst."
    return f"Terug op de lijst (stond er op {on(listed_on, now.as_of)})."


def changes(row: Mapping[str, Any], previous: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Write what is new since a list was made, for the coach to check before the visit.

    Parameters
    ----------
    row, previous : mapping
        Rows of features of one agreement as of now and as of the list, with ``exclusion`` if it is known.

    Returns
    -------
    list of (str, str)
        A code and a Dutch sentence each. A new exclusion (a key of `models.selection.scope.EXCLUSIONS`) comes
        first, then ``paid`` (no arrears are left) or another key of the news. Empty if nothing is new.
    """
    now, then = Facts(row), Facts(previous)
    news_items = []
    left = now.code("exclusion")
    if left and left != then.code("exclusion"):
        news_items.append((left, sentence([f"let op: {EXCLUSIONS[left]}"])))
    for code, write in _NEWS.items():
        if text := write(now, then):
            paid = code == "amount" and (now.number("arrears_euro") or 0) <= 0
            news_items.append(("paid" if paid else code, sentence([text])))
    return news_items


def _new_amount(now: Facts, then: Facts) -> str:
    owed, before = now.number("arrears_euro"), then.number("arrears_euro")
    if owed is None or before is None or abs(max(owed, 0) - max(before, 0)) < 1:
        return ""  # unknown or unchanged; a credit balance counts as no arrears
    if before <= 0:
        return f"nieuwe huurachterstand van {euro(owed)}"
    if owed <= 0:
        return "de huurachterstand is weg"
    return f"achterstand {'gestegen' if owed > before else 'gedaald'} met {euro(abs(owed - before))}"


def _new_payment(now: Facts, then: Facts) -> str:
    if then.day("fact_last_payment_on") is None:
        return ""  # payments are known only during arrears, so the latest one may be old
    day, amount = _later("fact_last_payment_on", now, then), now.number("fact_last_payment_euro") or 0
    return f"betaling{f' van {euro(amount)}' if amount > 0 else ''} op {on(day, now.as_of)}" if day else ""


def _new_plan(now: Facts, then: Facts) -> str:
    day = _later("fact_plan_broken_on", now, then)
    if day:
        return f"betalingsregeling gestopt (bekend sinds {on(day, now.as_of)})"
    started = now.flag("plan_running") and then.number("plan_running") == 0
    return "er loopt nu een betalingsregeling" if started else ""


def _new_phase(now: Facts, then: Facts) -> str:
    step, before = now.number("collection_phase"), then.number("collection_phase")
    further = step is not None and before is not None and step > before
    return PHASES.get(now.code("fact_collection_phase") or "", "") if further else ""


def _new_storno(now: Facts, then: Facts) -> str:
    day = _later("fact_last_storno_on", now, then)
    return f"de huur kon niet worden afgeschreven op {on(day, now.as_of)}" if day else ""


def _new_complaint(now: Facts, then: Facts) -> str:
    day = _later("fact_last_complaint_on", now, then)
    return f"nieuwe melding van overlast op {on(day, now.as_of)}" if day else ""


def _new_not_home(now: Facts, then: Facts) -> str:
    day = max(now.days("fact_not_home_on"), default=None)
    before = max(then.days("fact_not_home_on"), default=None)
    later = day and (before is None or day > before)
    return f"niemand thuis bij een afspraak op {on(day, now.as_of)}" if day and later else ""


def _new_worry(now: Facts, then: Facts) -> str:
    day = _later("fact_last_worry_on", now, then)
    return f"nieuwe zorg doorgegeven op {on(day, now.as_of)}" if day else ""


_NEWS: dict[str, Callable[[Facts, Facts], str]] = {
    "amount": _new_amount,
    "payment": _new_payment,
    "plan": _new_plan,
    "phase": _new_phase,
    "storno": _new_storno,
    "complaint": _new_complaint,
    "not_home": _new_not_home,
    "worry": _new_worry,
}


def _later(column: str, now: Facts, then: Facts) -> date | None:
    """Return a day of the newer row if it is later than that of the earlier row, or if the earlier row has none."""
    day, before = now.day(column), then.day(column)
    return day if day and (before is None or day > before) else None
