"""Define a proposal: an observation about a delivery, and the lines of the mapping that answer it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proposal:
    """What was found in a delivery, and the lines of the mapping that answer it."""

    sentence: str
    lines: tuple[str, ...]
