"""Define *duin*, a corporation whose tenants hide their trouble until shortly before the bailiff.

The causes, in order:

- A household loses income: a job ends (it can borrow for half a year on average), a couple breaks up (a quarter), or
  somebody falls ill (nine months). The rent comes first, so it is paid from savings, overdrafts and friends. During all
  that time nothing is owed to the corporation.
- Somewhat over half find work, benefits or a cheaper life in time. Nobody at the corporation ever hears of it.
- For the others the borrowing ends at once. Other creditors are first in line by then, so the rent stops altogether,
  letters stay unopened, and within weeks there are arrears, missed appointments and complaints. The office is strict:
  a file without payments goes to the bailiff soon after two unpaid months, mostly within ten weeks of the first one.
- Living on borrowed money is a strain, and in half of the households the strain grows visible. They pay some days later
  each month, a direct debit fails, nobody is home for an appointment, a neighbour or a tradesman worries. The others
  show nothing.
- Healthy households leave the same traces for other reasons: a car, a baby, a new job with another payday. Such a
  pinch passes. There are more of these households than of those in trouble.
- As everywhere, some households get into arrears slowly and in plain sight, but few.

The office decides from what it knows, as in the other corporations; it does not see the losses.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import Households
from pipelines.sample.ways import Ways

DEMO = Demo(
    towns=("Helmwake", "Duinrooster", "Bremveld"),
    wijken=("Helmwake-Noord", "Helmwake-Zuid", "De Kuil", "Duinrooster", "Zandpad", "Bremveld", "Het Vlak"),
    flats=0.45,
    built=(1953, 2014),
    rents=(430.0, 790.0),
    turnover=0.06,
    money=0.03,
    overload=0.03,
    conflict=0.012,
    careless=0.02,
    busy=0.12,
    bailiff_days=(42, 60),
)

_LOSSES = 0.065  # per household per year
_PINCHES = 0.25
# Mean number of weeks that can be borrowed after less work, a break-up and an illness, with their shares.
_WEEKS = np.array([26.0, 13.0, 39.0])
_SHARES = (0.45, 0.30, 0.25)
_VISIBLE = 0.5  # share of households whose strain shows
_GROWS = 30  # weeks in which the strain grows to its full extent


class Duin(Ways):
    """Let households borrow to pay the rent until they recover or cannot borrow any more."""

    def troubles(self, h: Households, demo: Demo, rng: np.random.Generator) -> np.ndarray:
        """Advance the causes by one week; return the homes where a couple broke up."""
        parted = super().troubles(h, demo, rng)
        draws = self.rng.random((3, len(h.rent)))
        self._borrow(h, draws[0])
        quiet = h.lived_in & (h.loss == 0) & (h.shows == 0)
        lost = np.flatnonzero(quiet & (draws[1] < _LOSSES / 52 * h.frail_money))
        pinched = np.flatnonzero(quiet & (draws[2] < _PINCHES / 52))
        broken = self._lose(h, lost)
        self._pinch(h, np.setdiff1d(pinched, lost))
        return np.union1d(parted, broken)

    def _borrow(self, h: Households, draw: np.ndarray) -> None:
        """Let the strain grow; end losses and pinches that are over, and ruin those who can borrow no more."""
        h.strain = np.minimum(h.strain + h.shows / _GROWS, h.shows)
        in_loss = h.loss > 0
        h.reserve = np.where(in_loss, h.reserve - 1, 0.0)
        # Work, benefits or a cheaper life; a pinch passes sooner than a loss.
        over = np.where(in_loss, draw < 0.025, draw < 0.05)
        ruined = np.flatnonzero(in_loss & ~over & (h.reserve <= 0))
        ended = over | (in_loss & (h.reserve <= 0))
        h.loss[ended] = h.shows[ended] = h.strain[ended] = 0.0
        n = len(ruined)
        h.money[ruined] += 2.6 + self.rng.gamma(2.0, 0.4, n)
        h.overload[ruined] += self.rng.gamma(3.0, 0.45, n)
        h.conflict[ruined] += self.rng.gamma(1.0, 0.5, n)

    def _lose(self, h: Households, at: np.ndarray) -> np.ndarray:
        """Take income from the households `at`; return those that broke up."""
        n = len(at)
        kind = self.rng.choice(3, n, p=_SHARES)
        h.loss[at] = self.rng.uniform(0.6, 1.4, n)
        h.reserve[at] = np.ceil(self.rng.gamma(3.0, _WEEKS[kind] / 3))
        h.shows[at] = self._showing(n)
        return at[kind == 1]

    def _pinch(self, h: Households, at: np.ndarray) -> None:
        """Put the households `at` under strain without any loss."""
        h.shows[at] = self._showing(len(at))

    def _showing(self, n: int) -> np.ndarray:
        return np.where(self.rng.random(n) < _VISIBLE, self.rng.uniform(0.4, 1.0, n), 0.0)
