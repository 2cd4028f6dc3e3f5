"""Simulate moves: notice, vacancy, new households, moves within the corporation and changes of tenant."""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import NEVER, Book, Households, carry_over, draw, empty_files
from pipelines.sample.ways import Ways

_LEAVING = np.array(["REG", "PAS", "KOO", "PER", "WER", "WON"])  # EINDEDETAILREDEN under OPZ
_LEAVING_SHARE = (0.50, 0.20, 0.12, 0.10, 0.05, 0.03)


def day(year: int, month: int, of_month: int = 1) -> int:
    """Return a date as a number of days since 1970-01-01."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{of_month:02d}").astype(np.int64))


class Moves:
    """Number the agreements and tenants, and record who moved in and out.

    Parameters
    ----------
    h : Households
        Changed in place.
    book : Book
        Gets the tables `begins` (one row per agreement) and `ends` (one row per agreement that has an end).
    ways : Ways
        Adapts the households that move in.
    """

    def __init__(self, h: Households, book: Book, demo: Demo, ways: Ways, rng: np.random.Generator) -> None:
        self.h, self.book, self.demo, self.ways, self.rng = h, book, demo, ways, rng
        self.agreements = self.tenants = 0
        self.next_begin = np.full(len(h.rent), NEVER)

    def first(self, monday: int) -> None:
        """Let all homes to households that have lived there for some time, 12 years on average."""
        h, rng = self.h, self.rng
        at = np.arange(len(h.rent))
        years = np.minimum(rng.exponential(12.0, len(at)), 55.0)
        months = np.datetime64(monday, "D").astype("datetime64[M]") - (years * 12).astype(np.int64) - 1
        self._begin(at, months.astype("datetime64[D]").astype(np.int64) + 15 * (rng.random(len(at)) < 0.15))

    def _begin(self, at: np.ndarray, begin: np.ndarray, donors: np.ndarray | None = None) -> None:
        h, n = self.h, len(at)
        draw(h, at, self.demo, self.rng)
        h.agreement[at] = self.agreements + np.arange(n)
        h.tenant[at] = self.tenants + np.arange(n)
        self.agreements += n
        self.tenants += n
        if donors is not None:
            carry_over(h, donors, at[: len(donors)])
        h.begin[at] = begin
        self.next_begin[at] = NEVER
        self.ways.move_in(h, at if donors is None else at[len(donors) :])
        signed = begin - self.rng.integers(7, 25, n)
        self._write_begins(at, signed)
        if donors is not None and len(donors):
            moved = slice(0, len(donors))
            end = begin[moved] + self.rng.integers(14, 31, len(donors))
            self.leave(donors, end, notice=signed[moved], known=signed[moved], reason="OPZ", detail="PAS")

    def _write_begins(self, at: np.ndarray, signed: np.ndarray) -> None:
        h = self.h
        method = np.where(h.debit[at], "INC", np.where(h.tenant[at] % 3 == 0, "ONL", "OVB"))
        self.book.add(
            "begins",
            agreement=h.agreement[at],
            tenant=h.tenant[at],
            home=at,
            begin=h.begin[at],
            signed=signed,
            method=method,
        )

    def leave(
        self,
        at: np.ndarray,
        end: np.ndarray,
        *,
        notice: np.ndarray | int,
        known: np.ndarray,
        reason: str | np.ndarray,
        detail: str | np.ndarray,
    ) -> None:
        """Record that the agreements of the homes `at` end; the office knows this from the day `known`."""
        self.h.end[at] = end
        self.book.add(
            "ends",
            agreement=self.h.agreement[at],
            end=end,
            notice=notice,
            known=known,
            reason=reason,
            detail=detail,
        )

    def week(self, monday: int) -> np.ndarray:
        """Carry out the moves of the week from `monday`; return the homes whose tenant gave notice."""
        self._move_out(monday)
        ready = np.flatnonzero(self.next_begin <= monday)
        self._move_in(ready)
        return self._give_notice(monday)

    def _move_out(self, monday: int) -> None:
        h, rng = self.h, self.rng
        out = np.flatnonzero(h.lived_in & (h.end < monday + 7))
        self._keep_debt(out, monday)
        self.book.add("rents", agreement=h.agreement[out], rent=h.rent[out])
        h.agreement[out] = -1
        ready = h.end[out] + 12 + np.minimum(rng.exponential(22.0, len(out)), 110.0).astype(np.int64)
        month = ready.astype("datetime64[D]").astype("datetime64[M]")
        half = month.astype("datetime64[D]").astype(np.int64) + 15
        full = (month + 1).astype("datetime64[D]").astype(np.int64)
        self.next_begin[out] = np.where((ready <= half) & (rng.random(len(out)) < 0.4), half, full)
        h.end[out] = NEVER

    def _keep_debt(self, out: np.ndarray, monday: int) -> None:
        """Keep the debts of former tenants on the arrears list for three months, as offices do."""
        owing = out[self.h.saldo[out] > 20.0]
        self.book.add(
            "left",
            home=owing,
            agreement=self.h.agreement[owing],
            saldo=self.h.saldo[owing],
            phase=self.h.phase[owing],
            due=self.h.opened[owing],
            paid_on=self.h.paid_on[owing],
            paid=self.h.paid[owing],
            since=monday + 7,
            until=monday + 7 * 14,
        )

    def _move_in(self, at: np.ndarray) -> None:
        if not len(at):
            return
        h, rng = self.h, self.rng
        at = rng.permutation(at)
        # Some homes go to a tenant who already has one, who then holds two agreements for some weeks.
        begin = self.next_begin[at]
        settled_in = np.flatnonzero(
            h.lived_in & ~h.institution & (h.end == NEVER) & (h.saldo <= 0) & (h.begin < begin.min() - 700)
        )
        wanted = min(int(rng.binomial(len(at), 0.08)), len(settled_in))
        self._begin(at, begin, rng.choice(settled_in, wanted, replace=False))

    def _give_notice(self, monday: int) -> np.ndarray:
        h, rng = self.h, self.rng
        n = len(h.rent)
        short = monday - h.begin < 5 * 365
        rate = self.demo.turnover / 52 * np.where(short, 1.4, 0.85)
        going = np.flatnonzero(h.lived_in & (h.end == NEVER) & (rng.random(n) < rate))
        notice = monday + rng.integers(0, 7, len(going))
        end = notice + rng.integers(30, 46, len(going))
        died = rng.random(len(going)) < 0.10
        detail = np.where(died, "OVE", rng.choice(_LEAVING, len(going), p=_LEAVING_SHARE))
        self.leave(
            going,
            end,
            notice=np.where(died, NEVER, notice),
            known=np.where(died, notice + 9, notice),
            reason=np.where(died, "ONT", "OPZ"),
            detail=detail,
        )
        return going

    def rename(self, at: np.ndarray, monday: int) -> None:
        """Transfer the agreement of the homes `at` to the partner who stays (WIJ); troubles remain."""
        if not len(at):
            return
        h, rng, n = self.h, self.rng, len(at)
        known = monday + rng.integers(0, 7, n)
        self.leave(at, np.full(n, monday + 6), notice=known, known=known, reason="OPZ", detail="WIJ")
        self._keep_debt(at, monday)
        self.book.add("rents", agreement=h.agreement[at], rent=h.rent[at])
        h.agreement[at] = self.agreements + np.arange(n)
        h.tenant[at] = self.tenants + np.arange(n)
        self.agreements += n
        self.tenants += n
        h.begin[at] = monday + 7
        h.ahead[at] = 0.0
        empty_files(h, at)
        self._write_begins(at, known)

    def last(self) -> None:
        """Record the future tenants of homes that are empty at the end (agreement signed, not begun)."""
        self._begin(np.flatnonzero(self.next_begin < NEVER), self.next_begin[self.next_begin < NEVER])
