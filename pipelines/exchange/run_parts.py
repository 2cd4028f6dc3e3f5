"""Define what an analyst reads about the data of a week: sources, deliveries, gates, rows that cannot count and unmapped values."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.as_json import OPTIONAL


@dataclass(frozen=True)
class SentSource:
    """How fresh an extract was when the list was made.

    ``state`` is "missing" (expected, and nothing is known), "stale" (older than the settings allow), "late" (older than
    usual), "fresh", "old" (delivered once, and not expected) or "unused" (never delivered, and not expected). ``source`` is
    the folder of the corporation, if several deliver the extract. ``refused`` says that a delivery came in this run and
    was refused.
    """

    extract: str
    name: str
    source: str
    state: str
    newest: str | None
    age_days: int | None
    refused: bool


@dataclass(frozen=True)
class SentDelivery:
    """A delivery as the portal shows it.

    Of a refused one nothing is staged or seen before; the other rows are None if it could not be read, and ``line`` and
    ``column`` are then where, as far as that is known. ``accepted_by``, ``accepted_on`` and ``accepted_because`` say who loaded
    one that its gate had stopped, when and why.
    """

    extract: str
    file: str
    peildatum: str
    state: str
    rows_read: int | None = field(default=None, metadata=OPTIONAL)
    rows_staged: int | None = field(default=None, metadata=OPTIONAL)
    rows_seen_before: int | None = field(default=None, metadata=OPTIONAL)
    rows_duplicate: int | None = field(default=None, metadata=OPTIONAL)
    rows_quarantined: int | None = field(default=None, metadata=OPTIONAL)
    refusal: str | None = field(default=None, metadata=OPTIONAL)
    line: int | None = field(default=None, metadata=OPTIONAL)
    column: str | int | None = field(default=None, metadata=OPTIONAL)
    accepted_by: str | None = field(default=None, metadata=OPTIONAL)
    accepted_on: str | None = field(default=None, metadata=OPTIONAL)
    accepted_because: str | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class SentGate:
    """A figure of a delivery's gate; `passed` is None if there was nothing to compare with."""

    extract: str
    file: str
    figure: str
    value: float | None
    least: float | None
    most: float | None
    severity: str
    meaning: str
    passed: bool | None


@dataclass(frozen=True)
class SentReason:
    """The number of rows of a delivery that cannot count for one reason, and the first lines on which they are.

    The rows of a loaded delivery were quarantined; of a refused one nothing was kept.
    """

    extract: str
    file: str
    reason: str
    rows: int
    lines: str = ""


@dataclass(frozen=True)
class SentValue:
    """A value of a delivery that no mapping covers, the number of rows that have it, and the line for the mapping.

    ``mapping`` is empty if the value is hidden, because it does not look like a code.
    """

    extract: str
    file: str
    column: str
    value: str
    rows: int
    mapping: str = ""


@dataclass(frozen=True)
class RunData:
    """The sources of the list, and the figures of the deliveries since the previous one."""

    sources: tuple[SentSource, ...]
    deliveries: tuple[SentDelivery, ...]
    gates: tuple[SentGate, ...]
    quarantine: tuple[SentReason, ...]
    unmapped: tuple[SentValue, ...]
