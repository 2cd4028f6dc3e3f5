"""How often a coach tried in a row without reaching anybody at an address, since when, and at which parts of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.casework.codes import Kind, PartOfDay, State
from portal.casework.models import Contact
from portal.coach.templatetags.days import on as written

ENDS = (State.CLOSED, State.NOT_FITTING)
IN_A_ROW = 2
"""The first attempt is told by the last contact itself."""


UNKNOWN_PART = ""


@dataclass(frozen=True)
class Attempts:
    """The attempts in a row that reached nobody."""

    number: int
    since: date
    parts: tuple[tuple[str, int], ...]
    """Each part of the day in words (`UNKNOWN_PART` if none was logged) and its number, the most frequent first."""

    @classmethod
    def of(cls, contacts: Iterable[Contact]) -> Attempts | None:
        """Return the attempts since somebody was reached or the case ended, or None if there are fewer than two.

        A contact of which nobody knows whether it reached somebody, such as a letter, neither counts nor ends the row.
        """
        row = []
        for contact in sorted(contacts, key=lambda row: (row.on, row.reference), reverse=True):
            if contact.undone_at is not None:
                continue
            if contact.reached or contact.state in ENDS:
                break
            if contact.reached is False and contact.kind != Kind.ADMINISTRATIVE:
                row.append(contact)
        if len(row) < IN_A_ROW:
            return None
        parts = Counter(
            str(PartOfDay(contact.part_of_day).label).lower() if contact.part_of_day else UNKNOWN_PART
            for contact in reversed(row)
        )
        return cls(len(row), row[-1].on, tuple(parts.most_common()))

    @property
    def untried(self) -> str:
        """The parts of the day at which nobody tried, in words; "" if none is left, or if some attempt has no part."""
        tried = {part for part, _number in self.parts}
        if UNKNOWN_PART in tried:
            return ""
        return ", ".join(label for part in PartOfDay if (label := str(part.label).lower()) not in tried)

    def __str__(self) -> str:
        parts = ", ".join(
            f"{number}× {_('dagdeel niet bekend') if part == UNKNOWN_PART else part}"
            for part, number in self.parts
        )
        text = _("%(n)s keer achter elkaar niet bereikt sinds %(day)s: %(parts)s.")
        return text % {"n": self.number, "day": written(self.since, "D j b"), "parts": parts}
