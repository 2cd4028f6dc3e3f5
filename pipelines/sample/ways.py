"""Define where a world can depart from the usual course: each method is called at one point of every week or move."""

from __future__ import annotations

import numpy as np

from pipelines.sample import causes
from pipelines.sample.demo import Demo
from pipelines.sample.households import Households


class Ways:
    """The usual course. A world that differs overrides some of these methods.

    Parameters
    ----------
    start : int
        The first Monday of the simulation.
    rng : Generator
        Draws what only this world has, so that a world without anything of its own draws nothing.
    """

    def __init__(self, start: int, rng: np.random.Generator) -> None:
        self.start, self.rng = start, rng

    def move_in(self, h: Households, at: np.ndarray) -> None:
        """Adapt the households that move into the homes `at`; not called for moves within the corporation."""

    def begin(self, h: Households) -> None:
        """Adapt the households of the first day and their files."""

    def troubles(self, h: Households, demo: Demo, rng: np.random.Generator) -> np.ndarray:
        """Advance the causes by one week; return the homes where a couple broke up."""
        return causes.week(h, demo, rng)

    def pay(self, h: Households, due: int) -> None:
        """Change what households decided to pay for the month that starts on the day `due`."""

    def office(self, h: Households, monday: int) -> None:
        """Take decisions about files after the collection steps of the week that ends just before `monday`."""

    def known_as(self, people: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the names and contact data as this corporation recorded them."""
        return people
