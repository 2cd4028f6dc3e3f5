"""The Dutch clauses that describe rent arrears: how much, since when, and how far collection is."""

from __future__ import annotations

from datetime import date

from models.words.dutch import counted, euro, month, number, on, roughly
from models.words.facts import Facts

YOUNGER_DAYS = 14
"""Rent falls due once a month, and lists come each week: an oldest open bill of two weeks later is another bill."""
PHASES = {
    "herinnering": "herinnering verstuurd",
    "aanmaning": "aanmaning verstuurd",
    "sommatie": "laatste aanmaning verstuurd",
    "deurwaarder": "de zaak ligt bij de deurwaarder",
    "dagvaarding": "dagvaarding verstuurd",
    "vonnis": "er is een vonnis",
    "ontruiming_aangezegd": "ontruiming aangezegd",
}


def owed(facts: Facts) -> str:
    """Write the arrears: ``twee maanden huurachterstand (€ 1.240), begonnen in augustus``.

    Somebody who is behind since September may have paid the bills of September. That is ``telkens weer sinds september
    (oudste open rekening: 1 november)``, because "begonnen in" would make it a debt of September.
    """
    amount = facts.number("arrears_euro") or 0
    if amount <= 0:
        return ""
    months, since, as_of = facts.number("arrears_months"), facts.day("fact_arrears_since"), facts.as_of
    position = facts.day("fact_arrears_peildatum")
    # Normally the position is that of this Monday. Only an older one needs its date.
    dated = f" op {on(position, as_of)}" if position and as_of and (as_of - position).days > 7 else ""
    text = f"huurachterstand van {euro(amount)}{dated}"
    if months and months > 0:
        text = f"{roughly(months, 'maand', 'maanden')} huurachterstand ({euro(amount)}{dated})"
    if since is None:
        return text
    due = _later_bill(facts, since)
    if due:
        return f"{text}, telkens weer sinds {month(since, as_of)} (oudste open rekening: {on(due, as_of)})"
    return f"{text}, begonnen in {month(since, as_of)}"


def _later_bill(facts: Facts, since: date) -> date | None:
    """Return the due date of the oldest open bill if it is clearly later than the begin of the arrears."""
    due = facts.day("fact_oldest_due_on")
    if due is None or (due.year, due.month) <= (since.year, since.month):
        return None
    return due if (due - since).days >= YOUNGER_DAYS else None


def plan_running(facts: Facts) -> str:
    """Write that a payment plan runs."""
    return "er loopt een betalingsregeling" if facts.flag("plan_running") else ""


def plan_broken(facts: Facts) -> str:
    """Write that a payment plan stopped, and since when that is known."""
    day = facts.day("fact_plan_broken_on")
    # The first position that shows the stop: the plan itself may have stopped some days before.
    return f"betalingsregeling gestopt{f' (bekend sinds {on(day, facts.as_of)})' if day else ''}"


def phase(facts: Facts) -> str:
    """Write the step of collection."""
    return PHASES.get(facts.code("fact_collection_phase") or "", "")


def last_payment(facts: Facts) -> str:
    """Write the last payment, or that none is known."""
    if facts.count("never_paid"):
        return "er is nog geen betaling bekend"
    day, amount = facts.day("fact_last_payment_on"), facts.number("fact_last_payment_euro") or 0
    text = f"laatste betaling op {on(day, facts.as_of)}" if day else ""
    return f"{text} ({euro(amount)})" if text and amount > 0 else text


def returns(facts: Facts) -> str:
    """Write how often arrears came back."""
    times = facts.count("arrears_returns_365d")
    return f"de achterstand kwam in een jaar {number(times)} keer terug" if times else ""


def change(facts: Facts) -> str:
    """Write how much arrears grew, if the amount and its begin do not say it already."""
    grown, months = facts.number("arrears_change_3m") or 0, facts.number("arrears_months")
    if grown <= 0 or (months is not None and grown >= months - 0.05):
        return ""  # all arrears are younger than three months, as the begin or the oldest bill states already
    much = f"met {roughly(grown, 'maandhuur', 'maandhuren')}" if grown >= 0.75 else "verder"
    return f"in drie maanden {much} gestegen"


def weeks(facts: Facts) -> str:
    """Write the weeks in arrears, if the begin does not say them already."""
    times, since, as_of = facts.count("arrears_weeks_365d"), facts.day("fact_arrears_since"), facts.as_of
    stated = since and as_of and (as_of - since).days // 7 >= times - 2  # beside the amount
    if not times or stated:
        return ""
    # The weeks between two lists that are further apart were not observed.
    about = "" if facts.flag("fact_list_each_week") else "ongeveer "
    return f"in een jaar {about}{counted(times, 'week', 'weken')} huurachterstand"


def oldest(facts: Facts) -> str:
    """Write the oldest open bill, if the begin does not say it already."""
    due, since = facts.day("fact_oldest_due_on"), facts.day("fact_arrears_since")
    stated = due and since and due >= since.replace(day=1)  # beside the amount
    return f"de oudste open rekening is van {on(due, facts.as_of)}" if due and not stated else ""
