"""Errors that are raised for a wrong scorecard, or for data that cannot be learned from or compared."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ScorecardError(ValueError):
    """A scorecard is wrong: an unknown name, bands out of order, points against the declared direction.

    The message states what is wrong and, for an unknown name, the most similar known name. Nothing is scored with the card.
    """


class TrainingError(ValueError):
    """The data are not enough to learn from; the message states what is missing. Nothing is proposed or installed."""


class EvaluationError(ValueError):
    """A comparison is impossible: an outcome can still occur, a column is missing, or there are no rows to count."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests the most similar known name, or an empty text if none is similar."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {matches[0]!r}?" if matches else ""
