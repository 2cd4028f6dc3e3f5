"""One Dutch sentence per family of signals, from the clauses that the catalogue names as reasons."""

from __future__ import annotations

from features.catalogue import BY_FAMILY, BY_NAME
from features.signal import Clause, Signal
from models.words.clauses import WRITERS, clause
from models.words.dutch import sentence
from models.words.facts import Facts

MOST_CLAUSES = 2
"""At most this many clauses of a family, apart from the amount owed and a running payment plan."""
_ALWAYS = (Clause.OWED, Clause.PLAN_RUNNING)
"""Stated whenever they hold, also without points: to leave them out would mislead."""
_UNSPECIFIED = {"arrears": "er is of was een huurachterstand", "repairs": "er viel iets op bij reparaties"}
"""The clause of a family whose signals gave points while the facts for every other clause are missing."""
_ORDER = list(Clause)


def family_points(family: str, facts: Facts) -> int:
    """Add the points of a family's signals that have a reason."""
    return facts.points(*(name for name in BY_FAMILY[family] if BY_NAME[name].reason))


def family_sentence(family: str, facts: Facts) -> str:
    """Write the sentence about one family: its strongest clauses, and for arrears what may not be left out.

    Parameters
    ----------
    family : str
        One of `features.signal.FAMILIES`.
    facts : Facts
        One row of features with its points.
    """
    clauses = _strongest(family, facts)
    if family != "arrears":
        return sentence(clauses or [_UNSPECIFIED[family]])
    clauses = _present(WRITERS[Clause.OWED](facts)) + clauses or [_UNSPECIFIED[family]]
    if facts.number("arrears_euro") == 0:
        clauses.append("nu is er geen achterstand")
    return sentence(clauses + _present(WRITERS[Clause.PLAN_RUNNING](facts)))


def _strongest(family: str, facts: Facts) -> list[str]:
    """Write the clauses whose signals gave most points; equal points follow the order of `Clause`."""
    groups: dict[Clause | str, list[Signal]] = {}
    for signal in (BY_NAME[name] for name in BY_FAMILY[family]):
        if signal.reason and signal.reason not in _ALWAYS:
            shared = signal.reason if isinstance(signal.reason, Clause) else signal.name
            groups.setdefault(shared, []).append(signal)
    points = {reason: facts.points(*(signal.name for signal in group)) for reason, group in groups.items()}
    order = sorted(groups, key=lambda reason: (-points[reason], _place(reason)))
    texts = [clause(groups[reason][0], facts) for reason in order if points[reason] > 0]
    return [text for text in texts if text][:MOST_CLAUSES]


def _place(reason: Clause | str) -> int:
    return _ORDER.index(reason) if isinstance(reason, Clause) else len(_ORDER)


def _present(text: str) -> list[str]:
    return [text] if text else []
