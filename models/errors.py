"""Errors of a model that cannot be used as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ScorecardError(ValueError):
    """A scorecard that is wrong: an unknown name, bands out of order, points against the declared direction.

    The message says what is wrong and, for a name, which known one is nearest. Nothing is scored with it.
    """


class TrainingError(ValueError):
    """Data that nothing can be learned from; the message says what is lacking. Nothing is proposed or installed."""


class EvaluationError(ValueError):
    """A comparison that cannot be made: an outcome that can still come, a column that is missing, nothing to count."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is nearest, as the end of a sentence; empty when none is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {found[0]!r}?" if found else ""
