"""Define an answer to a question of the manager: its sentences, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

BRIEF = 3
"""Most lines of an answer on the page for the board."""


@dataclass(frozen=True)
class Answer:
    """A question with its answer, of which the first line is the conclusion.

    ``tone`` is ``known``, ``open`` (not known yet), ``never`` (it is not recorded) or ``act`` (something waits). ``where`` names
    the table that holds the figures, or is empty; ``also`` names a second one, with the words of its link. ``brief`` holds the
    lines for one page to print, if these are not the first three.
    """

    question: str
    lines: tuple[str, ...]
    tone: str = "known"
    where: str = ""
    brief: tuple[str, ...] = ()
    also: tuple[str, str] | None = None

    @property
    def short(self) -> tuple[str, ...]:
        """The lines for the board: what is said first, and how sure it is."""
        return self.brief or self.lines[:BRIEF]

    @property
    def certainty(self) -> str:
        """What a reader must know before the answer; empty if the answer is known and asks for nothing."""
        return {"known": "", "never": "", "open": _("Nog niet te zeggen"), "act": _("Vraagt nu aandacht")}[
            self.tone
        ]


def fitted(answers: Sequence[Answer], room: int) -> list[Answer]:
    """Shorten answers for one page until all together have at most this many characters, if their conclusions leave room for that.

    The answers with the most lines lose their last one first, and among those the one whose last line is longest.
    """
    shorter = [replace(answer, brief=answer.short) for answer in answers]
    while sum(map(length, shorter)) > room:
        place = max(range(len(shorter)), key=lambda n: (len(shorter[n].brief), len(shorter[n].brief[-1])))
        if len(shorter[place].brief) == 1:
            break
        shorter[place] = replace(shorter[place], brief=shorter[place].brief[:-1])
    return shorter


def length(answer: Answer) -> int:
    """Return how many characters an answer has on one page to print."""
    return sum(map(len, answer.short))
