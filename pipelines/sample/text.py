"""Write numbers, days and codes as an export does."""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import NEVER

Columns = dict[str, np.ndarray]  # of str objects, all of one length

NOBODY = "ONBEKEND"
DAY = 1440  # moments are minutes since 1970-01-01
_CLOCK = np.array([f"{m // 60:02d}:{m % 60:02d}" for m in range(DAY)], dtype=object)


def days(number: np.ndarray, *, dutch: bool = False, empty: str = "") -> np.ndarray:
    """Return days as ISO dates or as dd-mm-yyyy; a day out of range becomes `empty`."""
    number = np.asarray(number, dtype=np.int64)
    seen, place = np.unique(number, return_inverse=True)
    written = []
    for n in seen:
        iso = "" if abs(int(n)) >= NEVER else str(np.datetime64(int(n), "D"))
        written.append(empty if not iso else f"{iso[8:]}-{iso[5:7]}-{iso[:4]}" if dutch else iso)
    return np.array(written, dtype=object)[place]


def first_of_month(number: np.ndarray | int) -> np.ndarray:
    """Return the first day of the month of each day."""
    month = np.asarray(number, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]")
    return month.astype("datetime64[D]").astype(np.int64)


def moments(minute: np.ndarray, *, dutch: bool = False) -> np.ndarray:
    """Return moments as `2026-11-09 14:05:00` or `09-11-2026 14:05`; a moment out of range becomes empty."""
    minute = np.asarray(minute, dtype=np.int64)
    clock = _CLOCK[minute % DAY]
    never = np.abs(minute // DAY) >= NEVER
    text = days(minute // DAY, dutch=dutch) + " " + clock + ("" if dutch else ":00")
    return np.where(never, "", text).astype(object)


def euros(amount: np.ndarray) -> np.ndarray:
    """Return amounts with a decimal comma and two decimals."""
    return np.array([f"{a:.2f}".replace(".", ",") for a in np.asarray(amount, dtype=float)], dtype=object)


def degrees(angle: np.ndarray) -> np.ndarray:
    """Return angles with a decimal comma and six decimals, a tenth of a metre; NaN becomes empty."""
    return np.array(["" if np.isnan(a) else f"{a:.6f}".replace(".", ",") for a in angle], dtype=object)


def words(values: object) -> np.ndarray:
    """Return values as an array of text."""
    return np.asarray(values).astype(str).astype(object)


class Keys:
    """Write numbers as the keys of a corporation: prefixed, or zero-padded digits. The number -1 gives no key."""

    def __init__(self, demo: Demo) -> None:
        self.numeric, self.unnumbered = demo.numeric_keys, demo.unnumbered

    def _write(self, prefix: str, width: int, number: np.ndarray) -> np.ndarray:
        start = "" if self.numeric else prefix
        return np.array(
            [f"{start}{n + 1:0{width}d}" if n >= 0 else "" for n in np.asarray(number)], dtype=object
        )

    def agreement(self, number: np.ndarray) -> np.ndarray:
        """Return the keys of agreements."""
        return self._write("OVK", 7, number)

    def tenant(self, number: np.ndarray) -> np.ndarray:
        """Return the keys of tenants; a tenant without a number is ONBEKEND."""
        keys = self._write("HRD", 6, number)
        return np.where(self.without_number(number), NOBODY, keys).astype(object)

    def without_number(self, tenant: np.ndarray) -> np.ndarray:
        """Return which tenants have no number in the register."""
        every = self.unnumbered
        tenant = np.asarray(tenant)
        return (tenant % every == every - 1) & (tenant >= 0) if every else np.zeros(len(tenant), dtype=bool)

    def home(self, number: np.ndarray) -> np.ndarray:
        """Return the keys of homes and parking places."""
        return self._write("EH", 6, number)

    def event(self, prefix: str, number: np.ndarray) -> np.ndarray:
        """Return the keys of cases, requests and other events, which have a prefix in every corporation."""
        return np.array([f"{prefix}{n + 1:06d}" for n in np.asarray(number)], dtype=object)
