"""The situation that invented coaches find behind a door; the sample world decides it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol


class Truth(Protocol):
    """The situation behind a door."""

    @property
    def opens(self) -> float:
        """Chance that somebody opens, 0 to 1."""

    @property
    def need(self) -> bool:
        """Whether the household needs help."""

    @property
    def helps(self) -> bool:
        """Whether a visit that reaches the household helps."""


Look = Callable[[str, date], Truth]
"""Returns what a coach finds at an agreement on a day."""
