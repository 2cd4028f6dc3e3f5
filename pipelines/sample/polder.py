"""Define *polder*, a corporation with old debts that nobody pursues, placeholder tenants and people who always complain.

The causes, in order:

- Households get into trouble as elsewhere, and the office handles a fresh file as elsewhere: letters, a plan, the
  bailiff. Files of some months without payments go to the bailiff, so escalations come from the middle.
- One in fifty households has an old debt of one to seven months' rent from before the present office. It pays its
  rent, nobody asks for the old debt, and the debt stays on every list, with the oldest month open for years.
- New old debts appear. When a file is months old and the tenant pays the current rent, an officer sooner or later lets
  it be. A file that was let be is taken up again only if the tenant stops paying altogether.
- A few agreements are mistakes: nobody lives there, the rent is charged each month and never paid, and everybody at the
  office knows. They owe most of all and never escalate.
- One home in 67 is let to an institution for its clients, under one tenant number. The institution pays per quarter,
  so these homes are in arrears for months and then owe nothing.
- One new tenant in fourteen never pays anything: work that fell through, or no intention to. Some sort it out in the
  first months. The office reaches none of the others, and they go to the bailiff.
- One tenant in forty has no number in the register, only the word ONBEKEND, since an old system had none. They are
  people like all others.
- Some households complain about the same neighbour every few weeks, whoever lives there. Some report a repair nearly
  every week. Neither has anything to do with the trouble of a household.

People decide from what they know; they use neither points nor signals.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.collection import NOTICE, REMINDER, SUMMONS
from pipelines.sample.demo import Demo
from pipelines.sample.households import NEVER, Households
from pipelines.sample.money import ACTIVE, oldest_due
from pipelines.sample.text import Keys, first_of_month
from pipelines.sample.ways import Ways

DEMO = Demo(
    towns=("Droogmeer", "Kleiwake", "Ringvaart"),
    wijken=("Droogmeer-Dorp", "Droogmeer-Haven", "Kleiwake", "Ringvaart", "De Tocht", "Kavelhoek"),
    flats=0.40,
    built=(1950, 2015),
    rents=(410.0, 750.0),
    turnover=0.10,
    money=0.155,
    overload=0.05,
    conflict=0.016,
    careless=0.03,
    complains=0.004,
    zeal=18.0,
    busy=0.10,
    bailiff_days=(60, 110),
    unnumbered=40,
)

_OLD_DEBTS = 0.02  # shares of the households of the first day
_MISTAKES = 0.004
_NEVER_PAY = 0.07  # share of new tenants
_REPORTS_WEEKLY = 0.006
_INSTITUTION_EVERY = 67  # home 0 is one of these, so that tenant 0 is the institution
_YEAR = 365


class Polder(Ways):
    """Leave old debts alone, and keep placeholders and people who never pay among the tenants."""

    def move_in(self, h: Households, at: np.ndarray) -> None:
        """Make some new tenants people who never pay or who report a repair every week; let homes to the institution."""
        n = len(at)
        h.never_pays[at] = (h.begin[at] >= self.start) & (self.rng.random(n) < _NEVER_PAY)
        h.repairs[at] = np.where(self.rng.random(n) < _REPORTS_WEEKLY, 35.0, h.repairs[at])
        rented = at[at % _INSTITUTION_EVERY == 0]
        h.tenant[rented] = 0
        h.institution[rented] = h.let_be[rented] = True
        for name in ("never_pays", "careless", "debit"):
            getattr(h, name)[rented] = False
        for name in ("frail_money", "frail_overload", "frail_conflict", "ahead", "saldo"):
            getattr(h, name)[rented] = 0.0

    def begin(self, h: Households) -> None:
        """Give some households an old debt that is let be, and let some agreements be mistakes."""
        draw = self.rng.random(len(h.rent))
        free = h.lived_in & ~h.institution & ~h.settled & ~h.disputed & (h.ahead == 0)
        old = np.flatnonzero(free & (draw < _OLD_DEBTS) & (h.begin < self.start - 2 * _YEAR))
        wrong = np.flatnonzero(free & (draw > 1 - _MISTAKES) & (h.begin < self.start - _YEAR))
        n = len(old)
        h.saldo[old] = (h.rent[old] * self.rng.uniform(1.2, 7.0, n)).round(2)
        earliest = np.maximum(h.begin[old] + 30, self.start - 7 * _YEAR)
        h.opened[old] = h.old_due[old] = first_of_month(self.rng.integers(earliest, self.start - _YEAR))
        h.phase[old] = self.rng.choice((REMINDER, NOTICE, SUMMONS), n)
        months = self.rng.integers(6, 12, len(wrong))
        h.saldo[wrong] = (h.rent[wrong] * months).round(2)
        h.opened[wrong], h.phase[wrong] = self.start - 30 * months, SUMMONS
        h.let_be[old] = h.let_be[wrong] = h.never_pays[wrong] = True
        for name in ("frail_money", "frail_overload", "frail_conflict", "repairs"):
            getattr(h, name)[wrong] = 0.0

    def pay(self, h: Households, due: int) -> None:
        """Let the institution pay all it owes in the last month of a quarter, and nothing in the other months."""
        pays = int(str(np.datetime64(due, "D"))[5:7]) % 3 == 0
        h.rent_comes = np.where(h.institution, h.saldo if pays else 0.0, h.rent_comes)
        later = due + self.rng.integers(15, 26)
        h.rent_comes_on = np.where(h.institution, later if pays else NEVER, h.rent_comes_on)

    def office(self, h: Households, monday: int) -> None:
        """Let old files be or take them up again, and let some people who never paid begin to pay."""
        draw = self.rng.random(len(h.rent))
        h.never_pays &= h.let_be | (draw >= 0.02)
        owes = h.lived_in & (h.opened < NEVER)
        paying = monday - h.paid_on < 40
        old = owes & (monday - h.opened > 140) & ((h.phase == NOTICE) | (h.phase == SUMMONS))
        tired = old & ~h.let_be & (h.plan != ACTIVE) & ~h.disputed & paying & (draw < 0.05)
        stopped = owes & h.let_be & ~h.institution & ~h.never_pays & (monday - h.paid_on > 75)
        taken_up = stopped & (draw < 0.05)
        h.let_be = (h.let_be | tired) & ~taken_up
        h.old_due = np.where(tired, oldest_due(h, int(first_of_month(monday - 1))), h.old_due)

    def known_as(self, people: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Record the institution under a name of its own, and tenants without a number without contact data."""
        number = np.arange(len(people["naam"]))
        unnumbered = Keys(DEMO).without_number(number)
        naam = np.where(unnumbered, "Onbekend", people["naam"])
        reached = ~unnumbered & (number > 0)
        contact = {name: np.where(reached, people[name], "") for name in ("telefoon", "email")}
        return people | {"naam": np.where(number == 0, "Technische Huurder", naam)} | contact
